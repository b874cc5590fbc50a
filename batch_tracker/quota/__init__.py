"""The quota: at most Q calls in any W seconds for one user of one server, on the whole host.

A sliding log in a SQLite file that every process shares and that outlives them all. Calls are
numbered per lane (server and user); call n may go once call n-Q has left the window, which is one
look-up by key. The file is not the ledger's: staging a manifest never makes another run's calls
wait.

A call reaches the server a little after its permit is given, so two calls that are W apart here
may be closer together there. The window is therefore kept longer than the server's: by 2 %, which
for an hour is 72 seconds, longer than any call may take, and by 40 ms, which counts where a window
is a few seconds: so late is a call on a busy machine.

    gate        where the workers of a run wait for their permits
    lane        the permits themselves: one user of one server, over all processes
    clock       the moment by two clocks, one of which nobody can set
    quota_file  the file they are in, and how long what it notes counts
    usage       how much of the quota is used, for who only looks
"""

from batch_tracker.quota.clock import Moment, Uptime, present, uptime
from batch_tracker.quota.gate import Permit, QuotaGate
from batch_tracker.quota.lane import Lane, kept_s, lane_name
from batch_tracker.quota.quota_file import QUOTA_FILE
from batch_tracker.quota.usage import Usage, usage

__all__ = [
    "QUOTA_FILE",
    "Lane",
    "Moment",
    "Permit",
    "QuotaGate",
    "Uptime",
    "Usage",
    "kept_s",
    "lane_name",
    "present",
    "uptime",
    "usage",
]
