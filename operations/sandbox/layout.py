"""Where a sandbox keeps what: one directory, readable by its owner only."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """The paths of one sandbox. Data, port, credentials and stack state live and die together."""

    directory: Path
    """Absolute: the servers work elsewhere than the command that starts them."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "directory", self.directory.absolute())

    @property
    def lock(self) -> Path:
        """Held by whoever starts, stops or removes; beside the directory, which may go."""
        return self.directory.with_name(f"{self.directory.name}.lock")

    @property
    def record(self) -> Path:
        """What was chosen once: port, addresses, identity."""
        return self.directory / "sandbox.json"

    @property
    def kubeconfig(self) -> Path:
        """For people and for the engine: cluster administrator."""
        return self.directory / "kubeconfig"

    @property
    def credentials(self) -> Path:
        """Tokens, certificate, key, and the components' own kubeconfigs."""
        return self.directory / "credentials"

    @property
    def tokens(self) -> Path:
        """The token file that the API server reads."""
        return self.credentials / "tokens.csv"

    @property
    def certificate(self) -> Path:
        """The API server's certificate and its authority, made by the API server."""
        return self.credentials / "apiserver.crt"

    @property
    def key(self) -> Path:
        """The certificate's key; it signs ServiceAccount tokens as well."""
        return self.credentials / "apiserver.key"

    @property
    def data(self) -> Path:
        """The objects, as etcd keeps them."""
        return self.directory / "data"

    @property
    def run(self) -> Path:
        """Process records and etcd's sockets; the processes' working directory."""
        return self.directory / "run"

    @property
    def logs(self) -> Path:
        """One file per process."""
        return self.directory / "logs"

    def kubeconfig_of(self, identity: str) -> Path:
        """The kubeconfig of one of the control plane's own components."""
        return self.credentials / f"{identity}.kubeconfig"

    def process_file(self, program: str) -> Path:
        """Which process a program became."""
        return self.run / f"{program}.process"

    def log(self, program: str) -> Path:
        """What a program has to say."""
        return self.logs / f"{program}.log"

    def create(self) -> None:
        """Make the directories that are missing, closed to everybody else."""
        self.directory.parent.mkdir(parents=True, exist_ok=True)
        for path in (self.directory, self.credentials, self.data, self.run, self.logs):
            path.mkdir(mode=0o700, exist_ok=True)
            path.chmod(0o700)


def home(project: Path) -> Path:
    """Where a clone keeps its sandboxes, each under its stack's name."""
    return project / ".ml-platform" / "sandbox"


def exists(directory: Path) -> bool:
    """Whether anything is left of a sandbox, running or not."""
    return directory.is_dir() and any(directory.iterdir())


def all_of(home: Path) -> tuple[Path, ...]:
    """The directories of a clone's sandboxes."""
    return tuple(sorted(record.parent for record in home.glob("*/sandbox.json")))


def write_private(path: Path, text: str) -> None:
    """Replace a file at once, readable by its owner from its first byte on."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)
