"""The recipes for schedulers: their own commands, run; only the folders are put elsewhere."""

import re
import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

SCHEDULES = Path(__file__).parents[2] / "samples" / "schedules"
FIELD = r"(\*|\d+(-\d+)?(,\d+(-\d+)?)*)(/\d+)?"
JOB = re.compile(rf"(?P<when>{FIELD}( {FIELD}){{4}}) (?P<command>\S.*)")
PROGRAM = "/srv/batch-tracker/.venv/bin/batch-tracker"
XMLNS = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


@pytest.fixture
def machine(program, server):
    """A machine as the recipes suppose it: program, settings, password file and a manifest."""
    folders = {
        "/srv/batch-tracker": program.folder / "app",
        "/srv/manifests": program.folder / "manifests",
        "/home/clerk": program.folder / "clerk",
    }
    for folder in folders.values():
        folder.mkdir()
    app, manifests, clerk = folders.values()
    (app / ".venv").mkdir()
    (app / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    url = program.environment["SELLERCLOUD_URL"]
    for home in (program.folder, app):  # the service and the task are run at home in `app`
        settings = home / ".config" / "batch-tracker" / "batch-tracker.toml"
        settings.parent.mkdir(parents=True)
        settings.write_text(f'url = "{url}"\nusername = "clerk"\nsettle_s = 0\n', "utf-8")
    password = clerk / ".sellercloud-password"
    password.write_text(program.environment["SELLERCLOUD_PASSWORD"], "utf-8")
    program.manifest(3, name="manifests/daily.csv")
    yield lambda text: _put_elsewhere(text, folders)
    assert sorted(path.name for path in manifests.iterdir()) == ["attention", "done"]
    assert sum(server.calls.puts.values()) == 3


def _put_elsewhere(text, folders):
    for folder, place in folders.items():
        text = text.replace(folder, str(place))
    return text


def run(words, folder, environment=()):
    done = subprocess.run(
        words,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), **dict(environment)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_the_line_for_cron_works(machine, tmp_path):
    lines = machine((SCHEDULES / "crontab.txt").read_text("utf-8")).splitlines()
    lines = [line for line in lines if not line.startswith("#")]
    environment = [line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line)]
    (job,) = [JOB.fullmatch(line) for line in lines if not re.match(r"[A-Z_]+=", line)]
    assert "%" not in job["command"]  # cron's own line break
    run(["/bin/sh", "-c", job["command"]], tmp_path, environment)


def unit(name, machine):
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read_string(machine((SCHEDULES / name).read_text("utf-8")))
    return parser


def test_the_service_works(machine):
    service = unit("batch-tracker.service", machine)["Service"]
    environment = [service["Environment"].split("=", 1)]
    run(shlex.split(service["ExecStart"]), service["WorkingDirectory"], environment)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path):
    for path in SCHEDULES.glob("batch-tracker.[st]*"):
        text = path.read_text("utf-8").replace(PROGRAM, "/bin/true")
        (tmp_path / path.name).write_text(text, "utf-8")
    units = [tmp_path / f"batch-tracker.{kind}" for kind in ("timer", "service")]
    done = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_task_for_windows_works_but_for_its_paths(machine, tmp_path):
    task = ET.parse(SCHEDULES / "batch-tracker-task.xml").getroot()
    assert task.tag == f"{XMLNS}Task"

    def text(name):
        (found,) = task.iter(XMLNS + name)
        return found.text

    assert text("Interval") == "PT15M"
    assert text("Command") == r"C:\batch-tracker\.venv\Scripts\batch-tracker.exe"
    assert text("WorkingDirectory") == r"C:\batch-tracker"
    app = Path(machine("/srv/batch-tracker"))
    arguments = machine(text("Arguments").replace(r"C:\manifests", "/srv/manifests"))
    password = tmp_path / "clerk" / ".sellercloud-password"
    run(
        [app / ".venv" / "bin" / "batch-tracker", *arguments.split()],
        app,
        {"SELLERCLOUD_PASSWORD_FILE": str(password)},
    )
