"""A fresh link to the page that is running, asked of it by a second start."""

import http.client
import json

from batch_tracker.errors import Refused
from batch_tracker.page.gate import JSON, LINK, OWN_HEADER
from batch_tracker.page.state_file import Running

_TIMEOUT_S = 10.0


def fresh_link(running: Running) -> str:
    """Return a link that lets one browser in.

    Raises:
        Refused: the page does not answer.
    """
    headers = {"Authorization": f"Bearer {running.secret}", "Content-Type": JSON, OWN_HEADER: "1"}
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=_TIMEOUT_S)
    try:
        connection.request("POST", LINK, "{}", headers)
        answer = connection.getresponse()
        return str(json.loads(answer.read())["url"])
    except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
        raise Refused(
            "The page that is running does not answer.", hint="End it, and start it again."
        ) from error
    finally:
        connection.close()
