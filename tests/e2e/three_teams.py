"""Three teams as the program makes them, rich, the seed's and small; and what they start."""

from collections.abc import Iterator, Mapping
from typing import Any

from components.manifests import Manifest
from components.network.endpoints import team_endpoints
from components.network.needs import TeamNetwork
from components.network.policies import in_namespace, synthesise
from components.tenancy.intent import team_intent
from components.tenancy.objects import team_manifests
from tests.components.network.worlds import PLAN
from tests.components.tenancy.samples import ENDPOINTS, IMAGE, args

RICH_TEAM, SEED_TEAM, SMALL_TEAM = "tenancy-rich", "tenancy-seed", "tenancy-small"
RUNNING = {"Deployment", "StatefulSet", "Job", "CronJob"}
SMALL: Mapping[str, Any] = {
    "quota": {"cpu": 1, "memory": "2Gi", "pods": 5, "counts": {"services": 2, "jobs.batch": 1}},
    "containers": {"maximum": {"cpu": "500m", "memory": "1Gi"}},
    "needs": [f"team.{RICH_TEAM}.api"],
}


def manifests_of(**teams: Mapping[str, Any]) -> dict[str, list[Manifest]]:
    """Every team's objects, policies included, as the program makes them."""
    named = {name.replace("_", "-"): args(words) for name, words in teams.items()}
    offered = team_endpoints({name: team.config.workloads for name, team in named.items()})
    endpoints = {**ENDPOINTS, **offered}
    networks = {}
    for name, team in named.items():
        intent = team_intent(name, team.config, team.resolved, endpoints)
        networks[name] = TeamNetwork(
            namespace=name, needs=intent.needs, open_within=intent.open_within
        )
    policies = synthesise(networks, endpoints, PLAN)
    return {
        name: team_manifests(
            name, args(teams[name.replace("-", "_")], policies=in_namespace(policies, name))
        )
        for name in named
    }


def is_frame(manifest: Manifest) -> bool:
    return manifest["kind"] not in {*RUNNING, "HorizontalPodAutoscaler", "PersistentVolumeClaim"}


def pod(namespace: str, name: str = "probe", **container: Any) -> Manifest:
    """A pod that a `restricted` namespace admits, unless something is changed."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [
                {
                    "name": "main",
                    "image": IMAGE,
                    "securityContext": {
                        "allowPrivilegeEscalation": False,
                        "capabilities": {"drop": ["ALL"]},
                    },
                    **container,
                }
            ],
        },
    }


def job(namespace: str, name: str) -> Manifest:
    """A Job that starts nothing yet."""
    template = {"spec": {**pod(namespace)["spec"], "restartPolicy": "Never"}}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"suspend": True, "template": template},
    }


def pods_of(objects: list[Manifest]) -> Iterator[Manifest]:
    """One pod of every workload, as its controller would make it."""
    for manifest in objects:
        if manifest["kind"] not in RUNNING:
            continue
        outer = manifest["spec"].get("jobTemplate", manifest)["spec"]
        claims = [
            {"name": c["metadata"]["name"], "persistentVolumeClaim": {"claimName": "its-own"}}
            for c in outer.get("volumeClaimTemplates", [])
        ]
        spec = outer["template"]["spec"]
        yield {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {**outer["template"]["metadata"], **_named(manifest)},
            "spec": {**spec, "volumes": [*spec.get("volumes", []), *claims]},
        }


def _named(manifest: Manifest) -> Mapping[str, str]:
    return {key: manifest["metadata"][key] for key in ("name", "namespace")}
