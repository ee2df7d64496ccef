"""Until when a cloud looks after a version of Kubernetes: dated facts, held against the run's day.

A version that the cloud has brought out since is added here with its source; one that is left out
cannot be asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from providers.config.section import MisfitError


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """The versions that a cloud offers."""

    cloud: str
    until: Mapping[str, date]
    """The last day of support, without a surcharge, by version."""
    source: str
    read_on: date
    """When somebody last read the source."""

    def keep_known(self, version: str) -> None:
        """Refuse a version of which nothing is known here."""
        if version not in self.until:
            known = " or ".join(f"'{each}'" for each in sorted(self.until))
            message = f"expected a version of {self.cloud}'s calendar ({known}), got {version}"
            raise MisfitError(message, "version")

    def ended(self, version: str, today: date) -> str | None:
        """What to say of a version that nobody looks after any more."""
        last = self.until.get(version)
        if last is None or today <= last:
            return None
        later = [f"'{each}'" for each, until in sorted(self.until.items()) if today <= until]
        remedy = f"expected {' or '.join(later)}" if later else "expected a version in support"
        return f"{remedy}, got {version}: {self.cloud} has supported it until {last}"


CALENDARS: Mapping[str, Calendar] = {
    "eks": Calendar(
        cloud="EKS",
        until={
            "1.33": date(2026, 7, 29),
            "1.34": date(2026, 12, 2),
            "1.35": date(2027, 3, 27),
        },
        source="docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html",
        read_on=date(2026, 4, 24),
    ),
    "aks": Calendar(
        cloud="AKS",
        until={
            "1.33": date(2026, 7, 31),
            "1.34": date(2026, 11, 30),
            "1.35": date(2027, 3, 31),
            "1.36": date(2027, 6, 30),
            "1.37": date(2027, 10, 31),
        },
        source="learn.microsoft.com/azure/aks/supported-kubernetes-versions",
        read_on=date(2026, 11, 20),
    ),
}
"""By the provider's word in a stack file. The sources were read in copies; Azure states a month
only, and means its last day."""
