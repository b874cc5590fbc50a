"""How the pretend server behaves, above all where nobody outside Sellercloud knows.

Documented behaviour is fixed in code. Each setting here stands for something that is unknown
(so a client must bear every value) or that a rehearsal wants to choose.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from batch_tracker.sandbox.purchase_order import INT32_MAX, PurchaseOrder
from batch_tracker.sandbox.rules import MAGIC_ENDINGS, EndingRule, FaultName

Refusal = Literal["400", "404", "500-message", "ignored"]
"""How the server declines: `500-message` is a 500 with a business message (observed for
validation elsewhere in the API); `ignored` answers 200 and changes nothing."""

Policy = Literal["accepted", Refusal]

Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0)]


class SandboxSettings(BaseModel):
    """One server's temper. The defaults are the likeliest server, with nothing broken."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prefix: str = "/rest"
    """Path before `/api`; documented as `/rest`."""
    seed: int = 0
    """Decides every random choice: latency, faults, the order of a list."""
    calls_kept: int | None = Field(default=None, ge=0)
    """How many calls the log keeps (None: all). Counters count all of them in any case."""

    # Tokens
    users: dict[str, str] | None = {"clerk": "secret"}
    """Password by user name; None accepts any pair that is not blank."""
    wrong_credentials_status: Literal[400, 401] = 400
    token_lifetime_s: float = Field(default=3600.0, gt=0)
    server_utc_offset_h: float = Field(default=-5.0, ge=-14, le=14)
    """Zone of the server's own clock. `.issued` and `.expires` are in it and do not say so."""

    # Quota: 10,800 calls an hour per user and IP are documented, all endpoints included
    quota: int = Field(default=10_800, ge=1)
    quota_window_s: float = Field(default=3600.0, gt=0)
    quota_window: Literal["sliding", "fixed"] = "sliding"
    """`fixed` windows start at multiples of their length, counted from 1970."""
    throttle_status: Literal[200, 400, 403, 429, 503] = 429
    throttle_retry_after: Literal["none", "with-body", "instead-of-body"] = "none"

    # Latency and faults
    latency_s: Seconds | tuple[Seconds, Seconds] = 0.0
    """Time from carrying out a call to answering it: fixed, or the ends of a uniform range."""
    slots: int | None = Field(default=None, ge=1)
    """Calls that are worked on at once, each for the latency; the others wait in a queue."""
    fault_shares: dict[FaultName, Share] = {}
    """Share of PUTs that meet a fault at random."""
    fault_every: FaultName | None = None
    """A fault for every PUT that no script speaks of."""
    slow_s: Seconds = 5.0
    """How long the fault `slow` takes between headers and body."""
    retry_after_s: int = Field(default=1, ge=0)
    """What the fault `503` asks for, and how far off the fault `throttled` puts the reset."""
    redirect_to_other_host: bool = False
    """Whether the fault `redirect` points to the host name localhost instead of a path."""

    # Which POs exist
    orders: tuple[PurchaseOrder, ...] | None = None
    """Exactly the POs that exist; None: every id of `id_range`, subject to `rules`."""
    id_range: tuple[int, int] = (1, INT32_MAX)
    rules: tuple[EndingRule, ...] = ()
    default_company: int | None = None
    """If set, the list shows only this company's POs (seen on one tenant for other lists)."""

    # PUT TrackingNumber, where its behaviour is unknown
    put_access: Literal["granted", "403", "404"] = "granted"
    """`404` is an employee without the permission, or a server older than the endpoint."""
    unknown_po: Refusal = "404"
    ship_date_while_not_shipped: Refusal = "400"
    """For a ship date sent to a PO of shipping status None; `ignored` drops only the date."""
    multiple_tracking: bool = False
    """The client setting "Enable Multiple Tracking Numbers On PO"; the PUT needs it off."""
    put_while_multiple_tracking: Refusal = "400"
    cancelled_po: Policy = "accepted"
    future_ship_date: Policy = "accepted"
    empty_text: Literal["400", "ignored", "clears"] = "400"
    max_text_length: int | None = Field(default=None, ge=1)
    """Longest tracking number or carrier accepted; a longer one is a 400."""

    # Shapes of answers
    success_body: Literal["empty", "json", "text"] = "empty"
    error_shape: Literal["message", "error-message", "problem", "text"] = "message"
    """Web API's `Message`; Sellercloud's `ErrorMessage`; ASP.NET Core's problem; plain text."""
    enum_shape: Literal["number", "name"] = "number"
    returned_dates: Literal["as-sent", "without-zone", "server-local"] = "as-sent"
    """`server-local` converts to the server's zone and does not say so."""
    repeats_across_pages: bool = True
    """Whether a page starts with the last record of the page before (observed)."""

    @model_validator(mode="after")
    def _shares_fit(self) -> Self:
        if sum(self.fault_shares.values()) > 1:
            raise ValueError("the shares of all faults together are more than 1")
        return self


REHEARSAL = SandboxSettings(users=None, rules=MAGIC_ENDINGS, calls_kept=0)
"""For trying out any file: any credentials, any PO id, and the magic endings."""
