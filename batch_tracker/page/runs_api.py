"""What can be asked about runs, and done with them."""

from asyncio import to_thread
from pathlib import Path

from aiohttp import hdrs, web

from batch_tracker import ledger
from batch_tracker.page.answers import NotFound, download, number, values_of
from batch_tracker.page.files_api import XLSX
from batch_tracker.page.page import Page
from batch_tracker.page.running import run_json, runs_json
from batch_tracker.reporter.page import policy
from batch_tracker.settings import Settings
from batch_tracker.stories import history

_MOST_RUNS = 1000


class RunsApi:
    """The requests below /api/runs."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def routes(self) -> list[web.RouteDef]:
        """Return them all."""
        one = "/api/runs/{run}"
        return [
            web.get("/api/runs", self.list_runs, allow_head=False),
            web.get(one, self.show, allow_head=False),
            web.get(f"{one}/page", self.page, allow_head=False),
            web.get(f"{one}/{{workbook}}.xlsx", self.workbook, allow_head=False),
            web.post(f"{one}/stop", self.stop),
            web.post(f"{one}/resume", self.resume),
            web.post(f"{one}/retry", self.retry),
            web.post(f"{one}/undo", self.undo),
        ]

    async def list_runs(self, request: web.Request) -> web.Response:
        """Return the runs, the newest first."""
        limit = min(number(request.query, "limit", _MOST_RUNS), _MOST_RUNS)
        return web.json_response({"runs": await to_thread(runs_json, self._page.settings, limit)})

    async def show(self, request: web.Request) -> web.Response:
        """Tell how a run stands."""
        name, after = request.match_info["run"], request.query.get("after", "")
        sending = self._page.sending(name)
        return web.json_response(
            await to_thread(run_json, name, self._page.settings, sending, after)
        )

    async def page(self, request: web.Request) -> web.Response:
        """Return the page of a run, as `report --html` writes it."""
        text = await to_thread(history.page, request.match_info["run"], self._page.settings)
        return web.Response(
            text=text,
            content_type="text/html",
            headers={hdrs.CONTENT_SECURITY_POLICY: f"{policy()}; frame-ancestors 'none'"},
        )

    async def workbook(self, request: web.Request) -> web.Response:
        """Return the results workbook of a run: the one that the ledger names, and no other."""
        path = await to_thread(_workbook, request.match_info["run"], self._page.settings)
        return download(await to_thread(path.read_bytes), path.name, XLSX)

    async def stop(self, request: web.Request) -> web.Response:
        """Ask a run to stop."""
        sending = self._page.sending(request.match_info["run"])
        if sending is None:
            raise NotFound("This run is not at work here.")
        sending.stop()
        return web.json_response({})

    async def resume(self, request: web.Request) -> web.Response:
        """Send what a run has left."""
        return await self._go_on(request, again=False)

    async def retry(self, request: web.Request) -> web.Response:
        """Send what failed or is in doubt, too."""
        return await self._go_on(request, again=True)

    async def _go_on(self, request: web.Request, *, again: bool) -> web.Response:
        await to_thread(self._page.go_on, request.match_info["run"], again=again)
        return web.json_response({}, status=202)

    async def undo(self, request: web.Request) -> web.Response:
        """Write the manifest that takes a run back, and keep it as if it had been dropped."""
        name = request.match_info["run"]
        typed = number(await values_of(request), "rows")
        words, digest = await to_thread(self._page.take_back, name, typed)
        return web.json_response({"words": words, "digest": digest})


def _workbook(name: str, settings: Settings) -> Path:
    with ledger.open_ledger(settings.home) as db:
        report = ledger.find_run(db, name).report
    if not report or not Path(report).is_file():
        raise NotFound("This run has no results workbook.")
    return Path(report)
