"""Which programs there are, which fit, and the one place that builds what is missing."""

import hashlib
import os
import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from components import machine
from operations.filelock import exclusive
from operations.progress import Steps
from operations.toolchain import go, installed
from operations.toolchain.build import Build, build
from operations.toolchain.recipes import RECIPES, SOURCES, Recipe, pinned

Origin = Literal["built", "installed", "missing"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A program: where it is, or would be once it is built."""

    name: str
    version: str
    path: Path
    origin: Origin


@dataclass(frozen=True, kw_only=True, slots=True)
class Toolchain:
    """The recipes, the modules that pin them, and the cache that holds what was built."""

    recipes: tuple[Recipe, ...] = RECIPES
    sources: Path = SOURCES
    cache: Path = field(default_factory=machine.directory)

    def find(self, names: Iterable[str]) -> tuple[Found, ...]:
        """Where each program is; builds nothing."""
        wanted = frozenset(names)
        unknown = wanted - {name for recipe in self.recipes for name, _ in recipe.programs}
        if unknown:
            message = f"no recipe makes {', '.join(sorted(unknown))}"
            raise LookupError(message)
        return tuple(
            found
            for recipe in self.recipes
            for found in self._find(recipe, [n for n, _ in recipe.programs if n in wanted])
        )

    def ensure(self, names: Iterable[str], steps: Steps) -> Mapping[str, Path]:
        """The path of each program, once all of them are there."""
        found = self.find(names)
        missing = {each.name for each in found if each.origin == "missing"}
        recipes = [r for r in self.recipes if missing & dict(r.programs).keys()]
        if recipes:
            newest = max(go.needed(recipe, self.sources) for recipe in recipes)
            compiler = go.ensure_go(newest, self.cache, steps)
            for recipe in recipes:
                self._build(recipe, compiler, steps)
        return {each.name: each.path for each in found}

    def directory(self, recipe: Recipe) -> Path:
        """Where a recipe's programs are once they are built: one directory per pin."""
        return self.cache / "tools" / f"{recipe.folder}-{self.stamp(recipe)[:12]}"

    def stamp(self, recipe: Recipe) -> str:
        """What the programs are made from, as one hash: pins, own sources, flags, platform."""
        digest = hashlib.sha256(f"{recipe!r}\n{sys.platform} {platform.machine()}\n".encode())
        folder = self.sources / recipe.folder
        for path in sorted([*folder.glob("go.*"), *folder.glob("*.go")]):
            digest.update(f"{path.name}\n".encode() + path.read_bytes())
        return digest.hexdigest()

    def log(self, recipe: Recipe) -> Path:
        """What the last build of a recipe said."""
        return self.cache / "logs" / f"build-{recipe.folder}.log"

    def _find(self, recipe: Recipe, names: list[str]) -> list[Found]:
        """All of a recipe's programs from one origin, so that they are of one version."""
        version = pinned(recipe, self.sources)
        built = self.directory(recipe)
        paths = {name: built / name for name in names}
        origin: Origin = "built" if built.is_dir() else "missing"
        if names and origin == "missing":
            have = {name: installed.find(name, recipe, version) for name in names}
            if None not in have.values():
                paths = {name: path for name, path in have.items() if path}
                origin = "installed"
        return [
            Found(name=name, version=version, path=path, origin=origin)
            for name, path in paths.items()
        ]

    def _build(self, recipe: Recipe, compiler: Path, steps: Steps) -> None:
        """Build a recipe, one at a time on this machine, unless another process just has."""
        target = self.directory(recipe)
        job = Build(recipe=recipe, sources=self.sources, go=compiler, log=self.log(recipe))
        with steps.step(f"build {recipe.folder} {pinned(recipe, self.sources)}") as step:
            guard = self.cache / "tools" / "build.lock"
            with exclusive(guard, lambda who: step.detail(f"waiting for {who}, which builds")):
                if not target.is_dir():
                    build(job, target, step)


def ensure(names: Iterable[str], steps: Steps) -> Mapping[str, Path]:
    """The path of each named program: found, else built."""
    return Toolchain().ensure(names, steps)


def put_in_reach(tools: Mapping[str, Path]) -> None:
    """The program runs in this process, and finds helm as everybody does: on the path."""
    if helm := tools.get("helm"):
        os.environ["PATH"] = os.pathsep.join([str(helm.parent), os.environ.get("PATH", "")])
