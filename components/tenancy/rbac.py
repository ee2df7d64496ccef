"""What members may do: three roles for the whole platform, bound per team."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from components.config.faults import Fault
from components.manifests import Manifest
from components.tenancy.section import MembersConfig, SubjectsConfig

READ = ("get", "list", "watch")
CHANGE = ("create", "delete", "deletecollection", "patch", "update")


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowed:
    """Verbs on resources of one API group."""

    group: str
    resources: tuple[str, ...]
    verbs: tuple[str, ...]


ROLES: Mapping[str, tuple[Allowed, ...]] = MappingProxyType(
    {
        "view": (
            Allowed(group="", resources=("namespaces",), verbs=("get",)),
            Allowed(
                group="",
                resources=(
                    "configmaps",
                    "endpoints",
                    "events",
                    "persistentvolumeclaims",
                    "pods",
                    "pods/log",
                    "pods/status",
                    "services",
                ),
                verbs=READ,
            ),
            Allowed(
                group="apps",
                resources=(
                    "controllerrevisions",
                    "deployments",
                    "deployments/scale",
                    "replicasets",
                    "statefulsets",
                    "statefulsets/scale",
                ),
                verbs=READ,
            ),
            Allowed(group="batch", resources=("cronjobs", "jobs"), verbs=READ),
            Allowed(group="autoscaling", resources=("horizontalpodautoscalers",), verbs=READ),
            Allowed(group="policy", resources=("poddisruptionbudgets",), verbs=READ),
            Allowed(group="discovery.k8s.io", resources=("endpointslices",), verbs=READ),
            Allowed(group="events.k8s.io", resources=("events",), verbs=READ),
            Allowed(group="metrics.k8s.io", resources=("pods",), verbs=READ),
        ),
        "edit": (
            Allowed(group="", resources=("secrets",), verbs=READ + CHANGE),
            Allowed(
                group="",
                resources=("configmaps", "persistentvolumeclaims", "pods", "services"),
                verbs=CHANGE,
            ),
            Allowed(
                group="",
                resources=("pods/attach", "pods/exec", "pods/portforward"),
                verbs=("create", "get"),
            ),
            Allowed(group="", resources=("pods/ephemeralcontainers",), verbs=("patch", "update")),
            Allowed(group="", resources=("pods/eviction",), verbs=("create",)),
            Allowed(group="apps", resources=("deployments", "statefulsets"), verbs=CHANGE),
            Allowed(
                group="apps",
                resources=("deployments/scale", "statefulsets/scale"),
                verbs=("patch", "update"),
            ),
            Allowed(group="batch", resources=("cronjobs", "jobs"), verbs=CHANGE),
            Allowed(group="autoscaling", resources=("horizontalpodautoscalers",), verbs=CHANGE),
            Allowed(group="policy", resources=("poddisruptionbudgets",), verbs=CHANGE),
        ),
        "admin": (
            Allowed(
                group="", resources=("limitranges", "resourcequotas", "serviceaccounts"), verbs=READ
            ),
            Allowed(group="networking.k8s.io", resources=("networkpolicies",), verbs=READ),
            Allowed(
                group="rbac.authorization.k8s.io", resources=("rolebindings", "roles"), verbs=READ
            ),
        ),
    }
)
"""What each role adds to the one before it; roles on the cluster, tests and pages derive from this.

Not Kubernetes' own `edit` and `admin`: those change NetworkPolicies, roles and ServiceAccounts,
mint ServiceAccount tokens, and reach pods through the API server's proxy, past every NetworkPolicy.
What these roles cannot help: whoever creates pods can use any ServiceAccount and mount any Secret
of the namespace, so neither may hold more than the whole team is trusted with.
"""


def team_cluster_roles() -> list[Manifest]:
    """The three roles; made once, as a team only ever binds them."""
    return [
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": {"name": cluster_role(role)},
            "rules": [
                {
                    "apiGroups": [allowed.group],
                    "resources": list(allowed.resources),
                    "verbs": sorted(allowed.verbs),
                }
                for allowed in held(role)
            ],
        }
        for role in ROLES
    ]


def cluster_role(role: str) -> str:
    """The name that a role has on the cluster."""
    return f"ml-platform:team-{role}"


def held(role: str) -> tuple[Allowed, ...]:
    """Everything that a role may do: its own, and all of the roles before it."""
    names = tuple(ROLES)
    return tuple(allowed for name in names[: names.index(role) + 1] for allowed in ROLES[name])


def member_faults(team: str, members: MembersConfig) -> Iterator[Fault]:
    """Members who are nobody in particular: `system:authenticated` is every other team too."""
    for role, who in _by_role(members):
        for word, names in (("groups", who.groups), ("users", who.users)):
            for name in names:
                if name.startswith("system:"):
                    key = f"teams.{team}.members.{role}.{word}"
                    message = f"expected people by name, got {name}, which Kubernetes gives out"
                    yield Fault(file="", line=None, key=key, message=message)


def role_bindings(team: str, members: MembersConfig) -> list[Manifest]:
    """Give the team's members their roles, in the team's namespace and nowhere else."""
    return [
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": {"name": f"team-{role}", "namespace": team},
            "roleRef": {
                "apiGroup": "rbac.authorization.k8s.io",
                "kind": "ClusterRole",
                "name": cluster_role(role),
            },
            "subjects": [*_subjects("Group", who.groups), *_subjects("User", who.users)],
        }
        for role, who in _by_role(members)
        if who.groups or who.users
    ]


def _by_role(members: MembersConfig) -> tuple[tuple[str, SubjectsConfig], ...]:
    return (("view", members.view), ("edit", members.edit), ("admin", members.admin))


def _subjects(kind: str, names: Iterable[str]) -> list[Manifest]:
    return [
        {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name}
        for name in sorted(set(names))
    ]
