"""Pods of a given size, and whether they fit."""

from typing import Any

from assurance.graph.values import Pool, Taint
from assurance.proofs.findings import Status
from tests.assurance.proofs.loads import Load
from tests.assurance.proofs.test_capacity import of
from tests.assurance.proofs.worlds import Manifest

HOSTNAME = "kubernetes.io/hostname"


ONE = {"cpu": "1", "memory": "1Gi"}


def verdict(*deployments: Manifest, pools: tuple[Pool, ...]) -> Status:
    return Load(pools=pools, deployments=deployments).verdict


def with_containers(made: Manifest, **more: Any) -> Manifest:
    """The same pod with other containers beside the first."""
    template = made["spec"]["template"]
    spec = {**template["spec"], **more}
    return of(made, template={**template, "spec": spec})


def box(requests: dict[str, str], name: str = "other", **more: Any) -> Manifest:
    return {"name": name, "resources": {"requests": requests}, **more}


RESERVED = Taint(key="reserved", value="yes")
