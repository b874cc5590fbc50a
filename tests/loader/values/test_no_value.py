"""Each text that stands where a value is missing, as programs and people write it."""

import pytest

from batch_tracker.loader.values.cells import is_blank, read_carrier, read_tracking_number
from batch_tracker.loader.values.no_value import is_placeholder

NULLS = [r"\N", r"\\N", "#NULL", "(null)", "[None]", "<nil>", "{NaN}", "( N/A )", "<unset>"]
PLACEHOLDERS = """[object Object]; Add a tracking number; Awaiting; awaiting tracking; N.A; n.a.
N/A; n/d; NA; NaN; NaT; nil; No tracking; No Tracking Number; None; Not applicable; not available
Not yet available; NULL; Pending; T.B.A.; T.B.D.; TBA; TBD; to be advised; To be determined
To follow; Tracking Number; undefined; Unknown; -; --; ?; ...; *; #"""
NO_CARRIERS = """not set; Unset; not specified; unspecified; Not assigned; unassigned; Not found
not provided; undefined; not selected; not given; not entered; N\\A; Nothing; DBNull; No carrier
no courier; No shipper; no data; no value; no match; failed; Lookup failed; kein; keine; keiner
keine Angabe; ninguno; ninguna; aucun; aucune; nessun; nessuno; nessuna; sin datos
Sin transportista; nicht angegeben; nicht bekannt; no aplica; no asignado
无; 無; 空; 没有; なし; 없음
Select; (select); [Select]; Select carrier; Please select a carrier...; choose shipper
Pick an option; Enter value here; Type the name; Add one item; -- Select your courier --
select method; select service; Carrier; Carrier name; Courier code; Shipper here; auswählen...
Bitte wählen; seleccione uno; seleccionar; choisir un transporteur; selezionare; seleziona
请选择承运商; Default; default carrier"""


def texts(table):
    """The texts of a table above: one after each `;` or line end."""
    return [text.strip() for line in table.splitlines() for text in line.split(";")]


@pytest.mark.parametrize("text", NULLS)
def test_a_null_is_a_blank(text):
    assert is_blank(text)


@pytest.mark.parametrize("text", texts(PLACEHOLDERS))
def test_a_placeholder_is_no_number_and_no_carrier(text):
    assert is_placeholder(text)
    number, carrier = read_tracking_number(text), read_carrier(text, {})
    assert [issue.code for issue in number.issues] == ["placeholder"]
    assert [issue.code for issue in carrier.issues] == ["carrier-placeholder"]
    assert number.value is carrier.value is None


@pytest.mark.parametrize("text", texts(NO_CARRIERS))
def test_what_a_form_shows_until_somebody_chooses_is_no_carrier(text):
    carrier = read_carrier(text, {})
    assert carrier.value is None
    assert [issue.code for issue in carrier.issues] == ["carrier-placeholder"]
