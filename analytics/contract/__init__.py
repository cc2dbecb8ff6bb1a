"""A whole performance contract: its terms as data, what a sheet covers, and every step of the score
from proofs, counts and declared figures.  `analytics.performance_contract` holds the scale."""

from analytics.contract.arithmetic import steps
from analytics.contract.composing import (
    ContractSheet,
    Counted,
    Declared,
    Line,
    Proof,
    compose,
    with_values,
)
from analytics.contract.spans import NotASpan, Span, Stage
from analytics.contract.terms import Indicator, Measured, Part, Rule, Terms, terms_of
from analytics.contract.vetting import Vetting, vetting_of

__all__ = [
    "ContractSheet", "Counted", "Declared", "Indicator", "Line", "Measured", "NotASpan", "Part",
    "Proof", "Rule", "Span", "Stage", "Terms", "Vetting", "compose", "steps", "terms_of",
    "vetting_of", "with_values",
]  # fmt: skip
