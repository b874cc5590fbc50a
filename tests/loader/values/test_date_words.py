"""Month and weekday names: each means one thing, in every language, however it is cut."""

import pytest

from batch_tracker.loader.values.date_words import MONTHS, WEEKDAYS


@pytest.mark.parametrize(
    ("names", "number"),
    [
        ("jan janv ene gen jänner januari", 1),
        ("feb févr fev feb. febbraio", 2),
        ("mar mrz mär mars mrt maart março", 3),
        ("apr avr abr aprile", 4),
        ("may mai mayo mag mei maio", 5),
        ("jun juin juni giu junio", 6),
        ("jul juil juillet lug julio juli", 7),
        ("aug août ago augustus", 8),
        ("sep sept set septembre setembro", 9),
        ("oct okt ott out oktober", 10),
        ("nov novembre noviembre", 11),
        ("dec dez déc dic dezembro", 12),
    ],
)
def test_a_month_is_known_by_its_names_and_abbreviations(names, number):
    plain = names.translate(str.maketrans("éûäçÿ", "euacy")).replace(".", "").split()
    assert {MONTHS[name] for name in plain} == {number}


def test_a_name_cut_so_that_it_means_two_months_means_none():
    assert "jui" not in MONTHS
    assert "ja" not in MONTHS


@pytest.mark.parametrize(
    ("names", "number"),
    [
        ("mon monday mo montag lun lundi lunes seg segunda-feira maandag ma", 0),
        ("tue tues di mar mardi martes dinsdag", 1),
        ("wed mi mer mie mercredi miercoles qua wo", 2),
        ("thu thurs do jeu jue gio donderdag", 3),
        ("fri fr ven vie viernes vr sexta-feira", 4),
        ("sat sa sam sab sabado zaterdag sonnabend", 5),
        ("sun so dim dom zo domingo", 6),
    ],
)
def test_a_weekday_is_known_by_its_names_and_abbreviations(names, number):
    assert {WEEKDAYS[name] for name in names.split()} == {number}
