"""All signals over one quarter's records."""

from analytics.integrity.facts import Finding, Records
from analytics.integrity.parameters import Parameters, parameters
from analytics.integrity.ratings import hoarded_codes, missing_visits, sim_bursts, staff_phones
from analytics.integrity.shares import unusual_shares
from analytics.integrity.words import copied_words

DETECTORS = (
    sim_bursts, staff_phones, hoarded_codes, missing_visits, unusual_shares, copied_words,
)  # fmt: skip


def look(records: Records, given: Parameters | None = None) -> list[Finding]:
    """Every finding, in the order of the detectors.  The same records give the same findings."""
    given = given or parameters()
    return [finding for detector in DETECTORS for finding in detector(records, given)]
