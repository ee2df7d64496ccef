"""A team's model as the program makes it, and the pods that follow from it."""

from ipaddress import ip_network
from typing import Any

from assurance.graph.graph import graph_of
from assurance.graph.kubernetes import gvk
from assurance.graph.pods import PodTemplate
from assurance.graph.resource import Resource
from assurance.graph.values import Endpoint, Port
from components.manifests import Manifest
from components.serving.facts import ServingFacts
from components.serving.model_section import ModelConfig
from components.serving.models import model_manifests
from components.storage.section import OBJECT_STORE
from components.tenancy.workloads.surroundings import Surroundings
from tests.components.tenancy.samples import CONTAINERS, POOLS

STORE = Endpoint(
    name=OBJECT_STORE,
    namespace="minio",
    labels={"app": "minio"},
    ports=(Port(number=9000),),
    host="minio.minio.svc",
)
CLOUD = Endpoint(name=OBJECT_STORE, cidrs=(ip_network("192.0.2.0/24"),), ports=(Port(number=443),))
IN_A_BUCKET = {"version": "1.4.0", "storage": {"bucket": "models"}}


def made(
    section: dict[str, Any], *, store: Endpoint = STORE, simulated: bool = False, **around: Any
) -> list[Manifest]:
    surroundings = Surroundings(
        team="app-ml",
        containers=CONTAINERS,
        pools={pool.name: pool for pool in POOLS},
        endpoints={OBJECT_STORE: store},
        **around,
    )
    serving = ServingFacts(registry="registry.example.com", simulated=simulated)
    return model_manifests("spam", ModelConfig.model_validate(section), surroundings, serving)


def of_kind(kind: str, manifests: list[Manifest]) -> dict[str, Manifest]:
    return {each["metadata"]["name"]: each for each in manifests if each["kind"] == kind}


def pods(manifests: list[Manifest]) -> list[PodTemplate]:
    resources = (
        Resource(
            urn=f"u{number}",
            type=gvk(each["apiVersion"], each["kind"]).token,
            name=f"r{number}",
            parent=None,
            provider=None,
            inputs=each,
        )
        for number, each in enumerate(manifests)
    )
    return list(graph_of(resources, stack="dev", mode="manifests").pods())
