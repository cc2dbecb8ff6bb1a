"""Ratings that citizens would hardly give so: by one phone over and over, by staff, by codes kept
in a drawer; and visits that were never told to the sampler."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from statistics import fmean

from analytics.integrity.facts import Finding, Rated, Records, Signal
from analytics.integrity.parameters import HoardedCodes, Parameters, SimBurst


def sim_bursts(records: Records, given: Parameters) -> list[Finding]:
    """Many ratings of a body from one phone within days, of a place from few phones within hours.

    Of each phone all but the first rating of the burst are suspect: the first may be a citizen's.
    """
    found = []
    for institution, ratings in _by_institution(records.ratings).items():
        known = [rating for rating in ratings if rating.person is not None]
        suspect = _often(known, given.sim_burst) | _together(known, given.sim_burst)
        for favourable in (True, False):
            ids = _all_but_first(
                r for r in known if r.id in suspect and (r.score >= 3) is favourable
            )
            if ids:
                detail = _told(ratings, ids) | {"phones": _phones(known, ids)}
                subject = f"{institution}:{'high' if favourable else 'low'}"
                found.append(
                    Finding(Signal.SIM_BURST, institution, None, subject, ids, detail, favourable)
                )
    return found


def staff_phones(records: Records, given: Parameters) -> list[Finding]:
    """Ratings of an institution by the phones its staff gave, keyed hashes compared."""
    found = []
    for institution, ratings in _by_institution(records.ratings).items():
        theirs = records.staff.get(institution, frozenset())
        ids = tuple(r.id for r in ratings if r.person in theirs)
        if len(ids) >= given.staff_phone.least:
            detail = _told(ratings, ids) | {"phones": _phones(ratings, ids)}
            found.append(
                Finding(Signal.STAFF_PHONE, institution, None, institution, ids, detail)
            )  # fmt: skip
    return found


def hoarded_codes(records: Records, given: Parameters) -> list[Finding]:
    """Ratings of one place in one short time whose codes stand in the order they were printed in.

    People who leave with a ticket each rate when they like, and most never do.
    """
    found = []
    for institution, ratings in _by_institution(records.ratings).items():
        places: dict[str, list[Rated]] = defaultdict(list)
        for rating in ratings:
            if rating.code is not None:
                places[rating.place].append(rating)
        for place, coded in sorted(places.items()):
            ids = tuple(sorted(_in_sequence(coded, given.hoarded_codes)))
            if ids:
                detail = _told(coded, ids)
                found.append(
                    Finding(Signal.HOARDED_CODES, institution, None, place, ids, detail)
                )  # fmt: skip
    return found


def missing_visits(records: Records, given: Parameters) -> list[Finding]:
    """Institutions that told the sampler of fewer visits than tickets or payments count."""
    found = []
    for told in records.visits:
        missing = told.counted - told.fed
        if told.counted and missing / told.counted > given.missing_visits.tolerance:
            detail = {"fed": told.fed, "counted": told.counted, "missing": missing}
            name = told.institution
            found.append(Finding(Signal.MISSING_VISITS, name, None, name, (), detail))
    return found


def _by_institution(ratings: Iterable[Rated]) -> dict[str, list[Rated]]:
    found: dict[str, list[Rated]] = defaultdict(list)
    for rating in sorted(ratings, key=lambda rating: (rating.at, rating.id)):
        found[rating.institution].append(rating)
    return found


def _often(ratings: Sequence[Rated], given: SimBurst) -> set[str]:
    phones: dict[str | None, list[Rated]] = defaultdict(list)
    for rating in ratings:
        phones[rating.person].append(rating)
    return {
        rating.id
        for theirs in phones.values()
        for window in _windows(theirs, timedelta(days=given.days), given.each)
        for rating in window
    }


def _together(ratings: Sequence[Rated], given: SimBurst) -> set[str]:
    places: dict[str, list[Rated]] = defaultdict(list)
    for rating in ratings:
        places[rating.place].append(rating)
    found: set[str] = set()
    for there in places.values():
        for window in _windows(there, timedelta(hours=given.hours), given.together):
            times = Counter(rating.person for rating in window)
            if len(window) >= given.per_phone * len(times):
                found |= {rating.id for rating in window if times[rating.person] > 1}
    return found


def _windows(ratings: Sequence[Rated], span: timedelta, least: int) -> Iterator[Sequence[Rated]]:
    """Each longest run of ratings within `span` that holds at least so many; they come by time."""
    first = 0
    for last, rating in enumerate(ratings):
        while rating.at - ratings[first].at > span:
            first += 1
        if last + 1 - first >= least:
            yield ratings[first : last + 1]


def _in_sequence(ratings: Sequence[Rated], given: HoardedCodes) -> set[str]:
    """Ids of those whose codes follow each other within minutes."""
    ordered = sorted(ratings, key=lambda rating: rating.code or 0)
    found: set[str] = set()
    run: list[Rated] = []
    for rating in [*ordered, None]:
        if rating is not None and run and _follows(run, rating, given):
            run.append(rating)
            continue
        if len(run) >= given.least:
            found |= {one.id for one in run}
        run = [rating] if rating is not None else []
    return found


def _follows(run: Sequence[Rated], rating: Rated, given: HoardedCodes) -> bool:
    near = (rating.code or 0) - (run[-1].code or 0) <= given.gap
    times = [one.at for one in run[-given.least + 1 :]] + [rating.at]
    return near and max(times) - min(times) <= timedelta(minutes=given.minutes)


def _all_but_first(ratings: Iterable[Rated]) -> tuple[str, ...]:
    seen: set[str | None] = set()
    ids = []
    for rating in ratings:
        if rating.person in seen:
            ids.append(rating.id)
        seen.add(rating.person)
    return tuple(ids)


def _phones(ratings: Iterable[Rated], ids: Sequence[str]) -> int:
    suspect = frozenset(ids)
    return len({rating.person for rating in ratings if rating.id in suspect})


def _told(ratings: Sequence[Rated], ids: Sequence[str]) -> dict[str, float]:
    """How many of how many, and how the suspect scores differ from the others."""
    suspect = frozenset(ids)
    theirs = [rating.score for rating in ratings if rating.id in suspect]
    others = [rating.score for rating in ratings if rating.id not in suspect]
    means = {"mean": round(fmean(theirs), 2)} if theirs else {}
    if others:
        means["others_mean"] = round(fmean(others), 2)
    return {"hits": len(theirs), "of": len(ratings), **means}
