"""A program is recorded as it registers, unmodified, cold and warm."""

import asyncio
import random
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from assurance.document import dumps
from assurance.graph.readers.recording import Program, loop, record, stack_outputs
from assurance.graph.resource import Marker, Secret
from tests.assurance.graph.readers.recorded_programs import PREFIX, by_name

CANARY = "tweet-tweet-canary"
Write = Callable[..., Program]


def test_cold_knows_no_output_and_warm_knows_what_the_cluster_would_say(program: Write) -> None:
    body = """
        ns = thing("Namespace", "fraud")
        spec = {"type": "LoadBalancer"}
        web = thing("Service", "web", metadata={"namespace": "fraud"}, spec=spec)
        thing("ConfigMap", "facts", data={"id": web.id, "seen": ns.id.apply(lambda i: f"<{i}>")})
        """
    facts = {mode: by_name(record(program(body), mode))["facts"] for mode in ("cold", "warm")}
    assert facts["cold"].inputs["data"] == {"id": Marker.UNKNOWN, "seen": Marker.UNKNOWN}
    assert facts["warm"].inputs["data"] == {"id": "fraud/web", "seen": "<fraud>"}
    assert facts["cold"].outputs == {}

    warm = by_name(record(program(body), "warm"))
    assert warm["fraud"].outputs["status"] == {"phase": "Active"}
    assert set(warm["fraud"].outputs["metadata"]) > {"uid", "resourceVersion", "name"}
    service = warm["web"].outputs
    assert service["spec"]["clusterIP"].startswith("10.96.")
    assert service["status"]["loadBalancer"]["ingress"][0]["ip"].startswith("198.18.")
    uids = {r.outputs["metadata"]["uid"] for r in warm.values() if "metadata" in r.outputs}
    assert len(uids) == 3
    again = by_name(record(program(body), "warm"))
    assert {name: r.outputs for name, r in again.items()} == {
        name: r.outputs for name, r in warm.items()
    }


def test_an_apply_runs_warm_and_is_never_run_on_an_unknown(program: Write) -> None:
    body = """
        ns = thing("Namespace", "fraud")
        ns.id.apply(lambda name: thing("ConfigMap", f"of-{name}"))
        """
    assert "of-fraud" not in by_name(record(program(body), "cold"))
    assert "of-fraud" in by_name(record(program(body), "warm"))


def test_an_encrypted_value_is_an_unknown_secret_in_both_modes(program: Write) -> None:
    for mode in ("cold", "warm"):
        told = program(
            """
            config = pulumi.Config("ml-platform")
            thing("Secret", "s", stringData={"password": config.require_secret("password")})
            thing("ConfigMap", "plain", data={"region": config.require("region")})
            """,
            config={"ml-platform:region": "eu"},
            secret_keys=frozenset({"ml-platform:password"}),
        )
        found = by_name(record(told, mode))
        assert found["s"].inputs["stringData"] == {"password": Marker.SECRET_UNKNOWN}
        assert found["plain"].inputs["data"] == {"region": "eu"}


def test_a_secret_that_the_program_knows_is_kept_and_never_shown(program: Write) -> None:
    told = program(f"""
        thing("Secret", "s", stringData=pulumi.Output.secret({{"password": "{CANARY}"}}))
        pulumi.export("password", pulumi.Output.secret("{CANARY}"))
        """)
    graph = record(told, "warm")
    found = by_name(graph)["s"]
    assert isinstance(found.inputs["stringData"], Secret)
    assert found.inputs["stringData"].value == {"password": CANARY}
    for text in (dumps(graph.to_json()), repr(graph), str(stack_outputs(graph))):
        assert CANARY not in text


def test_numbers_are_floats_to_the_program_and_whole_ones_integers_in_the_graph(
    program: Write,
) -> None:
    told = program("""
        async def main():
            other = pulumi.StackReference("organization/p/platform")
            facts = (await other.get_output_details("facts")).value
            assert type(facts["ports"][0]) is float, "the engine's wire has floats only"
            assert facts == {"ports": [5432.0], "name": "warehouse"}
            thing("ConfigMap", "c", spec={"replicas": facts["ports"][0], "ratio": 0.5})
        pulumi.run(main)
        """)
    outputs = {"facts": {"ports": [5432], "name": "warehouse"}}
    graph = record(told, "cold", {"organization/p/platform": outputs}.__getitem__)
    assert by_name(graph)["c"].inputs["spec"] == {"replicas": 5432, "ratio": 0.5}
    assert type(by_name(graph)["c"].inputs["spec"]["replicas"]) is int


def test_a_secret_of_another_stack_is_handed_on_as_a_secret_that_nobody_has(
    program: Write,
) -> None:
    body = """
        async def main():
            other = pulumi.StackReference("organization/p/platform")
            details = await other.get_output_details("kubeconfig")
            assert details.value is None and details.secret_value
            facts = (await other.get_output_details("facts")).value
            assert facts == {"a": 1.0}
            hidden = pulumi.Output.secret(other.get_output("kubeconfig"))
            longer = pulumi.Output.concat("<", hidden)
            thing("Secret", "s", stringData={"k": hidden, "long": longer})
        pulumi.run(main)
        """
    for unknown in (Marker.SECRET_UNKNOWN, Secret(None)):
        outputs = {"facts": {"a": 1}, "kubeconfig": unknown}
        for mode in ("cold", "warm"):
            graph = record(program(body), mode, {"organization/p/platform": outputs}.__getitem__)
            assert by_name(graph)["s"].inputs["stringData"] == {
                "k": Marker.SECRET_UNKNOWN,
                "long": Marker.SECRET_UNKNOWN,
            }


def test_what_an_object_answers_to_is_its_own_config_key_or_the_nearest_above(
    program: Write,
) -> None:
    told = program("""
        key = lambda name: {"annotations": {"ml-platform/config": name}}
        ns = thing("Namespace", "fraud", metadata=key("teams.fraud"))
        below = pulumi.ResourceOptions(parent=ns)
        thing("ConfigMap", "inherits", below)
        thing("ConfigMap", "own", below, metadata=key("teams.fraud.needs"))
        thing("ConfigMap", "none")
        """)
    found = {name: r.origin.config for name, r in by_name(record(told, "cold")).items()}
    assert (found["inherits"], found["own"], found["none"]) == (
        "teams.fraud",
        "teams.fraud.needs",
        None,
    )


def test_the_source_is_a_line_of_the_project_and_not_of_a_library(
    program: Write, tmp_path: Path
) -> None:
    helper = (
        "import pulumi\n\n\ndef make():\n    pulumi.ProviderResource('kubernetes', 'here', {})\n"
    )
    (tmp_path / "library.py").write_text(helper)
    found = by_name(record(program("import library\nlibrary.make()\n"), "cold"))
    assert found["here"].origin.source is not None
    assert found["here"].origin.source.split(":")[0] in {"library.py", "__main__.py"}
    assert found["p-dev"].origin.source is None


def test_a_dynamic_resource_is_recorded_without_running_its_provider(program: Write) -> None:
    told = program(
        f"""
        from pulumi import dynamic
        class Provider(dynamic.ResourceProvider):
            def create(self, props):
                raise AssertionError("{CANARY}")
        class Gate(dynamic.Resource):
            done: pulumi.Output[str]
            def __init__(self, name):
                super().__init__(Provider(), name, {{"wait": 5, "done": None}})
        gate = Gate("gate")
        thing("ConfigMap", "c", data={{"done": gate.done, "wait": gate.wait}})
        """
    )
    graph = record(told, "warm")
    found = by_name(graph)
    assert found["gate"].type == "pulumi-python:dynamic:Resource"
    assert found["gate"].inputs["wait"] == 5
    assert found["c"].inputs["data"]["done"] is Marker.UNKNOWN
    assert CANARY not in dumps(graph.to_json())


def test_a_resource_reference_is_the_resources_urn(program: Write) -> None:
    told = program('ns = thing("Namespace", "a")\nthing("ConfigMap", "c", owner=ns)')
    assert by_name(record(told, "cold"))["c"].inputs["owner"] == (
        f"{PREFIX}kubernetes:core/v1:Namespace::a"
    )


class _Shuffled(loop._AtOnce):
    """Answers calls in another order than they were made in, as an engine may."""

    chance = random.Random()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done = super().submit(fn, *args, **kwargs)
        later: Future[Any] = Future()
        running = asyncio.get_running_loop()

        def wait(left: int) -> None:
            if left:
                running.call_soon(wait, left - 1)
            elif (error := done.exception()) is not None:
                later.set_exception(error)
            else:
                later.set_result(done.result())

        wait(self.chance.randrange(7))
        return later


def test_the_order_in_which_the_engine_answers_does_not_show(
    program: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = program("""
        spaces = [thing("Namespace", f"n{i}") for i in range(6)]
        for i in range(30):
            needs = pulumi.ResourceOptions(depends_on=[spaces[i % 6], spaces[(i + 1) % 6]])
            thing("ConfigMap", f"c{i}", needs, data={"a": spaces[i % 6].id, "b": spaces[0].urn})
        pulumi.export("all", [s.id for s in spaces])
        """)
    plain = {mode: dumps(record(told, mode).to_json()) for mode in ("cold", "warm")}
    monkeypatch.setattr(loop, "_AtOnce", _Shuffled)
    for seed in range(3):
        _Shuffled.chance.seed(seed)
        for mode in ("cold", "warm"):
            assert dumps(record(told, mode).to_json()) == plain[mode]
