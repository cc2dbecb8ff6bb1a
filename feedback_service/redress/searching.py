"""Finding cases: by reference, by words of the citizen, by service or place; never by a number."""

import re
from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from feedback_service.domain.references import read_reference
from feedback_service.models import Case, EmergingProblem

A_NUMBER = r"\d(?:[^[:alnum:]]{0,3}\d){6,}"
"""What may be a phone number, as PostgreSQL reads it."""
SAYS_NAME = (
    r"\m(my (full |official )?names? (is|are)|naitwa|ninaitwa|huitwa|wananiita|they call me"
    r"|i am called|majina( yangu)?( kamili)?( ni)?|jina (langu|yangu)( kamili)?( ni)?"
    r"|names?:|jina:)"
    r"[^.,;]{0,40}?\m"
)
"""After these somebody's own name comes, as `masking` knows it; as PostgreSQL reads it."""
NAMED = r"\m([Ii] am|[Ii]'?m|[Tt]his is|[Mm]imi ni|[Mm]i ni)( [A-Z][[:alpha:]'-]+){0,3} "
SIGNED = (
    r"\m(sincerely|faithfully|regards|signed|mwaminifu|mtiifu|ah?sante(ni)?|thanks|thank you)"
    r"[[:space:],.:!-]+([[:alpha:]'-]+ ){0,2}"
)
"""After these, at the end of all, a name stands as a signature: what follows it is `_END`."""
_END = r"[[:alpha:]'-]*( [[:alpha:]'-]+){0,2}[[:space:].!]*$"
MOST = 2_000
"""Of words that are in more cases than this, so many are looked through."""
# Written out, not sent as values: only so do they match the expression of the index.
_SIMPLE: sa.ColumnElement[str] = sa.literal_column("'simple'")
_text = sa.func.to_tsvector(_SIMPLE, Case.text)


def says(
    words: str,
    seen: sa.ColumnElement[bool],
    services: Collection[str] = (),
    places: Collection[str] = (),
) -> sa.ColumnElement[bool]:
    """The cases that `words` mean; no search tells a digit of a phone number.

    seen: what the reader may see; services, places: those whose names the words are.
    """
    if reference := read_reference(words):
        return Case.reference == reference
    digits = "".join(c for c in words if c.isdigit())
    only_digits = digits == words.replace(" ", "")
    if only_digits or len(digits) >= 4:
        long = only_digits and len(digits) >= 4
        return Case.reference.startswith(digits, autoescape=True) if long else sa.false()
    ways = [Case.id == sa.any_(_wrote(words, digits, seen))]
    if services:
        ways.append(Case.service_id.in_(services))
    if places:
        ways.append(Case.service_point_id.in_(places))
    return sa.or_(*ways)


def _wrote(words: str, digits: str, seen: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
    """The cases whose words begin so; the index is asked for the words without a digit.

    An array, found before anything is put in order: else a rare word is sought in every case.
    """
    terms = [term for term in re.findall(r"\w+", words) if not any(c.isdigit() for c in term)]
    found = sa.select(Case.id).where(seen).limit(MOST).correlate(None)
    if terms:
        begun = " & ".join(f"{term}:*" for term in terms)
        found = found.where(_text.op("@@")(sa.func.to_tsquery(_SIMPLE, begun)))
        # Nobody is found by the name they gave as their own: it is masked in what is shown.
        found = found.where(*(~Case.text.regexp_match(NAMED + term.capitalize()) for term in terms))
        found = found.where(*(~Case.text.regexp_match(SAYS_NAME + term, "i") for term in terms))
        found = found.where(*(~Case.text.regexp_match(SIGNED + term + _END, "i") for term in terms))
    if digits or not terms:
        text = sa.func.regexp_replace(Case.text, A_NUMBER, " ", "g")
        found = found.where(text.icontains(words, autoescape=True))
    return sa.func.array(found.scalar_subquery(), type_=ARRAY(sa.Uuid))


def behind(problem_id: UUID) -> sa.Select[UUID]:
    """The ids of the cases behind an emerging problem; the reader's sight says which are shown."""
    each = sa.func.jsonb_array_elements_text(EmergingProblem.cases)
    return sa.select(sa.cast(each, sa.Uuid)).where(EmergingProblem.id == problem_id)
