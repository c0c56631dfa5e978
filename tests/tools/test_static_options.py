"""tools.static: one file, names that hold a version, folders with an index, types, and paths that are no files."""

import gzip
import os
import re

import pytest

from kirsch import Application, Config, Controller, Mapper, NotFound, Request, tools
from kirsch.crud.static import Static as StaticFiles
from kirsch.errors import ConfigError
from kirsch.testing import Client

FOR_A_YEAR = "public, max-age=31536000, immutable"


@pytest.fixture
def root(tmp_path):
    for folder in ("mine/docs/empty", "mine-private"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "mine" / "app.css").write_text("p { color: red }")
    (tmp_path / "mine" / "notes.MD").write_text("# Notes")
    (tmp_path / "mine" / "README").write_text("read me")
    (tmp_path / "mine" / "index.html").write_text("<h1>start</h1>")
    (tmp_path / "mine" / "docs" / "index.html").write_text("<h1>docs</h1>")
    (tmp_path / "mine-private" / "index.html").write_text("secret")
    (tmp_path / "favicon.ico").write_bytes(b"icon")
    return tmp_path


def app_of(root, **options):
    mapper = Mapper()
    mapper.connect("static", "/static/{path:.*}", controller=StaticFiles, action="file")
    mapper.connect("/static", controller=StaticFiles, action="file", path="")
    settings = {"tools.static": {"directories": ["mine"], **options}}
    return Application(mapper, config=settings, site=Config(root=root))


def asset(app, path, prefix=""):
    request = Request.blank("/", {"SCRIPT_NAME": prefix})
    request.application = app
    return app.asset(request, path)


# One file -----------------------------------------------------------------------------------------------------


class Icons(Controller):
    @tools.static(file="favicon.ico", cache_seconds=60)
    def icon(self):
        raise NotFound("The file has gone.")

    @tools.static(file="kirsch.crud:assets/kirsch.css")
    def library(self):
        raise NotFound


def test_one_file_is_served_by_any_route(root):
    """With its type, its version and its time; when it is gone, the action says so."""
    mapper = Mapper()
    mapper.connect("/favicon.ico", controller=Icons, action="icon")
    mapper.connect("/style", controller=Icons, action="library")
    client = Client(Application(mapper, site=Config(root=root)))

    icon = client.get("/favicon.ico")
    again = client.get("/favicon.ico", headers={"If-None-Match": icon.headers["ETag"]})
    os.remove(root / "favicon.ico")

    assert (icon.body, icon.headers["Content-Type"], icon.headers["Cache-Control"]) == (
        b"icon", "image/x-icon", "public, max-age=60",
    )  # fmt: skip
    assert again.status_code == 304
    assert "--accent" in client.get("/style").text
    assert client.post("/style").status_code == 405
    assert client.get("/favicon.ico").status_code == 404


def test_one_file_beside_a_folder_of_them_leaves_their_addresses_alone(root):
    """`asset` is about the route called static, whichever comes first."""
    mapper = Mapper()
    mapper.connect("/favicon.ico", controller=Icons, action="icon")
    mapper.connect("static", "/static/{path:.*}", controller=StaticFiles, action="file")
    settings = {"controllers.static.tools.static.directories": ["mine"]}
    app = Application(mapper, [Icons, StaticFiles], settings, Config(root=root))

    assert asset(app, "app.css").startswith("/static/app.css?v=")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"file": "gone.ico"}, "no such file"),
        ({"file": "mine"}, "no such file"),
        ({"file": "nowhere/favicon.ico"}, "does not exist"),
        ({"file": "favicon.ico", "directories": ["mine"]}, "not both"),
        ({"index": "../index.html", "directories": ["mine"]}, "give the name of a file"),
        ({"match": "(", "directories": ["mine"]}, "no regular expression"),
        ({"types": {"md": "text/plain"}, "directories": ["mine"]}, "write it as"),
        ({"types": {".md": "text"}, "directories": ["mine"]}, "write it as"),
        ({"types": {".md": "text/plain\r\nX: y"}, "directories": ["mine"]}, "write it as"),
    ],
)
def test_options_that_cannot_work_are_said_at_start(root, options, words):
    """With what to write."""
    with pytest.raises(ConfigError, match=words):
        Application(Mapper(), [], {"tools.static": options}, Config(root=root))


# Names that hold a version ------------------------------------------------------------------------------------


def test_the_name_holds_the_version_and_the_file_is_kept_for_ever(root):
    """No query, which some caches do not keep by; known again as any other file."""
    app = app_of(root, hashed=True)
    client = Client(app)

    address = asset(app, "app.css")
    answer = client.get(address)
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})

    assert re.fullmatch(r"/static/app\.[0-9a-f]{10}\.css", address)
    assert (answer.status_code, answer.text) == (200, "p { color: red }")
    assert (answer.headers["Cache-Control"], answer.headers["Content-Type"]) == (FOR_A_YEAR, "text/css; charset=utf-8")
    assert (again.status_code, again.headers["Cache-Control"]) == (304, FOR_A_YEAR)
    assert client.get("/static/app.css").headers["Cache-Control"] == "public, max-age=3600"


def test_a_file_without_an_ending_has_its_version_at_the_end(root):
    """And one with two before the last."""
    (root / "mine" / "all.tar.gz").write_bytes(b"packed")
    app = app_of(root, hashed=True)

    assert Client(app).get(asset(app, "README")).text == "read me"
    assert Client(app).get(asset(app, "all.tar.gz")).headers["Content-Type"] == "application/gzip"


def test_the_name_of_another_version_leads_to_that_of_today(root):
    """A page that a browser still holds finds its style, and nobody keeps new content under an old name."""
    app = app_of(root, hashed=True)
    client = Client(app)
    before = asset(app, "app.css")

    (root / "mine" / "app.css").write_text("p { color: blue }")
    answer = client.get(f"{before}?a=1")

    assert (answer.status_code, answer.location) == (302, f"{asset(app, 'app.css')}?a=1")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert client.get(answer.location).text == "p { color: blue }"


def test_a_name_that_only_looks_like_a_version_is_a_file_or_is_not_found(root):
    """What another program has named so is served as it is."""
    (root / "mine" / "made.0123456789.js").write_text("made")
    client = Client(app_of(root, hashed=True))

    made = client.get("/static/made.0123456789.js")

    assert (made.text, made.headers["Cache-Control"]) == ("made", "public, max-age=3600")
    for path in (
        "gone.0123456789.css",
        ".0123456789.css",
        "docs/.0123456789",
        "../favicon.0123456789.ico",
        "app.0123.css",
    ):
        assert client.get(f"/static/{path}").status_code == 404


def test_a_mounted_site_keeps_its_prefix_in_the_name_of_today(root):
    """The address is the one that the browser sees."""
    from asking import ask

    app = app_of(root, hashed=True)

    answer = ask(app, "/static/app.0123456789.css", environ={"SCRIPT_NAME": "/shop"})

    assert answer.headers["Location"] == asset(app, "app.css", prefix="/shop")


def test_a_packed_file_is_sent_by_the_name_of_its_version_too(root):
    """It is the same version, otherwise sent."""
    (root / "mine" / "app.css.gz").write_bytes(gzip.compress(b"p { color: red }"))
    app = app_of(root, hashed=True, precompressed=True)

    answer = Client(app).get(asset(app, "app.css"), headers={"Accept-Encoding": "gzip"})

    assert (answer.headers["Content-Encoding"], answer.headers["Cache-Control"]) == ("gzip", FOR_A_YEAR)


# Folders ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "found"),
    [
        ("/static/", 200, "<h1>start</h1>"),
        ("/static/docs/", 200, "<h1>docs</h1>"),
        ("/static/docs/index.html", 200, "<h1>docs</h1>"),
        ("/static/docs", 301, "/static/docs/"),
        ("/static/docs?a=%C3%BC", 301, "/static/docs/?a=%C3%BC"),
        ("/static", 301, "/static/"),
        ("/static/docs/empty/", 404, None),
        ("/static/docs/empty", 404, None),
        ("/static/docs//", 404, None),
        ("/static/../mine-private/", 404, None),
        ("/static/-private/", 404, None),
        ("/static/app.css/", 404, None),
        ("/static/docs%00/", 404, None),
    ],
)
def test_a_folder_has_an_index(root, path, status, found):
    """At its address with the slash, to which the one without leads."""
    answer = Client(app_of(root, index="index.html")).get(path)

    assert answer.status_code == status
    assert found in (None, answer.text, answer.headers.get("Location"))


def test_a_folder_has_one_address(root):
    """Another slash before it leads past what protects a path, and to no file."""
    mapper = Mapper()
    mapper.connect("/{path:.*}", controller=StaticFiles, action="file")
    closed = {"/docs": {"tools.basicauth.passwords": {"ada": "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g="}}}
    settings = {"tools.static": {"directories": ["mine"], "index": "index.html"}, "paths": closed}
    application = Application(mapper, config=settings, site=Config(root=root))

    def asked(path):
        def there(environ, start_response):
            return application({**environ, "PATH_INFO": path}, start_response)

        return Client(there).get("/").status_code

    assert [asked(path) for path in ("/", "/docs", "/docs/", "/docs//", "/docs/index.html")] == [
        200,
        401,
        401,
        401,
        401,
    ]
    for path in ("//", "//docs", "//docs/", "//docs/index.html", "///docs/", "/./docs/", "/x/../docs/"):
        assert asked(path) == 404


def test_without_an_index_a_folder_is_nothing(root):
    """No list of files is ever made."""
    client = Client(app_of(root))

    assert [client.get(path).status_code for path in ("/static/", "/static/docs/", "/static/docs")] == [404, 404, 404]


# What is a file here, and of which type -----------------------------------------------------------------------


def test_only_what_fits_is_a_file_here(root):
    """The whole path must fit."""
    client = Client(app_of(root, match=r"(?i).*\.(css|md)"))

    found = [client.get(f"/static/{path}").status_code for path in ("app.css", "notes.MD", "README", "index.html")]

    assert found == [200, 200, 404, 404]


def test_a_site_names_its_own_types(root):
    """By the ending, in any case."""
    client = Client(app_of(root, types={".Md": "text/plain", ".css": "application/x-style"}))

    kinds = [client.get(f"/static/{path}").headers["Content-Type"] for path in ("notes.MD", "app.css")]

    assert kinds == ["text/plain; charset=utf-8", "application/x-style"]
