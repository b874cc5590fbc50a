"""How requests are read and answered: JSON in, JSON out, and every trouble in words."""

import json
from collections.abc import Mapping

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from batch_tracker.errors import BatchTrackerError
from batch_tracker.traceback_file import keep_traceback


class NotFound(Exception):
    """There is nothing of that name; its words say what was looked for."""


@web.middleware
async def in_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer what goes wrong with words for a person."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except NotFound as error:
        return _told(str(error), 404)
    except BatchTrackerError as error:
        return _told(str(error), 409)
    except ValueError as error:
        return _told(str(error), 400)
    except ConnectionError:
        raise
    except Exception as error:  # noqa: BLE001 - no traceback reaches a user
        return _told(keep_traceback(error), 500)


def _told(words: str, status: int) -> web.Response:
    return web.json_response({"message": words}, status=status)


async def values_of(request: web.Request) -> Mapping[str, object]:
    """Return the JSON object that was sent.

    Raises:
        ValueError: it is none.
    """
    try:
        values = json.loads(await request.text())
    except (ValueError, RecursionError) as error:
        raise ValueError("The request is no JSON.") from error
    if not isinstance(values, dict):
        raise ValueError("The request is no JSON object.")  # noqa: TRY004 - told as any bad value
    return values


def text(values: Mapping[str, object], name: str) -> str:
    """Return a text that was sent."""
    value = values.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a text.")  # noqa: TRY004 - told as any bad value
    return value


def number(values: Mapping[str, object], name: str, default: int | None = None) -> int:
    """Return a whole number that was sent, also as text."""
    value = values.get(name, default)
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:18])
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} must be a whole number.")
    return value


def texts(values: Mapping[str, object], name: str) -> list[str]:
    """Return a list of texts that was sent."""
    value = values.get(name)
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError(f"{name} must be a list of texts.")
    return value


def download(body: bytes, name: str, kind: str) -> web.Response:
    """Return a file that the browser saves under a name."""
    plain = "".join(each if each.isascii() and each.isprintable() else "_" for each in name)
    plain = plain.replace('"', "_").replace("\\", "_")
    response = web.Response(body=body, content_type=kind)
    response.headers[hdrs.CONTENT_DISPOSITION] = f'attachment; filename="{plain}"'
    return response
