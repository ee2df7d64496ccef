"""Which rights open a way into a namespace, or over what keeps teams apart: data."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from assurance.graph.pod_kinds import KINDS

RBAC = "rbac.authorization.k8s.io"
READ = frozenset({"get", "list", "watch"})
WRITE = frozenset({"create", "update", "patch"})
REMOVE = frozenset({"delete", "deletecollection"})
CHANGE = WRITE | REMOVE
ENTER = frozenset({"create", "get", "update", "patch"})
AMEND = frozenset({"update", "patch"})
CALL = ENTER | {"delete"}
"""A proxy's verbs are those of the request that it passes on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Right:
    """Something that whoever holds it can do to a namespace."""

    name: str
    group: str
    resources: tuple[str, ...]
    verbs: frozenset[str]
    at_home: bool = True
    """Whether a team may hold it in its own namespace."""
    everywhere: bool = False
    """It is about what has no namespace, so only a ClusterRoleBinding gives it."""


def _of_custom_kinds() -> Iterator[Right]:
    """Whoever writes what a controller makes pods of runs pods."""
    known: dict[str, list[str]] = defaultdict(list)
    for (group, kind), carried in KINDS.items():
        if carried and "." in group:
            known[group].append(f"{kind.lower()}s")
    for group, resources in known.items():
        yield Right(name="create pods", group=group, resources=tuple(resources), verbs=WRITE)
        yield Right(name="stop pods", group=group, resources=tuple(resources), verbs=REMOVE)


def _of_cluster(name: str, group: str, *resources: str, verbs: frozenset[str] = CHANGE) -> Right:
    """Over what has no namespace and everybody depends on."""
    return Right(
        name=name, group=group, resources=resources, verbs=verbs, at_home=False, everywhere=True
    )


RIGHTS = (
    *_of_custom_kinds(),
    Right(name="read Secrets", group="", resources=("secrets",), verbs=READ),
    Right(name="read data", group="", resources=("configmaps", "pods/log"), verbs=READ),
    Right(name="create pods", group="", resources=("pods", "replicationcontrollers"), verbs=WRITE),
    Right(
        name="create pods",
        group="apps",
        resources=("deployments", "statefulsets", "daemonsets", "replicasets"),
        verbs=WRITE,
    ),
    Right(name="create pods", group="batch", resources=("jobs", "cronjobs"), verbs=WRITE),
    Right(name="stop pods", group="", resources=("pods", "replicationcontrollers"), verbs=REMOVE),
    Right(
        name="stop pods",
        group="apps",
        resources=("deployments", "statefulsets", "daemonsets", "replicasets"),
        verbs=REMOVE,
    ),
    Right(name="stop pods", group="batch", resources=("jobs", "cronjobs"), verbs=REMOVE),
    Right(
        name="stop pods",
        group="",
        resources=("pods/eviction",),
        verbs=frozenset({"create"}),
    ),
    Right(name="stop pods", group="", resources=("replicationcontrollers/scale",), verbs=AMEND),
    Right(
        name="stop pods",
        group="apps",
        resources=("deployments/scale", "statefulsets/scale", "replicasets/scale"),
        verbs=AMEND,
    ),
    Right(
        name="stop pods",
        group="autoscaling",
        resources=("horizontalpodautoscalers",),
        verbs=CHANGE,
    ),
    Right(
        name="change what pods are given",
        group="",
        resources=("configmaps", "secrets", "persistentvolumeclaims", "serviceaccounts"),
        verbs=CHANGE,
    ),
    Right(
        name="change what pods are given",
        group="bitnami.com",
        resources=("sealedsecrets",),
        verbs=CHANGE,
    ),
    Right(
        name="change what pods are given",
        group="external-secrets.io",
        resources=("externalsecrets", "secretstores"),
        verbs=CHANGE,
    ),
    Right(name="redirect traffic", group="", resources=("services",), verbs=CHANGE),
    Right(name="redirect traffic", group="", resources=("endpoints",), verbs=CHANGE),
    Right(
        name="redirect traffic",
        group="discovery.k8s.io",
        resources=("endpointslices",),
        verbs=CHANGE,
    ),
    Right(
        name="redirect traffic", group="networking.k8s.io", resources=("ingresses",), verbs=CHANGE
    ),
    Right(
        name="redirect traffic",
        group="gateway.networking.k8s.io",
        resources=(
            *("httproutes", "grpcroutes", "tlsroutes", "tcproutes", "udproutes"),
            *("gateways", "referencegrants"),
        ),
        verbs=CHANGE,
    ),
    Right(
        name="redirect traffic",
        group="gateway.envoyproxy.io",
        resources=("backends", "backendtrafficpolicies", "securitypolicies"),
        verbs=CHANGE,
    ),
    Right(
        name="claim addresses",
        group="",
        resources=("services/status",),
        verbs=AMEND,
        at_home=False,
    ),
    Right(
        name="enter pods",
        group="",
        resources=("pods/exec", "pods/attach", "pods/portforward"),
        verbs=ENTER,
    ),
    Right(name="enter pods", group="", resources=("pods/proxy", "services/proxy"), verbs=CALL),
    Right(name="enter pods", group="", resources=("pods/ephemeralcontainers",), verbs=AMEND),
    _of_cluster("enter nodes", "", "nodes/proxy", verbs=CALL),
    Right(
        name="use ServiceAccounts",
        group="",
        resources=("serviceaccounts/token",),
        verbs=frozenset({"create"}),
    ),
    Right(
        name="impersonate ServiceAccounts",
        group="",
        resources=("serviceaccounts",),
        verbs=frozenset({"impersonate"}),
    ),
    _of_cluster("impersonate people", "", "users", "groups", verbs=frozenset({"impersonate"})),
    Right(
        name="bind and escalate roles",
        group=RBAC,
        resources=("roles", "clusterroles"),
        verbs=frozenset({"bind", "escalate"}),
        at_home=False,
    ),
    Right(name="bind roles", group=RBAC, resources=("rolebindings",), verbs=WRITE),
    _of_cluster("bind roles everywhere", RBAC, "clusterrolebindings", verbs=WRITE),
    _of_cluster(
        "approve certificates",
        "certificates.k8s.io",
        "certificatesigningrequests/approval",
        verbs=AMEND,
    ),
    _of_cluster(
        "approve certificates",
        "certificates.k8s.io",
        "signers",
        verbs=frozenset({"approve", "sign"}),
    ),
    Right(
        name="change NetworkPolicies",
        group="networking.k8s.io",
        resources=("networkpolicies",),
        verbs=CHANGE,
        at_home=False,
    ),
    Right(
        name="relabel namespaces",
        group="",
        resources=("namespaces",),
        verbs=AMEND,
        at_home=False,
    ),
    Right(
        name="remove namespaces",
        group="",
        resources=("namespaces",),
        verbs=REMOVE,
        at_home=False,
    ),
    Right(
        name="change limits",
        group="",
        resources=("limitranges", "resourcequotas"),
        verbs=CHANGE,
        at_home=False,
    ),
    _of_cluster("change nodes", "", "nodes", "nodes/status"),
    _of_cluster("take precedence", "scheduling.k8s.io", "priorityclasses"),
    _of_cluster(
        "take precedence",
        "flowcontrol.apiserver.k8s.io",
        "flowschemas",
        "prioritylevelconfigurations",
    ),
    _of_cluster("make volumes", "", "persistentvolumes"),
    _of_cluster("make volumes", "storage.k8s.io", "storageclasses"),
    _of_cluster(
        "fetch anybody's Secrets",
        "external-secrets.io",
        "clusterexternalsecrets",
        "clustersecretstores",
    ),
    _of_cluster("answer for the API server", "apiregistration.k8s.io", "apiservices"),
    _of_cluster("change what kinds there are", "apiextensions.k8s.io", "customresourcedefinitions"),
    _of_cluster(
        "change what is admitted",
        "admissionregistration.k8s.io",
        "mutatingwebhookconfigurations",
        "validatingwebhookconfigurations",
        "mutatingadmissionpolicies",
        "mutatingadmissionpolicybindings",
        "validatingadmissionpolicies",
        "validatingadmissionpolicybindings",
    ),
)
"""At home: RBAC itself keeps whoever binds roles from giving more than they hold."""
