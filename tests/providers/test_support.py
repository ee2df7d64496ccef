"""Versions of Kubernetes that a cloud still looks after on a day."""

from datetime import date, timedelta

import pytest

from providers.config.section import MisfitError
from providers.config.support import CALENDARS, Calendar

EVERY = [
    (calendar, version, last)
    for calendar in CALENDARS.values()
    for version, last in calendar.until.items()
]


@pytest.mark.parametrize(("calendar", "version", "last"), EVERY)
def test_a_version_is_good_until_its_last_day_and_not_a_day_longer(
    calendar: Calendar, version: str, last: date
) -> None:
    assert calendar.ended(version, last) is None
    message = calendar.ended(version, last + timedelta(days=1))
    assert message is not None
    assert f"got {version}: {calendar.cloud} has supported it until {last}" in message


@pytest.mark.parametrize("calendar", CALENDARS.values(), ids=CALENDARS)
def test_a_later_version_is_looked_after_for_longer(calendar: Calendar) -> None:
    days = [last for _, last in sorted(calendar.until.items())]
    assert len(days) >= 3
    assert days == sorted(set(days))


@pytest.mark.parametrize("calendar", CALENDARS.values(), ids=CALENDARS)
def test_what_is_proposed_instead_is_good_on_that_day(calendar: Calendar) -> None:
    oldest = min(calendar.until)
    day = calendar.until[oldest] + timedelta(days=1)
    message = calendar.ended(oldest, day) or ""
    proposed = {version for version in calendar.until if f"'{version}'" in message}
    assert proposed == {v for v, until in calendar.until.items() if day <= until}


def test_a_version_that_nobody_has_read_about_is_refused() -> None:
    with pytest.raises(MisfitError, match=r"got 1\.99"):
        CALENDARS["eks"].keep_known("1.99")
