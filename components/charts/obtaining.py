"""What a stack registers for each of its charts: a rendering, or what stands in for it."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from assurance.graph.values import dotted
from components.charts import kept
from components.charts.agreement import differences
from components.charts.cleaning import Rendered, RenderingError, read
from components.charts.helm import ChartError, Target, pull, template
from components.charts.images import relocated
from components.charts.overlay import default_values, overlaid, unknown_keys
from components.charts.patch import PatchError, patched
from components.charts.pin import ChartPin
from components.charts.release import Release
from components.charts.simulated import stand_in_definitions, stand_in_objects
from components.charts.source import ChartsConfig, Source
from components.manifests import Manifest

REHEARSAL = "ML_PLATFORM_REHEARSAL"
"""Set where a program is rehearsed: nothing is fetched there, and no program started."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Obtained:
    """The objects of one release."""

    objects: tuple[Manifest, ...]
    definitions: tuple[Manifest, ...] = ()
    assumed: str | None = None
    """The chart's label, where its stand-in was taken."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Store:
    """Where charts come from, and where they are kept once they were had."""

    config: ChartsConfig
    project: Path
    folder: Path
    """On this machine, for every clone."""

    def packaged(self, pin: ChartPin) -> Path:
        """Where the packaged chart is, or will be."""
        name = f"{pin.chart}-{pin.version}.tgz"
        own = self.config.folder(self.project)
        return (own or self.folder / "packages") / name

    def repository(self, pin: ChartPin) -> str:
        """Where it is fetched from."""
        return self.config.mirror or pin.repository


def obtain(releases: Iterable[Release], store: Store, target: Target) -> Mapping[str, Obtained]:
    """Every release's objects, by its name; several at a time, as each waits for a program."""
    wanted = [as_asked(each, store.config) for each in releases]
    found = _obtained(wanted, store, target)
    registry = store.config.registry
    if registry is None:
        return found
    return {
        name: replace(each, objects=tuple(relocated(each.objects, registry)))
        for name, each in found.items()
    }


def as_asked(release: Release, config: ChartsConfig) -> Release:
    """With the stack's own values for its chart over ours."""
    overlay = config.values.get(release.name)
    if overlay is None:
        return release
    return replace(release, values=overlaid(release.values, overlay), overlay=overlay)


def _obtained(wanted: list[Release], store: Store, target: Target) -> dict[str, Obtained]:
    if store.config.source is Source.SIMULATED:
        return {each.name: stood_in(each) for each in wanted}
    if os.environ.get(REHEARSAL):
        return {each.name: _at_hand(each, store, target) for each in wanted}
    with ThreadPoolExecutor() as pool:
        return dict(
            zip(
                (each.name for each in wanted),
                pool.map(lambda each: _rendered(each, store, target), wanted),
                strict=True,
            )
        )


def stood_in(release: Release) -> Obtained:
    """What is expected of the chart."""
    return Obtained(
        objects=tuple(stand_in_objects(release)),
        definitions=tuple(stand_in_definitions(release)),
        assumed=release.pin.label,
    )


def _at_hand(release: Release, store: Store, target: Target) -> Obtained:
    """A rendering of before; a rehearsal makes none."""
    chart = store.packaged(release.pin)
    if not chart.is_file():
        return stood_in(release)
    known = kept.load(store.folder / "rendered", kept.key(release, digest_of(chart), target))
    return stood_in(release) if known is None else _checked(release, known)


def _rendered(release: Release, store: Store, target: Target) -> Obtained:
    chart = fetched(release.pin, store)
    name = kept.key(release, digest_of(chart), target)
    known = kept.load(store.folder / "rendered", name)
    if known is None:
        known = _made(release, chart, target)
        kept.save(store.folder / "rendered", name, known)
    return _checked(release, known)


def fetched(pin: ChartPin, store: Store) -> Path:
    """The packaged chart, of the checksum that its pin states, where it states one."""
    chart = store.packaged(pin)
    if not chart.is_file():
        if store.config.source is Source.DIRECTORY:
            message = f"chart {pin.label}: {chart} is not there; put the packaged chart there"
            raise ChartError(message)
        repository = store.repository(pin)
        try:
            chart = pull(pin, repository, chart.parent)
        except ChartError as error:
            message = (
                f"chart {pin.label} cannot be had from {repository}: {error}. Without a way "
                f"there, set platform.charts to a mirror, or to a directory that has it"
            )
            raise ChartError(message) from None
    if pin.digest is not None and (got := digest_of(chart)) != pin.digest:
        message = (
            f"chart {pin.label} is not the one that was pinned: {chart} has the checksum "
            f"{got}, the pin says {pin.digest}. Remove the file; if it comes back like this, "
            f"do not trust where it comes from"
        )
        raise ChartError(message)
    return chart


def _made(release: Release, chart: Path, target: Target) -> Rendered:
    """Rendered twice: a chart that makes up passwords would differ at every preview."""
    label = release.pin.label
    unknown = list(unknown_keys(release.overlay, default_values(chart)) if release.overlay else ())
    if unknown:
        keys = ", ".join(dotted(path) for path in unknown)
        message = (
            f"chart {label} has no value {keys}; correct platform.charts.values.{release.name}"
        )
        raise ChartError(message)
    try:
        texts = [template(release, chart, target) for _ in range(2)]
        first, second = (read(text, release.namespace, frozenset()) for text in texts)
    except (ChartError, RenderingError) as error:
        message = f"chart {label} cannot be rendered with our values: {error}"
        raise ChartError(message) from None
    for one, other in zip(first.objects, second.objects, strict=True):
        if one != other:
            message = (
                f"chart {label} makes {one['kind']} {one['metadata']['name']} anew at every "
                f"rendering: its values must name what it would make up"
            )
            raise ChartError(message)
    return first


def _checked(release: Release, rendered: Rendered) -> Obtained:
    label = release.pin.label
    try:
        objects = patched(rendered.objects, release.patches)
    except PatchError as error:
        message = f"chart {label} cannot be patched: {error}"
        raise ChartError(message) from None
    found = (
        []
        if release.overlay
        else differences(
            release.stand_in, Rendered(objects=tuple(objects), definitions=rendered.definitions)
        )
    )
    if found:
        lines = "\n".join(f"  {each}" for each in found)
        message = f"chart {label} is not what its stand-in says:\n{lines}"
        raise ChartError(message)
    return Obtained(objects=tuple(objects), definitions=rendered.definitions)


def digest_of(path: Path) -> str:
    """SHA-256, as pins spell it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
