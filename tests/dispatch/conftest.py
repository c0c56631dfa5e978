"""A real server on a free port."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from dispatch.programs import API, Root
from kirsch import Application, Mapper
from kirsch.dispatch import tree
from kirsch.server import Server


@contextmanager
def running(application: Any) -> Iterator[tuple[str, int]]:
    server = Server(application, port=0)
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server.bound
    finally:
        server.stop()
        thread.join(10)


@pytest.fixture
def served() -> Iterator[Callable[[Any], tuple[str, int]]]:
    """A function that serves a WSGI application until the test ends, and says where."""
    with ExitStack() as stack:
        yield lambda application: stack.enter_context(running(application))


@pytest.fixture
def programs() -> Application:
    """A site that programs call, at /rpc2 and at /RPC2."""
    mapper = Mapper()
    tree(mapper, "/", Root)
    tree(mapper, "/RPC2", API, name_prefix="second.")
    return Application(mapper)
