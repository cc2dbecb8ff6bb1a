"""Problems that rise: more of something, somewhere, than the season explains.

Daily counts and texts in, findings out; `volumes` judges how much is said, `terms` what is said,
`gathering` makes one problem of what is one.  How well: `python -m tests.bench.emerging`.
"""

from analytics.alarms.gathering import Known, Problem, gathered, goes_on
from analytics.alarms.parameters import PARAMETERS, Finding, Parameters, Place
from analytics.alarms.seasons import Baseline, baseline
from analytics.alarms.terms import TermCounts, judge_terms, spoken, terms_of
from analytics.alarms.volumes import judge_volumes

__all__ = [
    "PARAMETERS",
    "Baseline",
    "Finding",
    "Known",
    "Parameters",
    "Place",
    "Problem",
    "TermCounts",
    "baseline",
    "gathered",
    "goes_on",
    "judge_terms",
    "judge_volumes",
    "spoken",
    "terms_of",
]
