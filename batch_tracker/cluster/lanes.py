"""The lanes of a run, as Dask workers join and leave."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from uuid import uuid4

from distributed import Client as DaskClient
from distributed.security import Security

from batch_tracker.cluster.dask_worker import DaskWorker, TaskFailed, WorkerLost
from batch_tracker.cluster.remote_calls import RemoteCalls
from batch_tracker.cluster.shard import Greeting, Login, Place
from batch_tracker.cluster.worker import VERSIONS, greet, say_goodbye
from batch_tracker.errors import BatchTrackerError, ClusterUnusable
from batch_tracker.sender.lanes import Lane, LaneFactory, Lanes

_LOGGERS = ("distributed", "distributed.client", "tornado.application")

_CONNECT_S = 20.0
_GREETING_S = 60.0
"""How long a worker may take to greet: it loads batch-tracker first."""
_FIRST_WORKER_S = 30.0
_GOODBYE_S = 5.0
_POLL_S = 0.5
"""How often the scheduler is asked which workers there are."""
_LOOK_AGAIN_S = 0.05
_WAY_S = 0.5
"""How much longer a call by way of a worker may be on its way, in seconds."""
_LATER_THAN_CALLS_S = 30.0
"""How much longer than its slowest call a shard is waited for."""

_RESUME = "batch-tracker resume looks up what was under way, and sends the rest."


@asynccontextmanager
async def open_lanes(factory: LaneFactory) -> AsyncIterator[Lanes]:
    """Connect with the cluster of the settings, and open a lane for each of its workers.

    Raises:
        ClusterUnusable: there is no scheduler, no worker, or one that does not fit.
        LedgerRefused: the quota file can't be used.
    """
    address = factory.settings.cluster or ""
    async with AsyncExitStack() as stack:
        dask = await stack.enter_async_context(_connected(address))
        cluster = _Cluster(factory, dask, stack)
        watching = asyncio.create_task(cluster.watch())
        try:
            await cluster.until_met()
            yield cluster.lanes
        finally:
            await cluster.leave()
            await asyncio.wait([watching])


class _Cluster:
    """The workers of a scheduler, and the lanes to them."""

    def __init__(self, factory: LaneFactory, dask: DaskClient, stack: AsyncExitStack) -> None:
        self._factory = factory
        self._dask = dask
        self._stack = stack
        self._session = uuid4().hex
        self._login = Login(
            factory.settings.account or "", factory.run.server, factory.run.username
        )
        self._workers: dict[str, DaskWorker] = {}
        self._lanes_of: dict[DaskWorker, list[Lane]] = {}
        self._greetings: set[asyncio.Task[None]] = set()
        self._failure: BatchTrackerError | None = None
        self._is_met = False
        self._over = asyncio.Event()  # a cancelled task of Dask's may go on all the same
        self.lanes = Lanes((), factory.on_note, another=self._another)

    async def until_met(self) -> None:
        """Wait until the workers that are there have been greeted.

        Raises:
            ClusterUnusable: there is none, or one that does not fit.
        """
        await self._until_working(_FIRST_WORKER_S, "No worker has joined the Dask scheduler at")
        self._is_met = True

    async def watch(self) -> None:
        """Open lanes to workers that join, and close those to workers that leave."""
        while not self._over.is_set():
            if self._dask.status != "running":
                self._give_up()
                return
            present = await self._present()
            for address in self._workers.keys() - present:
                self._lose(self._workers[address], "it is gone")
            for address in present - self._workers.keys():
                worker = self._workers[address] = DaskWorker(self._dask, address)
                greeting = asyncio.create_task(self._meet(worker))
                self._greetings.add(greeting)
                greeting.add_done_callback(self._greetings.discard)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), _POLL_S)

    async def leave(self) -> None:
        """Watch no longer, and say goodbye to all workers."""
        self._over.set()
        for each in self._greetings:
            each.cancel()
        goodbyes = [
            each.run(say_goodbye, self._session, within_s=_GOODBYE_S)
            for each in self._workers.values()
        ]
        await asyncio.gather(*goodbyes, return_exceptions=True)

    async def _present(self) -> set[str]:
        """Return the addresses of the workers: those known so far where there is no news."""
        scheduler = self._dask.scheduler
        try:
            if scheduler:
                known = await asyncio.wait_for(scheduler.identity(), _CONNECT_S)
                return set(known["workers"])
        except (OSError, TimeoutError):
            pass
        return set(self._workers)  # it is busy, or its end will be noticed soon

    async def _meet(self, worker: DaskWorker) -> None:
        """Greet a worker and open its lanes. One that does not fit is left alone."""
        try:
            greeting = await worker.run(
                greet, self._session, self._login, VERSIONS, within_s=_GREETING_S
            )
        except TaskFailed as error:
            greeting = f"It has another batch-tracker or none ({error})."
        except WorkerLost as error:
            self._lose(worker, str(error))
            return
        if isinstance(greeting, Greeting):
            try:
                for place in greeting.places:
                    await self._open(worker, greeting, place)
            except BatchTrackerError as error:  # the quota file: no other worker would do better
                self._failure = error
        else:
            self._refuse(f"The Dask worker {worker.address} can't be used. {greeting}")

    def _refuse(self, message: str) -> None:
        """Do without a worker that does not fit; before the first call, that is a mistake."""
        if self._is_met:
            self._factory.on_note(message)
        else:
            self._failure = ClusterUnusable(message, hint="Mend or stop it, then resume.")

    async def _open(self, worker: DaskWorker, greeting: Greeting, place: Place) -> None:
        calls = RemoteCalls(
            worker,
            session=self._session,
            address=place.address,
            timeout_s=greeting.timeout_s + _LATER_THAN_CALLS_S,
            on_lost=lambda why: self._lose(worker, why),
        )
        lane = await self._stack.enter_async_context(
            self._factory.lane(
                _label(place),
                name=f"{place.label} ({worker.address})",
                calls=calls,
                way_s=_WAY_S,
            )
        )
        self._lanes_of.setdefault(worker, []).append(lane)
        self.lanes.join(lane)
        if place.trouble:
            self.lanes.fail(lane, ClusterUnusable(place.trouble))

    def _lose(self, worker: DaskWorker, why: str) -> None:
        """Go on without a worker. One that is started anew at its address may join again."""
        if self._workers.get(worker.address) is worker:
            del self._workers[worker.address]
        for lane in self._lanes_of.pop(worker, ()):
            self.lanes.fail(lane, ClusterUnusable(f"the worker: {why}."))
        worker.leave()

    def _give_up(self) -> None:
        self._failure = ClusterUnusable(
            f"The Dask scheduler at {self._factory.settings.cluster} does not answer any more.",
            hint=f"Start it again, or do without --cluster. {_RESUME}",
        )
        for worker in list(self._workers.values()):
            self._lose(worker, "the Dask scheduler is gone")

    async def _another(self) -> None:
        """Wait for a worker, as long as for a server that answers nobody."""
        await self._until_working(
            self._factory.settings.give_up_s, "No worker is left at the Dask scheduler at"
        )

    async def _until_working(self, within_s: float, complaint: str) -> None:
        stop = self._factory.stop
        until = stop.time() + within_s
        while True:
            if self._failure:
                raise self._failure
            is_late = stop.time() > until
            if self.lanes.working and (self._is_met or is_late or not self._greetings):
                return
            if is_late:
                raise ClusterUnusable(
                    f"{complaint} {self._factory.settings.cluster}.",
                    hint=f"Start workers, or do without --cluster. {_RESUME}",
                )
            await stop.sleep(_LOOK_AGAIN_S)


def _label(place: Place) -> str:
    """Return whose quota the calls use: this machine's own, where the worker is on it."""
    return "" if not place.address and place.label == socket.gethostname() else place.label


@asynccontextmanager
async def _connected(address: str) -> AsyncIterator[DaskClient]:
    for name in _LOGGERS:  # what goes wrong is told in the run's own words
        logging.getLogger(name).setLevel(logging.CRITICAL)
    security = _security(address)
    try:
        dask = await DaskClient(
            address,
            asynchronous=True,
            set_as_default=False,
            timeout=_CONNECT_S,
            security=security,
        )
    except (OSError, TimeoutError) as error:
        raise ClusterUnusable(
            f"No Dask scheduler answers at {address}.", hint="Start it, then resume."
        ) from error
    try:
        yield dask
    finally:
        await dask.close()


def _security(address: str) -> Security:
    """Return Dask's own settings for encryption; raises ClusterUnusable where they don't do."""
    security = Security()
    hint = "batch-tracker's README, More than one machine, shows how to make them."
    try:
        context = security.get_connection_args("client")["ssl_context"]
    except OSError as error:
        raise ClusterUnusable(
            f"Dask's certificates can't be read: {error.strerror}.", hint=hint
        ) from error
    if address.startswith("tls:") and not context:
        raise ClusterUnusable("This machine has no certificates for Dask.", hint=hint)
    return security
