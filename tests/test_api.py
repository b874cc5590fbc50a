"""The package as a Python program uses it: its example, its types, its threads and loops."""

import asyncio
import doctest
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from mypy import api as mypy
from openpyxl import Workbook

import batch_tracker
from batch_tracker import BatchTrackerError, Settings, check, results, resume, run
from batch_tracker.sandbox import Sandbox, SandboxSettings

ROOT = Path(__file__).parents[1]
PASSWORD = "canary-password-7f3a"


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A pretend Sellercloud that the environment names, and an empty working folder."""
    for name in os.environ:
        if name.startswith(("SELLERCLOUD_", "BATCH_TRACKER_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BATCH_TRACKER_HOME", str(tmp_path / "home"))
    sandbox = Sandbox(SandboxSettings(users={"clerk": PASSWORD}))
    with sandbox.running() as url:
        for name, value in {"URL": url, "USERNAME": "clerk", "PASSWORD": PASSWORD}.items():
            monkeypatch.setenv(f"SELLERCLOUD_{name}", value)
        yield sandbox


def manifest(rows, name="manifest.csv"):
    lines = ["PO,Tracking Number", *(f"{1001 + n},T{1001 + n}" for n in range(rows))]
    Path(name).write_text("\n".join(lines), "utf-8")
    return name


def as_csv(rows, path):
    path.with_suffix(".csv").write_text("\n".join(map(",".join, rows)), "utf-8")


def as_workbook(rows, path):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.active.cell(2, 1).value = 1001
    book.save(path.with_suffix(".xlsx"))


@pytest.mark.usefixtures("server")
def test_the_packages_own_example_works():
    manifest(3)
    tried = doctest.testmod(batch_tracker, optionflags=doctest.ELLIPSIS)
    assert tried.failed == 0
    assert tried.attempted == 6


def test_settings_may_be_given_and_progress_is_told(server, tmp_path):
    told = []
    settings = Settings(output=tmp_path / "out", workers=1)
    summary = run(Path(manifest(3)), settings, on_progress=told.append)
    assert summary.status == "success"
    assert Path(summary.report).parent == tmp_path / "out"
    assert {each.stage for each in told} == {"reading", "comparing", "sending", "writing"}
    assert run("manifest.csv", force=True).counts["updated"] == 3
    assert server.calls.puts == dict.fromkeys((1001, 1002, 1003), 2)


ORDERS = (
    "from batch_tracker import run",
    "from batch_tracker import check, run; check('manifest.csv')",
    "import batch_tracker.watch; from batch_tracker import run",
    "import batch_tracker; batch_tracker.check('manifest.csv'); run = batch_tracker.run",
    "import pickle; from batch_tracker import run; run = pickle.loads(pickle.dumps(run))",
)


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("order", ORDERS)
def test_run_is_what_is_called_whatever_was_imported_before(order):
    manifest(3)
    script = f"{order}; print(run('manifest.csv', force=True).counts['updated'])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.stdout == "3\n", done.stderr


def test_what_is_left_is_resumed(server):
    server.script(1002, *["500"] * 5)
    settings = Settings(backoff_s=0.001)
    failed = run(manifest(3), settings)
    assert (failed.status, failed.counts["failed"]) == ("partial", 1)
    again = resume(failed.run, settings, again=True)
    assert (again.run, again.status) == (failed.run, "success")


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("make", [as_csv, as_workbook])
def test_results_are_a_table_whose_own_cells_stay_text(tmp_path, make):
    make(
        [
            ["PO", "Tracking Number", "Attempts"],
            ["1001", "000771820933116007", "3"],
            ["soon", "T1002", ""],
        ],
        tmp_path / "manifest",
    )
    summary = run(next(tmp_path.glob("manifest.*")))
    table = results(summary.run)
    assert list(table.columns) == [
        *("Result", "Message", "PO", "Tracking Number", "Attempts"),
        *("Code", "HTTP Status", "Attempts", "Completed At", "Source Row"),
    ]
    assert table.iloc[:, 2:5].to_numpy().tolist() == [
        ["1001", "000771820933116007", "3"],
        ["soon", "T1002", ""],
    ]
    assert table["Result"].tolist() == ["updated", "invalid"]
    assert table["HTTP Status"].isna().tolist() == [False, True]
    assert table["HTTP Status"].sum() == 200
    assert table.iloc[:, 7].tolist() == [1, 0]
    assert table["Completed At"].dt.tz is not None
    assert table["Source Row"].tolist() == [2, 3]


@pytest.mark.usefixtures("server")
def test_results_of_a_run_without_rows_are_a_table_without_rows():
    Path("manifest.csv").write_text("PO,Tracking Number\n", "utf-8")
    run("manifest.csv")
    assert results().empty
    with pytest.raises(BatchTrackerError, match="no run"):
        results("2001-01-01-nothing")


@pytest.mark.usefixtures("server")
def test_what_can_not_be_used_is_an_error_of_ours():
    with pytest.raises(BatchTrackerError, match="No run is unfinished"):
        resume()
    with pytest.raises(BatchTrackerError, match="missing"):
        check("missing.csv")


@pytest.mark.usefixtures("server")
def test_it_works_where_an_event_loop_runs_already():
    async def cell():
        main = threading.current_thread()
        workers = set()
        summary = run(manifest(3), on_progress=lambda _: workers.add(threading.current_thread()))
        assert main not in workers
        with pytest.raises(BatchTrackerError, match="missing"):
            check("missing.csv")
        return summary, check("manifest.csv")

    summary, checked = asyncio.run(cell())
    assert summary.counts["updated"] == checked.summary.counts["unchanged"] == 3


@pytest.mark.usefixtures("server")
def test_a_loop_that_must_not_wait_hands_it_to_a_thread():
    async def service():
        ticks = 0
        sending = asyncio.create_task(asyncio.to_thread(run, manifest(3)))
        while not sending.done():
            await asyncio.sleep(0)
            ticks += 1
        return ticks, await sending

    ticks, summary = asyncio.run(service())
    assert summary.counts["updated"] == 3
    assert ticks > 10


@pytest.mark.usefixtures("server")
def test_it_works_outside_the_main_thread_and_beside_another_run():
    with ThreadPoolExecutor(2) as tasks:
        paths = [manifest(3, "a.csv"), manifest(4, "b.csv")]
        first, second = tasks.map(run, paths)
    assert first.run != second.run
    both = (first, second)
    assert sum(each.counts["updated"] + each.counts["unchanged"] for each in both) == 7


NOTEBOOK = """
import asyncio, os, signal
from batch_tracker import run

def interrupt_once(progress):
    if progress.stage == "{stage}" and not sent:
        sent.append(True)
        os.kill(os.getpid(), signal.SIGINT)

sent = []
async def cell():
    return run("manifest.csv", on_progress=interrupt_once)

print(asyncio.new_event_loop().run_until_complete(cell()).status)
"""


@pytest.mark.parametrize("stage", ["reading", "sending"])
def test_a_notebooks_stop_button_stops_gently(server, stage):
    manifest(500)
    script = NOTEBOOK.format(stage=stage)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.stdout == "stopped\n", done.stderr
    assert server.calls.puts.total() < 500
    assert resume().counts["updated"] == 500
    assert max(server.calls.puts.values()) == 1


def test_importing_the_package_imports_nothing_heavy():
    script = (
        "import sys, batch_tracker; "
        "print({'pandas', 'numpy', 'aiohttp', 'openpyxl', 'pydantic', 'tqdm'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


def test_what_the_package_names_is_there_and_nothing_else():
    for name in batch_tracker.__all__:
        assert getattr(batch_tracker, name)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        batch_tracker.nonsense  # noqa: B018


def test_the_types_are_those_that_users_rely_on(tmp_path, monkeypatch):
    """As a user's mypy sees the package: strict, and without our plugins."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MYPYPATH", str(ROOT))
    out, errors, code = mypy.run(
        [
            "--strict",
            "--config-file=",
            "--follow-imports=silent",
            f"--cache-dir={ROOT / '.mypy_cache' / 'user'}",
            str(ROOT / "tests" / "typing_api.py"),
        ]
    )
    assert code == 0, out + errors
