"""Images: what runs tomorrow is what was reviewed today."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rule import Fault, Judgement, Rule, Unknown

from assurance.graph.graph import Graph
from assurance.graph.pod_kinds import KINDS
from assurance.graph.pods import PodTemplate
from assurance.graph.resource import Marker

_LISTS = ("initContainers", "containers", "ephemeralContainers")
_REMEDY = "Name a version, or better a digest: image:1.4.2 or image@sha256:…"


def images_are_pinned(graph: Graph) -> Judgement:
    """Each container's image has a digest, or a tag other than `latest`."""
    faults, containers = [], 0
    pods = list(graph.pods())
    unknown = [
        Unknown(urn=urn, because="its pod template is not known yet")
        for urn in _without_containers(graph, pods)
    ]
    for pod in pods:
        urn = pod.owner.resource.urn
        for name, image in _containers(pod):
            containers += 1
            subject = f"{pod}, container {name}"
            if isinstance(image, Marker):
                unknown.append(Unknown(urn=urn, because=f"the image of {name} is not known yet"))
            elif floating := _floating(image):
                message = f"{subject}: image {image} {floating}. {_REMEDY}"
                faults.append(Fault(urn=urn, message=message))
    return Judgement(
        faults=tuple(faults), unknown=tuple(unknown), population={"containers": containers}
    )


def _without_containers(graph: Graph, pods: Iterable[PodTemplate]) -> Iterator[str]:
    """What should start pods, and shows none, or pods without a container, which cannot be."""
    shown = {pod.owner.resource.urn for pod in pods if any(_containers(pod))}
    for item in graph.objects():
        if (item.gvk.group, item.gvk.kind) in KINDS and item.resource.urn not in shown:
            yield item.resource.urn


def _containers(pod: PodTemplate) -> Iterator[tuple[str, str | Marker]]:
    """Every container's name and image; a list that is not known counts as one container."""
    for key in _LISTS:
        containers = pod.spec.get(key) or ()
        if isinstance(containers, Marker):
            yield key, containers
            continue
        for container in containers:
            yield _one(key, container)


def _one(key: str, container: Any) -> tuple[str, str | Marker]:
    if not isinstance(container, Mapping):
        return key, Marker.UNKNOWN
    image = container.get("image")
    return str(container.get("name")), image if isinstance(image, Marker) else str(image or "")


def _floating(image: str) -> str | None:
    """What lets this image change under its name."""
    name, _, digest = image.partition("@")
    if digest:
        return None
    if not name:
        return "is missing"
    _, colon, tag = name.rpartition("/")[2].partition(":")
    if not colon or not tag:
        return "has no tag, which means latest"
    return "is whatever is latest" if tag == "latest" else None


IMAGES_ARE_PINNED = Rule(
    name="images-are-pinned",
    description="A container runs an image with a version or a digest, never whatever is latest.",
    scope="resource",
    severity="medium",
    judge=images_are_pinned,
)
