"""Versions: what is asked for is still looked after on the day of the run."""

from collections.abc import Iterator

from components.config.draft import Draft
from components.config.faults import Problem
from components.config.models import PlatformConfig
from providers.config.support import CALENDARS


def version_is_supported(draft: Draft) -> Iterator[Problem]:
    """A cloud looks after a version for about a year."""
    path = ("platform", "cluster", "version")
    if draft.today is None or not isinstance(draft.platform, PlatformConfig):
        return
    cluster = draft.platform.cluster
    calendar = CALENDARS.get(cluster.provider)
    if calendar is None or not draft.whole(*path):
        return
    if (message := calendar.ended(cluster.version, draft.today)) is not None:
        yield Problem(path=path, message=message)
