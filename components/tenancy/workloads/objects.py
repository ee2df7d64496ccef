"""Every object of a workload, from its section."""

from typing import Any, assert_never

from components.manifests import Manifest
from components.tenancy.labels import came_from, origin, selector, workload_labels
from components.tenancy.workloads.pods import pod_template, run_to_completion
from components.tenancy.workloads.routes import route_manifests
from components.tenancy.workloads.scaling import autoscaler, disruption_budget, fixed_replicas
from components.tenancy.workloads.section import (
    CronJobConfig,
    DeploymentConfig,
    JobConfig,
    ServiceConfig,
    StatefulSetConfig,
    WorkloadConfig,
)
from components.tenancy.workloads.services import headless_service, service
from components.tenancy.workloads.storage import claim_templates, claims, has_claims
from components.tenancy.workloads.surroundings import Surroundings
from providers.contract import Identity


def workload_manifests(name: str, config: WorkloadConfig, around: Surroundings) -> list[Manifest]:
    """A workload's ServiceAccount and, unless GitOps owns the rest, everything that it runs as."""
    objects = [service_account(name, around.identities.get(name))]
    if config.owner == "pulumi":
        objects += _running(name, config, around)
    key = origin(around.team, name)
    return [_described(manifest, name, around.team, key) for manifest in objects]


def service_account(name: str, identity: Identity | None) -> Manifest:
    """Who the workload is; a pod gets a token only if it needs the Kubernetes API."""
    annotations = dict(identity.annotations) if identity is not None else {}
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": name, "annotations": annotations},
        "automountServiceAccountToken": False,
    }


def _running(name: str, config: WorkloadConfig, around: Surroundings) -> list[Manifest]:
    match config:
        case DeploymentConfig():
            deployment = _deployment(name, config, around)
            return [
                *claims(name, config, around),
                deployment,
                *_serving(name, config, "Deployment"),
                *route_manifests(name, config, around.gateway),
            ]
        case StatefulSetConfig():
            stateful_set = _stateful_set(name, config, around)
            headless = headless_service(name, config)
            return [
                headless,
                stateful_set,
                *_serving(name, config, "StatefulSet"),
                *route_manifests(name, config, around.gateway),
            ]
        case JobConfig():
            return [*claims(name, config, around), _job(name, config, around)]
        case CronJobConfig():
            return [*claims(name, config, around), _cron_job(name, config, around)]
        case _:
            assert_never(config)


def _serving(name: str, config: ServiceConfig, kind: str) -> list[Manifest]:
    """What stands around replicas: a Service, an autoscaler, a bound on voluntary disruption."""
    possible = (
        service(name, config),
        autoscaler(name, config, kind),
        disruption_budget(name, config),
    )
    return [manifest for manifest in possible if manifest is not None]


def _deployment(name: str, config: DeploymentConfig, around: Surroundings) -> Manifest:
    """A claim binds to one node at a time, so with claims the old pod must go first."""
    strategy = {"strategy": {"type": "Recreate"}} if has_claims(config) else {}
    return _object(
        "apps/v1",
        "Deployment",
        name,
        {
            **fixed_replicas(config),
            **strategy,
            "selector": {"matchLabels": selector(name)},
            "template": _replicated_template(name, config, around),
        },
    )


def _stateful_set(name: str, config: StatefulSetConfig, around: Surroundings) -> Manifest:
    templates = claim_templates(name, config, around)
    return _object(
        "apps/v1",
        "StatefulSet",
        name,
        {
            **fixed_replicas(config),
            "serviceName": f"{name}-headless",
            "selector": {"matchLabels": selector(name)},
            "template": _replicated_template(name, config, around),
            **({"volumeClaimTemplates": templates} if templates else {}),
        },
    )


def _job(name: str, config: JobConfig, around: Surroundings) -> Manifest:
    """A Job under its own plain name.

    Its template cannot change, so a changed Job is replaced: the preview says so, and it runs
    again. It has no time to live once finished: the cluster would remove what the program still
    asks for, and the next `up` after a refresh would run it once more.
    """
    return _object(
        "batch/v1",
        "Job",
        name,
        {
            "completions": config.completions,
            "parallelism": config.parallelism,
            "backoffLimit": config.retries,
            "template": run_to_completion(pod_template(name, config, around)),
        },
    )


def _cron_job(name: str, config: CronJobConfig, around: Surroundings) -> Manifest:
    template = run_to_completion(pod_template(name, config, around))
    return _object(
        "batch/v1",
        "CronJob",
        name,
        {
            "schedule": config.schedule,
            "timeZone": config.time_zone,
            "concurrencyPolicy": config.concurrency,
            "suspend": config.suspend,
            "jobTemplate": {
                "metadata": {"labels": workload_labels(around.team, name)},
                "spec": {"backoffLimit": config.retries, "template": template},
            },
        },
    )


def _replicated_template(name: str, config: ServiceConfig, around: Surroundings) -> Manifest:
    most = config.replicas.max or config.replicas.min
    return pod_template(name, config, around, several=most > 1)


def _object(api_version: str, kind: str, name: str, spec: dict[str, Any]) -> Manifest:
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": name},
        "spec": spec,
    }


def _described(manifest: Manifest, workload: str, team: str, key: str) -> Manifest:
    """The object in its team's namespace, with the labels and the origin of its workload."""
    metadata = {
        **manifest["metadata"],
        "namespace": team,
        "labels": workload_labels(team, workload),
        "annotations": {**manifest["metadata"].get("annotations", {}), **came_from(key)},
    }
    return {**manifest, "metadata": metadata}
