"""What goes with its namespace, what goes by itself, what stays."""

import pytest

from assurance.graph.values import Gvk
from components.manifests import custom
from components.manifests.custom import CustomKind
from tests.components.manifests.recorder import recorded
from tests.components.manifests.samples import (
    Manifest,
    autoscaler,
    claim,
    crd,
    deployment,
    job,
    marked,
    namespace,
    policy,
    quota,
    role_binding,
    sample,
    secret,
    service,
)


def test_data_stays_when_the_program_forgets_it() -> None:
    keep = {"helm.sh/resource-policy": "keep"}
    kept = marked(sample("ConfigMap", "kept", data={}), annotations=keep)
    things = crd("things.example", "Thing", "things")
    result = recorded(lambda s: s.register(namespace(), claim(), kept, things, service()))
    retained = {r.name for r in result.graph.resources.values() if r.options.retain_on_delete}
    assert retained == {
        "fraud-persistentvolumeclaim-data",
        "fraud-configmap-kept",
        "fraud-customresourcedefinition-things.things.example",
    }


def with_namespace(*objects: Manifest) -> set[str]:
    """Kind and name of what goes with its namespace."""
    result = recorded(lambda stage: stage.register(*objects))
    space = result["fraud-namespace-fraud"].urn
    found = [r for r in result.graph.resources.values() if r.options.deleted_with]
    assert {r.options.deleted_with for r in found} <= {space}
    return {f"{r.inputs['kind']} {r.inputs['metadata']['name']}" for r in found}


def test_a_namespace_takes_along_what_leaves_nothing_behind() -> None:
    objects = [quota(), policy(), deployment(), service(), secret(), claim(), job()]
    role = sample("Role", "reader", api="rbac.authorization.k8s.io/v1", rules=[])
    binding = role_binding("b", "reader", "default")
    assert with_namespace(namespace(), *objects, role, binding, autoscaler("api")) == {
        "NetworkPolicy deny",
        "PersistentVolumeClaim data",
        "ResourceQuota quota",
        "Role reader",
        "RoleBinding b",
        "Secret password",
        "Service api",
    }


def test_what_a_controller_must_undo_is_deleted_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = Gvk(group="things.example", version="v1", kind="Thing")
    monkeypatch.setitem(custom.KINDS, kind, CustomKind(schema={"type": "object"}))
    assert with_namespace(
        namespace(),
        service(kind="LoadBalancer"),
        sample("Ingress", api="networking.k8s.io/v1", spec={}),
        sample("Thing", api="things.example/v1"),
        marked(sample("ConfigMap", "c", data={}), finalizers=["things.example/undo"]),
        sample("ConfigMap", "plain", data={}),
    ) == {"ConfigMap plain"}


def test_pods_go_first_and_their_autoscalers_before_them() -> None:
    assert with_namespace(namespace(), deployment(), job(), autoscaler("api"), policy()) == {
        "NetworkPolicy deny"
    }


def test_users_of_what_is_deleted_by_itself_are_too_so_that_they_go_first() -> None:
    role = sample("Role", "reader", api="rbac.authorization.k8s.io/v1", rules=[])
    binding, undone = (
        role_binding("b", "reader", "x"),
        marked(role, finalizers=["x.example/y"]),
    )
    assert with_namespace(namespace(), role, binding) == {"Role reader", "RoleBinding b"}
    assert with_namespace(namespace(), undone, binding) == set()


def test_a_namespace_of_somebody_else_or_one_that_is_kept_takes_nothing_along() -> None:
    kept = marked(namespace(), annotations={"helm.sh/resource-policy": "keep"})
    assert with_namespace(kept, service()) == set()
    result = recorded(lambda stage: stage.register(service()))
    assert result["fraud-service-api"].options.deleted_with is None
