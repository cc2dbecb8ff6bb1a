"""Names found as people write them, and ordinary words left alone."""

import pytest

from analytics.triage import Gazetteer, Implied, Named, nicknames, places


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(
        institutions=[
            Named("NRB", ("National Registration Bureau", "id", "kipande", "kitambulisho")),
            Named("EACC", ("EACC", "hongo", "chai")),
            Named("KU", ("Kenyatta University", "ku")),
            Named("KNH", ("Kenyatta National Hospital", "kenyatta")),
            Named("CA", ("Communications Authority of Kenya", "ca")),
            Named("KPLC", ("KPLC", "Kenya Power", "stima")),
            Named("HUD-NYI", ("Huduma Centre Nyeri", "Huduma Nyeri")),
            Named("NEMA", ("NEMA", "shared office")),
            Named("KEBS", ("KEBS", "shared office")),
        ],
        counties=[
            Named("Nyeri", ("Nyeri", "Othaya")),
            Named("Nairobi", ("Nairobi", "Kanairo", "nai")),
            Named("Mombasa", ("Mombasa", "coast")),
            Named("Makueni", ("Makueni", "wote")),
            Named("Murang'a", ("Murang'a", "muranga")),
            Named("Kakamega", ("Kakamega",)),
        ],
        services=[Named("S-ID", ("ID replacement", "lost id"))],
    )


@pytest.mark.parametrize(
    ("text", "institution", "county"),
    [
        ("stima imepotea Othaya", "KPLC", "Nyeri"),
        ("KENYA POWER hotline haishikwi", "KPLC", ""),
        ("guard wa Huduma Nyeri", "HUD-NYI", "Nyeri"),
        ("Kenyatta University fees portal", "KU", ""),
        ("id yangu imekwama kanairo", "NRB", "Nairobi"),
        ("the id of the token was wrong", "", ""),
        ("kipande cha nyama", "", ""),
        ("kipande imepotea nahitaji kitambulisho", "NRB", ""),
        ("wanataka chai", "", ""),
        ("ni vizuri ku lipa mapema", "", ""),
        ("ku student hostel", "KU", ""),
        ("kenyatta avenue", "", ""),
        ("coast is hot", "", ""),
        ("huduma ni ya wote", "", ""),
        ("hospitali ya wote haina maji", "", "Makueni"),
        ("niko murang'a mjini", "", "Murang'a"),
        ("Muranga town", "", "Murang'a"),
        ("shared office", "", ""),
        ("", "", ""),
    ],
)
def test_a_name_is_found_where_it_is_meant(
    gazetteer: Gazetteer, text: str, institution: str, county: str
) -> None:
    found = gazetteer.find(text)
    assert (found.institution, found.county) == (institution, county)


def test_the_longest_name_wins(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("lost id at huduma nyeri").service == "S-ID"
    assert gazetteer.find("kenyatta national hospital ward 5").institution == "KNH"


@pytest.mark.parametrize(
    ("text", "county"),
    [
        ("niko kakamga", "Kakamega"),
        ("mombasaa raha", "Mombasa"),
        ("nyer town", ""),
        ("niko mkn wt", ""),
        ("natoka kkmg", "Kakamega"),
        ("mmbs raha", "Mombasa"),
    ],
)
def test_a_long_name_may_be_misspelt_and_a_short_one_not(
    gazetteer: Gazetteer, text: str, county: str
) -> None:
    assert gazetteer.find(text).county == county


@pytest.mark.parametrize(
    ("text", "score"),
    [("nairobi", 1.0), ("hospitali ya wote", 0.8), ("kakamga", 0.7), ("hapa kwetu", 0.0)],
)
def test_the_score_says_how_the_name_was_found(
    gazetteer: Gazetteer, text: str, score: float
) -> None:
    assert gazetteer.find(text).score == score


def test_a_place_named_twice_beats_one_named_first(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("natoka nairobi, niko nyeri, othaya").county == "Nyeri"


def test_between_equals_the_first_named_wins(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("nyeri to nairobi").county == "Nyeri"


def test_places_and_nicknames_have_no_empty_names() -> None:
    assert len(places()) == 47
    for names in (*places().values(), *nicknames().values()):
        assert names
        assert all(name.strip() for name in names)


@pytest.fixture(scope="module")
def knowing() -> Gazetteer:
    """With what words imply in a sector; two bodies that work in different sectors."""
    return Gazetteer(
        [
            Named("NPS", ("police",), "police_security"),
            Named("JUD", ("court",), "justice"),
            Named("CG-019", ("County Government of Nyeri",), "county_admin"),
        ],
        [Named("19", ("Nyeri",), exact=("ndakaini",)), Named("47", ("Nairobi",))],
        implied=Implied({"Police": "NPS", "Lands": "LANDS"}, {"19": "CG-019"}),
    )


@pytest.mark.parametrize(
    ("text", "sector", "institution", "named"),
    [
        ("ob yangu imepotea kituoni", "police_security", "NPS", False),
        ("ob yangu imepotea kituoni", "", "", True),
        ("ob yangu imepotea kituoni", "health", "", True),
        ("hakuna dawa hospitali ya nyeri", "health", "CG-019", False),
        ("hakuna dawa hospitali", "health", "", True),
        ("nairobi hospitali", "health", "", True),
        ("asante sana", "police_security", "", True),
        ("the police took me to court", "justice", "JUD", True),
        ("the court sent me to the police", "police_security", "NPS", True),
    ],
)
def test_the_sector_settles_and_never_names_by_itself(
    knowing: Gazetteer, text: str, sector: str, institution: str, named: bool
) -> None:
    found = knowing.find(text, sector)
    assert (found.institution, found.named) == (institution, named)


def test_a_village_counts_only_as_it_is_written(knowing: Gazetteer) -> None:
    assert knowing.find("niko ndakaini").county == "19"
    assert knowing.find("niko ndakaoni").county == ""
