"""Where a team's pods may be, and whom they may keep from there."""

from assurance.guardrails.guardrail import (
    PODS,
    Control,
    Framework,
    Guardrail,
    Selector,
    Severity,
)
from assurance.guardrails.predicate import AllOf, Every, Not, OneOf, Path, Present, Some, absent, at
from assurance.guardrails.scope import TEAMS

_RESOURCES = Control(Framework.NSA, "Resource policies")
_KINDS = ("podAffinity", "podAntiAffinity")
_REQUIRED = tuple(
    at("spec", "affinity", kind, "requiredDuringSchedulingIgnoredDuringExecution")
    for kind in _KINDS
)
_PREFERRED = tuple(
    at("spec", "affinity", kind, "preferredDuringSchedulingIgnoredDuringExecution")
    for kind in _KINDS
)


def _of_its_own(*steps: str) -> AllOf:
    """A term that is about pods of its own namespace alone."""
    named = Some((Path((*steps, "namespaces")),), AllOf(()))
    return AllOf((Not(named), absent(Path((*steps, "namespaceSelector")))))


NEIGHBOURS = Guardrail(
    name="pods-mind-only-their-own",
    title="A team's pod asks to be near, or away from, pods of its own team only.",
    severity=Severity.HIGH,
    frameworks=(_RESOURCES,),
    applies=Selector(of=PODS, scope=TEAMS),
    require=AllOf(
        (
            Every(_REQUIRED, _of_its_own()),
            Every(_PREFERRED, _of_its_own("podAffinityTerm")),
        )
    ),
    remedy="Leave namespaces and namespaceSelector out of podAffinity and podAntiAffinity.",
    page="The scheduler keeps to the wish of a pod that is there already: one that wants no pod "
    "of any namespace in its zone keeps all teams from starting anything there.",
)
TOLERATIONS = Guardrail(
    name="pods-tolerate-by-name",
    title="A team's pod tolerates taints by name, and not those of the control plane.",
    severity=Severity.MEDIUM,
    frameworks=(_RESOURCES,),
    applies=Selector(of=PODS, scope=TEAMS),
    require=Every(
        (at("spec", "tolerations"),),
        AllOf(
            (
                Present(at("key")),
                Not(
                    OneOf(
                        at("key"),
                        (
                            "",
                            "node-role.kubernetes.io/control-plane",
                            "node-role.kubernetes.io/master",
                        ),
                    )
                ),
            )
        ),
    ),
    remedy="Name the pool, which a workload tolerates then; else name the taint's key.",
    page="A toleration without a key is for every taint: of pools that are kept free for others, "
    "of nodes that are being drained or whose disk is full, and of the control plane.",
)
PLACEMENT: tuple[Guardrail, ...] = (NEIGHBOURS, TOLERATIONS)
