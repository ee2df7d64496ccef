"""What register() promises, kept by the real engine, provider and API server."""

import base64
import json
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pulumi
import pytest

from assurance.graph.values import Gvk
from components.manifests import faults, kinds, schemas
from components.manifests.choices import CHOICES
from tests.components.manifests.samples import (
    Manifest,
    autoscaler,
    claim,
    deployment,
    job,
    limits,
    namespace,
    pod_spec,
    policy,
    quota,
    sample,
    secret,
    service,
)
from tests.components.manifests.test_validation import mounting, selecting
from tests.e2e.cluster import Kubectl
from tests.e2e.driven import Driver, Program, Stage

pytestmark = pytest.mark.e2e

CANARY = "canary-9f27c1"


def in_namespace(name: str, *objects: Manifest) -> list[Manifest]:
    """A namespace and copies of objects in it."""
    moved = [{**o, "metadata": {**o["metadata"], "namespace": name}} for o in objects]
    return [namespace(name), *moved]


def registering(*objects: Manifest) -> Program:
    """A program of one team."""
    return lambda stage: stage.register("fraud", *objects)


def everything(name: str) -> list[Manifest]:
    """One of each, among which order matters."""
    pod = pod_spec(
        serviceAccountName="runner",
        volumes=[{"name": "v", "secret": {"secretName": "password"}}],
    )
    bound = quota()
    bound["spec"]["hard"] = {"pods": "20"}
    return in_namespace(
        name,
        deployment(pod=pod),
        job(),
        autoscaler("api"),
        service(),
        claim(),
        secret(),
        bound,
        limits(),
        policy(),
        sample("ServiceAccount", "runner"),
    )


def test_a_canary_is_on_the_cluster_and_nowhere_else(driver: Driver, kubectl: Kubectl) -> None:
    def program(stage: Stage) -> None:
        value = pulumi.Output.secret(CANARY)
        stage.register("fraud", *in_namespace("canary", secret(stringData={"key": value})))

    told = driver.run("up", program)
    preview = driver.run("preview", program)
    encoded = kubectl("get", "secret", "password", "-n", "canary", "-o", "jsonpath={.data.key}")
    assert base64.b64decode(encoded).decode() == CANARY
    files = list(driver.files())
    assert any(path.name == "registrar.json" for path in files)
    for path in files:
        text = path.read_bytes()
        assert CANARY.encode() not in text, path
        assert encoded.encode() not in text, path
    for said in (told.everything(), preview.everything()):
        assert len(said) > 1000
        assert CANARY not in said
        assert encoded not in said
    assert any("pulumi-resource-kubernetes" in line for line in told.processes)


def test_what_was_deployed_once_needs_nothing_more(driver: Driver, kubectl: Kubectl) -> None:
    program = registering(*everything("steady"))
    assert driver.run("up", program).changes()["create"] > 10
    assert driver.run("preview", program).changes() == {}
    assert "api" in kubectl("get", "deployments", "-n", "steady")


def test_one_object_that_goes_is_deleted_and_its_namespace_stays(
    driver: Driver, kubectl: Kubectl
) -> None:
    objects = everything("leaving")
    driver.run("up", registering(*objects))
    gone = [o for o in objects if o["kind"] not in {"Service", "HorizontalPodAutoscaler"}]
    assert driver.run("up", registering(*gone)).changes()["delete"] == 2
    left = kubectl("get", "services,hpa,deployments", "-n", "leaving", "-o", "name").split()
    assert left == ["deployment.apps/api"]


def test_a_namespace_that_goes_takes_everything_along(driver: Driver, kubectl: Kubectl) -> None:
    def program(stage: Stage) -> None:
        stage.register("fraud", *everything("departing"))
        stage.register("churn", *everything("remaining"))

    def without(stage: Stage) -> None:
        stage.register("churn", *everything("remaining"))

    driver.run("up", program)
    driver.run("up", without)
    names = kubectl("get", "namespaces", "-o", "name")
    assert "namespace/departing" not in names
    assert "deployment.apps/api" in kubectl("get", "deployments", "-n", "remaining", "-o", "name")
    assert driver.run("preview", without).changes() == {}


def test_a_job_that_changes_is_made_anew_only_when_the_old_one_is_gone(
    driver: Driver, kubectl: Kubectl
) -> None:
    def training(image: str, *finalizers: str) -> Program:
        changed = job()
        template = changed["spec"]["template"]
        template["spec"]["containers"][0]["image"] = image
        template["metadata"] = {"finalizers": list(finalizers)}
        return registering(*in_namespace("replacing", changed))

    def release() -> None:
        """Let the old job's pods go a while after they have been told to."""
        while not kubectl.json(*live)["metadata"].get("deletionTimestamp"):
            time.sleep(0.2)
        time.sleep(2)
        for pod in kubectl("get", "pods", "-n", "replacing", "-o", "name").split():
            patch = '{"metadata": {"finalizers": null}}'
            kubectl("patch", pod, "-n", "replacing", "--type=merge", "-p", patch)

    live = "get", "job", "train", "-n", "replacing"
    driver.run("up", training("registry.test/train:1", "test.example/held"))
    with ThreadPoolExecutor(max_workers=1) as pool:
        released = pool.submit(release)
        driver.run("up", training("registry.test/train:2"))
        released.result()
    made = kubectl.json(*live)
    assert made["spec"]["template"]["spec"]["containers"][0]["image"] == "registry.test/train:2"
    assert "deletionTimestamp" not in made["metadata"]


def test_a_kind_that_moves_to_another_version_stays_one_object(
    driver: Driver, kubectl: Kubectl
) -> None:
    def scaled(version: str) -> Program:
        return registering(*in_namespace("moving", deployment(), autoscaler("api", version)))

    def uid() -> str:
        return kubectl("get", "hpa", "api", "-n", "moving", "-o", "jsonpath={.metadata.uid}")

    driver.run("up", scaled("v2"))
    first = uid()
    changes = driver.run("up", scaled("v1")).changes()
    assert uid() == first
    assert "delete" not in changes


# The tables, against the API server itself.


def test_the_server_agrees_on_kinds_and_scopes(kubectl: Kubectl) -> None:
    ours = schemas.built_in()
    compared = 0
    for gvk, resource in served(kubectl):
        if not {"create", "get", "delete"} <= set(resource["verbs"]):
            assert gvk not in ours, gvk
            continue
        assert gvk in ours, gvk
        assert schemas.is_namespaced(gvk) == resource["namespaced"], gvk
        compared += 1
    assert compared > 55


def served(kubectl: Kubectl) -> Iterator[tuple[Gvk, Mapping[str, Any]]]:
    """Every kind that the API server itself serves."""
    groups = json.loads(kubectl("get", "--raw", "/apis"))["groups"]
    versions = [v["groupVersion"] for group in groups for v in group["versions"]]
    for path, where in [("/api/v1", "v1"), *((f"/apis/{v}", v) for v in versions)]:
        group, _, version = where.rpartition("/")
        for resource in json.loads(kubectl("get", "--raw", path))["resources"]:
            if "/" not in resource["name"]:
                yield Gvk(group=group, version=version, kind=resource["kind"]), resource


def test_the_server_agrees_on_closed_lists(kubectl: Kubectl) -> None:
    paths = json.loads(kubectl("get", "--raw", "/openapi/v3"))["paths"]
    compared = set()
    for path in paths:
        if not path.startswith(("api/v1", "apis/")):
            continue
        document = json.loads(kubectl("get", "--raw", f"/openapi/v3/{path}"))
        for name, schema in document.get("components", {}).get("schemas", {}).items():
            for field, found in schema.get("properties", {}).items():
                values = found.get("enum") or found.get("items", {}).get("enum")
                if values and f"{name}.{field}" in CHOICES:
                    assert sorted(values) == sorted(CHOICES[f"{name}.{field}"]), (name, field)
                    compared.add(f"{name}.{field}")
    assert compared == set(CHOICES)


def test_the_server_knows_no_other_versions_of_a_kind(kubectl: Kubectl) -> None:
    versions: dict[tuple[str, str], set[str]] = {}
    for gvk, _ in served(kubectl):
        versions.setdefault((gvk.group, gvk.kind), set()).add(gvk.version)
    for sort, found in versions.items():
        if len(found) > 1 and sort in {(g.group, g.kind) for g in schemas.built_in()}:
            assert found <= set(kinds.SERVED_AS[sort]), sort


@pytest.mark.parametrize(
    ("manifest", "fine"),
    [
        (mounting("other"), False),
        (mounting("data"), True),
        (selecting(app="another"), False),
        (selecting(), False),
        (selecting(app="api"), True),
    ],
)
def test_what_is_no_workload_here_is_none_for_the_api_server(
    kubectl: Kubectl, manifest: Manifest, *, fine: bool
) -> None:
    here = {**manifest, "metadata": {"name": "api", "namespace": "default"}}
    tried = kubectl.run("create", "--dry-run=server", "-f", "-", manifests=[here])
    assert (tried.returncode == 0) is fine, tried.stderr
    assert (not faults(here)) is fine
