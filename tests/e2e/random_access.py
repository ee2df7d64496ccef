"""Random sets of RBAC: who of two teams and nobody's may do what, and where."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from assurance.proofs.isolation.rights import RBAC, RIGHTS
from tests.assurance.proofs.worlds import Manifest

RED, BLUE, NOBODY_S = "access-red", "access-blue", "access-platform"
PLACES = (None, RED, BLUE, NOBODY_S)
MARK = {"made-for": "access-oracle"}
KINDS = ("User", "Group", "ServiceAccount")

_RESOURCES = sorted({name for right in RIGHTS for name in right.resources})
_GROUPS = sorted({right.group for right in RIGHTS})
_VERBS = sorted({verb for right in RIGHTS for verb in right.verbs})


@dataclass(frozen=True, kw_only=True, slots=True)
class Somebody:
    """A member of the red team, or one of its ServiceAccounts."""

    kind: str
    name: str

    @property
    def title(self) -> str:
        place = f"{RED}/" if self.kind == "ServiceAccount" else ""
        return f"{self.kind} {place}{self.name}"

    @property
    def subject(self) -> Manifest:
        place = {"namespace": RED} if self.kind == "ServiceAccount" else {"apiGroup": RBAC}
        return {"kind": self.kind, "name": self.name, **place}

    @property
    def user(self) -> tuple[str, list[str]]:
        """As the authenticator would say it."""
        match self.kind:
            case "Group":
                return "somebody", [self.name, "system:authenticated"]
            case "ServiceAccount":
                own = ["system:serviceaccounts", f"system:serviceaccounts:{RED}"]
                return f"system:serviceaccount:{RED}:{self.name}", [*own, "system:authenticated"]
        return self.name, ["system:authenticated"]


def rule(random: Random, features: Counter[str]) -> Manifest:
    """Most rules are about one group; some about everything."""
    right = random.choice(RIGHTS)
    group = random.choice([right.group] * 7 + ["*", "x.example", random.choice(_GROUPS)])
    resources = {random.choice(right.resources)}
    resources.add(random.choice(["*", "*/exec", "secrets/status", *_RESOURCES[::3]]))
    verb = random.choice([*sorted(right.verbs), random.choice(_VERBS), "*"])
    made: Manifest = {"apiGroups": [group], "resources": sorted(resources), "verbs": [verb]}
    if random.random() < 0.15:
        made["resourceNames"] = ["one"]
    for key in ("apiGroups", "resources", "verbs"):
        features[f"{key} *"] += "*" in made[key]
    features["resourceNames"] += "resourceNames" in made
    return made


def access(random: Random, number: int, features: Counter[str]) -> Iterator[Manifest]:
    """One somebody, one or two bindings, and the roles that they name."""
    who = Somebody(kind=KINDS[number % 3], name=f"somebody-{number}")
    for each in range(random.choice((1, 1, 2))):
        name = f"access-{number}-{each}"
        place = random.choice(PLACES)
        kind = random.choice(("ClusterRole", "aggregated", "built in", "Role"))
        if kind == "Role" and place is None:
            kind = "ClusterRole"
        features[f"{kind} in {place or 'every namespace'}"] += 1
        rules = [rule(random, features) for _ in range(random.choice((1, 2)))]
        yield from roles(kind, name, place, rules)
        bound = random.choice(("view", "edit", "admin")) if kind == "built in" else name
        yield {
            "apiVersion": f"{RBAC}/v1",
            "kind": "RoleBinding" if place else "ClusterRoleBinding",
            "metadata": {"name": name, **({"namespace": place} if place else {})},
            "roleRef": {
                "apiGroup": RBAC,
                "kind": "Role" if kind == "Role" else "ClusterRole",
                "name": bound,
            },
            "subjects": [who.subject],
        }


def roles(kind: str, name: str, place: str | None, rules: list[Manifest]) -> Iterator[Manifest]:
    metadata: dict[str, Any] = {"name": name}
    if kind == "aggregated":
        labels = {"access-oracle": name}
        selectors = {"clusterRoleSelectors": [{"matchLabels": labels}]}
        more = {"rules": [], "aggregationRule": selectors}
        yield _role("ClusterRole", {"name": name}, **more)
        yield _role("ClusterRole", {"name": f"{name}-part", "labels": labels}, rules=rules)
    elif kind == "Role":
        yield _role("Role", {**metadata, "namespace": place}, rules=rules)
    elif kind == "ClusterRole":
        yield _role("ClusterRole", metadata, rules=rules)


def _role(kind: str, metadata: Manifest, **parts: Any) -> Manifest:
    return {"apiVersion": f"{RBAC}/v1", "kind": kind, "metadata": metadata, **parts}


def marked(manifest: Manifest) -> Manifest:
    """With a label by which it is found again."""
    metadata = manifest["metadata"]
    return {**manifest, "metadata": {**metadata, "labels": {**metadata.get("labels", {}), **MARK}}}
