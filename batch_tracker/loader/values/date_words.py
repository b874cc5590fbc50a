"""Names of months, weekdays and time zones, as dates in text spell them.

In English, German, French, Spanish, Italian, Portuguese and Dutch; without accents, in lower case.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, timedelta, timezone, tzinfo

_FEWEST_LETTERS = 3
_MONTHS = (
    "january february march april may june july august september october november december",
    "januar februar marz april mai juni juli august september oktober november dezember",
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari maart april mei juni juli augustus september oktober november december",
)
_OTHER_MONTHS = {"janner": 1, "maerz": 3, "mrz": 3, "mrt": 3}
_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday",
    "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "lunes martes miercoles jueves viernes sabado domingo",
    "lunedi martedi mercoledi giovedi venerdi sabato domenica",
    "segunda terca quarta quinta sexta sabado domingo",
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
)
_OTHER_WEEKDAYS = {
    "mo": 0,
    "di": 1,
    "mi": 2,
    "do": 3,
    "fr": 4,
    "sa": 5,
    "so": 6,
    "ma": 0,
    "wo": 2,
    "vr": 4,
    "za": 5,
    "zo": 6,
    "sonnabend": 5,
    **{f"{day}-feira": place for place, day in enumerate(("segunda", "terca", "quarta"))},
    "quinta-feira": 3,
    "sexta-feira": 4,
}


def _by_abbreviation(
    lists: Iterable[Iterable[str]], others: Mapping[str, int], *, first: int
) -> dict[str, int]:
    """Every name and what is left of it when it is cut, unless that may mean two of them."""
    meant: defaultdict[str, set[int]] = defaultdict(set)
    for names in lists:
        for place, name in enumerate(names, start=first):
            for length in range(_FEWEST_LETTERS, len(name) + 1):
                meant[name[:length]].add(place)
    return {name: places.pop() for name, places in meant.items() if len(places) == 1} | dict(others)


MONTHS = _by_abbreviation(
    [names.split() for names in _MONTHS],
    _OTHER_MONTHS,
    first=1,
)
"""The number of a month, 1 to 12, by its name or any abbreviation that is clear."""
WEEKDAYS = _by_abbreviation([names.split() for names in _WEEKDAYS], _OTHER_WEEKDAYS, first=0)
"""The number of a weekday, 0 for Monday."""

ZONES: dict[str, tzinfo] = {
    **dict.fromkeys(("z", "utc", "gmt"), UTC),
    **{
        name: timezone(timedelta(hours=hours))
        for name, hours in {
            "edt": -4,
            "est": -5,
            "cdt": -5,
            "mdt": -6,
            "mst": -7,
            "pdt": -7,
            "pst": -8,
            "cet": 1,
            "cest": 2,
        }.items()
    },
}
"""Zones that a name means for certain; `CST` is Chicago's, China's and Cuba's."""
