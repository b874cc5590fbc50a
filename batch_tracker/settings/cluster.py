"""The cluster: the Dask scheduler that a run is sent by way of, and what it takes to use one."""

from importlib.util import find_spec
from ipaddress import ip_address
from urllib.parse import urlsplit

from batch_tracker.errors import SettingsRefused

_EXAMPLE = "tls://scheduler.example.com:8786"


def cluster_address(text: str) -> str:
    """Read `tls://host:port`, or `tcp://host:port` of this machine; raises ValueError for other."""
    address = urlsplit(text.strip())
    try:
        is_whole = bool(address.hostname and address.port)
    except ValueError:
        is_whole = False
    if address.scheme not in {"tcp", "tls"} or not is_whole or address.path:
        msg = f"{text!r} is no address of a Dask scheduler. Write it like {_EXAMPLE}"
        raise ValueError(msg)
    if address.scheme == "tcp" and not _is_loopback(address.hostname or ""):
        msg = (
            f"{text!r} is not encrypted. tcp:// is for a scheduler on this machine; elsewhere give "
            "tls:// and certificates: batch-tracker's README, More than one machine, makes them"
        )
        raise ValueError(msg)
    return address.geturl()


def require_dask() -> None:
    """Raise SettingsRefused where the extra for clusters is not installed."""
    if find_spec("distributed") is None:
        raise SettingsRefused(
            "--cluster needs Dask, which is not installed.",
            hint="Install it with: pip install 'batch-tracker[dask]'.",
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
