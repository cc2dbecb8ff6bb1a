"""What citizens say of late and said in the half year before, as the terms that alarms judge.

Read are the words of cases that the model has cleared, whose citizen did not ask for quiet and that
name nobody.  Of a body that gets very much, the weeks before are read by lot, always the same
cases; the last days are read whole.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.alarms import PARAMETERS, Place, TermCounts, terms_of
from feedback_service.emerging.counting import counted, names_nobody, places_of
from feedback_service.models import Case, Category

MOST_TEXTS = 400
"""Texts of one body's weeks before that are enough to know what is usual."""
BEFORE = PARAMETERS.guard + 7 * PARAMETERS.weeks
LOT = 1_000
TOPIC = "="
"""What a term begins with that no word says: the service, and what went wrong with it."""


@dataclass(frozen=True)
class Report:
    """One case by its terms, each once; `ago`: days before the look.  Of an old one no `text`."""

    id: uuid.UUID
    person: uuid.UUID
    ago: int
    places: tuple[Place, ...]
    terms: tuple[str, ...]
    text: str


def read_reports(session: Session, today: date, *, simulated: bool) -> list[Report]:
    """The cases of the last days, and of the weeks before them as many as are needed."""
    since = today - timedelta(days=BEFORE - 1)
    wanted = (counted(simulated), Case.received_on.between(since, today), ~Case.quiet)
    often = session.execute(
        sa.select(Case.institution_id, sa.func.count()).where(*wanted).group_by(Case.institution_id)
    )
    shares = {body: LOT * MOST_TEXTS / number for body, number in often if number > MOST_TEXTS}
    rows = session.execute(
        sa.select(
            Case.id, sa.func.coalesce(Case.citizen_id, Case.id), Case.received_on,
            Case.institution_id, sa.func.coalesce(Case.county_code, 0), Case.text,
            Case.service_id, Case.category,
        ).where(*wanted, _drawn(shares, today))
    )  # fmt: skip
    kept: dict[str, str] = {}
    return [_report(today, row, kept) for row in rows]


def speaks() -> tuple[sa.ColumnElement[bool], ...]:
    """The clauses of the cases whose words may be counted and shown."""
    return ~Case.quiet, names_nobody()


def counts_at(
    reports: Sequence[Report], places: Iterable[Place]
) -> tuple[list[TermCounts], Mapping[tuple[Place, str], frozenset[int]]]:
    """The candidates of every place, and which of the reports (by number) each is in."""
    watched, guard = frozenset(places), PARAMETERS.guard
    late = {n: report for n, report in enumerate(reports) if report.ago < guard}
    earlier = {n: report for n, report in enumerate(reports) if report.ago >= guard}
    here, before = _by_place(late, watched), _by_place(earlier, watched)
    holders = _holders(late, here)
    wanted: dict[Place, list[str]] = defaultdict(list)
    for place, term in sorted(holders):
        wanted[place].append(term)
    prior = Counter(term for report in reports for term in report.terms)
    made = []
    for place, terms in wanted.items():
        weekly, volumes, vocabulary = _weeks([earlier[n] for n in before.get(place, ())], terms)
        observed = [_citizens(late, holders[place, term]) for term in terms]
        share = np.array([(prior[term] + 0.5) / (len(reports) + 1) for term in terms])
        made.append(
            TermCounts(
                place, terms, np.array(observed, dtype=float),
                _volume(late, here[place]), weekly, volumes, share, vocabulary,
            )
        )  # fmt: skip
    return made, {key: frozenset(numbers) for key, numbers in holders.items()}


def _drawn(shares: Mapping[str, float], today: date) -> sa.ColumnElement[bool]:
    """Everything of the last days; of the weeks before, by lot where there is very much."""
    if not shares:
        return sa.true()
    # The remainder first: the least number of all has no absolute value.
    lot = sa.func.abs(sa.func.hashtext(sa.cast(Case.id, sa.Text)) % LOT)
    share = sa.case(shares, value=Case.institution_id, else_=LOT)
    late = Case.received_on > today - timedelta(days=PARAMETERS.guard)
    return sa.or_(late, lot < share)


Row = sa.Row[uuid.UUID, uuid.UUID, date, str, int, str, str | None, Category | None]


def _report(today: date, row: Row, kept: dict[str, str]) -> Report:
    case_id, person, day, institution, county, text, service, category = row
    said = set(terms_of(text))
    if service:
        said |= {f"{TOPIC}{service}"} | ({f"{TOPIC}{service}/{category}"} if category else set())
    # One copy of each term, and no sets: half a million of them would not fit.
    terms = tuple(kept.setdefault(term, term) for term in sorted(said))
    ago, places = (today - day).days, places_of(institution, county)
    return Report(case_id, person, ago, places, terms, text if ago < PARAMETERS.guard else "")


def _by_place(
    reports: Mapping[int, Report], watched: frozenset[Place]
) -> Mapping[Place, Sequence[int]]:
    found: dict[Place, list[int]] = defaultdict(list)
    for number, report in reports.items():
        for place in watched.intersection(report.places):
            found[place].append(number)
    return found


def _holders(
    late: Mapping[int, Report], here: Mapping[Place, Sequence[int]]
) -> dict[tuple[Place, str], list[int]]:
    """Who used what where in the last days, where enough different citizens did."""
    found = {}
    for place, at_place in here.items():  # one after the other: all at once would not fit
        used: dict[str, list[int]] = defaultdict(list)
        for number in at_place:
            for term in late[number].terms:
                used[term].append(number)
        for term, numbers in used.items():
            if len({late[n].person for n in numbers}) >= PARAMETERS.fewest_saying:
                found[place, term] = numbers
    return found


def _weeks(earlier: Iterable[Report], terms: Sequence[str]) -> tuple[np.ndarray, np.ndarray, int]:
    """The uses of one place's candidates and its reports in each week before; its vocabulary."""
    rows = {term: n for n, term in enumerate(terms)}
    weekly, volumes = np.zeros((len(terms), PARAMETERS.weeks)), np.zeros(PARAMETERS.weeks)
    often: Counter[str] = Counter()
    for report in earlier:
        week = (report.ago - PARAMETERS.guard) // 7
        volumes[week] += 1
        often.update(report.terms)
        for term in rows.keys() & report.terms:
            weekly[rows[term], week] += 1
    return weekly, volumes, sum(n > 1 for n in often.values())


def _volume(late: Mapping[int, Report], numbers: Sequence[int]) -> np.ndarray:
    """Citizens by window, today for no fewer than a day of the six before: few have spoken by nine
    in the morning, and with an eye on every hour chance would raise several times as much."""
    today = sum(late[n].ago == 0 for n in numbers)
    usual = (len(numbers) - today) / (PARAMETERS.guard - 1)
    return np.array(_citizens(late, numbers), dtype=float) + max(0.0, usual - today)


def _citizens(late: Mapping[int, Report], numbers: Iterable[int]) -> list[int]:
    """Different citizens among these reports, by window."""
    chosen = [late[n] for n in numbers]
    return [
        len({report.person for report in chosen if report.ago < window})
        for window in PARAMETERS.windows
    ]
