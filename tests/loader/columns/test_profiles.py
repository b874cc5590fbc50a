"""Profiles: shipped ones fit their sample unasked, a user's own come first, wrong ones are told."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from batch_tracker.errors import ColumnsRefused, SettingsRefused, SourceRefused
from batch_tracker.loader import (
    find_profile,
    open_manifest,
    profile_template,
    shipped_profile_text,
    shipped_profiles,
)
from batch_tracker.loader.columns.profiles import Candidates
from batch_tracker.model import Field, State
from batch_tracker.settings.profile import Profile

TODAY = date(2026, 11, 23)
SAMPLES = Path(__file__).parents[3] / "samples" / "profiles"

# What each sample comes to: rows to send, and how often each code says why a row is not sent.
EXPECTED = {
    "3pl-warehouse": (7, {"above-header": 1, "total": 1}),
    "easypost": (4, {"void": 1, "no-shipment": 1}),
    "endicia": (4, {"no-shipment": 2, "void": 1}),
    "fedex-billing-online": (5, {"po-missing": 1, "nothing-to-update": 1}),
    "ocean-containers": (4, {"tracking-several": 1, "po-several": 1, "total": 1}),
    "pirate-ship": (4, {"void": 1, "po-pattern-no-match": 1}),
    "sellercloud": (5, {"nothing-to-update": 1}),
    "shiphero": (4, {"no-shipment": 1, "po-pattern-no-match": 1}),
    "shipstation": (5, {"nothing-to-update": 1}),
    "stamps-com": (5, {"void": 1, "po-missing": 1}),
    "ups-quantum-view": (5, {"po-pattern-no-match": 1}),
    "ups-worldship": (7, {"void": 1}),
}


def sample(name: str) -> Path:
    [path] = SAMPLES.glob(f"{name}.*")
    return path


def judged(path: Path, **reading):
    reading = {"profile": None, "known": shipped_profiles(), "today": TODAY} | reading
    with open_manifest(path, **reading) as manifest:
        return manifest, [record for chunk in manifest.chunks() for record in chunk]


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_every_shipped_profile_has_a_sample_and_is_listed_here():
    names = [profile.name for profile in shipped_profiles()]
    assert names == sorted(EXPECTED)
    assert sorted(path.stem for path in SAMPLES.iterdir()) == names


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_is_read_without_any_flag(name):
    manifest, records = judged(sample(name))
    assert manifest.profile.name == name
    assert f"Profile {name}, recognised" in manifest.why
    codes = [record.code for record in records if record.state]
    assert (len(records) - len(codes), {code: codes.count(code) for code in codes}) == EXPECTED[
        name
    ]
    assert all(record.pending is False for record in records)
    assert [column.header for column in manifest.columns] == list(manifest.headers)
    assert not [each for each in manifest.columns if each.status == "not understood"]


@pytest.mark.parametrize("name", EXPECTED)
def test_the_values_of_a_sample_are_those_of_its_file(name):
    manifest, records = judged(sample(name))
    column = manifest.fields[Field.TRACKING_NUMBER]
    for record in records:
        if record.update and record.update.tracking_number:
            cell = record.cells[column]
            assert record.update.tracking_number in str(cell).replace(" ", "")
            assert str(record.update.po) in str(record.cells[manifest.fields[Field.PO]])


def test_a_stamps_refund_voids_the_number_it_names():
    _, records = judged(sample("stamps-com"))
    [void] = [record for record in records if record.code == "void"]
    assert void.update is not None
    assert void.update.po == 10471
    assert void.state is State.SKIPPED


def test_carrier_names_are_sent_as_the_profile_says():
    _, records = judged(sample("stamps-com"))
    carriers = {record.update.carrier for record in records if record.update}
    assert carriers == {"USPS", "UPS Ground"}


def test_the_profile_with_most_headers_wins():
    small = Profile(name="small", headers=("PO", "Carrier"))
    large = Profile(name="large", headers=("PO", "Carrier", "City"))
    headers = ["po", "CARRIER", "city", "Zip"]
    assert Candidates(None, (small, large)).fitting(headers) == [large]
    assert Candidates(None, (small, large)).fitting(headers[:2]) == [small]
    assert Candidates(None, (small, large)).fitting(headers[:1]) == []


def test_a_shipped_profile_does_not_pass_by_a_column_of_pos_unasked(tmp_path):
    head = "Order - Number,Date - Shipped Date,Shipment - Tracking Number,PO Number"
    path = write(tmp_path / "m.csv", head, "55501,11/04/2026,1Z999AA10123456784,1001")
    with pytest.raises(ColumnsRefused) as caught:
        judged(path)
    assert '"Order - Number"' in caught.value.message
    assert '"PO Number" (column 4)' in caught.value.message
    assert "--profile shipstation" in caught.value.hint
    with pytest.raises(ColumnsRefused):
        judged(path, overrides={"date_order": "mdy"})
    named = next(each for each in shipped_profiles() if each.name == "shipstation")
    assert judged(path, profile=named)[1][0].update.po == 55501
    own = named.model_copy(update={"name": "ours"})
    assert judged(path, known=(own,))[1][0].update.po == 55501


def test_a_column_that_can_not_be_the_po_is_no_rival_of_a_profiles(tmp_path):
    head = "Order - Number,Date - Shipped Date,Shipment - Tracking Number,PO Number"
    path = write(tmp_path / "m.csv", head, "1001,11/04/2026,1Z999AA10123456784,see order")
    assert judged(path)[1][0].update.po == 1001


def test_profiles_that_fit_equally_well_are_asked_about(tmp_path):
    known = (Profile(name="one", headers=("PO",)), Profile(name="two", headers=("Carrier",)))
    path = write(tmp_path / "m.csv", "PO,Carrier", "1001,UPS")
    with pytest.raises(ColumnsRefused) as caught:
        judged(path, known=known)
    assert "one, two" in caught.value.message
    assert "--profile" in caught.value.hint
    assert judged(path, known=known, profile=known[0])[0].profile.name == "one"


def test_a_users_profile_replaces_the_shipped_one_of_its_name():
    [shipped] = [profile for profile in shipped_profiles() if profile.name == "shiphero"]
    own = shipped.model_copy(update={"constants": {Field.CARRIER: "UPS"}})
    manifest, _ = judged(sample("shiphero"), known=(own, *shipped_profiles()))
    assert manifest.profile is own
    assert find_profile("shiphero", (own, *shipped_profiles())) is own


def test_settings_outrank_the_profile():
    manifest, records = judged(sample("sellercloud"), overrides={"zone": "America/New_York"})
    assert manifest.profile.zone == "America/New_York"
    assert manifest.profile.columns[Field.PO] == "POID"
    assert records[0].update.shipped_on == "2026-11-16T17:00:00.000Z"
    with pytest.raises(SettingsRefused, match=r"zone.*Mars"):
        judged(sample("sellercloud"), overrides={"zone": "Mars"})


def test_a_profile_is_found_by_name_or_file(tmp_path):
    path = write(tmp_path / "acme.toml", "[columns]", 'po = "Ref"')
    assert find_profile("endicia", shipped_profiles()).name == "endicia"
    assert find_profile(str(path), shipped_profiles()).name == "acme"
    with pytest.raises(SettingsRefused, match="Did you mean endicia"):
        find_profile("endica", shipped_profiles())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('colums = {po = "Ref"}', "colums"),
        ("columns.po = 0", "columns.po"),
        ('po_pattern = "[0-9]+"', "exactly one group"),
        ('columns.carrier = "C"\nconstants.carrier = "UPS"', "column and a constant"),
        ('constants.po = "7"', "constants.po"),
        ("columns = [", "can't be read"),
    ],
)
def test_a_wrong_profile_file_is_named_with_what_is_wrong(tmp_path, text, said):
    path = write(tmp_path / "acme.toml", text)
    with pytest.raises(SettingsRefused) as caught:
        find_profile(str(path), ())
    assert "acme.toml" in str(caught.value)
    assert said in str(caught.value)


def test_a_constant_ship_date_must_be_one_clear_day(tmp_path):
    path = write(tmp_path / "m.csv", "PO,Tracking Number", "1001,1Z999AA10123456784")
    clear = Profile(constants={Field.SHIPPED_ON: "2026-11-20"})
    assert judged(path, profile=clear)[1][0].update.shipped_on == "2026-11-20T12:00:00.000Z"
    for unclear in ("03/04/2026", "soon"):
        with pytest.raises(SettingsRefused, match="a clear ship date"):
            judged(path, profile=Profile(constants={Field.SHIPPED_ON: unclear}))


def test_a_template_marks_its_guesses_and_reads_its_own_file(tmp_path):
    path = write(
        tmp_path / "acme.csv",
        "Order Number,Tracking Number,Postal Code",
        "1001,1Z999AA10123456784,78701",
    )
    text = profile_template(path)
    assert 'tracking_number = "Tracking Number"  # guess' in text
    assert '# po = "Order Number"  # guess' in text
    completed = text.replace('# po = "Order Number"', 'po = "Order Number"')
    profile = find_profile(str(write(tmp_path / "acme.toml", completed)), ())
    _, records = judged(path, profile=profile)
    assert records[0].update.po == 1001


def test_a_template_is_a_profile_whatever_the_headers(tmp_path):
    path = write(tmp_path / 'we "all".csv', '"a ""b""\t",x\\y,PO,PO', "1,2,3,4")
    table = tomllib.loads(profile_template(path))
    assert Profile.model_validate(table).columns[Field.PO] == 3
    with pytest.raises(SourceRefused):
        profile_template(tmp_path / "missing.csv")


@pytest.mark.parametrize("profile", shipped_profiles(), ids=lambda profile: profile.name)
def test_a_shipped_profile_can_be_shown_as_it_is_written(profile):
    text = shipped_profile_text(profile.name)
    assert Profile.model_validate(tomllib.loads(text)) == profile
    assert profile.description


def test_a_profile_that_is_not_shipped_can_not_be_shown():
    with pytest.raises(SettingsRefused, match="Did you mean ups-worldship"):
        shipped_profile_text("ups-worldshop")
