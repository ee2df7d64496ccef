"""What a part's pods ask for, stack by stack."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assurance.graph.pods import PodTemplate
from assurance.graph.values import bytes_of, format_bytes, format_millicores, millicores_of
from components.charts.stand_in import Size
from components.parts import Part
from components.parts.part import ANY_CONTAINER
from operations.component_pages.described import pods

TOGETHER = "all together, at their fewest"


def asked(part: Part) -> Mapping[str, str]:
    """By workload, how many pods and what each asks for; at last their sum."""
    sizes = {place.name: place.container for place in part.namespaces}
    told, cpu, memory = {}, 0, 0
    for pod in pods(part):
        size = sizes.get(str(pod.namespace), ANY_CONTAINER)
        one = tuple(map(_highest, zip(*_stages(pod.spec, size), strict=True)))
        told[f"`{pod.owner.name}`, {pod.owner.gvk.kind}"] = _told(pod, *one)
        if not pod.replicas.every_node:
            cpu, memory = cpu + pod.replicas.min * one[0], memory + pod.replicas.min * one[1]
    return {**told, TOGETHER: _amounts(cpu, memory)} if cpu or memory else told


def _highest(amounts: Iterable[int]) -> int:
    return max(amounts)


def _stages(spec: Mapping[str, Any], size: Size) -> Iterator[tuple[int, int]]:
    """What runs at the same time: all containers, and before them one after the other."""
    main = [_asks(each, size) for each in spec.get("containers", ())]
    yield sum(cpu for cpu, _ in main), sum(memory for _, memory in main)
    yield from (_asks(each, size) for each in spec.get("initContainers", ()))


def _asks(container: Mapping[str, Any], size: Size) -> tuple[int, int]:
    """Where it says nothing, the namespace's LimitRange does."""
    stated = container.get("resources", {})
    own = {**size.resources()["requests"], **stated.get("limits", {}), **stated.get("requests", {})}
    return millicores_of(own["cpu"]), bytes_of(own["memory"])


def _told(pod: PodTemplate, cpu: int, memory: int) -> str:
    number, each = pod.replicas, _amounts(cpu, memory)
    if number.every_node:
        return f"on each of its nodes {each}"
    if number.max != number.min:
        return f"{number.min} to {number.max or 'any number'}, each {each}"
    return each if number.min == 1 else f"{number.min}, each {each}"


def _amounts(cpu: int, memory: int) -> str:
    return f"{format_millicores(cpu)} CPU, {format_bytes(memory)}"
