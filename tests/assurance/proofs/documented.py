"""What the Kubernetes documentation says about NetworkPolicies, as cases."""

from ipaddress import ip_network
from typing import Any

from assurance.proofs.network.pods import Pod
from assurance.proofs.network.selectors import NAME
from assurance.proofs.network.spans import addresses
from tests.assurance.proofs.worlds import Manifest, policy

NAMESPACES = {
    "red": {NAME: "red", "team": "a"},
    "green": {NAME: "green", "team": "b"},
    "blue": {NAME: "blue"},
}


POD_RANGE = addresses([ip_network("10.244.0.0/16")])


NODE_RANGE = addresses([ip_network("10.128.0.0/24")])


HTTP_8080 = frozenset({("http", "TCP", 8080), ("dns", "UDP", 53)})


HTTP_9090 = frozenset({("http", "TCP", 9090)})


PODS = {
    "red/web": Pod(namespace="red", name="web", labels={"app": "web"}, ports=HTTP_8080),
    "red/db": Pod(namespace="red", name="db", labels={"app": "db"}, ports=HTTP_9090),
    "green/web": Pod(namespace="green", name="web", labels={"app": "web"}),
    "blue/none": Pod(namespace="blue", name="none"),
    "red/node": Pod(
        namespace="red", name="node", labels={"app": "web"}, ports=HTTP_8080, host_network=True
    ),
}


Case = tuple[str, tuple[Manifest, ...], dict[str, bool]]
"""A sentence; policies; `source target protocol port` and whether that is open."""


_TO_GREEN = {"namespaceSelector": {"matchLabels": {NAME: "green"}}}


def red(name: str = "p", **spec: Any) -> Manifest:
    return policy("red", name, **spec)


def expression(operator: str, *values: str, key: str = "team") -> Manifest:
    more = {"values": list(values)} if values else {}
    return {"matchExpressions": [{"key": key, "operator": operator, **more}]}


def from_namespaces(selector: Manifest) -> Manifest:
    return red(ingress=[{"from": [{"namespaceSelector": selector}]}])


CASES: tuple[Case, ...] = (
    ("without policies everything is open", (), {"blue/none red/web TCP 80": True}),
    (
        "a policy without rules shuts ingress, and leaves egress open",
        (red(),),
        {"green/web red/web TCP 80": False, "red/web green/web TCP 80": True},
    ),
    (
        "an empty list of egress rules does not make a policy act on egress",
        (red(egress=[]),),
        {"red/web green/web TCP 80": True, "green/web red/web TCP 80": False},
    ),
    (
        "a policy with egress rules and no types acts on ingress as well",
        (red(egress=[{}]),),
        {"red/web green/web TCP 80": True, "green/web red/web TCP 80": False},
    ),
    (
        "types that are stated count, whatever rules there are",
        (red(policyTypes=["Egress"], ingress=[]),),
        {"green/web red/web TCP 80": True, "red/web green/web TCP 80": False},
    ),
    (
        "policies act in their own namespace only",
        (red(policyTypes=["Ingress", "Egress"]),),
        {"green/web blue/none TCP 80": True, "green/web red/db TCP 80": False},
    ),
    (
        "a rule without peers lets everybody in; an empty list of peers as well",
        (red(podSelector={"matchLabels": {"app": "web"}}, ingress=[{"from": []}]),),
        {"blue/none red/web TCP 80": True, "red/node red/web TCP 80": True},
    ),
    (
        "an empty rule is every port and everybody",
        (red(ingress=[{}]),),
        {"blue/none red/web SCTP 9": True},
    ),
    (
        "an empty list of ports is every port",
        (red(ingress=[{"ports": []}]),),
        {"blue/none red/web UDP 9": True},
    ),
    (
        "policies add up",
        (
            red("one", ingress=[{"from": [_TO_GREEN]}]),
            red("two", ingress=[{"ports": [{"port": 80}]}]),
        ),
        {
            "green/web red/web TCP 9": True,
            "blue/none red/web TCP 80": True,
            "blue/none red/web TCP 9": False,
        },
    ),
    (
        "an empty pod selector is the policy's own namespace, not every one",
        (red(ingress=[{"from": [{"podSelector": {}}]}]),),
        {"red/db red/web TCP 80": True, "green/web red/web TCP 80": False},
    ),
    (
        "an empty namespace selector is every namespace",
        (from_namespaces({}),),
        {"blue/none red/web TCP 80": True, "red/db red/web TCP 80": True},
    ),
    (
        "two selectors in one peer must both hold",
        (red(ingress=[{"from": [{**_TO_GREEN, "podSelector": {"matchLabels": {"app": "x"}}}]}]),),
        {"green/web red/web TCP 80": False},
    ),
    (
        "a pod selector beside a namespace selector looks in those namespaces",
        (
            red(
                ingress=[
                    {"from": [{**_TO_GREEN, "podSelector": expression("Exists", key="app")}]},
                ]
            ),
        ),
        {"green/web red/web TCP 80": True, "red/db red/web TCP 80": False},
    ),
    (
        "two peers are alternatives",
        (red(ingress=[{"from": [_TO_GREEN, {"podSelector": {"matchLabels": {"app": "db"}}}]}]),),
        {
            "green/web red/web TCP 80": True,
            "red/db red/web TCP 80": True,
            "blue/none red/web TCP 80": False,
        },
    ),
    (
        "In needs the label",
        (from_namespaces(expression("In", "a", "b")),),
        {"green/web red/db TCP 1": True, "blue/none red/db TCP 1": False},
    ),
    (
        "NotIn holds where the label is absent",
        (from_namespaces(expression("NotIn", "b")),),
        {"green/web red/db TCP 1": False, "blue/none red/db TCP 1": True},
    ),
    (
        "Exists asks for the label, whatever it says",
        (from_namespaces(expression("Exists")),),
        {"green/web red/db TCP 1": True, "blue/none red/db TCP 1": False},
    ),
    (
        "DoesNotExist asks for its absence",
        (from_namespaces(expression("DoesNotExist")),),
        {"green/web red/db TCP 1": False, "blue/none red/db TCP 1": True},
    ),
    (
        "labels and expressions must hold together",
        (from_namespaces({"matchLabels": {"team": "b"}, **expression("Exists", key="nothing")}),),
        {"green/web red/db TCP 1": False},
    ),
    (
        "every one of several expressions must hold",
        (
            from_namespaces(
                {
                    "matchExpressions": [
                        {"key": "team", "operator": "Exists"},
                        {"key": "team", "operator": "NotIn", "values": ["b"]},
                    ]
                }
            ),
        ),
        {"red/web red/db TCP 1": True, "green/web red/db TCP 1": False},
    ),
    (
        "every namespace has its name as a label",
        (from_namespaces(expression("NotIn", "green", key=NAME)),),
        {"green/web red/db TCP 1": False, "blue/none red/db TCP 1": True},
    ),
    (
        "a port without a protocol is TCP",
        (red(ingress=[{"ports": [{"port": 53}]}]),),
        {"green/web red/web TCP 53": True, "green/web red/web UDP 53": False},
    ),
    (
        "a protocol without a port is all of its ports",
        (red(ingress=[{"ports": [{"protocol": "SCTP"}]}]),),
        {"green/web red/web SCTP 65535": True, "green/web red/web TCP 1": False},
    ),
    (
        "endPort is the last port of the range",
        (red(ingress=[{"ports": [{"port": 8000, "endPort": 8010}]}]),),
        {
            "green/web red/web TCP 7999": False,
            "green/web red/web TCP 8000": True,
            "green/web red/web TCP 8010": True,
            "green/web red/web TCP 8011": False,
        },
    ),
    (
        "a named port is what each target calls so, at ingress",
        (red(ingress=[{"ports": [{"port": "http"}]}]),),
        {
            "green/web red/web TCP 8080": True,
            "green/web red/db TCP 8080": False,
            "green/web red/db TCP 9090": True,
        },
    ),
    (
        "a named port is what each target calls so, at egress",
        (policy("green", "p", policyTypes=["Egress"], egress=[{"ports": [{"port": "http"}]}]),),
        {
            "green/web red/web TCP 8080": True,
            "green/web red/web TCP 9090": False,
            "green/web red/db TCP 9090": True,
            "green/web blue/none TCP 8080": False,
        },
    ),
    (
        "a named port is of one protocol",
        (red(ingress=[{"ports": [{"port": "dns"}, {"port": "http", "protocol": "UDP"}]}]),),
        {"green/web red/web UDP 53": False, "green/web red/web UDP 8080": False},
    ),
    (
        "an address has no named ports, nor has a pod that is only its node's address",
        (
            policy("green", "p", policyTypes=["Egress"], egress=[{"ports": [{"port": "http"}]}]),
            red("all", policyTypes=["Ingress"], ingress=[{}]),
        ),
        {"green/web red/node TCP 8080": False, "green/web red/web TCP 8080": True},
    ),
    (
        "an ipBlock over the pods' range lets pods in",
        (red(ingress=[{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]),),
        {"green/web red/web TCP 80": True},
    ),
    (
        "what an ipBlock excepts stays out",
        (
            red(
                ingress=[
                    {"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.244.0.0/16"]}}]}
                ]
            ),
        ),
        {"green/web red/web TCP 80": False, "red/node red/web TCP 80": True},
    ),
    (
        "no policy acts on a pod of the host's network, and no selector finds it",
        (red(policyTypes=["Ingress", "Egress"], ingress=[{"from": [{"podSelector": {}}]}]),),
        {
            "red/node green/web TCP 80": True,
            "green/web red/node TCP 80": True,
            "red/node red/web TCP 80": False,
        },
    ),
    (
        "a selector that matches nothing opens nothing",
        (red(ingress=[{"from": [{"podSelector": {"matchLabels": {"app": "none"}}}]}]),),
        {"red/db red/web TCP 80": False},
    ),
    (
        "both ends must allow",
        (
            red("in", ingress=[{"from": [_TO_GREEN], "ports": [{"port": 80}]}]),
            policy("green", "out", policyTypes=["Egress"], egress=[{"ports": [{"port": 81}]}]),
        ),
        {"green/web red/web TCP 80": False, "green/web red/web TCP 81": False},
    ),
)
