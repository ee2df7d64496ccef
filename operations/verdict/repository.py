"""What a commit, or the working tree, consists of; and a place where a commit can be run."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path

from operations.errors import UserError

_BASES = ("origin/main", "main", "origin/master", "master")


@dataclass(frozen=True, kw_only=True, slots=True)
class Tree:
    """Files by path, each with the hash that git knows it by."""

    root: Path
    commit: str | None
    """None for the working tree as it is."""
    blobs: Mapping[str, str]

    @property
    def name(self) -> str:
        """As a verdict names it."""
        return self.commit[:9] if self.commit else "working tree"

    def text(self, path: str) -> str:
        """A file's text; broken bytes are shown as such, as whoever reads it next will say more."""
        if self.commit is None:
            return (self.root / path).read_bytes().decode("utf-8", "replace")
        return _at(self.root, self.commit, path)

    def _prefix(self) -> str:
        return _git(self.root, "rev-parse", "--show-prefix").strip()

    @contextmanager
    def checked_out(self) -> Iterator[Path]:
        """Where its files are; a commit's in a worktree of its own, which goes afterwards."""
        if self.commit is None:
            yield self.root
            return
        with tempfile.TemporaryDirectory(prefix="mlp-verdict-", ignore_cleanup_errors=True) as made:
            place = Path(made) / "tree"
            _git(self.root, "worktree", "add", "--detach", "--quiet", str(place), self.commit)
            try:
                here = place / self._prefix()
                self._lend_bytecode(here)
                yield here
            finally:
                _git(self.root, "worktree", "remove", "--force", str(place))

    def _lend_bytecode(self, place: Path) -> None:
        """What is the same in the working tree need not be compiled again.

        Python goes by a source's size and time, so these have to be the same as well. What a link
        leads to is somebody else's, and stays as it is.
        """
        own = place.resolve()
        for path, blob in self.blobs.items():
            source, there = self.root / path, place / path
            if source.suffix != ".py" or not source.is_file() or _blob(source) != blob:
                continue
            if not there.resolve().is_relative_to(own):
                continue
            compiled, wanted = (Path(cache_from_source(str(each))) for each in (source, there))
            if compiled.is_file():
                wanted.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(compiled, wanted)
                times = source.stat()
                os.utime(there, ns=(times.st_atime_ns, times.st_mtime_ns))


def merge_base(root: Path) -> str:
    """The commit at which HEAD left the main branch."""
    for name in _BASES:
        known = ("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        if _run(root, *known).returncode == 0:
            found = _run(root, "merge-base", "HEAD", name)
            if found.returncode == 0:
                return found.stdout.strip()
    message = (
        f"{root}: no common commit with {' or '.join(_BASES[:2])}; say which: --base REF "
        "(a shallow clone has to be deepened first: git fetch --unshallow)"
    )
    raise UserError(message)


def committed(root: Path, reference: str) -> Tree:
    """A commit's files."""
    found = _run(root, "rev-parse", "--verify", "--quiet", f"{reference}^{{commit}}")
    if found.returncode != 0:
        message = f"{reference}: no such commit here; fetch it first: git fetch origin {reference}"
        raise UserError(message)
    commit = found.stdout.strip()
    listed = _git(root, "ls-tree", "-r", "-z", commit)
    entries = (entry.partition("\t") for entry in listed.split("\0") if entry)
    return Tree(
        root=root, commit=commit, blobs={path: what.split()[2] for what, _, path in entries}
    )


def working(root: Path) -> Tree:
    """The files as they are, committed or not; the commit's name where they are the same."""
    listed = _run(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    there = {*listed.stdout.split("\0")} - {""} if listed.returncode == 0 else _plainly(root)
    blobs = {path: _blob(root / path) for path in sorted(there) if (root / path).is_file()}
    return Tree(root=root, commit=None, blobs=blobs)


def _plainly(root: Path) -> Iterator[str]:
    """Every file of a folder that is in no repository; hidden folders hold what was made there."""
    for here, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith((".", "__pycache__"))]
        yield from ((Path(here) / name).relative_to(root).as_posix() for name in files)


def _blob(path: Path) -> str:
    content = str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


@cache
def _at(root: Path, commit: str, path: str) -> str:
    return _git(root, "show", f"{commit}:./{path}")


def _git(root: Path, *words: str) -> str:
    done = _run(root, *words)
    if done.returncode != 0:
        message = f"git {' '.join(words[:2])}: {done.stderr.strip()}"
        raise UserError(message)
    return done.stdout


def _run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = ["git", "-C", str(root), *words]
    try:
        return subprocess.run(  # noqa: S603 - git, from PATH
            command, capture_output=True, encoding="utf-8", errors="replace", check=False
        )
    except OSError as error:
        message = f"git: {error.strerror}; a verdict compares commits"
        raise UserError(message) from None
