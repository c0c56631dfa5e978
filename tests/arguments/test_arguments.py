"""How an action's arguments are found."""

from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from urllib.parse import quote
from uuid import UUID

import pytest

from asking import ask
from kirsch import Application, Controller, Mapper
from kirsch.errors import ConfigError
from kirsch.routing import Converter


class Color(Enum):
    RED = "red"


class Echo(Controller):
    def number(self, id: int):
        return {"id": id}

    def many(self, tags: list[int], more: list[str] = ()):  # type: ignore[assignment]
        return {"tags": tags, "more": list(more)}

    def kinds(
        self,
        whole: int | None = None,
        real: float | None = None,
        flag: bool = False,
        price: Decimal | None = None,
        day: date | None = None,
        hour: time | None = None,
        moment: datetime | None = None,
        key: UUID | None = None,
        color: Color | None = None,
    ):
        values = (whole, real, flag, price, day, hour, moment, key, color)
        return {"values": [repr(value) for value in values]}

    def rest(self, id: int, **others):
        return {"id": id, "others": others}

    def needs(self, a: int, b: str):
        return {"a": a, "b": b}


@pytest.fixture
def app():
    mapper = Mapper()
    mapper.connect("/number/{id}", controller=Echo, action="number")
    for action in ("many", "kinds", "needs"):
        mapper.connect(f"/{action}", controller=Echo, action=action)
    mapper.connect("/rest/{id:int}/{extra}", controller=Echo, action="rest")
    return Application(mapper)


def test_a_path_argument_is_converted(app):
    """An annotation converts what the route leaves as text."""
    assert ask(app, "/number/7").text == '{"id":7}'


@pytest.mark.parametrize("path", ["/number/x", "/number/7x", "/number/٣", "/number/1_0", "/number/" + "9" * 5000])
def test_an_ill_typed_path_argument_is_not_found(app, path):
    """An address that cannot exist is a 404."""
    assert ask(app, quote(path)).status == 404


@pytest.mark.parametrize(
    ("query", "index", "value"),
    [
        ("whole=-3", 0, "-3"),
        ("whole=", 0, "None"),
        ("real=1.5", 1, "1.5"),
        ("flag=on", 2, "True"),
        ("flag=no", 2, "False"),
        ("price=9.90", 3, "Decimal('9.90')"),
        ("day=2026-11-21", 4, "datetime.date(2026, 11, 21)"),
        ("hour=18:30", 5, "datetime.time(18, 30)"),
        ("moment=2026-11-21T18:30", 6, "datetime.datetime(2026, 11, 21, 18, 30)"),
        ("key=12345678-1234-5678-1234-567812345678", 7, "UUID('12345678-1234-5678-1234-567812345678')"),
        ("color=red", 8, "<Color.RED: 'red'>"),
        ("color=RED", 8, "<Color.RED: 'red'>"),
    ],
)
def test_query_arguments_are_converted_by_annotation(app, query, index, value):
    """Each type that the guide names converts."""
    import json

    assert json.loads(ask(app, f"/kinds?{query}").text)["values"][index] == value


@pytest.mark.parametrize(
    "query", ["whole=x", "real=nan", "flag=perhaps", "price=inf", "day=2026-13-01", "hour=25", "key=1", "color=blue"]
)
def test_an_ill_typed_query_argument_is_a_bad_request(app, query):
    """The sentence names the argument."""
    answer = ask(app, f"/kinds?{query}", headers={"Accept": "application/json"})

    assert answer.status == 400
    assert query.partition("=")[0] in answer.text


def test_all_wrong_arguments_are_named_together(app):
    """One answer lists every mistake."""
    answer = ask(app, "/needs?a=x", headers={"Accept": "application/json"})

    assert answer.status == 400
    assert '"errors":{"a":["is not a whole number"],"b":["is missing"]}' in answer.text


def test_a_list_takes_every_value(app):
    """A repeated field fills a list; none gives an empty one."""
    assert ask(app, "/many?tags=1&tags=2&more=x").text == '{"tags":[1,2],"more":["x"]}'
    assert ask(app, "/many").text == '{"tags":[],"more":[]}'


def test_other_names_go_to_an_action_that_takes_all(app):
    """`**others` receives what else came; without it unknown fields are ignored."""
    assert ask(app, "/rest/3/x?y=z").text == '{"id":3,"others":{"y":"z","extra":"x"}}'
    assert ask(app, "/number/7?utm_source=mail").status == 200


def test_no_name_of_the_client_s_takes_the_place_of_self(app):
    """Nor that of a variable of the route."""
    assert ask(app, "/rest/3/x?self=1&id=4&extra=y").text == '{"id":3,"others":{"extra":"x"}}'


def test_an_annotation_converts_what_an_own_type_leaves_as_text():
    """A converter of a site's own may read no more than a text."""
    mapper = Mapper()
    mapper.converters["code"] = Converter("[a-z0-9]+", str.lower)
    mapper.connect("/{id:code}", controller=Echo, action="number")
    app = Application(mapper)

    assert ask(app, "/7").text == '{"id":7}'
    assert ask(app, "/x").status == 404


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/needs?a=x", "b=y", 400),
        ("/needs?a=x", "a=x&b=y", 422),
        ("/needs?a=1", "a=x", 422),
        ("/needs?a=x", "a=1", 422),
        ("/needs", "", 422),
        ("/needs?b=y", "", 422),
        ("/needs?a=1", "b=y", 200),
    ],
)
def test_the_status_says_which_part_is_to_blame(app, path, body, status):
    """The body counts more, and where it alone is wrong the answer is 422 (RFC 9110, section 15.5.21)."""
    assert (
        ask(app, path, method="POST", body=body.encode(), content_type="application/x-www-form-urlencoded").status
        == status
    )


def test_a_request_without_any_body_is_a_bad_request(app):
    """There is no body to blame."""
    assert ask(app, "/needs", method="POST").status == 400
    assert ask(app, "/needs", method="POST", body=b"", content_type="application/json").status == 400


def test_form_and_json_bodies_fill_arguments(app):
    """A POST's fields count like a query's."""
    assert ask(app, "/needs", method="POST", POST={"a": "1", "b": "x"}).text == '{"a":1,"b":"x"}'
    body = b'{"a": 1, "b": "x"}'
    assert ask(app, "/needs", method="POST", body=body, content_type="application/json").text == '{"a":1,"b":"x"}'


def test_a_json_body_that_is_no_object_is_refused(app):
    """Arguments have names. It is JSON and could be read, so it is a 422 (RFC 9110, section 15.5.21)."""
    assert ask(app, "/needs", method="POST", body=b"[1]", content_type="application/json").status == 422
    assert ask(app, "/needs", method="POST", body=b"[1", content_type="application/json").status == 400


def test_mistakes_in_signatures_are_found_at_start():
    """A route's variable that the action does not take is named with its place."""

    class Wrong(Controller):
        def show(self, number: int):
            return ""

        def strange(self, thing: object):
            return ""

    mapper = Mapper()
    mapper.connect("/{id}", controller=Wrong, action="show")
    mapper.connect("/strange/x", controller=Wrong, action="strange")

    with pytest.raises(ConfigError) as caught:
        Application(mapper)

    said = str(caught.value)
    assert "does not take the route's variable 'id'" in said
    assert "test_arguments.py" in said
    assert "no text converts" in said
