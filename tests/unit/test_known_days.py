"""The holidays that the maintained library knows, without its other countries."""

import sys
from datetime import date

import holidays

from feedback_service.registry.days import known_ahead


def test_kenya_s_days_are_the_library_s_and_no_other_country_is_kept_in_memory():
    known = known_ahead(2026)
    assert "holidays.countries" not in sys.modules
    assert known[date(2026, 6, 1)] == "Madaraka Day"
    assert known == dict(holidays.country_holidays("KE", years=range(2024, 2029)))
