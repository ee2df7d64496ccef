"""A team's own manifests: what is accepted, what is refused and why, and where it stands."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.manifests import faults
from components.tenancy.own import OwnFile, OwnFolder, OwnManifests, own_manifests, read_own_files
from components.tenancy.own_rules import ALLOWED, REASONS
from tests.components.tenancy.samples import IMAGE, RICH, objects

EVERYWHERE = "sealedsecrets.bitnami.com/cluster-wide"


def judged(*texts: str, name: str = "own/app.yaml") -> OwnManifests:
    files = tuple(
        OwnFile(name=name if n == 0 else f"own/{n}.yaml", text=text) for n, text in enumerate(texts)
    )
    return own_manifests("fraud", OwnFolder(files=files))


def of(value: Any) -> OwnManifests:
    return judged(yaml.safe_dump(value))


def a(kind: str, api: str = "v1", **more: Any) -> dict[str, Any]:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": "mine"}, **more}


def with_metadata(**more: Any) -> dict[str, Any]:
    return a("ConfigMap") | {"metadata": {"name": "mine", **more}}


def deployment(**template: Any) -> dict[str, Any]:
    labels = {"app": "mine"}
    return a(
        "Deployment",
        "apps/v1",
        spec={
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels, **template},
                "spec": {"containers": [{"name": "c", "image": IMAGE}]},
            },
        },
    )


def test_many_documents_and_lists_become_objects_in_the_team_s_namespace() -> None:
    text = """\
# settings
apiVersion: v1
kind: ConfigMap
metadata: {name: one}
data: {word: yes}
---
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: two, namespace: fraud}}
  - {apiVersion: v1, kind: Service, metadata: {name: two}, spec: {ports: [{port: 80}]}}
--- # nothing here
"""
    own = judged(text)
    assert own.faults == ()
    assert [m["metadata"] for m in own.manifests] == [
        {"name": "one", "namespace": "fraud"},
        {"name": "two", "namespace": "fraud"},
        {"name": "two", "namespace": "fraud"},
    ]
    assert own.manifests[0]["data"] == {"word": "yes"}
    assert [fault for manifest in own.manifests for fault in faults(manifest)] == []


def test_json_is_read_as_json_and_yaml_alike() -> None:
    text = json.dumps(deployment(), indent="\t")
    own = judged(text, name="own/app.json")
    assert own.faults == ()
    assert own.manifests == judged(text.replace("\t", "  ")).manifests


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (a("Secret", stringData={"k": "v"}), "ml-platform:secrets"),
        (a("NetworkPolicy", "networking.k8s.io/v1"), "teams.<team>.needs"),
        (a("RoleBinding", "rbac.authorization.k8s.io/v1"), "teams.<team>.members"),
        (a("ClusterRole", "rbac.authorization.k8s.io/v1"), "teams.<team>.members"),
        (a("ResourceQuota"), "teams.<team>.quota"),
        (a("LimitRange"), "teams.<team>.containers"),
        (a("Namespace"), "one namespace"),
        (a("DaemonSet", "apps/v1"), "every node"),
        (a("Pod"), "Deployment or a Job"),
        (a("Ingress", "networking.k8s.io/v1"), "gateway"),
        (a("PersistentVolume"), "expected one of"),
        (a("CustomResourceDefinition", "apiextensions.k8s.io/v1"), "expected one of"),
        (a("ValidatingWebhookConfiguration", "admissionregistration.k8s.io/v1"), "expected one of"),
        (a("Deployment", "extensions/v1beta1"), "expected apiVersion apps/v1"),
        (a("Endpoints"), "expected one of"),
        (a("EndpointSlice", "discovery.k8s.io/v1"), "expected one of"),
        (a("TokenRequest", "authentication.k8s.io/v1"), "expected one of"),
        (with_metadata(namespace="risk"), "metadata.namespace: expected fraud"),
        (with_metadata(namespace=None), "metadata.namespace: expected fraud"),
        (with_metadata(labels={"ml-platform/workload": "api"}), "not the platform's"),
        (with_metadata(annotations={"ml-platform/config": "teams.risk"}), "not the platform's"),
        (with_metadata(annotations={"pulumi.com/skipAwait": "true"}), "not the platform's"),
        (with_metadata(finalizers=["keep/me"]), "metadata.finalizers"),
        (with_metadata(ownerReferences=[]), "metadata.ownerReferences"),
        (a("ConfigMap") | {"metadata": {"generateName": "x-"}}, "metadata.name"),
        (a("ConfigMap") | {"metadata": {"name": "Not_A_Name"}}, "metadata.name"),
        (a("ConfigMap") | {"metadata": "mine"}, "expected metadata"),
        (deployment(labels={"ml-platform/workload": "api"}), "spec.template.metadata.labels"),
        (a("Service", spec={"type": "LoadBalancer"}), "expected ClusterIP"),
        (a("Service", spec={"type": "NodePort"}), "expected ClusterIP"),
        (a("Service", spec={"type": "ExternalName", "externalName": "x"}), "expected ClusterIP"),
        (a("Service", spec={"externalIPs": ["192.0.2.1"]}), "spec.externalIPs"),
        (
            a("Deployment", "apps/v1", spec={"template": {"spec": {"nodeName": "gpu-0"}}}),
            "spec.template.spec.nodeName",
        ),
        (a("PodDisruptionBudget", "policy/v1", spec={"maxUnavailable": 0}), "lets a pod go"),
        (a("PodDisruptionBudget", "policy/v1", spec={"minAvailable": "100%"}), "lets a pod go"),
        (
            a("ServiceAccount") | {"metadata": {"name": "m", "annotations": {"x/role": "admin"}}},
            "the platform grants",
        ),
        (a("ServiceAccount", secrets=[{"name": "x"}]), "secrets: expected nothing"),
        (a("ServiceAccount", automountServiceAccountToken=True), "automountServiceAccountToken"),
        (deployment() | {"status": {}}, "no status"),
        ("just text", "expected an object"),
        (["a", "list"], "expected an object"),
        ({"kind": "List"}, "items"),
        ({"apiVersion": "v1", "kind": "List", "items": {"a": 1}}, "items"),
    ],
)
def test_what_reaches_beyond_the_team_is_refused_with_the_reason(value: Any, reason: str) -> None:
    own = of(value)
    assert own.manifests == ()
    assert any(reason in str(fault) for fault in own.faults), [str(f) for f in own.faults]


def test_a_cron_job_s_pods_cannot_pass_for_a_workload_s_either() -> None:
    inner = {"metadata": {"labels": {"ml-platform/workload": "api"}}}
    own = of(a("CronJob", "batch/v1", spec={"jobTemplate": {"spec": {"template": inner}}}))
    assert "spec.jobTemplate.spec.template.metadata.labels.ml-platform/workload" in str(
        own.faults[0]
    )


def test_a_fault_says_file_line_and_object_and_all_are_told_at_once() -> None:
    first = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: fine}
---
# a comment

apiVersion: v1
kind: Pod
metadata:
  name: alone
---
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: ConfigMap
    metadata: {name: other, namespace: risk}
"""
    second = "apiVersion: v1\nkind: [\n"
    third = "kind: ConfigMap\nkind: Secret\n"
    own = judged(first, second, third)
    said = [str(fault) for fault in own.faults]
    assert said[0].startswith("own/app.yaml:7: Pod/alone: ")
    assert said[1].startswith("own/app.yaml:15: ConfigMap/other: metadata.namespace")
    assert any(line.startswith("own/1.yaml:") and "YAML" in line for line in said)
    assert any(line.startswith("own/2.yaml:2: kind: expected each key once") for line in said)


def test_an_object_twice_is_one_too_many() -> None:
    own = judged(yaml.safe_dump(a("ConfigMap")), yaml.safe_dump(a("ConfigMap")))
    assert len(own.manifests) == 1
    assert "own/1.yaml:1: ConfigMap/mine: expected each object once, but own/app.yaml:1" in str(
        own.faults[0]
    )


def test_a_value_that_merely_is_called_secure_does_not_vanish() -> None:
    own = of(a("ConfigMap", data={"secure": "AAABAC"}))
    assert own.manifests == ()
    assert "ml-platform:secrets" in str(own.faults[0])


@pytest.mark.parametrize("text", ['{"kind": 1,}', '{"a": 1, "a": 2}', "{", "{\t", ""])
def test_broken_json_is_a_fault_and_not_a_traceback(text: str) -> None:
    own = judged(text, name="own/app.json")
    assert own.manifests == ()
    assert str(own.faults[0]).startswith("own/app.json:")


def sealed(**template: Any) -> dict[str, Any]:
    spec = {"encryptedData": {"token": "AgBz"}, "template": {"type": "Opaque"} | template}
    return a("SealedSecret", "bitnami.com/v1alpha1", spec=spec)


def opened(value: Any) -> list[str]:
    """What is wrong with it where the cluster opens what is sealed."""
    file = OwnFile(name="own/app.yaml", text=yaml.safe_dump(value))
    own = own_manifests("fraud", OwnFolder(files=(file,)), sealed=True)
    invalid = [message for manifest in own.manifests for _, message in faults(manifest)]
    return [*(fault.message for fault in own.faults), *invalid]


def test_a_sealed_secret_is_taken_only_where_the_cluster_opens_it() -> None:
    assert opened(sealed()) == []
    assert "platform.secrets: { kind: sealed }" in str(of(sealed()).faults[0])


@pytest.mark.parametrize(
    "value",
    [
        sealed(metadata={"annotations": {"sealedsecrets.bitnami.com/cluster-wide": "true"}}),
        sealed() | {"metadata": {"name": "m", "annotations": {EVERYWHERE: "true"}}},
        sealed(metadata={"labels": {"ml-platform/workload": "api"}}),
        sealed(type="kubernetes.io/service-account-token"),
        sealed(data={"token": "{{ .token }}"}),
        sealed() | {"metadata": {"name": "m", "namespace": "risk"}},
    ],
)
def test_a_sealed_secret_that_reaches_beyond_its_namespace_or_its_words_is_refused(
    value: Any,
) -> None:
    assert opened(value)


def test_a_list_of_a_list_does_not_smuggle_anything_in() -> None:
    inner = {"apiVersion": "v1", "kind": "List", "items": [a("Secret")]}
    own = of({"apiVersion": "v1", "kind": "List", "items": [inner]})
    assert own.manifests == ()
    assert own.faults


def test_every_refusal_has_a_kind_that_is_not_allowed() -> None:
    assert not {kind for _, kind in ALLOWED} & REASONS.keys()


def test_own_manifests_are_labelled_and_stand_beside_the_team_s_workloads() -> None:
    made = objects(RICH, own=of(deployment()).manifests)
    mine = made["Deployment/mine"]
    assert mine["metadata"]["labels"]["ml-platform/team"] == "fraud"
    assert "ml-platform/workload" not in mine["metadata"]["labels"]
    assert faults(mine) == []


class TestFolder:
    """Reading, at the edge."""

    def test_files_come_in_order_of_their_names_and_others_are_left_alone(
        self, tmp_path: Path
    ) -> None:
        for name in ("teams/fraud/b.yml", "teams/fraud/a.yaml", "teams/fraud/deep/c.json"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text("{}", encoding="utf-8")
        (tmp_path / "teams/fraud/README.md").write_text("hello", encoding="utf-8")
        folder = read_own_files(tmp_path, "teams/fraud")
        assert [file.name for file in folder.files] == [
            "teams/fraud/a.yaml",
            "teams/fraud/b.yml",
            "teams/fraud/deep/c.json",
        ]

    @pytest.mark.parametrize(
        "folder", ["..", ".", "/etc", "../elsewhere", "missing", "empty", "link"]
    )
    def test_a_folder_elsewhere_missing_or_empty_is_a_fault(
        self, tmp_path: Path, folder: str
    ) -> None:
        top, elsewhere = tmp_path / "top", tmp_path / "elsewhere"
        for made in (top, top / "empty", elsewhere):
            made.mkdir()
        (elsewhere / "x.yaml").write_text("kind: ConfigMap", encoding="utf-8")
        (top / "link").symlink_to(elsewhere)
        own = own_manifests("fraud", read_own_files(top, folder))
        assert own.manifests == ()
        assert str(own.faults[0]).startswith("teams.fraud.manifests: expected ")

    def test_a_linked_file_does_not_show_what_lies_elsewhere(self, tmp_path: Path) -> None:
        top = tmp_path / "top"
        (top / "own").mkdir(parents=True)
        (tmp_path / "x.yaml").write_text("kind: ConfigMap", encoding="utf-8")
        (top / "own/x.yaml").symlink_to(tmp_path / "x.yaml")
        assert read_own_files(top, "own").problem is not None

    def test_what_is_not_text_is_a_fault(self, tmp_path: Path) -> None:
        (tmp_path / "own").mkdir()
        (tmp_path / "own/x.yaml").write_bytes(b"\xff\xfe\x00")
        assert "UTF-8" in str(read_own_files(tmp_path, "own").problem)
