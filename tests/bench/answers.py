"""What a right answer to each request looks like; a wrong one is never timed."""

import html
import json
import re
import sqlite3
from contextlib import closing
from typing import Any

from bench.peers import contract
from bench.wsgi import Answer


class Wrong(Exception):
    """An answer that is not what the contract says."""


def expect(condition: object, what: str, answer: Answer) -> None:
    """Refuse the answer unless *condition* holds.

    :raises Wrong: with *what* is wrong and the answer.
    """
    if not condition:
        raise Wrong(f"{what}: {answer.status} {answer.headers} {answer.body[:300]!r}")


def length(answer: Answer) -> None:
    """A Content-Length is optional in WSGI, but a given one has to be right."""
    given = answer.header("Content-Length")
    expect(given is None or given == str(len(answer.body)), "content length", answer)


def text(wanted: str, answer: Answer) -> None:
    expect(answer.code == 200, "status", answer)
    expect(answer.header("Content-Type").startswith("text/plain"), "content type", answer)
    expect(answer.body == wanted.encode(), "body", answer)
    length(answer)


def missing(answer: Answer) -> None:
    expect(answer.code == 404, "status", answer)
    length(answer)


def json_of(answer: Answer) -> Any:
    expect(answer.code == 200, "status", answer)
    expect(answer.header("Content-Type").startswith("application/json"), "content type", answer)
    length(answer)
    return json.loads(answer.body)


def is_json(wanted: object, answer: Answer) -> None:
    expect(json_of(answer) == wanted, "body", answer)


def is_row(row: Any) -> bool:
    return set(row) == {"id", "randomNumber"} and all(
        isinstance(v, int) and 1 <= v <= contract.WORLD_ROWS for v in row.values()
    )


def one_row(answer: Answer) -> None:
    expect(is_row(json_of(answer)), "row", answer)


def rows(n: int, answer: Answer) -> None:
    value = json_of(answer)
    expect(isinstance(value, list) and len(value) == n and all(map(is_row, value)), "rows", answer)
    expect(len({row["id"] for row in value}) == n, "distinct ids", answer)


def written_rows(n: int, answer: Answer) -> None:
    rows(n, answer)
    with closing(sqlite3.connect(contract.DATABASE)) as db:
        for row in json.loads(answer.body):
            stored = db.execute('SELECT "randomNumber" FROM world WHERE id = ?', (row["id"],)).fetchone()[0]
            expect(stored == row["randomNumber"], f"row {row['id']} was not written", answer)


def fortunes(answer: Answer) -> None:
    expect(answer.code == 200, "status", answer)
    expect(re.fullmatch("text/html; *charset=utf-8", answer.header("Content-Type"), re.I), "content type", answer)
    page = answer.body.decode()
    expect("<script>" not in page, "escaping", answer)
    cells = re.findall(r"<tr><td>(\d+)</td><td>(.*?)</td></tr>", page)
    messages = [html.unescape(message) for _, message in cells]
    expect(messages == sorted((*contract.FORTUNES, contract.EXTRA_FORTUNE)), "rows", answer)


def cookies(answer: Answer) -> list[tuple[str, str]]:
    """What a browser would send back of the cookies it was given."""
    pairs = [value.partition(";")[0] for key, value in answer.headers if key.lower() == "set-cookie"]
    return [("Cookie", "; ".join(pairs))] if pairs else []


def counted(answer: Answer) -> None:
    expect(answer.code == 200 and re.fullmatch(rb"count=([2-9]|\d\d+)", answer.body), "count", answer)


def validators(answer: Answer) -> list[tuple[str, str]]:
    """What a browser would send to revalidate: If-None-Match, or If-Modified-Since where there is no ETag."""
    etag, modified = answer.header("ETag"), answer.header("Last-Modified")
    expect(etag or modified, "no validator", answer)
    return [("If-None-Match", etag)] if etag else [("If-Modified-Since", modified)]


def whole_file(answer: Answer) -> None:
    expect(answer.code == 200 and answer.body == contract.ASSET.read_bytes(), "file", answer)


def not_modified(answer: Answer) -> None:
    expect(answer.code == 304 and answer.body == b"", "304", answer)
