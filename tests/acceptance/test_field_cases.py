"""Small manifests made after faults that people have reported, each with what must come of it.

`field_cases/expect.json` says for each file which updates must be sent and which may be; anything
else that reaches the server is a wrong send. Its keys:

must, may      {PO: fields, or a list of allowed fields}: must be sent; may be sent or held
refuse_ok      the whole file may be refused instead; `refuse_says` then matches the message
refuse_must    nothing at all may be sent
silent_drop    {field: header}: it may be left out only where that header is named to the person
warn           {PO: header}: where it is sent, its row carries a warning, or that header is named
max_invalid    at most so many rows are invalid or in conflict
"""

import json
import re
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from openpyxl import load_workbook

FOLDER = Path(__file__).with_name("field_cases")
CASES: dict[str, dict[str, Any]] = json.loads((FOLDER / "expect.json").read_text("utf-8"))


class Told(NamedTuple):
    """What the person got to read, and in which rows of the results a warning stands."""

    text: str
    warned: frozenset[int]


@pytest.mark.parametrize("name", CASES)
def test_only_what_the_sheet_says_is_sent(name, program, server):
    case = CASES[name]
    file = shutil.copy(FOLDER / case.get("file", name), program.folder)
    for command in case.get("commands", ["run"]):
        done = program(command, Path(file).name, "--quota", "off", "--json", **case.get("env", {}))
        assert done.returncode in {0, 1, 2}, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        result = json.loads(done.stdout)
    sent = {call.po: call.body for call in server.calls if call.endpoint == "put"}
    assert all(count == 1 for count in server.calls.puts.values())

    if done.returncode == 2:
        assert case.get("refuse_ok"), result["message"]
        assert re.search(case.get("refuse_says", ""), result["message"]), result["message"]
        assert not sent
        return
    assert not (sent and case.get("refuse_must")), sent
    told = what_was_told(result, done.stderr, program.folder)
    for po, body in sent.items():
        allowed = fields_of(case, po)
        assert any(says_the_same(body, each, case, told) for each in allowed), (po, body, allowed)
    missing = set(case["must"]) - {str(po) for po in sent}
    assert not missing, (missing, result["counts"])
    for po, header in case.get("warn", {}).items():
        is_told = int(po) in told.warned or (header and header in told.text)
        assert int(po) not in sent or is_told, (po, told)
    held = result["counts"]["invalid"] + result["counts"]["conflict"]
    assert held <= case.get("max_invalid", held), result["counts"]


def fields_of(case: dict[str, Any], po: int) -> list[dict[str, str]]:
    """Return what a PO may be sent."""
    allowed = case["must"].get(str(po)) or case["may"].get(str(po)) or []
    return allowed if isinstance(allowed, list) else [allowed]


def says_the_same(
    body: dict[str, str], expected: dict[str, str], case: dict[str, Any], told: Told
) -> bool:
    """Whether a body is what was expected; a field may be missing where the person was told."""
    for field in {*body, *expected}:
        if field not in body:
            header = case.get("silent_drop", {}).get(field)
            if header is None or header not in told.text:
                return False
        elif field not in expected:
            return False
        elif field == "ShippedOn":
            if not body[field].startswith(expected[field].replace(" ", "T")):
                return False
        elif body[field] != expected[field]:
            return False
    return True


def what_was_told(result: dict[str, Any], complaints: str, folder: Path) -> Told:
    """Read the JSON's message, standard error and the results workbook as a person would."""
    book = load_workbook(folder / result["report"])
    summary = "\n".join(
        str(cell) for row in book["Summary"].iter_rows(values_only=True) for cell in row if cell
    )
    sheet = book["Results"]
    headers = [cell.value for cell in sheet[1]]
    rows = list(sheet.iter_rows(min_row=2))
    source_row = headers.index("Source Row")
    warned_rows = {row[source_row].value for row in rows if "Warning: " in " ".join(texts(row))}
    pos = {row[source_row].value: re.findall(r"\d+", " ".join(texts(row))) for row in rows}
    warned = {int(po) for number in warned_rows for po in pos[number]}
    return Told(f"{result['message']}\n{complaints}\n{summary}", frozenset(warned))


def texts(row: tuple[Any, ...]) -> list[str]:
    return [str(cell.value) for cell in row if cell.value is not None]
