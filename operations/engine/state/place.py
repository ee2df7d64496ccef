"""Where the file backend of the engine keeps a stack: its layout, which every Pulumi reads."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import yaml

ORGANISATION = "organization"
"""The file backend knows no other."""
_HARMLESS = frozenset({"metadata", "no_tmp_dir", "create_dir"})
"""What a file backend's address may say without changing what the files are."""
_COMPRESSED = (".gz", ".zst")


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A stack's files below the directory of a file backend."""

    root: Path
    project: str
    stack: str

    @property
    def checkpoint(self) -> Path:
        """The state between two operations."""
        return self._in("stacks", f"{self.stack}.json")

    @property
    def journal(self) -> Path:
        """What the running operation has done so far; ours, beside the state that it belongs to."""
        return self._in("stacks", f"{self.stack}.journal")

    @property
    def said(self) -> Path:
        """What the program has said for the state to be as it is: digests; ours as well."""
        return self._in("stacks", f"{self.stack}.said")

    @property
    def tags(self) -> Path:
        """The stack's tags."""
        return self._in("stacks", f"{self.stack}.pulumi-tags")

    @property
    def locks(self) -> Path:
        """One file for each process that holds the stack."""
        return self.root / ".pulumi" / "locks" / ORGANISATION / self.project / self.stack

    @property
    def history(self) -> Path:
        """One pair of files for each operation."""
        return self._in("history", self.stack)

    @property
    def backups(self) -> Path:
        """Earlier states, where they are kept."""
        return self._in("backups", self.stack)

    @property
    def name(self) -> str:
        """As the engine calls the stack in full."""
        return f"{ORGANISATION}/{self.project}/{self.stack}"

    def beside(self, project: str, stack: str) -> "Place":
        """Another stack of the same backend."""
        return Place(root=self.root, project=project, stack=stack)

    def _in(self, *parts: str) -> Path:
        kind, *rest = parts
        return self.root.joinpath(".pulumi", kind, self.project, *rest)


def understood(place: Place) -> bool:
    """Whether the files are as this program writes them: by project, not compressed."""
    meta = place.root / ".pulumi" / "meta.yaml"
    if not meta.is_file() or not place.checkpoint.is_file():
        return False
    version = (yaml.safe_load(meta.read_text("utf-8")) or {}).get("version")
    compressed = (place.checkpoint.with_name(place.checkpoint.name + end) for end in _COMPRESSED)
    return version == 1 and not any(path.exists() for path in compressed)


def backend_address(environment: Mapping[str, str], project: Path) -> str:
    """The backend that the engine would choose; empty if nobody has chosen one."""
    return (
        environment.get("PULUMI_BACKEND_URL")
        or _named_by_project(project / "Pulumi.yaml")
        or _logged_in(environment)
    )


def backend_directory(environment: Mapping[str, str], project: Path) -> Path | None:
    """The directory of the file backend that the engine would choose, if it chooses one."""
    parts = urlsplit(backend_address(environment, project))
    if parts.scheme != "file" or not parse_qs(parts.query).keys() <= _HARMLESS:
        return None
    path = Path(unquote(f"{parts.netloc}{parts.path}")).expanduser()
    return path if path.is_absolute() else project / path


def _named_by_project(file: Path) -> str:
    if not file.is_file():
        return ""
    backend = (yaml.safe_load(file.read_text("utf-8")) or {}).get("backend") or {}
    return str(backend.get("url") or "")


def _logged_in(environment: Mapping[str, str]) -> str:
    """What `pulumi login` has chosen, where that can be read."""
    home = environment.get("PULUMI_HOME") or Path.home() / ".pulumi"
    file = Path(environment.get("PULUMI_CREDENTIALS_PATH") or home) / "credentials.json"
    try:
        return str(json.loads(file.read_text("utf-8")).get("current") or "")
    except (OSError, ValueError, AttributeError):
        return ""
