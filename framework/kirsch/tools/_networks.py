"""Networks: those that a site trusts, and those that count as one visitor."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from kirsch.errors import UsageError

UNIX = "unix"
#: Bits of their IPv6 addresses that all machines of a customer have in common.
CUSTOMER = 64


def trusting(option: str, addresses: Iterable[str]) -> Callable[[str], bool]:
    """The function that says of an address whether it is in one of the networks of *option*.

    :raises UsageError: for what is no network.
    """
    addresses = list(addresses)
    try:
        networks = [ip_network(address) for address in addresses if address != UNIX]
    except ValueError as error:
        raise UsageError(f"{option}: {error}. Give networks such as '10.0.0.0/8', or '{UNIX}'.") from None
    return lru_cache(maxsize=256)(lambda address: is_among(address, networks, UNIX in addresses))


def is_among(address: str, networks: list[IPv4Network | IPv6Network], unix: bool) -> bool:
    """Whether an address is in one of *networks*; who comes by a Unix socket has none."""
    if not address:
        return unix
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return any((mapped or found) in network for network in networks)


def customer(address: str) -> str:
    """Who counts as one: an address, or of an IPv6 address the network, since a customer is given 2^64 of them."""
    if ":" not in address:
        return address
    try:
        return str(ip_network((address, CUSTOMER), strict=False))
    except ValueError:
        return address
