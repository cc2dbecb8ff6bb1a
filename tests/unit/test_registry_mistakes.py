"""One mistake in one cell of the reference files is told once: file, row, field, value, remedy."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.unit.registry_planting import change, copy_to, told


@dataclass(frozen=True)
class Planted:
    """A mistake put into the first row where `where` holds, and what is told of it."""

    file: str
    where: dict[str, str]
    put: dict[str, str]
    field: str
    told: str


PLANTED = {
    "letters for a price": Planted(
        "charters.csv", {"service": "kra-pin"}, {"cost_kes": "abc"}, "cost_kes",
        '"abc" is not a whole number of KES. '
        "Write 0 for free or leave blank and fill cost_note_en.",
    ),
    "no source": Planted(
        "charters.csv", {"service": "kra-pin"}, {"source": ""}, "source",
        "is blank. Write where it comes from, or illustrative.",
    ),
    "a price that varies without a note": Planted(
        "charters.csv", {"service": "kra-pin"}, {"cost_kes": ""}, "cost_kes",
        "is blank and no note says why. Write 0 for free or fill cost_note_en and cost_note_sw.",
    ),
    "a note in one language": Planted(
        "charters.csv", {"service": "kra-pin"}, {"cost_note_en": "once"}, "cost_note_sw",
        "is in one language only. Fill cost_note_en and cost_note_sw, or neither.",
    ),
    "a date as people write it": Planted(
        "charters.csv", {"service": "kra-pin"}, {"effective_from": "1/7/2026"}, "effective_from",
        '"1/7/2026" is not a date. Write year-month-day, such as 2026-07-01.',
    ),
    "a day that does not exist": Planted(
        "charters.csv", {"service": "kra-pin"}, {"effective_to": "2026-02-30"}, "effective_to",
        '"2026-02-30" is not a date. Write year-month-day, such as 2026-07-01.',
    ),
    "an end before the beginning": Planted(
        "charters.csv", {"service": "kra-pin"}, {"effective_to": "2020-01-01"}, "effective_to",
        '"2020-01-01" ends before it begins. '
        "Write a day on or after effective_from, or nothing.",
    ),
    "an unknown kind of time": Planted(
        "charters.csv", {"service": "kra-pin"}, {"promise_unit": "weeks"}, "promise_unit",
        '"weeks" is not known here. '
        "Write one of: minutes, working_hours, working_days, calendar_days, hours.",
    ),
    "an impossible number of days": Planted(
        "charters.csv", {"service": "kra-pin"}, {"resolve_working_days": "0"},
        "resolve_working_days",
        '"0" is outside 1 to 250. Write a number from 1 to 250.',
    ),
    "two promises on one day": Planted(
        "charters.csv", {"service": "passport", "version": "2"},
        {"effective_from": "2024-02-29"}, "effective_from",
        '"2024-02-29" overlaps version 1 in row {above}. Let row {above} end the day before.',
    ),
    "a time as people say it": Planted(
        "service_points.csv", {"id": "NKC-001"}, {"opens": "8am"}, "opens",
        '"8am" is not a time of day. Write it like 08:00 or 17:30.',
    ),
    "a place that shuts before it opens": Planted(
        "service_points.csv", {"id": "NKC-001"}, {"closes": "07:00"}, "closes",
        '"07:00" is not after the opening time. '
        "Write the hours of one day, such as 08:00 and 17:00.",
    ),
    "a menu line too long": Planted(
        "services.csv", {"id": "kra-pin"}, {"short_sw": "Nambari ya ushuru (PIN)"}, "short_sw",
        '"Nambari ya ushuru (PIN)" takes 23 of 20 characters. Shorten by 3.',
    ),
    "a menu line of double characters": Planted(
        "services.csv", {"id": "kra-pin"}, {"short_en": "[[[[[[[[[[["}, "short_en",
        '"[[[[[[[[[[[" takes 22 of 20 characters. Shorten by 2.',
    ),
    "a curly apostrophe": Planted(
        "services.csv", {"id": "kra-pin"}, {"name_sw": "Ng\u2019ombe"}, "name_sw",
        '"Ng\u2019ombe" has \u2019, which plain phones cannot show. '
        "Use plain letters and '.",
    ),
    "an alias in capitals": Planted(
        "services.csv", {"id": "kra-pin"}, {"aliases": "pin|KRA"}, "aliases",
        '"pin|KRA" has a blank, spaced or capital name. '
        "Write lower case names, like id|kipande.",
    ),
    "an alias twice": Planted(
        "services.csv", {"id": "kra-pin"}, {"aliases": "pin|kra|pin"}, "aliases",
        '"pin|kra|pin" names pin twice. Keep each name once.',
    ),
    "a national service of nobody": Planted(
        "services.csv", {"id": "kra-pin"}, {"institution": ""}, "institution",
        "does not go with the owner. Name it for a national service, leave a county one blank.",
    ),
    "an unknown sector": Planted(
        "services.csv", {"id": "kra-pin"}, {"sector": "taxes"}, "sector",
        '"taxes" is in no row of sectors.csv. Correct it, or add it there.',
    ),
    "an unknown kind of desk": Planted(
        "units.csv", {"id": "CG-001-HEALTH"}, {"kind": "helpdesk"}, "kind",
        '"helpdesk" is not known here. Write one of: redress, integrity, central.',
    ),
    "a desk of an unknown office": Planted(
        "units.csv", {"id": "CG-001-HEALTH"}, {"institution": "CG-048"}, "institution",
        '"CG-048" is in no row of institutions.csv. Correct it, or add it there.',
    ),
    "a county government of no county": Planted(
        "institutions.csv", {"id": "CG-001"}, {"county": ""}, "county",
        "does not go with the type. Name the county of a county body, and of no other.",
    ),
    "an unknown reporting line": Planted(
        "institutions.csv", {"id": "KRA"}, {"reporting_line": "president"}, "reporting_line",
        '"president" is not known here. '
        "Write one of: direct, isc, tsc, cog, judiciary, parliament, independent, none.",
    ),
    "a county twice": Planted(
        "counties.csv", {"code": "2"}, {"code": "2", "name": "Mombasa"}, "name",
        '"Mombasa" is already in row 2. Keep one of the two rows.',
    ),
    "a county that is not": Planted(
        "service_points.csv", {"id": "NKC-001"}, {"county": "48"}, "county",
        '"48" is outside 1 to 47. Write a number from 1 to 47.',
    ),
    "letters in a code": Planted(
        "posters.csv", {"code": "5001"}, {"code": "5O01"}, "code",
        '"5O01" is not a proper id. Write it like 20001 or 5001.',
    ),
    "a place's code for a service at a place": Planted(
        "posters.csv", {"code": "20001"}, {"code": "6001"}, "code",
        '"6001" has the wrong number of digits. '
        "Use 5 for a service at a place, 4 for one of them.",
    ),
    "a code that is a service's": Planted(
        "posters.csv", {"code": "5001"}, {"code": "1001"}, "code",
        '"1001" is already the poster_code of services.csv row 2. Choose a free code.',
    ),
    "neither yes nor no": Planted(
        "offerings.csv", {"service": "kra-pin"}, {"offered": "maybe"}, "offered",
        '"maybe" is neither yes nor no. Write yes or no.',
    ),
    "an unknown desk in the register": Planted(
        "responsibilities.csv", {"service": "kra-pin"}, {"unit": "KRA-X"}, "unit",
        '"KRA-X" is in no row of units.csv. Correct it, or add it there.',
    ),
    "two desks for one cell": Planted(
        "responsibilities.csv", {"service": "garbage", "county": "2"},
        {"county": "1", "version": "2"}, "effective_from",
        '"2024-03-01" overlaps version 1 in row {above}. Let row {above} end the day before.',
    ),
    "a holiday of no county": Planted(
        "holidays_extra.csv", {"date": "2025-06-06"}, {"county": "coast"}, "county",
        '"coast" is not a whole number. Write 1 to 47, or nothing.',
    ),
}  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_a_planted_mistake_is_told_once_with_its_remedy(planted: Planted, tmp_path: Path) -> None:
    directory = copy_to(tmp_path)
    row = change(directory, planted.file, planted.where, planted.put)
    expected = planted.told.format(above=row - 1)
    assert told(directory) == [f"{planted.file} row {row} {planted.field}: {expected}"]
