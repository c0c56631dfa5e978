"""A site as a process: the application, the bus, the server, signals, and reloading in development."""

import logging
import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_type_hints

from kirsch.application import Application
from kirsch.bus import Bus, ChannelError
from kirsch.config import Config, Source
from kirsch.controller import Controller
from kirsch.debug import debug_page, missing
from kirsch.dispatch import tree
from kirsch.dispatch.wsgi import WSGI
from kirsch.errors import ConfigError, KirschError, UsageError
from kirsch.plugins import make_plugins
from kirsch.plugins.pidfile import PidFile
from kirsch.plugins.reloaded import Reloaded, is_child
from kirsch.plugins.reloader import supervise
from kirsch.plugins.signals import signals
from kirsch.routing import Mapper
from kirsch.server import Server
from kirsch.settings import checked, size

log = logging.getLogger("kirsch.site")

#: In development nobody waits for slow requests before the site starts again.
DEVELOPMENT_SHUTDOWN = 1.0


@dataclass(frozen=True)
class Address:
    """What ``[server]`` may say; the options mean what they mean to :class:`kirsch.server.Server`."""

    #: The address to listen on; "0.0.0.0" for every one that the machine has.
    host: str = "127.0.0.1"
    port: int = 8080
    threads: int = 10
    backlog: int = 512
    keep_alive_connections: int | None = None
    #: A number of bytes, or a text such as "2 GiB"; a larger body is answered 413.
    request_body_limit: int | str | None = "100 MiB"
    request_head_limit: int = 64 * 1024
    timeout: float = 10.0
    shutdown_timeout: float = 5.0
    name: str = "Kirsch"
    #: Where the number of the process is written; nowhere if empty.
    pidfile: str = ""


class Site:
    """An application and what runs it.

    :param front: the WSGI application that is served where *application* is one of several: ``VirtualHosts``, say.
        The settings of the server are those of *application*.
    :raises ConfigError: with every mistake in ``[server]``.
    """

    def __init__(self, application: Application, front: WSGI | None = None) -> None:
        self.application = application
        self.front: WSGI = front or application
        self.applications = list(dict.fromkeys([application, *applications_in(self.front)]))
        self.options = read_address(application)
        self.bus = Bus(patience=self.options.shutdown_timeout + 2)
        self.server: Server | None = None
        self.thread: threading.Thread | None = None
        self.reloaded: Reloaded | None = None
        self.bus.subscribe("start", self.listen, order=75)
        self.bus.subscribe("stop", self.stop_server, order=25)
        for one in self.applications:
            self.bus.subscribe("exit", one.close)
        self.bus.subscribe("log", log.warning)
        self.plugins = make_plugins(application.site, application.config)
        for plugin in self.plugins:
            plugin.connect(self.bus, application.setup.root)
        if self.options.pidfile:
            PidFile(self.bus, Path(application.setup.root, self.options.pidfile))
        for one in self.applications:
            if one.debug:
                one.debug_page, one.debug_missing = debug_page, missing

    def serve(self, host: str | None = None, port: int | None = None, dev: bool = False) -> int:
        """Serve until SIGTERM, SIGINT or ``site.bus.request("exit")``; return the exit code.

        :param host: instead of that in ``[server]``; so is *port*, where 0 means any free one.
        :param dev: show errors with their source, and start again whenever a file is saved.
        :raises UsageError: when the address cannot be had, in one sentence that says what to do.
        """
        if dev and os.name == "posix" and not is_child():
            return supervise()
        if dev:
            self.develop()
        options = {item.name: getattr(self.options, item.name) for item in fields(Address) if item.name != "pidfile"}
        options |= {} if host is None else {"host": host}
        options |= {} if port is None else {"port": port}
        options |= {"shutdown_timeout": DEVELOPMENT_SHUTDOWN} if dev else {}
        self.server = Server(self.front, **options)
        with signals(self.bus):
            try:
                self.bus.run()
            except ChannelError as error:
                for one in self.applications:
                    one.close()
                raise first_of_ours(error) from error
        return 0

    def develop(self) -> None:
        """Show errors with their source, and be started again by the parent process if there is one."""
        for one in self.applications:
            one.debug, one.debug_page, one.debug_missing = True, debug_page, missing
        if is_child():
            self.reloaded = Reloaded(self.bus)

    def listen(self) -> None:
        """Listen and begin to serve; say so once it is true."""
        if self.server is None:
            raise UsageError("Start a site with serve().")
        host, port = self.server.bind_addr
        handed = self.reloaded.take(host, port) if self.reloaded else None
        self.server.prepare(handed)
        if self.reloaded and handed is None:
            self.reloaded.hand_over(self.server.socket, host, port)
        self.thread = threading.Thread(target=self.server.serve, name="kirsch-server", daemon=True)
        self.thread.start()
        print(f"{self.application.name} is served on {url_of(*self.server.bound)}  (Ctrl-C stops it)", flush=True)

    def stop_server(self) -> None:
        """Let running requests finish, within the bound that ``[server] shutdown_timeout`` sets."""
        if self.server is not None:
            self.server.stop()
        if self.thread is not None:
            self.thread.join(1.0)


def quickstart(
    *controllers: type[Controller],
    config: Source | list[Source] | None = None,
    host: str | None = None,
    port: int | None = None,
) -> int:
    """Serve *controllers* without writing routes, until Ctrl-C; return the exit code.

    The first controller is a :func:`~kirsch.dispatch.tree` at ``/``: its ``index`` answers there and its other actions
    at ``/NAME``; a further controller stands below its own name. Environment variables such as
    ``KIRSCH__SERVER__PORT=9000`` are settings.
    Bad input ends the program with one sentence and exit code 2.
    """
    mapper = Mapper()
    for controller in controllers[1:]:
        tree(mapper, f"/{controller.name}", controller)
    for controller in controllers[:1]:
        tree(mapper, "/", controller)
    sources = config if isinstance(config, list) else [] if config is None else [config]
    try:
        return Site(Application(mapper, controllers, site=Config(*sources, environ=os.environ))).serve(host, port)
    except UsageError as error:
        print(f"kirsch: {error}", file=sys.stderr)
        raise SystemExit(2) from None


def applications_in(front: Any) -> Iterator[Application]:
    """The applications behind a WSGI application that hands requests on."""
    inner = list(getattr(front, "applications", ()))
    if isinstance(front, Application):
        yield front
        inner += [kind.mounted for kind in front.controllers.values() if hasattr(kind, "mounted")]
    for one in inner:
        yield from applications_in(one)


def read_address(application: Application) -> Address:
    """What ``[server]`` says.

    :raises ConfigError: with every mistake in it.
    """
    given = application.section("server")
    found, mistakes = checked(given, get_type_hints(Address), "server", application.setup.root)
    limit = found.get("request_body_limit", Address.request_body_limit)
    try:
        found["request_body_limit"] = None if limit is None else size("request_body_limit", limit)
    except UsageError as error:
        mistakes.append(f"{given['request_body_limit'].origin}: {error}")
    if found.get("threads", Address.threads) < 1:
        mistakes.append(f"{given['threads'].origin}: server.threads must be at least 1, not {found['threads']}.")
    if mistakes:
        raise ConfigError(mistakes)
    return Address(**found)


def first_of_ours(error: ChannelError) -> KirschError:
    """The sentence behind a failed start, where a listener has one."""
    ours = [failure.error for failure in error.failures if isinstance(failure.error, KirschError)]
    return ours[0] if ours else error


def url_of(host: str, port: int) -> str:
    """The address that a browser on this machine opens."""
    if host in ("0.0.0.0", "::"):
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
