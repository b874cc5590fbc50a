"""Look-ups: what the server shows of POs, at most 50 to a call."""

from collections.abc import Iterable, Sequence

from batch_tracker.errors import LookUpFailed
from batch_tracker.model import Answer, PoSnapshot, Verdict
from batch_tracker.sender.client import Calls, Reply
from batch_tracker.sender.gateway import Gateway
from batch_tracker.sender.orders import PAGE, Page, read_page
from batch_tracker.sender.request import CallCounter, OtherRequest
from batch_tracker.sender.retry import RetryPolicy, Tries


class LookUp:
    """Asks what the server shows of POs."""

    def __init__(self, gateway: Gateway, counter: CallCounter) -> None:
        self._gateway = gateway
        self._counter = counter

    async def orders(self, pos: Iterable[int]) -> dict[int, PoSnapshot]:
        """Return what the server shows of at most 50 POs; those it does not show are missing.

        Raises:
            LookUpFailed: the server gives no list, however often it is asked, or a list of other
                POs than these: some tenants' lists pass over what is asked for.
        """
        wanted = list(pos)
        found: dict[int, PoSnapshot] = {}
        number = 1
        while (page := await self._page(wanted, number)).orders:
            if not page.orders.keys() <= set(wanted):
                raise LookUpFailed(
                    "Sellercloud shows other POs than those asked for.",
                    hint="Use --no-compare for this server.",
                )
            is_new = not found.keys() >= page.orders.keys()
            found |= page.orders
            there = len(wanted) if page.total is None else min(page.total, len(wanted))
            if not is_new or len(found) >= there:
                break
            number += 1  # the server gives fewer a page than was asked for
        return {po: found[po] for po in wanted if po in found}

    async def _page(self, pos: Sequence[int], number: int) -> Page:
        request = PageRequest(self._counter, pos, number=number)
        final = await self._gateway.call(request)
        if request.page is None:
            raise LookUpFailed(
                f"Sellercloud does not show the POs: {why_no_page(final.reply.verdict)}",
                hint="Let this user see purchase orders, or use --no-compare.",
            )
        return request.page


class PageRequest(OtherRequest):
    """The request for one page of a list: of these POs or, where none is named, of all."""

    def __init__(
        self, counter: CallCounter, pos: Sequence[int], *, number: int, size: int = PAGE
    ) -> None:
        super().__init__(counter)
        self._pos = pos
        self._number = number
        self._size = size
        self.page: Page | None = None
        """The page, once it has come."""

    async def send(self, client: Calls, token: str) -> Reply:
        """Ask for the page, and read it."""
        reply = await client.list_orders(self._pos, token, page=self._number, size=self._size)
        if reply.verdict.answer is Answer.ACCEPTED:
            self.page = read_page(reply.body)
        return reply

    def is_final(self, verdict: Verdict, tries: Tries, retry: RetryPolicy) -> bool:
        """Follow the policy, and ask again for an answer that was no list."""
        if verdict.answer is Answer.ACCEPTED and self.page is None:
            return tries.counted >= retry.attempts
        return super().is_final(verdict, tries, retry)


def why_no_page(verdict: Verdict) -> str:
    """Say why the last reply to a request held no page."""
    return verdict.message or "The server's answer is not a list of POs."
