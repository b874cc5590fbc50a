"""Whatever other columns a manifest has, and in whatever order: the same is sent, or asked."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batch_tracker.errors import ColumnsUnclear
from batch_tracker.loader import open_manifest, shipped_profiles
from batch_tracker.loader.columns.names import meaning_of
from batch_tracker.loader.values.carrier_names import canonical_carrier

TODAY = date(2026, 11, 23)
NUMBERS = ("1Z999AA10123456784", "9400111899255192744104", "771820933116", "1Z12345E0344038176")
CARRIERS = ("UPS", "USPS", "FedEx", "UPS")
ROWS = len(NUMBERS)
OURS = {
    "PO Number": [str(1001 + row) for row in range(ROWS)],
    "Tracking Number": list(NUMBERS),
    "Carrier": list(CARRIERS),
    "Ship Date": ["2026-11-20", "2026-11-20", "2026-11-19", "2026-11-18"],
}
KNOWN = ("Ship To", "Weight (kg)", "Reference 2", "SKU", "Invoice No.", "Peso", "Empfänger", "重量")
FLAGS = (("Y", "N"), ("Yes", "No"), ("X", ""), ("1", "0"), ("TRUE", "FALSE"), ("VOID", ""))
FLAGS += (("V", "A"), ("Sí", "No"), ("Ja", "Nein"), ("是", "否"), ("Voided", "Active"))

words = (
    st.text("bcdfgjkmpqwzäöü ", min_size=3, max_size=12)
    .map(str.strip)
    .filter(lambda word: word and not canonical_carrier(word) and not meaning_of(word))
)
unrelated = st.one_of(
    words,
    st.integers(0, 999).map(str),
    st.decimals(0, 999, places=2).map(str),
    words.map(lambda word: f"{word} 12"),
)
check = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def sent(tmp_path):
    def sent(columns, order=None):
        """Return what a manifest of these columns would send, by PO."""
        names = order or list(columns)
        lines = [names, *zip(*(columns[name] for name in names), strict=True)]
        path = tmp_path / "m.csv"
        text = "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines)
        path.write_text(text + "\n", "utf-8")
        with open_manifest(path, profile=None, known=shipped_profiles(), today=TODAY) as manifest:
            records = [record for chunk in manifest.chunks() for record in chunk]
        assert not any(record.pending for record in records)
        updates = [record.update for record in records if record.update and not record.state]
        return {update.po: update for update in updates}

    return sent


@pytest.fixture
def sent_or_asked(sent):
    def sent_or_asked(*columns):
        """Return what would be sent, and what is asked instead."""
        try:
            return sent(*columns), ""
        except ColumnsUnclear as unclear:
            return {}, unclear.message

    return sent_or_asked


@check
@given(data=st.data())
def test_shuffled_and_unrelated_columns_change_nothing(sent, data):
    names = data.draw(st.lists(words | st.sampled_from(KNOWN), max_size=6, unique=True))
    columns = OURS | {
        name: data.draw(st.lists(unrelated, min_size=ROWS, max_size=ROWS)) for name in names
    }
    order = data.draw(st.permutations(list(columns)))
    assert sent(columns, order) == sent(OURS)


@check
@given(data=st.data())
def test_whatever_another_column_holds_the_same_is_sent_or_it_is_asked(sent, sent_or_asked, data):
    name = data.draw(words)
    cells = st.sampled_from([*NUMBERS, *CARRIERS, "2026-11-20", "Y", "N", "", "word", "7"])
    columns = OURS | {name: data.draw(st.lists(cells, min_size=ROWS, max_size=ROWS))}
    order = data.draw(st.permutations(list(columns)))
    found, question = sent_or_asked(columns, order)
    assert bool(found) != (name in question)
    assert found.items() <= sent(OURS).items()


@check
@given(data=st.data())
def test_a_void_is_never_sent_whatever_its_column_is_called(sent_or_asked, data):
    void, fine = data.draw(st.sampled_from(FLAGS))
    rows = data.draw(st.lists(st.booleans(), min_size=ROWS, max_size=ROWS))
    name = data.draw(words | st.sampled_from(["Void", "Deleted", "Foo", "Mark X", "Flag 2"]))
    columns = OURS | {name: [void if is_void else fine for is_void in rows]}
    found, question = sent_or_asked(columns)
    assert not question or name in question
    assert set(found) <= {1001 + row for row, is_void in enumerate(rows) if not is_void}
