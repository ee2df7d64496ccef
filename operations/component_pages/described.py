"""A stack as pages about components speak of it: its section models, and the parts these make."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from assurance.graph.codec import encode, plain
from assurance.graph.graph import Graph
from assurance.graph.kubernetes import object_of
from assurance.graph.pods import PodTemplate, pod_templates
from assurance.graph.readers.recording.program import stack_outputs
from assurance.graph.resource import Resource
from components.charts.simulated import stand_in_objects
from components.config import PlatformConfig, StackFile
from components.core import platform_parts, sections_of
from components.facts import PlatformFacts
from components.manifests import Manifest
from components.parts import Demand, Part, Site
from components.platform import demands
from providers.contract import ClusterFacts


@dataclass(frozen=True, kw_only=True, slots=True)
class Described:
    """One stack with a platform of its own."""

    stack: str
    config: PlatformConfig
    cluster: ClusterFacts
    parts: Mapping[str, Part]
    """By section: `gateway`. What a cloud brings has none."""
    demands: Mapping[str, Demand]
    """What each team asks for."""

    @property
    def simulated(self) -> bool:
        """Its charts are stand-ins, whose pods run nothing."""
        return self.config.charts.source == "simulated"


def described(file: StackFile, rehearsed: Graph) -> Described | None:
    """None for a stack that uses another one's platform."""
    config = file.stack.platform
    if not isinstance(config, PlatformConfig):
        return None
    facts = PlatformFacts.from_json(plain(encode(stack_outputs(rehearsed)))["facts"])
    wanted = demands(file.stack)
    brought = {e.name: e for e in facts.endpoints.values() if e.namespace is None or not e.managed}
    site = Site(
        cluster=facts.cluster,
        sections=sections_of(config),
        endpoints=brought,
        zone=facts.zone,
        teams=tuple(wanted),
        demands=wanted,
    )
    return Described(
        stack=file.name,
        config=config,
        cluster=facts.cluster,
        parts={part.key.removeprefix("platform."): part for part in platform_parts(config, site)},
        demands=wanted,
    )


def pods(part: Part) -> Iterator[PodTemplate]:
    """Those that its charts are expected to make, and those of its own objects."""
    charts = (each for release in part.releases for each in stand_in_objects(release))
    objects = (object_of(_resource(each)) for each in (*charts, *own_objects(part)))
    return pod_templates(each for each in objects if each is not None)


def own_objects(part: Part) -> Iterable[Manifest]:
    """What no chart makes."""
    return (*part.before, *part.objects)


def _resource(manifest: Manifest) -> Resource:
    name = manifest["metadata"]["name"]
    kind = f"kubernetes:{manifest['apiVersion']}:{manifest['kind']}"
    return Resource(
        urn=f"{kind}::{name}", type=kind, name=name, parent=None, provider=None, inputs=manifest
    )
