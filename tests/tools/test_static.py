"""tools.static: files, and only those that are meant to be seen."""

import os
from email.utils import formatdate
from pathlib import Path

import pytest

from kirsch import Application, Config, Mapper, Request, Response
from kirsch.crud.static import Static as StaticFiles
from kirsch.errors import MethodNotAllowed, UsageError
from kirsch.response import full
from kirsch.testing import Client
from kirsch.tool import Setup
from kirsch.tools.static import Static


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A site with two folders of files, and things beside them that nobody may see."""
    for name in ("mine", "theirs", "mine-secret"):
        (tmp_path / name / "deep").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "mine-secret" / "key.txt").write_text("secret")
    (tmp_path / "mine" / "site.css").write_text("/* mine: ü */", encoding="utf-8")
    (tmp_path / "theirs" / "site.css").write_text("/* theirs */")
    (tmp_path / "theirs" / "deep" / "logo.svg").write_text("<svg/>")
    (tmp_path / "mine" / ".hidden").write_text("secret")
    return tmp_path


def ask(
    root: Path, path: str, method: str = "GET", cache: int = 60, debug: bool = False, **headers: str
) -> Response | None:
    tool = Static(directories=["mine", "theirs"], cache_seconds=cache)
    tool.prepare(Setup(root=root, debug=debug))
    environ = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    request = Request.blank("/static", environ, method=method)
    request.urlvars = {"path": path}
    answer = tool.start(request)
    return None if answer is None else full(answer)


def served(root: Path, path: str, method: str = "GET", **options: object) -> Response:
    response = ask(root, path, method, **options)  # type: ignore[arg-type]
    assert response is not None
    return response


def test_the_first_folder_that_has_the_file_gives_it(root):
    """A project's site.css stands before the library's."""
    response = served(root, "site.css")

    assert response.body.decode() == "/* mine: ü */"
    assert response.headers["Content-Type"] == "text/css; charset=utf-8"
    assert response.headers["Content-Length"] == str(len(response.body))


def test_a_file_in_a_later_folder_is_found(root):
    """What the first folder lacks, the next one may have."""
    response = served(root, "deep/logo.svg")

    assert response.headers["Content-Type"] == "image/svg+xml; charset=utf-8"


def test_a_packages_folder_can_be_served(root):
    """The library's style sheet is named as "package:folder"."""
    tool = Static(directories=["kirsch.crud:assets"])
    tool.prepare(Setup(root=root))
    request = Request.blank("/static")
    request.urlvars = {"path": "kirsch.css"}

    answer = tool.start(request)

    assert answer is not None
    assert b"--accent" in full(answer).body


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "nothing.css",
        "deep",
        "deep/",
        "..",
        "../secret.txt",
        "deep/../../secret.txt",
        "deep/../site.css",
        "./site.css",
        "//site.css",
        "deep//logo.svg",
        "..\\secret.txt",
        "../mine-secret/key.txt",
        "-secret/key.txt",
        ".hidden",
        "site.css\x00.png",
        "site.css/",
        "site.css/more",
        "x" * 300,
        "a/" * 3000 + "b",
    ],
)
def test_what_is_no_file_of_the_site_is_left_to_the_action(root, path):
    """Folders, names with dots in front, ways upward and NUL lead nowhere."""
    assert ask(root, path) is None


@pytest.mark.parametrize("target", ["secret.txt", "mine-secret/key.txt", "mine/.hidden"])
def test_a_link_out_of_the_folder_is_not_followed(root, target):
    """A symbolic link cannot open what lies elsewhere, nor what begins with a dot."""
    (root / "mine" / "link.txt").symlink_to(root / target)

    assert ask(root, "link.txt") is None


def test_a_link_inside_the_folder_is_followed(root):
    """Links are no harm where they stay inside."""
    (root / "mine" / "same.css").symlink_to("site.css")

    assert served(root, "same.css").body.decode() == "/* mine: ü */"


def test_a_pipe_is_not_served(root):
    """Something that is no regular file would stall the thread that opens it."""
    os.mkfifo(root / "mine" / "pipe.txt")

    assert ask(root, "pipe.txt") is None


def test_the_headers_say_how_long_a_file_holds(root):
    """Browsers keep a file for the time that is set, and do not guess its type."""
    headers = served(root, "site.css").headers

    assert headers["Cache-Control"] == "public, max-age=60"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["ETag"].startswith('"')
    assert headers["Last-Modified"].endswith(" GMT")


@pytest.mark.parametrize("options", [{"cache": 0}, {"debug": True}])
def test_a_file_is_asked_for_each_time_while_the_site_is_made(root, options):
    """Without caching, and in debug mode, an edited file shows at the next visit."""
    assert served(root, "site.css", **options).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("shape", ["{}", "W/{}", '"other", {}', 'W/"other" ,W/{}', "*"])
def test_a_version_that_the_browser_holds_is_not_sent_again(root, shape):
    """If-None-Match is compared weakly, in lists too; a star stands for any version."""
    tag = served(root, "site.css").headers["ETag"]

    response = served(root, "site.css", if_none_match=shape.format(tag))

    assert (response.status_code, response.body) == (304, b"")
    assert response.headers["ETag"] == tag
    assert response.headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("shape", ['"other"', "{0}x", "", "nonsense"])
def test_another_version_is_sent_whole(root, shape):
    """An entity tag that is not this file's leads to the file, whatever the date says."""
    tag = served(root, "site.css").headers["ETag"].strip('"')

    response = served(root, "site.css", if_none_match=shape.format(tag), if_modified_since=formatdate(usegmt=True))

    assert response.status_code == 200


def test_an_edit_changes_the_entity_tag(root):
    """Even one of the same length within the same second."""
    before = served(root, "site.css").headers["ETag"]

    (root / "mine" / "site.css").write_text("/* miné: u */", encoding="utf-8")

    assert served(root, "site.css").headers["ETag"] != before


@pytest.mark.parametrize(("seconds", "status"), [(0, 304), (3600, 304), (-3600, 200)])
def test_a_file_not_changed_since_a_date_is_not_sent_again(root, seconds, status):
    """If-Modified-Since counts whole seconds."""
    changed = (root / "mine" / "site.css").stat().st_mtime

    response = served(root, "site.css", if_modified_since=formatdate(changed + seconds, usegmt=True))

    assert response.status_code == status


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Mon, 99 Foo 2020 25:61:00 GMT", "0", "Thu, 01 Jan 99999 00:00:00 GMT"]
)
def test_a_date_that_is_none_is_ignored(root, date):
    """A condition that cannot be understood is no condition."""
    assert served(root, "site.css", if_modified_since=date).status_code == 200


def test_head_says_the_length_and_sends_nothing(root):
    """The headers of HEAD are those of GET."""
    head, get = served(root, "site.css", "HEAD"), served(root, "site.css")
    told: list[tuple[str, list[tuple[str, str]]]] = []

    body = b"".join(head({"REQUEST_METHOD": "HEAD"}, lambda status, headers: told.append((status, headers))))

    assert (body, told) == (b"", [("200 OK", list(get.headerlist))])


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_other_methods_are_refused(root, method):
    """405 names what is allowed."""
    with pytest.raises(MethodNotAllowed) as refused:
        ask(root, "site.css", method)

    assert refused.value.allow == ("GET", "HEAD")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("app.js", "text/javascript; charset=utf-8"),
        ("app.MJS", "text/javascript; charset=utf-8"),
        ("page.html", "text/html; charset=utf-8"),
        ("notes.txt", "text/plain; charset=utf-8"),
        ("photo.jpeg", "image/jpeg"),
        ("photo.webp", "image/webp"),
        ("letters.woff2", "font/woff2"),
        ("data.json", "application/json"),
        ("all.tar.gz", "application/gzip"),
        ("thing.unheard", "application/octet-stream"),
        ("README", "application/octet-stream"),
    ],
)
def test_the_ending_says_the_type(root, name, kind):
    """The same on every machine, and text is UTF-8."""
    (root / "mine" / name).write_bytes(b"...")

    assert served(root, name).headers["Content-Type"] == kind


def test_a_large_file_comes_whole(root):
    """It is read in blocks, as the server sends it."""
    (root / "mine" / "large.bin").write_bytes(bytes(range(256)) * 2000)

    response = served(root, "large.bin")

    assert response.headers["Content-Length"] == "512000"
    assert b"".join(response.app_iter) == bytes(range(256)) * 2000
    response.app_iter.close()


def test_a_folder_that_is_missing_is_said_at_start(root):
    """The sentence names it."""
    with pytest.raises(UsageError, match="'nowhere' does not exist"):
        Static(directories=["nowhere"]).prepare(Setup(root=root))


def test_a_negative_time_is_said_at_start(root):
    """Nobody can keep a file for less than no time."""
    with pytest.raises(UsageError, match="give 0 or more"):
        Static(directories=["mine"], cache_seconds=-1).prepare(Setup(root=root))


def test_a_site_serves_its_files(root):
    """The library's controller and this tool together: files with their headers, and 404 for the rest."""
    mapper = Mapper()
    mapper.connect("static", "/static/{path:.*}", controller="static", action="file")
    settings = {"controllers": {"static": {"tools": {"static": {"directories": ["mine", "kirsch.crud:assets"]}}}}}
    client = Client(Application(mapper, [StaticFiles], site=Config(settings, root=root)))

    style = client.get("/static/site.css")
    again = client.get("/static/site.css", headers={"If-None-Match": style.headers["ETag"]})

    assert (style.status_code, style.text) == (200, "/* mine: ü */")
    assert (again.status_code, again.text) == (304, "")
    assert client.get("/static/kirsch.css").headers["Content-Type"] == "text/css; charset=utf-8"
    assert client.get("/static/favicon.svg").headers["Content-Type"].startswith("image/svg+xml")
    for path in ("none.css", "..%2fsecret.txt", "%2e%2e/secret.txt"):
        assert client.get(f"/static/{path}").status_code == 404
    assert client.post("/static/site.css").status_code == 405


def test_a_file_named_with_its_version_is_kept_for_a_year_and_an_edit_changes_the_name(root):
    """Browsers never show an old style sheet with a new page, and never ask twice for the same one."""
    mapper = Mapper()
    mapper.connect("static", "/static/{path:.*}", controller=StaticFiles, action="file")
    app = Application(mapper, config={"tools.static.directories": ["mine"]}, site=Config(root=root))
    request = Request.blank("/")
    request.application = app

    before = app.asset(request, "site.css")
    kept, guessed = Client(app).get(before), Client(app).get("/static/site.css?v=guessed")
    (root / "mine" / "site.css").write_text("/* edited */")
    after, missing = app.asset(request, "site.css"), app.asset(request, "gone.css")

    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert guessed.headers["Cache-Control"] == "public, max-age=3600"
    assert before != after
    assert missing == "/static/gone.css"
