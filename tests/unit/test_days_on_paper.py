"""Papers say a day and a moment in the words of the pages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from feedback_service.reports.paper import shown_at
from feedback_service.reports.words import on_day
from feedback_service.web import texts


@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_a_paper_says_a_day_and_a_moment_as_a_page_does(lang: str) -> None:
    for month in range(12):
        one = date(2026, 1, 5) + timedelta(days=31 * month)
        assert on_day(one, lang) == texts.day(lang, one)
    late = datetime(2026, 10, 13, 21, 5, tzinfo=UTC)
    assert shown_at(late.isoformat(), lang) == texts.moment(lang, late)


def test_a_moment_near_midnight_is_of_the_day_in_nairobi() -> None:
    assert shown_at("2026-10-13T21:05:00+00:00", "en") == "Wed 14 Oct 2026, 00:05"
    assert shown_at(None, "en") == "-"
