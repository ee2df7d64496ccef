"""Sections that cannot do without another one."""

from collections.abc import Iterator, Mapping

from components.config.draft import Draft
from components.config.faults import Problem
from components.config.models import PlatformConfig

_WITH: Mapping[str, Mapping[str, str]] = {
    "gateway": {"certificates": "each end of every road to it shows one of its"},
    "serving": {"certificates": "the API server trusts KServe's webhooks by one of its"},
}
"""By section: what must stand beside it, and why."""


def sections_have_companions(draft: Draft) -> Iterator[Problem]:
    """What a section is built on is there."""
    if not isinstance(draft.platform, PlatformConfig):
        return
    for section, companions in _WITH.items():
        if getattr(draft.platform, section) is None or not draft.whole("platform", section):
            continue
        for other, why in companions.items():
            if getattr(draft.platform, other) is None and draft.whole("platform", other):
                message = (
                    f"expected platform.{other} beside it, got none: {why}; write {other}: {{}}"
                )
                yield Problem(path=("platform", section), message=message)
