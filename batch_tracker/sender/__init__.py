"""The sender: open steps out of the ledger, attempts and outcomes into it.

A session looks POs up, sends rows and reads them back, in this order:

    session         one process at work on one run
    survey          what POs hold before the first row is sent, 50 to a call
    lanes           the addresses that calls are made from
    pool            the workers that send the rows (`concurrency`: how many at once)
    readback        what became of rows that were sent (`proof`: what a look at a PO proves)
    probe           does the server answer, know the user, show POs: without a run

Whatever they ask of the server is a request, and takes the same way:

    request         what somebody wants, in as many calls as it takes (`look_up`: to see POs)
    gateway         the way of every call, and the loop of its retries
    circuit_breaker whether the server answers anybody
    token           one login, shared by all
    client          one HTTP call
    reply           what its answer means (`body`, `rate_limited` and `orders` read it, `masking`
                    keeps secrets out of what is kept of it)
    retry           whether another call follows, and when
    connection      all of this, opened and closed

What a reply means for a row and for the run:

    outcomes        what a row came to
    open_steps      the rows that are left to send
    unauthorized    rows whose tokens were refused: is it the row, or the token?
    failure_limits  when to give up on a run
    worker_group    workers side by side
    stop            how a run is asked to stop
"""

from batch_tracker.sender.lanes import OpenLanes, open_lanes
from batch_tracker.sender.session import look_first, send
from batch_tracker.sender.stop import StopSignal
from batch_tracker.sender.survey import Judge

__all__ = ["Judge", "OpenLanes", "StopSignal", "look_first", "open_lanes", "send"]
