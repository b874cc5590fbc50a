"""Columns that are not understood: what is asked, and how it can be answered."""

import tomllib

import pytest

from tests.terminal import Terminal

UPS, USPS = "1Z999AA10123456784", "9400111899255192744104"
HEAD = "PO Number,Carrier,Ship Date,Wagon ref"
ROWS = (f"1001,UPS,2026-11-20,{UPS}", f"1002,USPS,2026-11-20,{USPS}")


@pytest.fixture
def manifest(program):
    def manifest(*lines, name="Daily 2026-11-20.csv"):
        (program.folder / name).write_text("\n".join(lines) + "\n", "utf-8")
        return name

    return manifest


@pytest.fixture
def terminal(program):
    def terminal(*words):
        return Terminal(words, cwd=program.folder, env=program.environment)

    return terminal


def test_a_question_names_the_column_its_cells_and_the_answers(program, manifest):
    done = program("check", manifest(HEAD, *ROWS))
    assert done.returncode == 2
    said = " ".join(done.stderr.split())
    assert 'Column D, "Wagon ref", is not read, but seems to hold tracking numbers: ' in said
    assert f'"{UPS}" and "{USPS}"' in said
    assert '--column "Wagon ref=tracking_number"' in said
    assert '--column "Wagon ref=ignore"' in said


def test_an_answer_is_a_flag_a_variable_or_a_profile(program, server, manifest):
    path = manifest(HEAD, *ROWS)
    program.json("run", path, "--column", "Wagon ref=tracking_number")
    assert [body["TrackingNumber"] for body in bodies(server)] == [UPS, USPS]
    read = program.json("check", path, "--column", "wagon REF=ignore")["columns"][3]
    assert (read["read_as"], read["status"]) == (None, "ignored")
    asked = {"BATCH_TRACKER_COLUMN": "Wagon ref=tracking_number"}
    assert program("check", path, **asked).returncode == 0
    profile = program.folder / "wagon.toml"
    profile.write_text('ignore = ["Wagon ref"]\n', "utf-8")
    assert program("check", path, "--profile", profile.name).returncode == 0


def test_a_second_column_is_read_where_the_first_is_blank(program, server, manifest):
    path = manifest(
        "PO Number,Tracking Number,PRO Number,Carrier",
        f"1001,{UPS},,UPS",
        "1002,,778123456,XPO",
    )
    refused = program.json("run", path, code=2)
    assert '"Tracking Number" has no tracking number, but "PRO Number" has' in refused["message"]
    answers = ("Tracking Number=tracking_number", "PRO Number=tracking_number")
    program.json("run", path, *(word for each in answers for word in ("--column", each)))
    assert [body["TrackingNumber"] for body in bodies(server)] == [UPS, "778123456"]


def test_a_person_answers_at_the_terminal_and_is_not_asked_again(
    program, server, manifest, terminal
):
    asked = terminal("run", manifest(HEAD, *ROWS))
    asked.wait_for("Your answer")
    assert any("read it as the tracking number" in line for line in asked.lines)
    asked.type("1")
    asked.wait_for("Keep the answers")
    asked.type("y")
    asked.wait_for("Name of the profile")
    asked.type("")
    asked.wait_for("Send 2 updates")
    asked.type("y")
    assert asked.finish() == 0
    assert [body["TrackingNumber"] for body in bodies(server)] == [UPS, USPS]
    kept = tomllib.loads(program.settings_file.read_text("utf-8"))["profiles"]["daily"]
    assert kept["columns"] == {"tracking_number": ["Wagon ref"]}
    assert kept["headers"] == HEAD.split(",")
    again = program.json("check", manifest(HEAD, *ROWS, name="tomorrow.csv"))
    assert again["counts"]["unchanged"] == 2


def test_what_a_person_does_not_keep_is_not_written(program, manifest, terminal):
    asked = terminal("check", manifest(HEAD, *ROWS))
    asked.wait_for("Your answer")
    asked.type("9")
    asked.wait_for("Your answer")
    asked.type("6")
    asked.wait_for("Keep the answers")
    asked.type("n")
    assert asked.finish() == 0
    assert any('Ignored, as told: D "Wagon ref".' in line for line in asked.lines)
    assert not program.settings_file.exists()


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("words", [("run", "--yes"), ("run", "--json"), ("check", "--json")])
def test_who_wants_no_question_gets_none(manifest, terminal, words):
    asked = terminal(*words, manifest(HEAD, *ROWS))
    assert asked.finish() == 2
    assert "Your answer" not in asked.raw
    assert "Wagon ref=tracking_number" in asked.raw.replace("\r\n", " ")


def test_each_of_several_files_is_asked_about_and_what_is_kept_holds_for_the_next(
    server, manifest, terminal
):
    manifest(HEAD, *ROWS, name="1.csv")
    manifest(HEAD, "1003,UPS,2026-11-20,1Z999AA10123456784", name="2.csv")
    other = HEAD.replace("Wagon", "Coach")
    manifest(other, "1004,USPS,2026-11-20,9400111899255192744104", name="3.csv")
    asked = terminal("run", "1.csv", "2.csv", "3.csv")
    asked.wait_for("Your answer")
    asked.type("1")
    asked.wait_for("Keep the answers")
    asked.type("y")
    asked.wait_for("Name of the profile")
    asked.type("wagons")
    asked.wait_for("Send 2 updates")
    asked.type("y")
    asked.wait_for("Send 1 update")
    asked.type("y")
    asked.wait_for("Your answer")
    asked.type("1")
    asked.wait_for("Keep the answers")
    asked.type("n")
    asked.wait_for("Send 1 update")
    asked.type("y")
    assert asked.finish() == 0
    assert [line for line in asked.lines if line.endswith(".csv:")] == ["1.csv:", "3.csv:"]
    assert sorted(server.calls.puts) == [1001, 1002, 1003, 1004]


def test_a_refused_file_says_what_is_known_of_its_columns(program, manifest):
    told = program.json("check", manifest(HEAD, *ROWS), code=2)["columns"]
    assert [(each["letter"], each["read_as"]) for each in told] == [
        ("A", "po"),
        ("B", "carrier"),
        ("C", "shipped_on"),
        ("D", None),
    ]
    assert (told[3]["status"], told[3]["sample"]) == ("not understood", UPS)
    two = manifest("PO,PO,Carrier", "1001,1002,UPS", name="two.csv")
    assert [each["letter"] for each in program.json("check", two, code=2)["columns"]] == list("ABC")
    ambiguous = manifest("PO,Carrier,Ship Date", "1001,UPS,03/04/2026", name="dates.csv")
    assert program.json("check", ambiguous, code=2)["columns"][2]["read_as"] == "shipped_on"
    manifest(HEAD, *ROWS, name="again.csv")
    several = program.json("check", "again.csv", "dates.csv", code=2)["files"]
    assert [len(each["columns"]) for each in several] == [4, 3]


def test_nobody_is_asked_unattended_and_the_file_is_put_where_a_person_looks(
    program, server, manifest
):
    inbox = program.folder / "inbox"
    inbox.mkdir()
    (program.folder / manifest(HEAD, *ROWS)).rename(inbox / "daily.csv")
    told = program.json("watch", inbox, "--once", "--settle", "0.05", code=2)
    assert '"Wagon ref", is not read' in told["files"][0]["message"]
    assert (inbox / "attention" / "daily.csv").exists()
    assert not server.calls.puts


def bodies(server):
    return [call.body for call in server.calls if call.endpoint == "put"]


def test_a_question_that_only_the_whole_file_raises_leaves_no_run(program, server, manifest):
    head, *rows = "PO Number,Tracking Number,PRO Number", f"1001,{UPS},", "1002,,778123456"
    assert "PRO Number" in program.json("run", manifest(head, *rows), code=2)["message"]
    assert program.json("runs")["runs"] == []
    assert not server.calls.puts
