"""Where a file may be fetched from. The address is resolved once, checked, and that very address is connected to:
a name that answers differently the second time (DNS rebinding) gains nothing."""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from conversations.models import Channel

_ACCOUNTS = ("cloud", "twilio", "wasender")
_PORTS = {"http": 80, "https": 443}


class Forbidden(Exception):
    """Nothing is fetched from there. The words name no address."""


class Unresolved(Exception):
    """The host's name has no address just now."""


@dataclass(frozen=True, slots=True)
class Place:
    """One checked place: the URL by address, and the name to ask for."""

    url: str
    host: str
    netloc: str


def own_hosts(channel: Channel) -> frozenset[str]:
    """The hosts the operator has named as the provider's API: trusted wherever they are, this machine included."""
    accounts = (getattr(channel, name, None) for name in _ACCOUNTS)
    hosts = (urlsplit(account.api_url).hostname for account in accounts if account is not None)
    return frozenset(host for host in hosts if host)


def host_of(url: str) -> str:
    """The host's name in small letters. Raises Forbidden for what is no web address."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Forbidden("The provider named an address that is none.") from error
    if parts.scheme not in _PORTS or not host or parts.username is not None:
        raise Forbidden("The provider named an address that is none of the web.")
    return host


def places(url: str, *, own: frozenset[str]) -> list[Place]:
    """Every address behind this URL, checked. Raises Forbidden where one is private or the way is not TLS, unless
    the host is one of `own`; Unresolved where there is none."""
    host = host_of(url)
    parts = urlsplit(url)
    if host not in own and parts.scheme != "https":
        raise Forbidden("The provider's file is offered without TLS.")
    found = _resolve(host, parts.port or _PORTS[parts.scheme])
    if host not in own and not all(_is_public(address) for address in found):
        raise Forbidden("The provider's file is said to lie inside a private network.")
    port = f":{parts.port}" if parts.port else ""
    bare = [f"[{address}]" if address.version == 6 else str(address) for address in found]
    return [Place(parts._replace(netloc=f"{address}{port}").geturl(), host, parts.netloc) for address in bare]


def _resolve(host: str, port: int) -> list[IPv4Address | IPv6Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unresolved from error
    return [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return address.is_global and not address.is_multicast and (inner is None or inner.is_global)
