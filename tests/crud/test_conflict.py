"""Two people edit one row."""

import io
import re

import pytest
from sqlalchemy import event, update

import shop as bookshop
from kirsch import Application, Request
from kirsch.testing import Client

FIVE = "/vouchers/00000000-0000-0000-0000-000000000005"


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_the_second_to_save_sees_both_versions_and_may_save_over(any_shop: Application):
    """409 with yours and theirs; sending the form again saves yours."""
    first, second = Client(any_shop), Client(any_shop)
    mine, yours = first.get("/books/1/edit"), second.get("/books/1/edit")
    first.submit(mine, {"title": "First", "tags": ["blue"]})

    answer = second.submit(yours, {"title": "Second", "price": "9"})

    assert answer.status_code == 409
    words = plain(answer.text)
    assert "Second" in words
    assert "First" in words
    assert "blue" in words
    again = second.submit(answer, {"price": "9.5"})
    assert again.status_code == 303, again.text
    assert (second.get("/books/1.json").json["title"], second.get("/books/1.json").json["price"]) == ("Second", "9.50")


def test_a_change_of_the_tags_alone_is_a_conflict_too(client: Client):
    """What goes with a row is part of its version."""
    page = client.get("/books/1/edit")
    client.patch("/books/1", json={"tags": ["blue"]})

    assert client.submit(page, {"title": "Late"}).status_code == 409


def test_saving_twice_in_a_row_is_no_conflict(any_shop: Application):
    """Whoever saves, and edits again, has the newest version."""
    client = Client(any_shop)

    for title in ("One", "Two"):
        assert client.submit(client.get("/books/1/edit"), {"title": title}).status_code == 303
    assert client.submit(client.get(f"{FIVE}/edit"), {"text": "six"}).status_code == 303
    assert client.submit(client.get(f"{FIVE}/edit"), {"text": "seven"}).status_code == 303


def test_the_version_column_of_a_model_is_its_version(client: Client):
    """The page of a stale voucher is a 409."""
    page = client.get(f"{FIVE}/edit")
    client.patch(FIVE, json={"text": "other"})

    assert client.submit(page, {"text": "mine"}).status_code == 409


def test_a_change_in_the_very_moment_is_a_conflict_too(any_shop: Application):
    """The version column catches at the write what came after the check."""
    client = Client(any_shop)
    page = client.get(f"{FIVE}/edit")

    @event.listens_for(bookshop.Voucher, "before_update")
    def faster(mapper, connection, target) -> None:
        connection.execute(update(bookshop.Voucher.__table__).values(version=77))

    try:
        answer = client.submit(page, {"text": "mine"})
    finally:
        event.remove(bookshop.Voucher, "before_update", faster)

    assert answer.status_code == 409
    assert client.get(f"{FIVE}.json").json["text"] == "five"


def test_a_program_says_which_version_it_read(client: Client):
    """`If-Match` with an old ETag is 412, an old `_version` in the body is 409, the current ones pass."""
    first = client.get("/books/1.json")
    tag, version = first.headers["ETag"], first.json["_version"]
    assert client.patch("/books/1", json={"title": "A"}, headers={"If-Match": tag}).status_code == 200

    late = client.patch("/books/1", json={"title": "B"}, headers={"If-Match": tag})
    stale = client.patch("/books/1", json={"title": "B", "_version": version})

    assert (late.status_code, stale.status_code) == (412, 409)
    assert stale.content_type == "application/problem+json"
    now = client.get("/books/1.json").json["_version"]
    assert client.patch("/books/1", json={"title": "B", "_version": now}).status_code == 200


def test_a_stale_question_does_not_delete(any_shop: Application):
    """Who asked to delete a row as it was is asked again about the row as it is."""
    client = Client(any_shop)
    page = client.get("/books/2/delete")
    client.patch("/books/2", json={"title": "Better than ever"})

    answer = client.submit(page, button="Delete")

    assert answer.status_code == 409
    assert "Better than ever" in answer.text
    assert client.get("/books/2").status_code == 200


@pytest.mark.parametrize("version", ["", "x", "\0", "0" * 5000])
def test_a_version_made_up_is_at_most_a_conflict(client: Client, version: str):
    """Nothing that a client sends as a version does harm."""
    answer = client.post("/books/1", {"title": "Notes", "_version": version})

    assert answer.status_code in {303, 409}


@pytest.mark.parametrize(
    "ask", [("PATCH", FIVE, "application/json"), ("POST", f"{FIVE}/delete", "multipart/form-data")]
)
def test_a_slow_client_keeps_nobody_from_saving(shop: Application, client: Client, ask: tuple[str, str, str]):
    """While the body of one request still comes in, other requests write."""
    saved: list[int] = []

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            saved.append(client.post("/tags", {"name": f"meanwhile {len(saved)}"}).status_code)
            return super().read(size)

        read1 = read

    method, path, kind = ask
    body = b"--x\r\n" if "form" in kind else b"{}"
    headers = {"Content-Type": f"{kind}; boundary=x", "Sec-Fetch-Site": "same-origin"}
    environ = Request.blank(path, method=method, headers=headers).environ
    environ |= {"wsgi.input": Slow(body), "CONTENT_LENGTH": str(len(body))}

    list(shop(environ, lambda *_: None))

    assert set(saved) == {303}
