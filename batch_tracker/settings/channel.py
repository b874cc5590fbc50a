"""A channel: where notices of unattended runs go. Each is a `[[notify]]` table of the settings.

A secret is never in the file: the table names the environment variable that holds it.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Constrained

from batch_tracker.settings.profile import Filled

Occasion = Literal["failure", "recovery", "finish", "alarm"]
"""What a notice is about: a failure when it begins and when its reason changes, recovery once
after it. `finish` is the end of a run, good or bad; a run that was stopped is not at its end."""

_ON_CHANGE: frozenset[Occasion] = frozenset({"failure", "recovery", "alarm"})


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    on: frozenset[Occasion] = _ON_CHANGE


class Hook(_Told):
    """A web address that takes a POST: our own JSON, or the shape that Slack or Teams expects."""

    kind: Literal["webhook", "slack", "teams"]
    url_env: Filled
    """The variable with the address: who knows it can write there, so it is a secret."""


class Mailbox(_Told):
    """A mail server, and who gets mail through it, the results workbook attached."""

    kind: Literal["smtp"]
    host: Filled
    port: int = Constrained(default=587, ge=1, le=65535)
    security: Literal["starttls", "ssl", "none"] = "starttls"
    """`none` is taken for a mail server on this very machine only."""
    username: Filled | None = None
    password_env: Filled | None = None
    sender: Filled
    to: tuple[Filled, ...] = Constrained(min_length=1)

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if bool(self.username) != bool(self.password_env):
            msg = "username and password_env go together"
            raise ValueError(msg)
        return self


Channel = Annotated[Hook | Mailbox, Constrained(discriminator="kind")]
