"""The application every peer serves, stated once: its paths, its data and its fixed answers.

=======  ==================  ==================================================================================
method   path                answer
=======  ==================  ==================================================================================
GET      /plaintext          ``Hello, World!``, text/plain
GET      /json               ``{"message": "Hello, World!"}``
GET      /hello/{name}       ``Hello, <name>!``, text/plain
GET      /fortunes           12 rows of the database plus one, sorted by message, as an escaped HTML table
GET      /db                 one random row of 10,000 as ``{"id", "randomNumber"}``
GET      /queries?n=20       a list of n such rows, each its own query
GET      /updates?n=20       the same, each row's ``randomNumber`` changed and written back
POST     /form               the five urlencoded fields back as a JSON object
POST     /upload             ``{"size": bytes of the multipart part "file"}``, the part thrown away
GET      /counter            ``count=<n>``, text/plain, counted up in a signed or server-side session cookie
GET      /static/asset.bin   a 16 KiB file; 304 on a matching If-None-Match (or If-Modified-Since)
=======  ==================  ==================================================================================
"""

import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

TEMPLATE_DIR = Path(__file__).resolve().parent / "templates"
#: Set for the peers' processes by :class:`bench.processes.Worker`.
DATA_DIR = Path(os.environ.get("BENCH_DATA", ""))
DATABASE = DATA_DIR / "bench.sqlite3"
STATIC_DIR = DATA_DIR / "static"
ASSET = STATIC_DIR / "asset.bin"

WORLD_ROWS = 10_000
ASSET_BYTES = 16 * 1024
UPLOAD_BYTES = 1024 * 1024
SECRET = "not-a-secret-but-long-enough-for-every-peer-of-this-benchmark"

HELLO = "Hello, World!"
EXTRA_FORTUNE = "Additional fortune added at request time."
FORTUNES = (
    "fortune: No such file or directory",
    "A computer scientist is someone who fixes things that aren't broken.",
    "After enough decimal places, nobody gives a damn.",
    "A bad random number generator: 1, 1, 1, 1, 1, 4.33e+67, 1, 1, 1",
    "A computer program does what you tell it to do, not what you want it to do.",
    "Emacs is a nice operating system, but I prefer UNIX. — Tom Christaensen",
    "Any program that runs right is obsolete.",
    "A list is only as strong as its weakest link. — Donald Knuth",
    "Feature: A bug with seniority.",
    "Computers make very fast, very accurate mistakes.",
    '<script>alert("This should not be displayed in a browser alert box.");</script>',
    "フレームワークのベンチマーク",
)
FORM = {"title": "Über den Wolken", "author": "R. M.", "pages": "312", "language": "de", "note": "a b&c=d"}


def clamp(n: str | int | None) -> int:
    """The *n* of ``?n=``: 1 to 500, and 1 where it is missing or no number."""
    try:
        return min(max(int(n), 1), 500)
    except (TypeError, ValueError):
        return 1


def drain(stream: BinaryIO, chunk: int = 64 * 1024) -> int:
    """Read *stream* to its end, keep nothing and return the count of its bytes."""
    size = 0
    while block := stream.read(chunk):
        size += len(block)
    return size


def build_data(folder: Path) -> None:
    """Fill an empty *folder* with the database and the static file."""
    asset, database = (folder / place.relative_to(DATA_DIR) for place in (ASSET, DATABASE))
    asset.parent.mkdir(parents=True)
    asset.write_bytes(random.Random(16).randbytes(ASSET_BYTES))
    numbers = random.Random(1)
    with closing(sqlite3.connect(database)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute('CREATE TABLE world (id INTEGER PRIMARY KEY, "randomNumber" INTEGER NOT NULL)')
        db.execute("CREATE TABLE fortune (id INTEGER PRIMARY KEY, message VARCHAR(2048) NOT NULL)")
        worlds = ((number, numbers.randint(1, WORLD_ROWS)) for number in range(1, WORLD_ROWS + 1))
        db.executemany("INSERT INTO world VALUES (?, ?)", worlds)
        db.executemany("INSERT INTO fortune VALUES (?, ?)", enumerate(FORTUNES, 1))
        db.commit()
