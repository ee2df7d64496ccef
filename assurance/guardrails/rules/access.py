"""What is reachable from outside, and who may do what."""

from assurance.guardrails.guardrail import (
    PODS,
    Control,
    Framework,
    Guardrail,
    Kind,
    Objects,
    Selector,
    Severity,
)
from assurance.guardrails.predicate import (
    ITEM,
    AllOf,
    AnyOf,
    Equals,
    Every,
    Matches,
    Not,
    OneOf,
    Some,
    at,
)
from assurance.guardrails.rules import kubernetes
from assurance.guardrails.rules.pod_security import HOST_PORTS
from assurance.guardrails.rules.pods import ON_HOST_NETWORK
from assurance.guardrails.scope import TEAMS

_CIS, _NSA = Framework.CIS, Framework.NSA
_RBAC, _NAME = "rbac.authorization.k8s.io", at("metadata", "name")
_OF_SERVICES = Selector(of=Objects("services", (Kind("", "Service"),)), scope=TEAMS)
_OF_ROLES = Selector(
    of=Objects("roles", (Kind(_RBAC, "Role"), Kind(_RBAC, "ClusterRole"))),
    exempt=AllOf((Equals(at("kind"), "ClusterRole"), OneOf(_NAME, kubernetes.ROLES))),
)
_OF_BINDINGS = Selector(
    of=Objects("bindings", (Kind(_RBAC, "RoleBinding"), Kind(_RBAC, "ClusterRoleBinding"))),
    exempt=AllOf((Equals(at("kind"), "ClusterRoleBinding"), OneOf(_NAME, kubernetes.BINDINGS))),
)
_RULES = (at("rules"),)
_NETWORK = Control(_NSA, "Network separation and hardening")
_ACTING = ("create", "update", "patch", "*")
_ROLES = Control(_NSA, "Role-based access control")
_WAY_IN = "Publish it through the gateway, which authenticates, limits and logs."

LOAD_BALANCERS = Guardrail(
    name="services-are-no-load-balancers",
    title="A team's Service gets no load balancer of its own.",
    severity=Severity.HIGH,
    frameworks=(_NETWORK,),
    applies=_OF_SERVICES,
    require=Not(Equals(at("spec", "type"), "LoadBalancer")),
    remedy=_WAY_IN,
    page="A load balancer has a public address unless somebody says otherwise, and costs money.",
)
NODE_PORTS = Guardrail(
    name="services-take-no-node-ports",
    title="A team's Service opens no port on the nodes.",
    severity=Severity.HIGH,
    frameworks=(_NETWORK,),
    applies=_OF_SERVICES,
    require=Not(Equals(at("spec", "type"), "NodePort")),
    remedy=_WAY_IN,
    page="A node port is open on every node, past the gateway.",
)
EXTERNAL_ADDRESSES = Guardrail(
    name="services-claim-no-addresses",
    title="A team's Service claims no external address.",
    severity=Severity.HIGH,
    frameworks=(_NETWORK,),
    applies=_OF_SERVICES,
    require=Not(Some((at("spec", "externalIPs"),), AllOf(()))),
    remedy="Leave out externalIPs.",
    page="Whoever may set externalIPs can draw traffic for any address to a pod (CVE-2020-8554).",
)
HOST_NETWORK = Guardrail(
    name="pods-stay-off-the-host-network",
    title="A team's pod is not on the host's network.",
    severity=Severity.CRITICAL,
    frameworks=(Control(_CIS, "5.2.5"), _NETWORK),
    applies=Selector(of=PODS, scope=TEAMS),
    require=Not(ON_HOST_NETWORK),
    remedy="Leave out hostNetwork.",
    page="NetworkPolicies do not hold for pods on the host's network, whatever the namespace's "
    "Pod Security level.",
)
HOST_PORT = Guardrail(
    name="pods-take-no-host-ports",
    title="A team's pod takes no port of the host.",
    severity=Severity.HIGH,
    frameworks=(Control(_CIS, "5.2.13"), _NETWORK),
    applies=Selector(of=PODS, scope=TEAMS),
    require=HOST_PORTS,
    remedy="Leave out hostPort; publish a Service.",
    page="A host port is reachable past the gateway, and only one pod per node can have it.",
)
OPEN_POLICIES = Guardrail(
    name="network-policies-name-their-peers",
    title="A NetworkPolicy in a team's namespace opens nothing to everybody.",
    severity=Severity.HIGH,
    frameworks=(Control(_CIS, "5.3.2"), _NETWORK),
    applies=Selector(
        of=Objects("network-policies", (Kind("networking.k8s.io", "NetworkPolicy"),)), scope=TEAMS
    ),
    require=AllOf(
        (
            Every((at("spec", "ingress"),), Some((at("from"),), AllOf(()))),
            Every((at("spec", "egress"),), Some((at("to"),), AllOf(()))),
        )
    ),
    remedy="Name who it is for in from or to; better, declare the need in the stack file.",
    page="A rule without peers is for everybody: every other team, every node, and the internet.",
)


def _none_may(verbs: tuple[str, ...], *resources: str) -> Every:
    """No rule of a role allows one of these verbs on one of these resources."""
    elsewhere = Every((at("resources"),), Not(OneOf(ITEM, resources)))
    return Every(_RULES, AnyOf((elsewhere, Not(Some((at("verbs"),), OneOf(ITEM, verbs))))))


WILDCARDS = Guardrail(
    name="roles-have-no-wildcards",
    title="A role names what it allows.",
    severity=Severity.HIGH,
    frameworks=(Control(_CIS, "5.1.3"), _ROLES),
    applies=_OF_ROLES,
    require=Every(
        _RULES,
        AllOf(
            (
                *(Every((at(field),), Not(Equals(ITEM, "*"))) for field in ("apiGroups", "verbs")),
                Every((at("resources"),), Not(Matches(ITEM, r"\*(/.*)?|.*/\*"))),
                Every((at("nonResourceURLs"),), Not(Equals(ITEM, "*"))),
            )
        ),
    ),
    remedy="List verbs, resources and API groups instead of *.",
    page="A wildcard also allows what does not exist yet: the next subresource, the next CRD.",
)
ESCALATION = Guardrail(
    name="roles-grant-no-escalation",
    title="A role lets nobody bind, escalate or impersonate.",
    severity=Severity.CRITICAL,
    frameworks=(Control(_CIS, "5.1.8"), _ROLES),
    applies=_OF_ROLES,
    require=Every(
        _RULES,
        Every((at("verbs"),), Not(OneOf(ITEM, ("bind", "escalate", "impersonate")))),
    ),
    remedy="Remove bind, escalate and impersonate; let the platform bind roles.",
    page="Who may bind or escalate may give themselves everything; who may impersonate is "
    "everybody.",
)
TOKEN_REQUESTS = Guardrail(
    name="roles-mint-no-tokens",
    title="A role lets nobody make tokens of a ServiceAccount or approve certificates.",
    severity=Severity.HIGH,
    frameworks=(Control(_CIS, "5.1.11"), Control(_CIS, "5.1.13"), _ROLES),
    applies=_OF_ROLES,
    require=_none_may(_ACTING, "serviceaccounts/token", "certificatesigningrequests/approval"),
    remedy="Remove serviceaccounts/token and certificatesigningrequests/approval.",
    page="Who makes tokens of a ServiceAccount acts as that account, unseen; who approves "
    "certificates acts as anybody.",
)
NODES = Guardrail(
    name="roles-reach-no-kubelet",
    title="A role lets nobody past the API server to a node's kubelet.",
    severity=Severity.CRITICAL,
    frameworks=(Control(_CIS, "5.1.10"), _ROLES),
    applies=_OF_ROLES,
    require=Every(_RULES, Every((at("resources"),), Not(OneOf(ITEM, ("nodes/proxy",))))),
    remedy="Remove nodes/proxy; what metrics need is nodes/metrics.",
    page="The kubelet runs commands in every pod of its node, and neither audit nor admission sees "
    "it.",
)
CLUSTER_ADMIN = Guardrail(
    name="cluster-admin-is-not-bound",
    title="Nobody is bound to cluster-admin.",
    severity=Severity.CRITICAL,
    frameworks=(Control(_CIS, "5.1.1"), _ROLES),
    applies=_OF_BINDINGS,
    require=Not(
        AllOf(
            (
                Equals(at("roleRef", "kind"), "ClusterRole"),
                Equals(at("roleRef", "name"), "cluster-admin"),
            )
        )
    ),
    remedy="Bind a role that names what is needed.",
    page="Kubernetes makes one such binding itself, for whoever installs the cluster.",
)
ANYBODY = Guardrail(
    name="bindings-name-somebody",
    title="No binding is for everybody, for the anonymous, or for system:masters.",
    severity=Severity.CRITICAL,
    frameworks=(Control(_CIS, "5.1.7"), _ROLES),
    applies=_OF_BINDINGS,
    require=Every(
        (at("subjects"),),
        Not(
            OneOf(
                at("name"),
                (
                    "system:anonymous",
                    "system:authenticated",
                    "system:masters",
                    "system:serviceaccounts",
                    "system:unauthenticated",
                ),
            )
        ),
    ),
    remedy="Name a group, a user or a ServiceAccount.",
    page="Everybody includes every pod's token; the anonymous include whoever reaches the port.",
)

ACCESS: tuple[Guardrail, ...] = (
    LOAD_BALANCERS,
    NODE_PORTS,
    EXTERNAL_ADDRESSES,
    HOST_NETWORK,
    HOST_PORT,
    OPEN_POLICIES,
    WILDCARDS,
    ESCALATION,
    TOKEN_REQUESTS,
    NODES,
    CLUSTER_ADMIN,
    ANYBODY,
)
