"""The socket a server listens on, or one sentence that says why there is none."""

import errno
import os
import socket

from kirsch.errors import UsageError


def open_listener(host: str, port: int, backlog: int) -> socket.socket:
    """A socket that listens on *host* and *port*; with port 0 on a free one.

    :raises UsageError: when the port is no port, or is taken or forbidden, or the host is not this machine's.
    """
    check_port(port)
    family, address = resolve(host, port)
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6 and host == "::":
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listener.bind(address)
        listener.listen(backlog)
    except OSError as error:
        listener.close()
        raise UsageError(explained(error, host, port)) from error
    listener.setblocking(False)
    return listener


def check_port(port: object) -> None:
    """:raises UsageError: when *port* is no whole number from 0 to 65535."""
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65535:
        raise UsageError(f"{port!r} is not a port. Give a number from 1 to 65535 with --port, or 0 for any free one.")


def resolve(host: str, port: int) -> tuple[int, tuple[object, ...]]:
    """The family and address of *host*, which may be a name."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise UsageError(
            f"The host {host!r} is unknown. Give an address of this machine with --host, 127.0.0.1 for example."
        ) from error
    family, _, _, _, address = found[0]
    return family, address


def explained(error: OSError, host: str, port: int) -> str:
    """One sentence that says what is wrong with *host* and *port*, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use. Stop the other program or choose another port with --port."
    if error.errno == errno.EACCES:
        return f"Port {port} needs privileges this user lacks. Choose a port from 1024 on with --port."
    if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
        return f"{host} is not an address of this machine. Choose another with --host, 127.0.0.1 for example."
    return f"Cannot listen on {host}, port {port}: {error.strerror}. Choose another with --host or --port."
