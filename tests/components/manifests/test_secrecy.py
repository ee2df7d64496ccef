"""A secret value is in nothing that anybody can read."""

import base64
import json
import traceback

import pulumi
import pytest

from assurance.graph.resource import Secret
from components.manifests import InvalidManifest
from components.manifests.secrecy import sealed, veiled
from components.manifests.validation import faults
from tests.components.manifests.recorder import Recorded, Stage, recorded
from tests.components.manifests.samples import Manifest, deployment, namespace, secret

CANARY = "canary-5bd1e7"
ENCODED = base64.b64encode(CANARY.encode()).decode()


def readable(result: Recorded) -> str:
    """Everything that a recording shows: its JSON, its repr, its messages."""
    graph = result.graph
    return "\n".join([json.dumps(graph.to_json()), repr(graph), *result.messages])


def test_values_are_secret_inputs_and_their_keys_are_readable() -> None:
    result = recorded(
        lambda stage: stage.register(
            namespace(), secret(stringData={"a": CANARY}, data={"b": ENCODED})
        )
    )
    made = result["fraud-secret-password"]
    assert made.inputs["stringData"] == {"a": Secret(CANARY)}
    assert made.inputs["data"] == {"b": Secret(ENCODED)}
    assert made.options.additional_secret_outputs == ("data", "stringData")
    assert CANARY not in readable(result)
    assert ENCODED not in readable(result)


def test_a_value_may_be_an_output_that_is_not_marked_secret() -> None:
    def program(stage: Stage) -> None:
        value = pulumi.Output.from_input(CANARY)
        stage.register(namespace(), secret(stringData={"a": value}))

    result = recorded(program)
    assert result["fraud-secret-password"].inputs["stringData"] == {"a": Secret(CANARY)}
    assert CANARY not in readable(result)


def test_a_secret_object_is_left_as_it_was_given() -> None:
    given = secret(stringData={"a": CANARY})
    recorded(lambda stage: stage.register(namespace(), given))
    assert given == secret(stringData={"a": CANARY})


@pytest.mark.parametrize(
    "fields",
    [
        {"data": {"a": CANARY}},
        {"data": CANARY},
        {"data": [CANARY]},
        {"data": {"a": {"b": CANARY}}},
        {"data": {"a": CANARY.encode()}},
        {"data": {"a": (CANARY,)}},
        {"stringData": {"a": [CANARY], "b": CANARY}},
        {"stringData": {"a": pulumi.Output, "b": CANARY}},
        {"stringData": {"a": CANARY}, "immutabel": True},
        {"stringData": {"a b": CANARY}},
        {"stringData": {"a": CANARY}, "type": 7},
    ],
)
def test_an_invalid_secret_is_reported_without_its_values(fields: Manifest) -> None:
    def program(stage: Stage) -> None:
        stage.register(namespace(), secret(**fields))

    with pytest.raises(InvalidManifest) as error:
        recorded(program)
    told = [str(error.value), repr(error.value), repr(error.value.faults), repr(error.value.args)]
    assert "Secret fraud/password" in told[0]
    assert CANARY not in "".join(told)
    assert ENCODED not in "".join(told)
    shown = "".join(traceback.format_exception(error.value))
    assert CANARY not in shown


def test_base64_that_is_none_is_reported_by_key() -> None:
    assert faults(secret(data={"a": "hunter2!"})) == [
        (("data", "a"), "expected base64; plain text belongs in stringData")
    ]
    assert faults(secret(data={"a": f"{ENCODED}\n"})) == []


def test_an_output_for_all_of_the_data_is_refused_because_nobody_could_see_the_keys() -> None:
    def program(stage: Stage) -> None:
        found = faults(secret(stringData=pulumi.Output.secret({"a": CANARY})))
        assert [path for path, _ in found] == [("stringData",)]
        stage.register(namespace())

    recorded(program)


def test_nothing_but_a_core_secret_is_veiled() -> None:
    foreign = {**secret(), "apiVersion": "things.example/v1"}
    assert veiled(foreign) is foreign
    assert sealed(foreign) is foreign
    assert veiled(deployment()) == deployment()


def test_a_veil_keeps_what_is_wrong_with_a_type_visible() -> None:
    given = secret(data={"a": CANARY, "b": 7, "c": None, "d": [CANARY], "e": True, "f": 1.5})
    assert veiled(given)["data"] == {"a": "", "b": 0, "c": None, "d": [], "e": False, "f": 0.0}
