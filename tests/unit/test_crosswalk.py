"""The crosswalk from the corpus's labels to the registry and to the Ombudsman's categories."""

from collections import Counter

import pytest

from analytics import triage
from analytics.triage.gazetteer.implied import COUNTY, signs
from feedback_service.models import Category
from feedback_service.registry import DATA, crosswalk, files, labels
from feedback_service.registry.crosswalk import UnknownLabel, crossing, crossings

READ = files.read(DATA)
INSTITUTIONS = {each.id for each in READ.institutions}
TARGETS = {
    "institution": INSTITUTIONS,
    "hospital": INSTITUTIONS,
    "county": {str(each.code) for each in READ.counties},
    "Huduma": {each.id for each in READ.service_points},
    "sector": {each.key for each in READ.sectors},
    "category": set(crosswalk.ombudsmans_categories()),
}
FIELDS = ("institution", "county", "sector", "category", "alt_category")


@pytest.mark.parametrize("kind", TARGETS)
def test_every_row_leads_to_something_that_exists(kind: str) -> None:
    rows = [each for each in crossings().values() if each.kind == kind]
    assert {each.target for each in rows} <= TARGETS[kind]
    assert rows


def test_no_row_is_of_another_kind_and_none_stands_twice() -> None:
    with (DATA / "crosswalk.csv").open(encoding="utf-8") as file:
        lines = sum(1 for _ in file) - 1
    assert len(crossings()) == lines
    assert {each.kind for each in crossings().values()} == set(TARGETS)
    assert {each.how for each in crossings().values()} == {"is", "answers", "nearest", "central"}


@pytest.mark.parametrize("field", FIELDS)
def test_every_label_of_every_message_has_a_row(field: str) -> None:
    kind = field.removeprefix("alt_")
    wanted = Counter(label for row in triage.read_corpus() if (label := getattr(row, field)))
    missing = [label for label in wanted if not _known(kind, label)]
    assert len(wanted) > 5
    assert missing == []


@pytest.mark.parametrize("label", ["county:Atlantis", "hospital:Hogwarts", "Huduma:Narnia", "QRX"])
def test_a_name_nobody_knows_is_refused(label: str) -> None:
    with pytest.raises(UnknownLabel, match="add one to"):
        crossing("institution", label)


@pytest.mark.parametrize(
    ("label", "target"),
    [
        ("Immigration", "DIS"),
        ("chief", "SD-ISNA"),
        ("county:Taita Taveta", "6"),
        ("county:Taita-Taveta", "6"),
        ("hospital:Kitale", "CG-026"),
        ("hospital:Kenyatta", "KNH"),
        ("Huduma:Kerugoya", "KYC-001"),
    ],
)
def test_a_label_leads_where_a_kenyan_would_go(label: str, target: str) -> None:
    assert crossing("institution", label).target == target


@pytest.mark.parametrize("category", Category)
def test_every_category_a_desk_chooses_is_one_of_the_ombudsmans(category: Category) -> None:
    found = crosswalk.ombudsmans(category)
    assert found.name_en
    assert found.name_sw != found.name_en


def test_an_institution_is_written_by_its_own_label_not_by_one_it_answers_for() -> None:
    assert crosswalk.label_of()["MOE"] == "school"
    assert crosswalk.label_of()["NCWSC"] == "NCWSC"
    assert "CG-007" not in crosswalk.label_of()


def test_every_institution_the_gazetteer_nicknames_is_in_the_registry() -> None:
    assert set(triage.nicknames()) <= set(labels())


def test_every_county_with_towns_is_a_county_of_the_registry() -> None:
    assert set(triage.places()) == {county.name for county in READ.counties}


def test_every_institution_that_words_imply_is_a_label() -> None:
    for sign in signs():
        assert sign.label == COUNTY or sign.label in labels()
        assert sign.sectors or sign.placed
        assert sign.words or sign.phrases


def _known(kind: str, label: str) -> bool:
    try:
        return bool(crossing(kind, label))
    except UnknownLabel:
        return False
