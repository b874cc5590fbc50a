"""The sender: open steps out of the ledger, attempts and outcomes into it.

session          one process at work on one run: look-ups, rows, read-backs, in this order
pool             the workers that send the rows, and what becomes of each
survey           what POs hold before the first row is sent, 50 to a call
readback         what became of rows that were sent
gateway          the way of every call, whoever makes it
circuit_breaker  whether the server answers anybody
token            one login, shared by all
retry            what follows from a verdict
failure_limits   when to give up on a run
concurrency      how many calls are under way at once
client           one call
reply            what its answer means (`body` and `rate_limited` read it)
orders           the list of POs in an answer
worker_group     workers side by side
stop             how a run is asked to stop
probe            does the server answer, know the user, show POs: without a run
"""

from batch_tracker.sender.session import look_first, send
from batch_tracker.sender.stop import StopSignal
from batch_tracker.sender.survey import Judge, calls_needed

__all__ = ["Judge", "StopSignal", "calls_needed", "look_first", "send"]
