"""The crosswalk from the corpus's labels to the registry."""

from analytics import triage
from feedback_service.registry import DATA, files, labels


def test_every_label_leads_to_an_institution_that_exists():
    known = {institution.id for institution in files.read(DATA).institutions}
    assert set(labels().values()) <= known


def test_every_institution_the_gazetteer_nicknames_is_in_the_registry():
    assert set(triage.nicknames()) <= set(labels())


def test_every_county_with_towns_is_a_county_of_the_registry():
    assert set(triage.places()) == {county.name for county in files.read(DATA).counties}
