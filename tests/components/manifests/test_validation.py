"""What Kubernetes would refuse is refused here, with better words."""

import enum
from typing import Any

import pulumi
import pytest

from assurance.graph.values import Gvk
from components.manifests.custom import CustomKind
from components.manifests.validation import faults
from tests.components.manifests.faulty import FAULTS, VALID, changed, lines
from tests.components.manifests.recorder import Stage, recorded
from tests.components.manifests.samples import Manifest, deployment, pod_spec, sample, service


@pytest.mark.parametrize("sentence", FAULTS)
def test_a_fault_is_named_by_path_and_expectation(sentence: str) -> None:
    manifest, expected = FAULTS[sentence]
    assert lines(manifest) == expected


@pytest.mark.parametrize("manifest", VALID, ids=lambda m: m["kind"])
def test_a_sound_object_has_no_fault(manifest: Manifest) -> None:
    assert lines(manifest) == []


def test_an_output_in_a_name_is_refused_without_being_read() -> None:
    def program(_: Stage) -> None:
        named = deployment()
        named["metadata"]["name"] = pulumi.Output.from_input("x")
        assert lines(named) == [
            (
                "metadata.name: expected a plain value, got an Output; "
                "only values in a Secret's data may be one"
            )
        ]

    recorded(program)


def test_what_a_service_account_is_in_a_cloud_may_be_an_output_and_nothing_else_of_it() -> None:
    def program(_: Stage) -> None:
        unknown = pulumi.Output.from_input("x")

        def faults(fields: Manifest, **metadata: Any) -> int:
            named = {"name": "a", "namespace": "b", **metadata}
            return len(lines({"apiVersion": "v1", **fields, "metadata": named}))

        account = {"kind": "ServiceAccount"}
        assert faults(account, annotations={"client": unknown}) == 0
        assert faults(account, annotations={"client": 1}) == 1
        assert faults(account, labels={"client": unknown}) == 1
        assert faults({**account, "imagePullSecrets": [{"name": unknown}]}) == 1
        assert faults({"kind": "ConfigMap"}, annotations={"client": unknown}) == 1

    recorded(program)


def test_text_enums_are_text() -> None:
    class Protocol(enum.StrEnum):
        TCP = "TCP"

    ports = [{"port": 80, "protocol": Protocol.TCP}]
    assert lines(changed(service(), "spec ports", ports)) == []


THING = Gvk(group="things.example", version="v1", kind="Thing")


THINGS = {
    THING: CustomKind(
        schema={
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "apiVersion": {"const": "things.example/v1"},
                "kind": {"const": "Thing"},
                "metadata": {"type": "object"},
                "spec": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {"size": {"type": "integer", "minimum": 1}},
                },
            },
        }
    )
}


def test_custom_kinds_are_as_closed_as_built_in_ones() -> None:
    thing = sample("Thing", api="things.example/v1", spec={"size": 0, "siez": 1})
    assert lines(thing, custom=THINGS) == [
        "spec.siez: unknown field; did you mean size?",
        "spec.size: expected at least 1, got 0",
    ]
    assert lines(changed(thing, "spec", {"size": 1}), custom=THINGS) == []
    assert "no custom kind that is known here" in lines(thing)[0]


def mounting(*volumes: str) -> Manifest:
    pod = pod_spec(volumes=[{"name": name, "emptyDir": {}} for name in volumes])
    pod["containers"][0]["volumeMounts"] = [{"name": "data", "mountPath": "/data"}]
    return deployment(pod=pod)


def selecting(**labels: str) -> Manifest:
    given = deployment()
    given["spec"]["selector"] = {"matchLabels": labels} if labels else {}
    return given


def test_a_workload_selects_its_own_pods_and_mounts_what_is_there() -> None:
    path = ("spec", "template", "spec", "containers", 0, "volumeMounts", 0, "name")
    assert faults(mounting("other")) == [(path, "the pod has no volume data")]
    assert faults(mounting("data")) == []
    assert faults(selecting(app="another")) == [
        (("spec", "selector"), "does not select the pods of its own template")
    ]
    assert faults(selecting()) == [
        (("spec", "selector"), "expected labels of the template's pods, got none")
    ]
    assert faults(selecting(app="api")) == []
