"""KServe's part of a platform: where it is reached, and the runtime that it brings."""

from ipaddress import ip_network
from typing import Any

from assurance.graph.values import Addresses, Outside, Port
from assurance.guardrails import Outcome, evaluate
from assurance.guardrails.rules import BASELINE, RESTRICTED
from components.manifests import faults
from components.parts import Site
from components.serving.kserve import controller_release, serving_part
from components.serving.runtime import METRICS, pod_security, serving_runtime, triton
from components.serving.section import ServingConfig
from providers.contract import ClusterFacts

NETWORK = (ip_network("10.0.0.0/16"),)
ADDRESSES = Addresses(pods=NETWORK, services=NETWORK, nodes=NETWORK)
FACTS = ClusterFacts(name="lab", version="1.35", pools=(), addresses=ADDRESSES)
PART = serving_part(ServingConfig(), Site(cluster=FACTS))
SMALL = {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"memory": "1Gi"}}


def pod_of(runtime: dict[str, Any]) -> dict[str, Any]:
    """What KServe makes of it, with the security of the pods that we write ourselves."""
    spec = {"containers": runtime["spec"]["containers"], "securityContext": pod_security()}
    metadata = {"name": "x", "namespace": "team"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def test_only_the_api_server_enters_and_only_at_the_webhooks() -> None:
    [namespace] = PART.namespaces
    assert namespace.pod_security == "restricted"
    [entry] = namespace.entries
    assert (entry.source, entry.ports) == (Outside.API_SERVER, (Port(number=9443),))
    [controller] = controller_release(ServingConfig()).stand_in.workloads
    assert controller.labels.items() >= entry.labels.items()
    [client] = namespace.clients
    assert [need.to for need in client.needs] == [Outside.API_SERVER]


def test_the_runtime_is_valid_and_no_check_of_restricted_refuses_its_pods() -> None:
    runtime = serving_runtime(None)
    assert [runtime] == list(PART.objects)
    assert faults(runtime) == []
    checks = (*BASELINE, *RESTRICTED)
    verdicts = {each.name: evaluate(each, pod_of(runtime)).outcome for each in checks}
    assert set(verdicts.values()) == {Outcome.ACCEPTED}
    assert len(verdicts) > 15
    weak = pod_of(runtime)
    weak["spec"]["containers"][0]["securityContext"]["allowPrivilegeEscalation"] = True
    assert {evaluate(each, weak).outcome for each in checks} > {Outcome.ACCEPTED}


def test_a_key_of_the_runtime_that_upstream_would_prune_is_a_fault() -> None:
    runtime = serving_runtime(None)
    runtime["spec"]["containers"][0]["prot"] = []
    assert len(faults(runtime)) == 1


def test_images_come_from_where_they_were_copied() -> None:
    published = triton(None, SMALL)["image"]
    copied = triton("registry.example.com", SMALL)["image"]
    assert published.partition("/")[2] == copied.partition("/")[2]
    assert copied.startswith("registry.example.com/")


def test_every_port_that_the_server_is_told_to_open_is_declared() -> None:
    container = triton(None, SMALL)
    told = {int(arg.partition("=")[2]) for arg in container["args"] if "-port=" in arg}
    assert told == {port["containerPort"] for port in container["ports"]}
    assert {"metrics": METRICS}.items() <= {
        port["name"]: port["containerPort"] for port in container["ports"]
    }.items()
