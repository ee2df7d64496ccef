"""Whatever a stack file may say of a workload, Kubernetes takes what comes of it."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from components.manifests import Manifest, faults
from components.tenancy.workloads.objects import workload_manifests
from components.tenancy.workloads.section import WorkloadConfig
from components.tenancy.workloads.surroundings import Surroundings
from tests.components.tenancy.samples import CONTAINERS, ENDPOINTS, IMAGE, POOLS

_SECTION: TypeAdapter[WorkloadConfig] = TypeAdapter(WorkloadConfig)
_NAMES = st.from_regex(r"[a-z]([-a-z0-9]{0,50}[a-z0-9])?", fullmatch=True)
_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20)
_CPU = st.sampled_from([1, 2, "250m", "1500m"])
_MEMORY = st.sampled_from(["64Mi", "1Gi", "1.5Gi", "512M"])
_PORTS = st.lists(
    st.integers(1, 65535)
    | st.builds(lambda n: {"port": n, "protocol": "UDP"}, st.integers(1, 65535)),
    max_size=3,
    unique_by=lambda port: port if isinstance(port, int) else port["port"],
)
_SOURCES = st.one_of(
    st.builds(lambda size: {"claim": {"size": size}}, _MEMORY),
    st.builds(lambda size: {"scratch": size}, _MEMORY),
    st.builds(lambda name: {"secret": name}, _NAMES),
    st.builds(lambda name: {"config_map": name, "read_only": True}, _NAMES),
)
_VOLUMES = st.dictionaries(_NAMES, _SOURCES, max_size=3).map(
    lambda found: {name: {"mount": f"/{name}", **source} for name, source in found.items()}
)
_ENV = st.dictionaries(
    st.from_regex(r"[A-Z_][A-Z0-9_]{0,20}", fullmatch=True),
    _TEXT
    | st.just({"secret": "s", "key": "k"})
    | st.sampled_from(["host", "port", "address", "url"]).map(
        lambda value: {"need": "cluster.warehouse", "value": value}
    ),
    max_size=4,
)
_RESOURCES = st.fixed_dictionaries(
    {},
    optional={
        "cpu": _CPU,
        "memory": _MEMORY,
        "limits": st.fixed_dictionaries({}, optional={"cpu": _CPU, "memory": _MEMORY}),
        "gpu": st.integers(0, 4),
    },
)
_POD: dict[str, st.SearchStrategy[Any]] = {
    "image": st.just(IMAGE),
    "command": st.lists(_TEXT, max_size=2),
    "env": _ENV,
    "resources": _RESOURCES,
    "volumes": _VOLUMES,
    "pool": st.sampled_from(["general", "gpu"]),
    "needs": st.sampled_from([[], ["api-server"], ["internet", "cluster.warehouse"]]),
    "owner": st.sampled_from(["pulumi", "gitops"]),
}
_REPLICAS = st.tuples(st.integers(1, 5), st.integers(0, 5)).map(
    lambda bounds: {"min": bounds[0], "max": sum(bounds)}
)
_SERVICE = {**_POD, "ports": _PORTS, "replicas": _REPLICAS | st.integers(0, 5)}
_JOB = {**_POD, "kind": st.just("job"), "completions": st.integers(1, 5)}
_CRON = {**_POD, "kind": st.just("cronjob"), "schedule": st.just("*/5 * * * *")}


def _any() -> st.SearchStrategy[dict[str, Any]]:
    kinds: list[dict[str, st.SearchStrategy[Any]]] = [
        _SERVICE,
        {**_SERVICE, "kind": st.just("statefulset")},
        _JOB,
        _CRON,
    ]
    needed = ("image", "kind", "schedule")
    return st.one_of(
        *(
            st.fixed_dictionaries(
                {key: kind[key] for key in needed if key in kind},
                optional={key: value for key, value in kind.items() if key not in needed},
            )
            for kind in kinds
        )
    )


@given(_NAMES, _any(), st.sampled_from(["restricted", "baseline", "privileged"]))
def test_kubernetes_takes_every_object_of_any_workload(
    name: str, words: dict[str, Any], level: Any
) -> None:
    config = _SECTION.validate_json(json.dumps(words), strict=True)
    around = Surroundings(
        team="fraud",
        containers=CONTAINERS,
        pod_security=level,
        endpoints=ENDPOINTS,
        pools={pool.name: pool for pool in POOLS},
        storage_class="standard",
    )
    made = workload_manifests(name, config, around)
    assert [fault for manifest in made for fault in faults(manifest)] == []
    assert all(_names_fit(manifest) for manifest in made)
    assert made == workload_manifests(name, config, around)
    if config.owner == "gitops":
        assert [manifest["kind"] for manifest in made] == ["ServiceAccount"]


def _names_fit(manifest: Manifest) -> bool:
    """Kubernetes' own bounds, where controllers add to a name what must still be a label."""
    most = {"Service": 63, "StatefulSet": 52, "CronJob": 52, "Job": 63}
    return len(manifest["metadata"]["name"]) <= most.get(manifest["kind"], 253)
