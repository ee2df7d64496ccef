"""What operators make of custom resources, written on these: no rendering shows it. Pure."""

import json
from collections.abc import Iterable, Iterator, Mapping

from assurance.graph.operators import MAKES
from components.charts.obtaining import Obtained
from components.charts.release import Release
from components.charts.simulated import stand_in_objects
from components.manifests import Manifest
from components.parts.priority import prioritised

Place = tuple[str, str]
"""A namespace, and `Kind/name` there."""


def to_be_made(
    releases: Iterable[Release], charts: Mapping[str, Obtained]
) -> dict[Place, list[Manifest]]:
    """By custom resource, the workload that comes of it, and its account if the chart has none.

    Where a chart's stand-in was taken, that has registered them.
    """
    return {
        place: made
        for release in releases
        if charts[release.name].assumed is None
        for place, made in _made_of(release, charts[release.name].objects)
    }


def _made_of(
    release: Release, rendered: Iterable[Manifest]
) -> Iterator[tuple[Place, list[Manifest]]]:
    there = {(each["kind"], each["metadata"]["name"]) for each in rendered}
    standing = {(o["kind"], o["metadata"]["name"]): o for o in stand_in_objects(release)}
    for each in release.stand_in.workloads:
        if each.made_of is not None:
            wanted = (("ServiceAccount", each.account), (each.kind, each.name))
            made = (standing[key] for key in wanted if key in standing and key not in there)
            yield (release.namespace, each.made_of), list(map(prioritised, made))


def announced(
    objects: Iterable[Manifest], made: Mapping[Place, list[Manifest]]
) -> tuple[Manifest, ...]:
    """The same objects; those that an operator makes something of say what."""
    return tuple(_announced(each, made) for each in objects)


def _announced(manifest: Manifest, made: Mapping[Place, list[Manifest]]) -> Manifest:
    metadata = manifest["metadata"]
    place = (metadata.get("namespace", ""), f"{manifest['kind']}/{metadata['name']}")
    if place not in made:
        return manifest
    said = json.dumps(made[place], sort_keys=True, separators=(",", ":"))
    annotations = {**(metadata.get("annotations") or {}), MAKES: said}
    return {**manifest, "metadata": {**metadata, "annotations": annotations}}
