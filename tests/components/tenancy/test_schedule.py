"""Schedules are read as the cluster's own parser reads them."""

import pytest

from components.tenancy.workloads.schedule import check_schedule


@pytest.mark.parametrize(
    "text",
    [
        "* * * * *",
        "0 6 * * 1-5",
        "*/15 0-6,18-23 1,15 JAN-mar ?",
        "59 23 31 12 SAT",
        "5/10 * * * *",
        "0 0 1 1 0",
        "@daily",
        "@hourly",
        "0  6 * * *",
    ],
)
def test_what_a_cluster_takes_is_taken(text: str) -> None:
    assert check_schedule(text) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0 6 * *", "five fields"),
        ("0 6 * * * *", "five fields"),
        ("@reboot", "five fields"),
        ("TZ=UTC 0 6 * * *", "five fields"),
        ("60 * * * *", "a minute from 0 to 59, got '60'"),
        ("* 24 * * *", "an hour from 0 to 23"),
        ("* * 0 * *", "a day of the month from 1 to 31"),
        ("* * * 13 *", "a month from 1 to 12"),
        ("* * * * 7", "a day of the week from 0 to 6"),
        ("5-1 * * * *", "a minute"),
        ("*/0 * * * *", "a minute"),
        ("*-5 * * * *", "a minute"),
        ("mon * * * *", "a minute"),
        ("1,, * * * *", "a minute"),
        ("-1 * * * *", "a minute"),
        ("² * * * *", "a minute"),
    ],
)
def test_what_a_cluster_refuses_is_refused_by_name(text: str, words: str) -> None:
    with pytest.raises(ValueError, match="expected") as caught:
        check_schedule(text)
    assert words in str(caught.value)
