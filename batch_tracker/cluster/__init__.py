"""A cluster: the calls of a run are made by Dask workers, on this machine or on others.

    driver: ledger, plan, quota, retries                Dask worker: only the calls
    gateway ─ RemoteCalls ─ Shard (at most 50 calls) ──► make_calls ─ sender/client.py ──► server
                  ▲                                         │
                  └────────── a reply for each call ◄───────┘

Every Dask worker is a lane, or one for each of its addresses. The driver's gateway does all that
must be true before it hands a call out, as it does for its own calls. What never came back is a
lost answer, and is settled like any other.

    lanes           the lanes of a run, as workers join and leave
    dask_worker     one Dask worker as the driver sees it, and its tasks
    remote_calls    the API by way of a worker: the calls of a moment travel together
    worker          what runs on a Dask worker
    shard           what passes between driver and worker

It is imported only where a cluster is set: it needs the extra `dask`.
"""

from batch_tracker.cluster.lanes import open_lanes

__all__ = ["open_lanes"]
