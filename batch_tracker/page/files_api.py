"""What can be asked about dropped manifests, and done with them."""

import tempfile
from asyncio import to_thread
from collections.abc import Callable
from pathlib import Path

from aiohttp import hdrs, web

from batch_tracker import ledger
from batch_tracker.errors import Refused
from batch_tracker.ledger import Fault, Shown
from batch_tracker.page.answers import NotFound, download, number, text, texts, values_of
from batch_tracker.page.gate import UPLOAD
from batch_tracker.page.looking import Json, corrected_name, look_json, rows_json
from batch_tracker.page.manifests import DroppedManifest
from batch_tracker.page.page import Page
from batch_tracker.reporter.corrected import write_corrected

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CHUNK = 256 * 1024
_MOST_ROWS = 500


class FilesApi:
    """The requests below /api/files."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def routes(self) -> list[web.RouteDef]:
        """Return them all."""
        one = "/api/files/{digest}"
        return [
            web.put("/api/files", self.upload),
            web.get(one, self.show, allow_head=False),
            web.get(f"{one}/rows", self.rows, allow_head=False),
            web.get(f"{one}/corrected", self.corrected, allow_head=False),
            web.post(f"{one}/answers", self.answer),
            web.post(f"{one}/reading", self.read_as),
            web.post(f"{one}/profile", self.keep_profile),
            web.post(f"{one}/corrections", self.correct),
            web.post(f"{one}/corrections/undo", self.undo_correction),
            web.post(f"{one}/look", self.look),
            web.post(f"{one}/send", self.send),
        ]

    async def upload(self, request: web.Request) -> web.Response:
        """Keep a file: its raw bytes, its name in the address."""
        encoded = hdrs.CONTENT_ENCODING in request.headers
        if encoded or request.content_type != UPLOAD:
            raise web.HTTPUnsupportedMediaType(text="Only raw files are taken.\n")
        name = request.query.get("name", "")
        kept = await self._page.uploads.keep(name, request.content.iter_chunked(_CHUNK))
        await to_thread(self._fresh, kept.sha256)
        return web.json_response({"digest": kept.sha256, "name": kept.name})

    async def show(self, request: web.Request) -> web.Response:
        """Tell how a manifest stands; the first time, it is looked at."""
        manifest = await self._manifest(request)
        await to_thread(manifest.ensure_look)
        return await _json(look_json, manifest)

    async def rows(self, request: web.Request) -> web.Response:
        """Return some of the rows."""
        manifest, asked = await self._manifest(request), request.query
        look = manifest.look
        if look is None or look.checked is None:
            raise NotFound("There are no rows to show.")
        found = await to_thread(
            rows_json,
            look,
            Shown(asked.get("show", Shown.ALL)),
            search=asked.get("search", ""),
            offset=number(asked, "offset", 0),
            limit=min(number(asked, "limit", 50), _MOST_ROWS),
            begin=number(asked, "begin", 0),
        )
        return web.json_response(found)

    async def corrected(self, request: web.Request) -> web.Response:
        """Return the table as a workbook, as it was corrected."""
        manifest = await self._manifest(request)
        body = await to_thread(_corrected, manifest)
        return download(body, corrected_name(manifest.upload.path), XLSX)

    async def answer(self, request: web.Request) -> web.Response:
        """Take an answer about a column."""
        manifest, values = await self._manifest(request), await values_of(request)
        return await _json(manifest.answer, texts(values, "answers"))

    async def read_as(self, request: web.Request) -> web.Response:
        """Take another sheet, or another order of day and month."""
        manifest, values = await self._manifest(request), await values_of(request)
        order = text(values, "date_order")
        if order not in {"", "mdy", "dmy", "ymd"}:
            raise ValueError("date_order is not known.")
        reading = {"sheet": text(values, "sheet"), "date_order": order}
        return await _json(manifest.read_as, reading)

    async def keep_profile(self, request: web.Request) -> web.Response:
        """Keep the answers as a profile."""
        manifest, values = await self._manifest(request), await values_of(request)
        name = text(values, "name").strip()
        if not name:
            raise ValueError("Give the profile a name.")
        file = await to_thread(manifest.keep_answers, name)
        return web.json_response({"words": f"Kept as profile {name} in {file}."})

    async def correct(self, request: web.Request) -> web.Response:
        """Take another text for a cell, or for all cells with the same fault."""
        manifest, values = await self._manifest(request), await values_of(request)
        place = number(values, "row"), number(values, "column")
        like = values.get("like")
        fault = None
        if isinstance(like, list):
            _, code, stands = like
            fault = Fault(place[1], str(code), str(stands))
        return await _json(manifest.correct, *place, text(values, "text"), like=fault)

    async def undo_correction(self, request: web.Request) -> web.Response:
        """Let a cell say again what stands in the file."""
        manifest, values = await self._manifest(request), await values_of(request)
        return await _json(
            manifest.undo_correction, number(values, "row"), number(values, "column")
        )

    async def look(self, request: web.Request) -> web.Response:
        """Look at the POs."""
        manifest = await self._manifest(request)
        manifest.settings.require_account()
        return await _json(manifest.look_again, compare=True)

    async def send(self, request: web.Request) -> web.Response:
        """Send what was looked at."""
        manifest, values = await self._manifest(request), await values_of(request)
        await to_thread(manifest.send, text(values, "plan"))
        return web.json_response({}, status=202)

    def _fresh(self, digest: str) -> None:
        """Look again at a file that is dropped again: much may have changed since."""
        manifest = self._page.manifest(digest)
        if manifest:
            manifest.look_again(compare=False)

    async def _manifest(self, request: web.Request) -> DroppedManifest:
        found = await to_thread(self._page.manifest, request.match_info["digest"])
        if found is None:
            raise NotFound("This file is not here any more; drop it again.")
        return found


async def _json(act: Callable[..., Json | None], *values: object, **named: object) -> web.Response:
    return web.json_response(await to_thread(act, *values, **named) or {})


def _corrected(manifest: DroppedManifest) -> bytes:
    look = manifest.look
    if look is None or look.checked is None:
        raise Refused("This file has no rows.")
    with (
        ledger.read_scratch(look.folder) as db,
        tempfile.TemporaryDirectory(prefix="batch-tracker-") as folder,
    ):
        run, path = ledger.find_run(db), Path(folder) / "corrected.xlsx"
        facts = run.manifest
        write_corrected(path, facts.headers, ledger.results(run), text_columns=facts.text_columns)
        return path.read_bytes()
