"""Pods of every shape, and what the scheduler takes of a node for one of each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assurance.graph.values import Pool, Shape
from tests.assurance.proofs.loads import GIB, GPU, Load, deployment
from tests.assurance.proofs.worlds import Manifest

CPU, MEMORY, STORAGE = "cpu", "memory", "ephemeral-storage"
RUNTIME: Manifest = {
    "apiVersion": "node.k8s.io/v1",
    "kind": "RuntimeClass",
    "metadata": {"name": "gvisor"},
    "handler": "runsc",
    "overhead": {"podFixed": {CPU: "250m", MEMORY: "64Mi"}},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Appetite:
    """A pod's spec, and what it takes: millicores, bytes, pieces."""

    name: str
    spec: Manifest
    takes: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tight:
    """A pod beside one node that is just large enough, or lacks one unit."""

    name: str
    load: Load
    fits: bool


def _box(name: str = "main", /, *, limits: Manifest | None = None, **requests: str) -> Manifest:
    """A container; `gpu` and `storage` stand for what Python has no word for."""
    asked = {_spelled(key): value for key, value in requests.items()}
    most = {key: value for key, value in asked.items() if key == GPU} | (limits or {})
    stated = {key: value for key, value in (("requests", asked), ("limits", most)) if value}
    return {"name": name, "image": "registry.example.com/main:1", "resources": stated}


def _sidecar(name: str, /, **requests: str) -> Manifest:
    return {**_box(name, limits=None, **requests), "restartPolicy": "Always"}


def _spelled(word: str) -> str:
    return {"gpu": GPU, "storage": STORAGE}.get(word, word)


def _pod(*containers: Manifest, inits: tuple[Manifest, ...] = (), **spec: Any) -> Manifest:
    return {
        "containers": list(containers or (_box(cpu="1"),)),
        **({"initContainers": list(inits)} if inits else {}),
        **spec,
    }


def _whole(**stated: Manifest) -> Manifest:
    return {"resources": stated}


_ROWS: tuple[tuple[str, Manifest, Manifest], ...] = (
    (
        "all its containers together",
        _pod(_box("one", cpu="1", memory="1Gi"), _box("two", cpu="100m", memory="1")),
        {CPU: 1100, MEMORY: GIB + 1},
    ),
    ("nothing", _pod(_box()), {}),
    ("a larger init container", _pod(inits=(_box("init", cpu="3"),)), {CPU: 3000}),
    ("a smaller init container", _pod(inits=(_box("init", cpu="500m"),)), {CPU: 1000}),
    (
        "the largest of several init containers",
        _pod(inits=(_box("one", cpu="2"), _box("two", cpu="3"))),
        {CPU: 3000},
    ),
    (
        "each resource at a peak of its own",
        _pod(
            _box(cpu="1", memory="2Gi"),
            inits=(_box("init", cpu="3", memory="1Gi"),),
        ),
        {CPU: 3000, MEMORY: 2 * GIB},
    ),
    ("a sidecar beside its containers", _pod(inits=(_sidecar("side", cpu="2"),)), {CPU: 3000}),
    (
        "an init container beside the sidecar before it",
        _pod(inits=(_sidecar("side", cpu="2"), _box("init", cpu="2"))),
        {CPU: 4000},
    ),
    (
        "no init container beside the sidecar after it",
        _pod(inits=(_box("init", cpu="2"), _sidecar("side", cpu="2"))),
        {CPU: 3000},
    ),
    (
        "an init container between two sidecars",
        _pod(inits=(_sidecar("one", cpu="1"), _box("init", cpu="4"), _sidecar("two", cpu="2"))),
        {CPU: 5000},
    ),
    ("a limit where nothing is requested", _pod(_box(limits={CPU: "1500m"})), {CPU: 1500}),
    ("what the pod requests as a whole", _pod(**_whole(requests={CPU: "2500m"})), {CPU: 2500}),
    (
        "the whole in place of containers and sidecar",
        _pod(inits=(_sidecar("side", cpu="2"),), **_whole(requests={CPU: "3500m"})),
        {CPU: 3500},
    ),
    (
        "the whole's memory and its containers' CPU",
        _pod(_box(cpu="1", memory="1Gi"), **_whole(requests={MEMORY: "2Gi"})),
        {CPU: 1000, MEMORY: 2 * GIB},
    ),
    (
        "containers' requests under a limit of the whole",
        _pod(**_whole(limits={CPU: "2500m"})),
        {CPU: 1000},
    ),
    (
        "a limit of the whole where nobody requests",
        _pod(_box(), **_whole(limits={CPU: "2500m"})),
        {CPU: 2500},
    ),
    (
        "what its runtime adds",
        _pod(_box(cpu="1", memory="1Gi"), runtimeClassName="gvisor"),
        {CPU: 1250, MEMORY: GIB + 64 * 2**20},
    ),
    (
        "what its runtime adds to the whole",
        _pod(runtimeClassName="gvisor", **_whole(requests={CPU: "2"})),
        {CPU: 2250, MEMORY: 64 * 2**20},
    ),
    ("less than a millicore, rounded up", _pod(_box(cpu="100100u")), {CPU: 101}),
    ("part of a byte, rounded up", _pod(_box(cpu="1", memory="1500m")), {CPU: 1000, MEMORY: 2}),
    (
        "two roundings, each by itself",
        _pod(_box("one", cpu="100u"), _box("two", cpu="100u")),
        {CPU: 2},
    ),
    (
        "pieces of an init container, or of the others",
        _pod(_box(cpu="1", gpu="1"), inits=(_box("init", gpu="2"),)),
        {CPU: 1000, GPU: 2},
    ),
    (
        "storage of a node",
        _pod(_box("one", storage="1Gi"), _box("two", storage="1Gi")),
        {STORAGE: 2 * GIB},
    ),
)
APPETITES = tuple(Appetite(name=name, spec=spec, takes=takes) for name, spec, takes in _ROWS)


def tight() -> Iterator[Tight]:
    """Each of them on a node of exactly that size, and on one that lacks a unit of one resource."""
    for number, each in enumerate(APPETITES):
        yield _tight(f"a{number}x", each, None)
        for letter, resource in zip("bcd", each.takes, strict=False):
            yield _tight(f"{letter}{number}x", each, resource)


def _tight(name: str, given: Appetite, short: str | None) -> Tight:
    has = {CPU: 64_000, MEMORY: 64 * GIB, GPU: 0, STORAGE: 0, **given.takes}
    if short is not None:
        has[short] -= 1
    where = Pool(
        name=f"{name}p",
        shape=Shape(
            cpu=has[CPU],
            memory=has[MEMORY],
            gpu=has[GPU],
            gpu_type=GPU,
            storage=has[STORAGE],
        ),
        min=1,
        max=1,
        labels={"case": name},
    )
    made = deployment(f"{name}d", {}, nodeSelector={"case": name})
    template = made["spec"]["template"]
    template["spec"] = {**given.spec, "nodeSelector": {"case": name}}
    load = Load(pools=(where,), deployments=(made,), others=(RUNTIME,))
    what = f"{given.name}, on {'enough' if short is None else f'one unit less of {short}'}"
    return Tight(name=what, load=load, fits=short is None)
