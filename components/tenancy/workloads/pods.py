"""The pods of a workload: who they are, where they run, what they may not do."""

from collections.abc import Iterable, Mapping
from typing import Any

from assurance.graph.values import BATCH_PRIORITY, Outside, Pool, Taint
from components.manifests import Manifest
from components.tenancy.labels import selector, workload_labels
from components.tenancy.section import PodSecurity
from components.tenancy.workloads.containers import container, gpu_type
from components.tenancy.workloads.env_section import NeedValue
from components.tenancy.workloads.section import PodConfig, ServiceConfig, StatefulSetConfig
from components.tenancy.workloads.storage import has_claims, volumes
from components.tenancy.workloads.surroundings import Surroundings

POOL = "ml-platform/pool"
"""The node label that names the pool."""

GENERATIONS = "ml-platform/credentials"
"""The annotation that makes pods start anew when what they log in with was made anew."""

CLAIM_GROUP = 1000
"""The group that owns claimed volumes, so that a process that is not root can write to them."""


def pod_template(
    name: str, config: PodConfig, around: Surroundings, *, several: bool = False
) -> Manifest:
    """The template that every kind of workload makes its pods from."""
    parts: dict[str, Any] = {
        "securityContext": _security(config, around.pod_security),
        "imagePullSecrets": [{"name": secret} for secret in config.image_pull_secrets],
        "volumes": volumes(name, config, own_claims=isinstance(config, StatefulSetConfig)),
        "topologySpreadConstraints": spread(selector(name)) if several else [],
        "priorityClassName": BATCH_PRIORITY if config.priority == "batch" else None,
        **placement(config.pool, config.resources.gpu, around),
    }
    spec = {
        "serviceAccountName": name,
        "automountServiceAccountToken": around.api_server or _needs_api_server(config),
        "enableServiceLinks": False,
        "containers": [container(name, config, around)],
        **{key: value for key, value in parts.items() if value},
    }
    identity = around.identities.get(name)
    known = dict(identity.pod_labels) if identity is not None else {}
    metadata: dict[str, Any] = {"labels": {**known, **workload_labels(around.team, name)}}
    generations = _generations(config, around)
    if generations and isinstance(config, ServiceConfig):
        metadata["annotations"] = {GENERATIONS: generations}
    return {"metadata": metadata, "spec": spec}


def run_to_completion(template: Manifest) -> Manifest:
    """The same for a Job: a failed pod stays for its log to be read, and the Job makes another."""
    return {**template, "spec": {**template["spec"], "restartPolicy": "Never"}}


def _generations(config: PodConfig, around: Surroundings) -> str:
    """Of every account that a variable is taken from; a container reads it once."""
    taken = {value.need for value in config.env.values() if isinstance(value, NeedValue)}
    accounts = (around.accounts[name] for name in sorted(taken & around.accounts.keys()))
    return ",".join(f"{account.endpoint}={account.generation}" for account in accounts)


def _needs_api_server(config: PodConfig) -> bool:
    return any(need.to == Outside.API_SERVER for need in config.needs)


def _security(config: PodConfig, level: PodSecurity) -> Manifest:
    """What the level demands of a pod. Which user it is stays the image's business: `USER 1000`."""
    user = {"runAsNonRoot": True} if level == "restricted" else {}
    seccomp = {} if level == "privileged" else {"seccompProfile": {"type": "RuntimeDefault"}}
    group = (
        {"fsGroup": CLAIM_GROUP, "fsGroupChangePolicy": "OnRootMismatch"}
        if has_claims(config)
        else {}
    )
    return {**user, **seccomp, **group}


def placement(pool: str | None, gpus: int, around: Surroundings) -> Manifest:
    """On the pool that is asked for; a GPU may be on any pool that has its kind."""
    if pool is not None:
        known = around.pools[pool]
        return {"nodeSelector": {POOL: known.name}, "tolerations": _tolerations([known])}
    if gpus:
        wanted = gpu_type(pool, around)
        pools = (pool for pool in around.pools.values() if pool.shape.gpu_type == wanted)
        return {"tolerations": _tolerations(pools)}
    return {}


def _tolerations(pools: Iterable[Pool]) -> list[Manifest]:
    taints = {taint for pool in pools for taint in pool.taints}
    return [
        _toleration(taint) for taint in sorted(taints, key=lambda t: (t.key, t.value, t.effect))
    ]


def _toleration(taint: Taint) -> Manifest:
    """A value that is empty is left out, as the API server does; so a state has none to miss."""
    said = {"key": taint.key, "operator": "Equal", "effect": taint.effect}
    return {**said, "value": taint.value} if taint.value else said


def spread(labels: Mapping[str, str]) -> list[Manifest]:
    """Over zones, then over nodes, as well as there is room."""
    return [
        {
            "maxSkew": 1,
            "topologyKey": key,
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": labels},
        }
        for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
    ]
