"""What the engine has recorded, as a graph: the same resources, and no secret."""

from assurance.graph.readers.state import graph_of_state
from assurance.graph.resource import Marker, Secret
from assurance.proofs.replacement.steps import Change, steps

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
STACK = "urn:pulumi:one::p::"
KIND, MAP = "pulumi:providers:kubernetes", "kubernetes:core/v1:ConfigMap"
PROVIDER = f"{STACK}{KIND}::cluster"
CLAIM = f"{STACK}kubernetes:core/v1:PersistentVolumeClaim::data"
DEPLOYMENT = {
    "resources": [
        {
            "urn": f"{STACK}pulumi:providers:kubernetes::default_4_25_0",
            "type": KIND,
            "custom": True,
        },
        {
            "urn": PROVIDER,
            "type": KIND,
            "custom": True,
            "inputs": {
                "clusterIdentifier": "c",
                "kubeconfig": {**SECRET, "ciphertext": "v1:abc"},
                "version": "4.25.0",
            },
        },
        {
            "urn": CLAIM,
            "type": "kubernetes:core/v1:PersistentVolumeClaim",
            "custom": True,
            "provider": f"{PROVIDER}::0123",
            "parent": f"{STACK}ml-platform:tenancy:Team::red",
            "retainOnDelete": True,
            "dependencies": [PROVIDER],
            "propertyDependencies": {"spec": [PROVIDER], "metadata": None},
            "inputs": {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": {
                    "name": "data",
                    "namespace": "red",
                    "annotations": {"ml-platform/config": "teams.red"},
                },
                "spec": {"volumeName": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"},
            },
        },
        {
            "urn": f"{STACK}kubernetes:core/v1:ConfigMap::old",
            "type": "kubernetes:core/v1:ConfigMap",
            "custom": True,
            "delete": True,
        },
    ]
}


def test_what_is_recorded_is_what_is_there() -> None:
    found = graph_of_state(DEPLOYMENT, "one")
    assert list(found.resources) == sorted([PROVIDER, CLAIM])
    claim = found.resources[CLAIM]
    assert (claim.name, claim.provider, claim.origin.config) == ("data", PROVIDER, "teams.red")
    assert claim.options.retain_on_delete
    assert claim.property_dependencies == {"spec": frozenset({PROVIDER})}
    assert claim.inputs["spec"]["volumeName"] is Marker.UNKNOWN
    assert found.resources[PROVIDER].inputs == {
        "clusterIdentifier": "c",
        "kubeconfig": Secret(None),
    }


def test_before_the_first_deployment_there_is_nothing() -> None:
    assert not graph_of_state({}, "one").resources


def test_what_is_recorded_and_encrypted_is_not_held_against_what_is_not_known() -> None:
    found = graph_of_state(DEPLOYMENT, "one")
    assert steps(found, found) == ()
    assert {step.change for step in steps(found, graph_of_state({}, "one"))} == {Change.DELETE}
