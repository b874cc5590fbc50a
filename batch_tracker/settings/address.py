"""The address of the API: one spelling for each server."""

import re
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from itertools import takewhile
from urllib.parse import SplitResult, urlsplit, urlunsplit

_USUAL_PORTS = {"http": 80, "https": 443}


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine itself."""
    name = host.lower().removesuffix(".")
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def api_url(value: str) -> str:
    """Complete the address to the API's root, which ends in `/rest/api`.

    Sellercloud's own pages give it with and without `/rest`; an address that was pasted may go on
    behind it (`/rest/api/token`). One server gets one spelling: the quota, the ledger and the
    login go by it.
    """
    if "@" in value or "?" in value or "#" in value:  # not shown: it may hold a password
        msg = "the address may hold no user name, password, query or fragment"
        raise ValueError(msg)
    parts = urlsplit(value.strip())
    host = _host(parts.hostname or "")
    if parts.scheme not in _USUAL_PORTS or not host:
        msg = f"{value!r} is not a web address. Write it like https://xx.api.sellercloud.com/rest"
        raise ValueError(msg)
    if parts.scheme == "http" and not is_loopback(host):
        msg = f"{value!r} would send the password unencrypted. Write https://"
        raise ValueError(msg)
    path = "".join(f"/{each}" for each in _before_rest(parts.path))
    return urlunsplit((parts.scheme, _with_port(host, parts), f"{path}/rest/api", "", ""))


def _before_rest(path: str) -> Iterator[str]:
    """Return the parts of a path in front of the API's own."""
    return takewhile(lambda part: part.lower() != "rest", filter(None, path.split("/")))


def _host(name: str) -> str:
    """Return a host in its one spelling; "" where it can't be looked up at all."""
    with suppress(ValueError):
        return ip_address(name).compressed
    name = name.removesuffix(".")
    try:
        if not name.isascii():
            import idna  # noqa: PLC0415 - seldom needed, and as aiohttp does it

            return idna.encode(name, uts46=True).decode("ascii")
        name.encode("idna")  # the system's own search breaks on others
    except UnicodeError:
        return ""
    return "" if re.search(r"\s", name) else name


def _with_port(host: str, parts: SplitResult) -> str:
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in {None, _USUAL_PORTS[parts.scheme]} else f"{host}:{parts.port}"
