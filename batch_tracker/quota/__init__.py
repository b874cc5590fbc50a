"""The quota: at most Q calls in any W seconds for one user of one server, on the whole host.

A sliding log in a SQLite file that every process shares and that outlives them all. Calls are
numbered per lane (server and user); call n may go once call n-Q has left the window, which is one
look-up by key. The file is not the ledger's: staging a manifest never makes another run's calls
wait.

A call reaches the server a little after its permit is given, so two calls that are W apart here
may be closer together there. The window is therefore kept longer than the server's: by 2 %, which
for an hour is 72 seconds, longer than any call may take, and by 40 ms, which counts where a window
is a few seconds: so late is a call on a busy machine.

    gate     where the workers of a run wait for their permits
    lane     the permits themselves: one user of one server, over all processes
    usage    how much of the quota is used, for who only looks
"""

from batch_tracker.quota.gate import QuotaGate
from batch_tracker.quota.lane import QUOTA_FILE, Lane, kept_s, lane_name
from batch_tracker.quota.usage import Usage, usage

__all__ = ["QUOTA_FILE", "Lane", "QuotaGate", "Usage", "kept_s", "lane_name", "usage"]
