"""Where a team's pods may be, whom they may keep from there, and that they can be had away."""

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
    AllOf,
    AnyOf,
    Equals,
    Every,
    Not,
    OneOf,
    Path,
    Present,
    Some,
    absent,
    at,
)
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
_NODE = at("spec", "nodeName")
_SHOWN_BY_ITS_NODE = Present(at("metadata", "annotations", "kubernetes.io/config.mirror"))
_THERE_ALREADY = Some((at("status", "conditions"),), Equals(at("type"), "PodScheduled"))
UNPLACED = Guardrail(
    name="pods-leave-their-node-to-the-scheduler",
    title="A team's pod does not say on which node it runs.",
    severity=Severity.HIGH,
    frameworks=(_RESOURCES,),
    applies=Selector(of=PODS, scope=TEAMS),
    require=AnyOf(
        (absent(_NODE), Equals(_NODE, ""), _SHOWN_BY_ITS_NODE, _THERE_ALREADY),
    ),
    remedy="Leave out spec.nodeName; name the pool, or a nodeSelector.",
    page="A pod that names its node passes the scheduler by: it runs on nodes whose taints keep "
    "them for others, the control plane's too, and on full ones, from which others are then "
    "evicted. A pod that the scheduler has placed may be changed as before, and a static pod's "
    "copy, which no node runs, may be shown.",
)
_AWAY, _THERE = at("spec", "maxUnavailable"), at("spec", "minAvailable")
BUDGETS = Guardrail(
    name="budgets-let-a-pod-go",
    title="A team's PodDisruptionBudget lets a pod go.",
    severity=Severity.MEDIUM,
    frameworks=(_RESOURCES,),
    applies=Selector(of=Objects("budgets", (Kind("policy", "PodDisruptionBudget"),)), scope=TEAMS),
    require=AllOf(
        (
            *(Not(Equals(_AWAY, never)) for never in (0, "0%")),
            Not(Equals(_THERE, "100%")),
        )
    ),
    remedy="Let one pod be unavailable: maxUnavailable: 1.",
    page="A node with a pod that may never go cannot be drained: no node of it is repaired or "
    "upgraded, and with it none of the other teams' pods that are there.",
)
PLACEMENT: tuple[Guardrail, ...] = (NEIGHBOURS, TOLERATIONS, UNPLACED, BUDGETS)
