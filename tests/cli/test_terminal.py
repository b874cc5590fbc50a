"""What a check finds, told by kinds."""

import re

import pytest
from click.testing import CliRunner

from batch_tracker.cli.main import cli


@pytest.fixture
def check(folder):
    """Check a manifest of these rows, and return the lines that are told."""

    def check(*rows):
        path = folder / "m.csv"
        path.write_text("\n".join(["PO,Tracking Number", *rows]), "utf-8")
        done = CliRunner().invoke(cli, ["check", str(path)])
        assert done.exit_code in {0, 1}, done.output
        return done.stdout.splitlines()

    return check


def test_problems_are_told_by_kind_with_the_first_rows_and_how_many_more(check):
    lines = check(*(f"x{n},T{n:08d}" for n in range(1203)), "7,9.4E+21", "8,9.4E+21", "9,T00000009")
    at = lines.index("Problems: 1,205 rows")
    first, second = lines[at + 1 : at + 3]
    assert first.startswith("  rows 2, 3, 4, 5, 6 and 1,198 more (invalid, po-not-a-number): ")
    assert second.startswith("  rows 1205, 1206 (invalid, ")
    assert not any(line.startswith("  row") for line in lines[at + 3 :])


def test_one_row_is_one_row(check):
    lines = check("1,T00000001", "x,T00000002")
    assert "Problems: 1 row" in lines
    assert any(line.startswith("  row 3 (invalid, po-not-a-number): ") for line in lines)


def test_where_there_is_no_problem_none_is_told(check):
    assert not any("Problem" in line for line in check("1,T00000001"))


@pytest.mark.parametrize(("pos", "is_told"), [(9, False), (10, True), (2500, True)])
def test_the_same_number_on_many_pos_is_remarked(check, pos, is_told):
    lines = check(*(f"{n + 1},T00000001" for n in range(pos)), "9001,T00000002")
    remark = f"Note: {pos:,} POs get the same tracking number, T00000001."
    assert (remark in lines) is is_told
    assert not any("T00000002" in line for line in lines if line.startswith("Note"))


def test_the_same_po_many_times_is_no_number_on_many_pos(check):
    assert not any(line.startswith("Note") for line in check(*["1,T00000001"] * 50))


def test_the_server_and_the_user_are_named(check, monkeypatch):
    assert not any(re.match("  (server|user) ", line) for line in check("1,T00000001"))
    monkeypatch.setenv("SELLERCLOUD_URL", "https://xx.api.sellercloud.example/rest")
    monkeypatch.setenv("SELLERCLOUD_USERNAME", "clerk")
    lines = check("1,T00000001")
    assert "  server    https://xx.api.sellercloud.example/rest/api" in lines
    assert "  user      clerk" in lines
