"""tools.requestid: one name for a request, everywhere."""

import pytest

from asking import ask
from kirsch import Application, Controller, Mapper
from kirsch.errors import ConfigError


class Pages(Controller):
    def index(self):
        return self.request.id

    def broken(self):
        raise RuntimeError("broken")


def make_app(**options):
    mapper = Mapper()
    for action in ("index", "broken"):
        mapper.connect(f"/{action}", controller=Pages, action=action)
    return Application(mapper, config={"tools.requestid": options})


def asked(app, given=None, address="10.1.2.3", path="/index"):
    environ = {"REMOTE_ADDR": address} | ({} if given is None else {"HTTP_X_REQUEST_ID": given})
    return ask(app, path, environ=environ)


def test_every_answer_tells_its_id():
    """The one that the log has; errors and addresses that lead nowhere included."""
    app = make_app()
    answer = asked(app)

    assert answer.headers["X-Request-ID"] == answer.text
    assert len(asked(app, path="/nowhere").headers["X-Request-ID"]) == 16
    assert asked(app).text != asked(app).text


def test_an_error_is_in_the_log_by_the_id_that_the_proxy_gave(caplog):
    """And on the page."""
    answer = asked(make_app(trusted=["10.0.0.0/8"]), "proxy-0042", path="/broken")

    assert (answer.status, answer.headers["X-Request-ID"]) == (500, "proxy-0042")
    assert "request proxy-0042:" in caplog.text
    assert "proxy-0042" in answer.text


@pytest.mark.parametrize(
    ("trusted", "address", "taken"),
    [
        ([], "127.0.0.1", False),
        (["10.0.0.0/8"], "10.1.2.3", True),
        (["10.0.0.0/8"], "11.1.2.3", False),
        (["10.0.0.0/8"], "::ffff:10.1.2.3", True),
        (["10.0.0.0/8", "::1"], "::1", True),
        (["10.0.0.0/8"], "", False),
        (["unix"], "", True),
        (["unix"], "10.1.2.3", False),
        (["10.0.0.0/8"], "nonsense", False),
    ],
)
def test_only_trusted_proxies_give_ids(trusted, address, taken):
    """Nobody, unless configuration names them."""
    assert (asked(make_app(trusted=trusted), "proxy-0042", address).text == "proxy-0042") is taken


@pytest.mark.parametrize(
    "given", ["", "short", "x" * 129, "proxy 0042", "proxy\n0042", "proxy-0042\n", 'a"0000000', "é" * 9]
)
def test_what_could_harm_a_log_is_no_id(given):
    """Then the request gets one of ours."""
    answer = asked(make_app(trusted=["10.0.0.0/8"]), given)

    assert answer.text != given
    assert answer.headers["X-Request-ID"] == answer.text


def test_the_header_may_have_another_name():
    """As the proxy calls it."""
    app = make_app(header="X-Trace", trusted=["0.0.0.0/0"])
    answer = ask(app, "/index", environ={"REMOTE_ADDR": "1.2.3.4", "HTTP_X_TRACE": "00ff00ff"})

    assert answer.headers["X-Trace"] == "00ff00ff"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"header": "X Request"}, "header cannot be 'X Request'"),
        ({"trusted": ["10.0.0.1/8"]}, "trusted: 10.0.0.1/8 has host bits set"),
        ({"trusted": ["proxy"]}, "trusted: 'proxy' does not appear to be .* Give networks such as"),
    ],
)
def test_what_cannot_work_is_said_at_start(options, words):
    """With an example of what would."""
    with pytest.raises(ConfigError, match=words):
        make_app(**options)
