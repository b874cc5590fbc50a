"""All that can be asked of the server of the page, and the files of the page itself."""

from asyncio import to_thread
from collections.abc import Callable
from importlib.resources import files

from aiohttp import web
from aiohttp.typedefs import Handler

from batch_tracker.doctor import examine
from batch_tracker.page.answers import in_words, number, text, values_of
from batch_tracker.page.files_api import FilesApi
from batch_tracker.page.gate import LINK
from batch_tracker.page.jobs import Job
from batch_tracker.page.looking import Json, server_json
from batch_tracker.page.page import Page
from batch_tracker.page.runs_api import RunsApi
from batch_tracker.settings import origins
from batch_tracker.settings.origins import DEFAULT
from batch_tracker.stories import history, words
from batch_tracker.stories.stage import profiles

_KINDS = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml", "html": "text/html"}
_MOST_PO = 2_147_483_647
_FINDINGS = {"ok": ("ok", "ok"), "warn": ("look", "warn"), "fail": ("wrong", "need")}


class Api:
    """Answers every request that has passed the gate."""

    def __init__(self, page: Page, *, link: Callable[[], str], end: Callable[[], None]) -> None:
        self._page = page
        self._link = link
        self._end = end

    def add_to(self, application: web.Application) -> None:
        """Let an application answer with this."""
        application.middlewares.append(in_words)
        application.add_routes([*FilesApi(self._page).routes(), *RunsApi(self._page).routes()])
        application.add_routes(
            [
                web.get("/api/state", self.state, allow_head=False),
                web.get("/api/account", self.account, allow_head=False),
                web.post("/api/account", self.use_account),
                web.get("/api/find", self.find, allow_head=False),
                web.post("/api/doctor", self.doctor),
                web.post("/api/rehearsal", self.rehearse),
                web.post("/api/quit", self.quit),
                web.post(LINK, self.link),
            ]
        )
        for address, name in _own_files():
            application.router.add_get(address, _file(name), allow_head=False)

    async def state(self, _request: web.Request) -> web.Response:
        """Tell where calls go, and whether a run is at work."""
        return web.json_response(await to_thread(self._state))

    def _state(self) -> Json:
        page = self._page
        return {
            **server_json(page.settings),
            "rehearsal": page.is_rehearsing,
            "has_account": page.has_account,
            "going": [each.run for each in page.going],
        }

    async def account(self, _request: web.Request) -> web.Response:
        """Tell the settings, without secrets, and the profiles."""
        return web.json_response(await to_thread(self._account))

    def _account(self) -> Json:
        settings = self._page.account
        found = origins(settings, self._page.flags)
        return {
            "accounts": [
                {
                    "name": name,
                    "login": f"{each.username or 'no username'} at {each.url or 'no url'}",
                    "in_force": name == settings.account and not self._page.is_rehearsing,
                }
                for name, each in settings.accounts.items()
            ],
            "settings": [list(each) for each in found if each.source != DEFAULT],
            "profiles": [
                [each.name, each.description.partition(". ")[0]] for each in profiles(settings)
            ],
        }

    async def use_account(self, request: web.Request) -> web.Response:
        """Work with another account."""
        await to_thread(self._page.use, text(await values_of(request), "name"))
        return await self.state(request)

    async def find(self, request: web.Request) -> web.Response:
        """Tell the history of a PO."""
        po = number(request.query, "po")
        if not 1 <= po <= _MOST_PO:
            raise ValueError("A PO is a whole number, such as 2048214.")
        settings = self._page.settings
        found = await to_thread(
            lambda: words.found_text(history.find(po, settings), settings.account_of)
        )
        return web.json_response({"lines": found.split("\n")})

    async def doctor(self, _request: web.Request) -> web.Response:
        """Tell what the doctor finds."""
        flags, offline = self._page.flags, self._page.is_rehearsing
        # It may take as long as a network does: in a thread that nobody has to wait for.
        found = await Job(lambda _: list(examine(flags, offline=offline))).outcome()
        told = [
            {
                "status": _FINDINGS[each.status][0],
                "mark": _FINDINGS[each.status][1],
                "check": each.check,
                "message": each.message,
                "hint": each.hint,
            }
            for each in found
        ]
        return web.json_response({"findings": told})

    async def rehearse(self, request: web.Request) -> web.Response:
        """Rehearse, or work with the real server."""
        values = await values_of(request)
        await to_thread(self._page.rehearse, on=values.get("on") is not False)
        return await self.state(request)

    async def quit(self, request: web.Request) -> web.Response:
        """End the server; with a run at work, only if that is sure."""
        values = await values_of(request)
        if self._page.going and values.get("sure") is not True:
            raise ValueError("A run is at work.")
        self._end()
        return web.json_response({})

    async def link(self, _request: web.Request) -> web.Response:
        """Give a second start a link of its own."""
        return web.json_response({"url": self._link()})


def _own_files() -> list[tuple[str, str]]:
    """Return the address of each file of the page: a fixed table."""
    folder = files("batch_tracker.page").joinpath("static")
    found = sorted(each.name for each in folder.iterdir())
    return [("/" if name == "index.html" else f"/static/{name}", name) for name in found]


def _file(name: str) -> Handler:
    body = files("batch_tracker.page").joinpath("static", name).read_bytes()
    kind = _KINDS[name.rpartition(".")[2]]

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=body, content_type=kind, charset="utf-8")

    return answer
