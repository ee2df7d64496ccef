"""What others have made and ours is compared with; no part of the project, so it may be missing."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from components.charts.release import Release

ROOT = Path(__file__).parents[1]
PLACE = Path(os.environ.get("ML_PLATFORM_SHARED") or ROOT.parent / "shared")


@dataclass(frozen=True, kw_only=True, slots=True)
class Outside:
    """A folder with facts of others."""

    of: str
    folder: str
    file: str
    """Of one chart."""
    made_by: str

    @property
    def path(self) -> Path:
        return PLACE / self.folder

    def needed(self, whose: str = "") -> pytest.MarkDecorator:
        """Skips where nothing is at hand, and tells a stranger how to mend that."""
        reason = (
            f"not compared with {self.of}{whose}, which are no part of the project: put "
            f"{self.folder}/{self.file} ({self.made_by}) into a folder, and name it in "
            "ML_PLATFORM_SHARED"
        )
        return pytest.mark.skipif(bool(whose) or not self.path.is_dir(), reason=reason)

    def each(self, releases: Sequence[Release]) -> pytest.MarkDecorator:
        """A test for every release that has a file, one skip for all that have none."""
        cases = [
            pytest.param(release, id=release.name)
            for release in releases
            if self._file(release).is_file()
        ]
        if without := [r.pin.chart for r in releases if not self._file(r).is_file()]:
            skipped = self.needed(f" of {', '.join(without)}")
            cases.append(pytest.param(None, id="the others", marks=skipped))
        return pytest.mark.parametrize("release", cases)

    def _file(self, release: Release) -> Path:
        return self.path / self.file.replace("<chart>", release.pin.chart)


RENDERED = Outside(
    of="renderings",
    folder="rendered",
    file="<chart>.json",
    made_by="the output of `helm template`, as a List in JSON",
)
VALUES = Outside(
    of="values and schemas",
    folder="chart-values",
    file="<chart>/values.yaml",
    made_by="`helm pull --untar`, the whole chart",
)
DEFINITIONS = Outside(
    of="upstream's definitions of custom kinds",
    folder="crds",
    file="<chart>/<name>.json",
    made_by="`kubectl get crd NAME -o json`",
)
