"""All signals over one quarter's records: at once, or one institution after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.integrity.facts import Finding, Records
from analytics.integrity.parameters import Parameters, parameters
from analytics.integrity.ratings import hoarded_codes, missing_visits, sim_bursts, staff_phones
from analytics.integrity.shares import Count, counts, judge
from analytics.integrity.words import copied_words

DETECTORS = (sim_bursts, staff_phones, hoarded_codes, missing_visits, copied_words)
"""Those that need no other institution to compare with."""


@dataclass(frozen=True)
class Counted:
    """What was found of some institutions, and what can be judged when all are counted."""

    findings: Sequence[Finding]
    counts: Sequence[Count]


def look(records: Records, given: Parameters | None = None) -> list[Finding]:
    """Every finding, in the order of the detectors.  The same records give the same findings."""
    given = given or parameters()
    part = counting(records, given)
    return [*part.findings, *judging(part.counts, given, records.accepted)]


def counting(records: Records, given: Parameters) -> Counted:
    """The first half of `look`, for some institutions of many."""
    findings = [finding for detector in DETECTORS for finding in detector(records, given)]
    return Counted(findings, counts(records, given))


def judging(
    counted: Sequence[Count], given: Parameters, accepted: Mapping[tuple[str, str], float]
) -> list[Finding]:
    """The second half, for the counts of all of them together."""
    return judge(counted, given, accepted)
