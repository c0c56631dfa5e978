"""tools.static: files that lie packed beside themselves."""

import gzip
import os
from pathlib import Path

import brotli
import pytest

from kirsch import Application, Config, Mapper
from kirsch.crud.static import Static as StaticFiles
from kirsch.testing import Client

STYLE = b"body { color: red } " * 50


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A style sheet that lies packed beside itself, another that does not, and a library's with the same names."""
    for folder in ("mine", "theirs"):
        (tmp_path / folder).mkdir()
    (tmp_path / "mine" / "app.css").write_bytes(STYLE)
    (tmp_path / "mine" / "app.css.gz").write_bytes(gzip.compress(STYLE))
    (tmp_path / "mine" / "app.css.br").write_bytes(brotli.compress(STYLE))
    (tmp_path / "mine" / "plain.css").write_bytes(STYLE)
    (tmp_path / "theirs" / "plain.css.gz").write_bytes(gzip.compress(b"another"))
    return tmp_path


def client_of(root, **tools):
    mapper = Mapper()
    mapper.connect("static", "/static/{path:.*}", controller=StaticFiles, action="file")
    tools["static"] = {"directories": ["mine", "theirs"], "precompressed": True} | tools.get("static", {})
    return Client(Application(mapper, config={"tools": tools}, site=Config(root=root)))


@pytest.mark.parametrize(
    ("accept", "encoding", "unpack"),
    [
        ("gzip, br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("zstd, gzip;q=0.5", "gzip", gzip.decompress),
        ("zstd", None, bytes),
        ("identity", None, bytes),
        ("gzip;q=0", None, bytes),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_client_gets_what_it_likes_best_of_what_there_is(root, accept, encoding, unpack, method):
    """With the type and the length of what it is sent, and the word for caches that it depends."""
    answer = client_of(root).request(method, "/static/app.css", headers={"Accept-Encoding": accept})

    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert int(answer.headers["Content-Length"]) == len(answer.body) or method == "HEAD"
    assert method == "HEAD" or unpack(answer.body) == STYLE


def test_each_form_is_another_version(root):
    """Confirmed by its own name, and its parts are parts of what is sent packed."""
    client, asked = client_of(root), {"Accept-Encoding": "gzip"}
    packed, plain = client.get("/static/app.css", headers=asked), client.get("/static/app.css")
    again = client.get("/static/app.css", headers=asked | {"If-None-Match": packed.headers["ETag"]})
    part = client.get("/static/app.css", headers=asked | {"Range": "bytes=2-5", "If-Range": packed.headers["ETag"]})
    other = client.get("/static/app.css", headers={"Range": "bytes=2-5", "If-Range": packed.headers["ETag"]})

    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert (again.status_code, again.headers["ETag"]) == (304, packed.headers["ETag"])
    assert again.headers["Vary"] == "Accept-Encoding"
    assert (part.status_code, part.headers["Content-Encoding"], part.body) == (206, "gzip", packed.body[2:6])
    assert (other.status_code, other.body) == (200, STYLE)


def test_what_is_older_than_the_file_is_not_sent(root):
    """Somebody has edited the file and not packed it again."""
    status = os.stat(root / "mine" / "app.css")
    for ending in ("gz", "br"):
        os.utime(root / "mine" / f"app.css.{ending}", ns=(0, status.st_mtime_ns - 10**9))

    answer = client_of(root).get("/static/app.css", headers={"Accept-Encoding": "gzip, br"})

    assert (answer.body, "Content-Encoding" in answer.headers) == (STYLE, False)


def test_another_folders_file_is_not_the_packed_form_of_ours(root):
    """Nor is a link that leads out, or a folder."""
    (root / "secret").write_bytes(gzip.compress(b"secret"))
    (root / "mine" / "plain.css.br").symlink_to(root / "secret")
    (root / "mine" / "plain.css.zst").mkdir()

    answer = client_of(root).get("/static/plain.css", headers={"Accept-Encoding": "br, gzip, zstd"})

    assert (answer.body, "Content-Encoding" in answer.headers) == (STYLE, False)


def test_the_packed_file_itself_can_be_asked_for(root):
    """Then it is what it is, whatever has been asked for before."""
    client = client_of(root)
    packed = client.get("/static/app.css", headers={"Accept-Encoding": "gzip"})
    itself = client.get("/static/app.css.gz")

    assert itself.body == packed.body
    assert (itself.headers["Content-Type"], "Content-Encoding" in itself.headers) == ("application/gzip", False)


def test_a_file_named_with_its_version_is_kept_for_a_year_packed_too(root):
    """The version is that of the file, however it is sent; an edit changes it."""
    client, asked = client_of(root), {"Accept-Encoding": "gzip"}
    version = client.application.tool("static").version("app.css")
    kept = client.get(f"/static/app.css?v={version}", headers=asked)
    fresh = client_of(root).get(f"/static/app.css?v={version}", headers=asked)
    (root / "mine" / "app.css").write_bytes(STYLE + STYLE)
    (root / "mine" / "app.css.gz").write_bytes(gzip.compress(STYLE + STYLE))
    stale = client.get(f"/static/app.css?v={version}", headers=asked)

    assert kept.headers["Cache-Control"] == fresh.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (stale.headers["Cache-Control"], gzip.decompress(stale.body)) == ("public, max-age=3600", STYLE + STYLE)


def test_what_lies_packed_is_not_packed_again(root):
    """And what does not is, where tools.compression is on; both are found again."""
    client, asked = client_of(root, compression={}), {"Accept-Encoding": "gzip"}
    for name in ("app.css", "plain.css"):
        answer = client.get(f"/static/{name}", headers=asked)
        again = client.get(f"/static/{name}", headers=asked | {"If-None-Match": answer.headers["ETag"]})

        assert gzip.decompress(answer.body) == STYLE
        assert (again.status_code, again.headers["ETag"]) == (304, answer.headers["ETag"])
        assert answer.headers["Vary"] == again.headers["Vary"] == "Accept-Encoding"


def test_nothing_is_looked_for_where_it_is_off(root):
    """As before, answers do not vary."""
    answer = client_of(root, static={"precompressed": False}).get(
        "/static/app.css", headers={"Accept-Encoding": "gzip"}
    )

    assert (answer.body, "Vary" in answer.headers) == (STYLE, False)
