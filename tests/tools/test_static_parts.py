"""tools.static: parts of files, conditions, and files that change or move while they are asked for."""

import os
import random
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from asking import Answer, ask
from kirsch import Application, Config, Mapper, Request
from kirsch.crud.static import Static as StaticFiles
from kirsch.response import full
from kirsch.tool import Setup
from kirsch.tools.static import WHOLE, Static

LARGE = bytes(range(256)) * (WHOLE // 256 + 100)
SECRET = b"secret " * 100


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A site with two folders of files, and something beside them that nobody may see."""
    for name in ("mine/deep/er", "theirs", "outside/er"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "mine" / "small.txt").write_bytes(b"0123456789")
    (tmp_path / "mine" / "deep" / "er" / "small.txt").write_bytes(b"0123456789")
    (tmp_path / "mine" / "large.bin").write_bytes(LARGE)
    (tmp_path / "theirs" / "theirs.txt").write_bytes(b"theirs")
    for name in ("outside/small.txt", "outside/er/small.txt"):
        (tmp_path / name).write_bytes(SECRET)
    return tmp_path


@pytest.fixture
def site(root: Path) -> Application:
    mapper = Mapper()
    mapper.connect("static", "/static/{path:.*}", controller=StaticFiles, action="file")
    return Application(mapper, config={"tools.static.directories": ["mine", "theirs"]}, site=Config(root=root))


def get(site: Application, path: str, method: str = "GET", **headers: str) -> Answer:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(site, f"/static/{path}", method=method, headers=sent)


def test_one_part_of_a_file_is_sent(site):
    """206 with its place; the version and the time it holds are those of the file."""
    whole, part = get(site, "small.txt"), get(site, "small.txt", range="bytes=2-4")

    assert (part.status, part.body, part.headers["Content-Range"]) == (206, b"234", "bytes 2-4/10")
    for name in ("ETag", "Last-Modified", "Cache-Control", "Content-Type", "X-Content-Type-Options", "Accept-Ranges"):
        assert part.headers[name] == whole.headers[name]


def test_several_parts_of_a_large_file_are_sent(site):
    """As multipart/byteranges, of the length that is announced."""
    answer = get(site, "large.bin", range=f"bytes=0-2,{WHOLE - 1}-{WHOLE},-1")

    assert answer.status == 206
    assert answer.headers["Content-Length"] == str(len(answer.body))
    for part in (LARGE[:3], LARGE[WHOLE - 1 : WHOLE + 1], LARGE[-1:]):
        assert b"\r\n\r\n" + part + b"\r\n--" in answer.body


def test_any_part_of_a_file_is_that_part(site, seed):
    """First, last, across blocks."""
    pick = random.Random(seed)

    for _ in range(50):
        first, last = sorted(pick.randrange(len(LARGE)) for _ in range(2))
        assert get(site, "large.bin", range=f"bytes={first}-{last}").body == LARGE[first : last + 1]


def test_parts_that_the_file_does_not_have_are_refused(site):
    """416 says how long it is."""
    answer = get(site, "small.txt", range="bytes=10-")

    assert (answer.status, answer.headers["Content-Range"]) == (416, "bytes */10")


def test_a_download_goes_on_only_with_the_same_version(site, root):
    """If-Range with the tag of an older version brings the whole file."""
    tag = get(site, "large.bin").headers["ETag"]

    same = get(site, "large.bin", range="bytes=5-", if_range=tag)
    (root / "mine" / "large.bin").write_bytes(LARGE[::-1])
    other = get(site, "large.bin", range="bytes=5-", if_range=tag)

    assert (same.status, other.status) == (206, 200)
    assert other.body == LARGE[::-1]


def test_head_of_a_large_file_leaves_it_closed(site):
    """The length is that of the file; a range means nothing."""
    opened = len(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else 0

    answer = get(site, "large.bin", "HEAD", range="bytes=0-1")

    assert (answer.status, answer.headers["Content-Length"]) == (200, str(len(LARGE)))
    assert not opened or len(os.listdir("/proc/self/fd")) == opened


def test_a_version_the_client_did_not_mean_is_refused(site):
    """If-Match and If-Unmodified-Since hold for files, too."""
    assert get(site, "small.txt", if_match='"x"').status == 412
    assert get(site, "small.txt", if_unmodified_since="Wed, 01 Jan 2020 00:00:00 GMT").status == 412


def test_a_large_file_takes_little_memory(root):
    """Sixty-four megabytes pass in blocks."""
    with (root / "mine" / "huge.bin").open("wb") as file:
        file.truncate(64 * 1024 * 1024)
    tool = Static(directories=["mine"])
    tool.prepare(Setup(root=root))
    request = Request.blank("/", headers={"Range": "bytes=1-"})
    request.urlvars = {"path": "huge.bin"}

    answer = tool.start(request)
    assert answer is not None
    tracemalloc.start()
    length = sum(map(len, full(answer).app_iter))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert length == 64 * 1024 * 1024 - 1
    assert peak < 1024 * 1024
    full(answer).app_iter.close()


def test_a_file_of_the_first_folder_takes_over_at_once(site, root):
    """What clients hold of the second folder's file is then another version."""
    before = get(site, "theirs.txt")

    held = get(site, "theirs.txt", if_none_match=before.headers["ETag"])
    (root / "mine" / "theirs.txt").write_bytes(b"mine")
    after = get(site, "theirs.txt", if_none_match=before.headers["ETag"])

    assert (held.status, after.status, after.body) == (304, 200, b"mine")


def test_a_folder_that_is_made_anew_is_seen(site, root):
    """As build tools do: the new files come, the old ones are gone."""
    assert get(site, "small.txt").status == 200

    (root / "mine").rename(root / "old")
    (root / "mine").mkdir()
    gone = get(site, "small.txt").status
    (root / "mine" / "small.txt").write_bytes(b"new")

    assert (gone, get(site, "small.txt").body) == (404, b"new")


def test_a_file_replaced_by_a_link_outwards_is_gone(site, root):
    """Also for those who hold it already, and where a folder on the way is the link."""
    tags = [get(site, path).headers["ETag"] for path in ("small.txt", "deep/er/small.txt")]

    (root / "mine" / "small.txt").unlink()
    (root / "mine" / "small.txt").symlink_to(root / "outside" / "small.txt")
    (root / "mine" / "deep").rename(root / "elsewhere")
    (root / "mine" / "deep").symlink_to(root / "outside")

    for tag, path in zip(tags, ("small.txt", "deep/er/small.txt"), strict=True):
        assert get(site, path).status == 404
        assert get(site, path, if_none_match=tag).status == 404


def test_links_inside_are_followed_along_the_way(site, root):
    """To a folder and to a file; what they lead to is sent as it now is."""
    (root / "mine" / "way").symlink_to("deep")
    (root / "mine" / "deep" / "same.txt").symlink_to("er/small.txt")

    first = get(site, "way/same.txt")
    (root / "mine" / "deep" / "er" / "small.txt").write_bytes(b"changed")
    second = get(site, "way/same.txt", if_none_match=first.headers["ETag"])

    assert (first.body, second.body) == (b"0123456789", b"changed")


@pytest.mark.parametrize("path", ["swapped/small.txt", "swapped/er/small.txt", "swapped.txt"])
def test_a_link_swapped_at_any_moment_never_leads_out(site, root, path):
    """While another process exchanges a file or folder for a link outwards, only the file or nothing comes."""
    (root / "mine" / "swapped.txt").write_bytes(b"0123456789")
    (root / "mine" / "swapped").mkdir()
    (root / "mine" / "swapped" / "small.txt").write_bytes(b"0123456789")
    (root / "mine" / "swapped" / "er").mkdir()
    (root / "mine" / "swapped" / "er" / "small.txt").write_bytes(b"0123456789")

    with swapping(root, path.partition("/")[0]):
        seen = {(answer.status, answer.body[:10]) for answer in (get(site, path) for _ in range(2000))}

    assert {body for status, body in seen if status == 200} <= {b"0123456789"}
    assert {status for status, _ in seen} <= {200, 404}


class swapping:  # noqa: N801  # reads as a statement
    """A thread that exchanges *name* for a link outwards and back, until the block ends."""

    def __init__(self, root: Path, name: str) -> None:
        self.real, self.away, self.link = root / "mine" / name, root / f"{name}.away", root / f"{name}.link"
        self.link.symlink_to(root / "outside" / ("small.txt" if name.endswith(".txt") else ""))
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.swap)

    def swap(self) -> None:
        while not self.over.is_set():
            self.real.rename(self.away)
            self.link.rename(self.real)
            self.real.rename(self.link)
            self.away.rename(self.real)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()


@pytest.fixture(autouse=True)
def no_open_files() -> Iterator[None]:
    """Nothing that a test asked for stays open."""
    if not os.path.exists("/proc/self/fd"):
        yield
        return
    before = len(os.listdir("/proc/self/fd"))
    yield
    assert len(os.listdir("/proc/self/fd")) <= before
