"""What the engine finds on disk when it runs a sandbox's stack: project, settings, plugins, key."""

import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

import yaml

from operations.engine.environment import Seat
from operations.sandbox.layout import write_private

PLUGIN = "pulumi-resource-kubernetes"
_SALT = "encryptionsalt"


@dataclass(frozen=True, kw_only=True, slots=True)
class Workspace:
    """The engine's part of a sandbox's directory; lives and dies with the sandbox's data."""

    directory: Path

    @property
    def home(self) -> Path:
        """The engine's PULUMI_HOME."""
        return self.directory / "home"

    @property
    def state(self) -> Path:
        """The file backend."""
        return self.directory / "state"

    @property
    def work(self) -> Path:
        """Where the engine runs, with a project file and settings of its own."""
        return self.directory / "work"

    @property
    def cluster(self) -> Path:
        """Holds the UID of the cluster that the state is about."""
        return self.directory / "cluster"

    @property
    def lock(self) -> Path:
        """Held by the one command that works on the state."""
        return self.directory / "lock"

    @property
    def key(self) -> Path:
        """The passphrase of its own, as long as the state is sealed with that."""
        return self.directory / "passphrase"

    def stacks(self) -> list[str]:
        """Those that have a state here: a team's stack lies beside its platform's."""
        return sorted(path.stem for path in self.state.glob(".pulumi/stacks/*/*.json"))

    def handed_over(self) -> bool:
        """Whether there is a state, and a person's passphrase opens it."""
        return bool(self.stacks()) and not self.key.exists()

    def belongs_to(self, uid: str) -> bool:
        """Whether the state is about this very cluster; an empty directory is about any."""
        return not self.state.exists() or (
            self.cluster.exists() and self.cluster.read_text("utf-8") == uid
        )

    def discard(self) -> None:
        """Forget a cluster that is no more."""
        shutil.rmtree(self.directory, ignore_errors=True)

    def create(self, uid: str) -> None:
        """Make what is missing, closed to everybody else."""
        for path in (self.directory, self.home, self.state, self.work):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(self.cluster, uid)
        self._refuse_logs()

    def _refuse_logs(self) -> None:
        """A file where the engine wants a directory: it then keeps no log of its own.

        That log has every message between engine and plugins, megabytes in each run, and is nearly
        half of what a preview costs. What a person needs is in the events, and shown.
        """
        logs = self.home / "logs"
        if logs.is_dir():
            shutil.rmtree(logs)
        logs.touch(mode=0o600)

    def seat(self, kubeconfig: Path, own_key: bool) -> Seat:  # noqa: FBT001 - named by every caller
        """Where a hermetic run finds everything; the key is generated once."""
        key = self.key if own_key else None
        if key and not key.exists():
            write_private(key, secrets.token_urlsafe(32))
        return Seat(home=self.home, state=self.state, kubeconfig=kubeconfig, passphrase=key)

    def write_project(self, project: Path) -> None:
        """The project under its own name, so that URNs are those of every other stack."""
        name = yaml.safe_load((project / "Pulumi.yaml").read_text("utf-8"))["name"]
        text = yaml.safe_dump({"name": name, "runtime": {"name": "python"}})
        write_private(self.work / "Pulumi.yaml", text)

    def write_settings(self, committed: Path) -> None:
        """The stack file as committed, with the salt that the engine has chosen for its secrets.

        Needed before the engine works, and once more when it has made a stack: to add the salt it
        spells the whole file anew.
        """
        path = self.work / committed.name
        text = committed.read_text("utf-8")
        mine = salt_of(path.read_text("utf-8")) if path.exists() else None
        if mine and not salt_of(text):
            text = _with_salt(text, mine)
        write_private(path, text)


def salt_of(settings: str) -> str | None:
    """The salt of a stack file's secrets, if it has one."""
    salt: str | None = yaml.load(settings, yaml.CSafeLoader).get(_SALT)
    return salt


def _with_salt(settings: str, salt: str) -> str:
    """A text with one more key; not loaded and dumped, which would turn `on` into `true`."""
    root = yaml.compose(settings)
    assert isinstance(root, yaml.MappingNode), "the stack file was checked"
    end = root.end_mark.index - root.flow_style
    before, after = settings[:end], settings[end:]
    line = f", {_SALT}: {salt}" if root.flow_style else f"\n{_SALT}: {salt}\n"
    return f"{before}{line}{after}"


def install_plugin(home: Path, binary: Path, version: str) -> None:
    """Put a plugin where the engine looks for it: it goes by the directory's name alone."""
    place = home / "plugins" / f"resource-kubernetes-v{version}"
    link = place / PLUGIN
    if link.is_file() and link.resolve() == binary.resolve():
        return
    place.mkdir(parents=True, exist_ok=True)
    draft = place / f".{PLUGIN}.{secrets.token_hex(4)}"
    draft.symlink_to(binary.resolve())
    draft.replace(link)
