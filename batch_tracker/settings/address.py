"""The address of the API: one spelling for each server."""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit, urlunsplit

_USUAL_PORTS = {"http": 80, "https": 443}


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def api_url(value: str) -> str:
    """Complete the address to the API's root, which ends in `/rest/api`.

    Sellercloud's own pages give it with and without `/rest`, so all three forms are taken. One
    server gets one spelling: the quota and the ledger go by it.
    """
    if "@" in value or "?" in value or "#" in value:  # not shown: it may hold a password
        msg = "the address may hold no user name, password, query or fragment"
        raise ValueError(msg)
    parts = urlsplit(value.strip())
    if parts.scheme not in _USUAL_PORTS or not _is_host(parts.hostname or ""):
        msg = f"{value!r} is not a web address. Write it like https://xx.api.sellercloud.com/rest"
        raise ValueError(msg)
    if parts.scheme == "http" and not is_loopback(f"{parts.hostname}"):
        msg = f"{value!r} would send the password unencrypted. Write https://"
        raise ValueError(msg)
    path = re.sub(r"(/rest(/api)?)?/*$", "", parts.path, flags=re.IGNORECASE)
    return urlunsplit((parts.scheme, _host_and_port(parts), f"{path}/rest/api", "", ""))


def _is_host(name: str) -> bool:
    """Whether a name can be looked up at all; the system's own search breaks on others."""
    try:
        encoded = name.removesuffix(".").encode("idna")
    except UnicodeError:
        return False
    return bool(encoded) and not re.search(r"\s", name)


def _host_and_port(parts: SplitResult) -> str:
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    if parts.port in {None, _USUAL_PORTS[parts.scheme]}:
        return f"{host}"
    return f"{host}:{parts.port}"
