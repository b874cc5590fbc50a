"""Bad input: exit 2, one plain sentence that says what to do, no traceback, no call made."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from zipfile import ZipFile

import pytest
from openpyxl import Workbook


@pytest.fixture
def refused(program, server):
    """Run the program, check that it refuses politely, and return what it said."""

    def run(*words, command="run", **environment):
        done = program(command, *words, **environment)
        assert done.returncode == 2, done.stdout + done.stderr
        assert done.stdout == ""
        assert done.stderr.startswith("Error: ")
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
        assert len(server.calls) == 0
        return done.stderr

    return run


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--force"], "Missing argument 'FILE...'"),
        (["m.csv", "--wrokers", "3"], "Did you mean --workers? See batch-tracker run --help."),
        (["m.csv", "--shet=x"], "There is no option --shet. Did you mean --sheet?"),
        (["m.csv", "--xyzzy"], "There is no option --xyzzy. See batch-tracker run --help."),
        (["m.csv", "--workers", "none"], "'none' is not a valid integer"),
        (["m.csv", "--workers", "0"], "workers"),
        (["m.csv", "--quota", "fast"], "Write calls/seconds"),
        (["m.csv", "--date-order", "ydm"], "'ydm' is not one of"),
        (["m.csv", "--profile", "nobody"], "nobody"),
        (["nowhere.csv"], "nowhere.csv"),
        (["home"], "home"),
        (["*.xlsx"], "no manifest there"),
    ],
)
def test_wrong_usage(program, refused, words, said):
    program.manifest(1, name="m.csv")
    assert said in refused(*words)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"SELLERCLOUD_URL": ""}, "SELLERCLOUD_URL is not set"),
        ({"SELLERCLOUD_URL": "http://xx.api.sellercloud.com/rest"}, "https://"),
        ({"SELLERCLOUD_URL": "xx.api.sellercloud.com"}, "not a web address"),
        ({"SELLERCLOUD_USERNAME": ""}, "SELLERCLOUD_USERNAME is not set"),
        ({"SELLERCLOUD_PASSWORD": ""}, "No password is set"),
        ({"SELLERCLOUD_PASSWORD": "", "SELLERCLOUD_PASSWORD_FILE": "gone"}, "gone"),
        ({"BATCH_TRACKER_CONFIG": "gone.toml"}, "gone.toml does not exist"),
        ({"BATCH_TRACKER_ZONE": "Mars/Base"}, "Mars/Base"),
    ],
)
def test_wrong_settings(program, refused, environment, said):
    assert said in refused(program.manifest(1), **environment)


def test_a_password_in_the_settings_file(program, refused):
    program.settings_file.write_text('password = "hush"\n', "utf-8")
    said = refused(program.manifest(1))
    assert "holds a password" in said
    assert "hush" not in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "it has no rows"),
        (b"Name,Town\nAcme,Reno\n", "PO"),
        (b"Tracking Number,Carrier\n1Z,UPS\n", "PO"),
        (b"PO,PO Number,Tracking Number\n1,2,T1\n", "could be the PO"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
        (b"<html><table><tr><td>PO</td></tr></table></html>", "web page"),
        (b"PK\x03\x04 and then nothing", "damaged"),
    ],
)
@pytest.mark.parametrize("words", [("run", "m.csv"), ("check", "m.xlsx")])
def test_a_file_that_is_no_manifest(program, refused, content, said, words):
    command, name = words
    path = program.folder / name
    path.write_bytes(content)
    message = refused(path, command=command)
    assert name in message
    assert said.casefold() in message.casefold()


def test_a_truncated_workbook(program, refused):
    path = program.folder / "manifest.xlsx"
    Workbook().save(path)
    path.write_bytes(path.read_bytes()[:-300])
    assert "manifest.xlsx" in refused(path)


def test_a_zip_that_is_no_workbook(program, refused):
    path = program.folder / "manifest.xlsx"
    with ZipFile(path, "w") as archive:
        archive.writestr("manifest.csv", "PO,Tracking Number\n1,T1\n")
    assert "manifest.xlsx" in refused(path)


def test_nothing_to_resume(refused):
    assert "No run is unfinished" in refused(command="resume")
    assert "no run called 7" in refused("7", command="report")


@pytest.mark.usefixtures("server")
def test_a_refusal_is_one_object_too(program):
    done = program("run", "nowhere.csv", "--json")
    assert done.returncode == 2
    said = json.loads(done.stdout)
    assert (said["status"], said["run"], said["rows"]) == ("error", None, 0)
    assert "nowhere.csv" in said["message"]
    assert set(said["counts"].values()) == {0}


def test_a_run_for_another_server_is_not_resumed_here(program, serve):
    serve()
    program.environment["SELLERCLOUD_PASSWORD"] = "wrong"
    program.json("run", program.manifest(2), code=3)
    other = serve()
    done = program("resume")
    assert done.returncode == 2
    assert "SELLERCLOUD_URL" in done.stderr
    assert len(other.calls) == 0


def test_an_address_without_a_login_is_told_as_one_that_is_probably_wrong(program):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_error(404)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        program.environment["SELLERCLOUD_URL"] = f"http://127.0.0.1:{server.server_port}"
        ended = program.json("run", program.manifest(2), code=3)
        server.shutdown()
        thread.join()
    assert "The address is probably wrong" in ended["message"]
    assert "does not accept the login" not in ended["message"]
