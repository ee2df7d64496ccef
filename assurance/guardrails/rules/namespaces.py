"""Whose a thing is: labels of pods and namespaces."""

from assurance.graph.values import CLASS, TEAM
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
from assurance.guardrails.predicate import AllOf, AnyOf, Equals, Not, OneOf, Present, absent, at
from assurance.guardrails.rules.pod_security_levels import LEVEL
from assurance.guardrails.scope import TEAMS

_NAMESPACES = Objects("namespaces", (Kind("", "Namespace"),))
_OF_PLATFORM = Equals(at("metadata", "labels", CLASS), "platform")
_CIS, _NSA = Framework.CIS, Framework.NSA

TEAM_LABEL = Guardrail(
    name="pods-name-their-team",
    title="Every pod of a team carries its label.",
    severity=Severity.LOW,
    frameworks=(),
    applies=Selector(of=PODS, scope=TEAMS),
    require=Present(at("metadata", "labels", TEAM)),
    remedy=f"Add the label {TEAM}, whose value is the namespace, to the pod template.",
    page="Cost, alerts and dashboards tell teams apart by it. It opens nothing: network policies "
    "know others by their namespace's name, so a pod with another team's labels reaches what any "
    "pod of its own namespace could, and no more.",
)
NAMESPACE_TEAM = Guardrail(
    name="namespaces-name-their-team",
    title="Every namespace is a team's, the platform's or Kubernetes' own.",
    severity=Severity.MEDIUM,
    frameworks=(Control(_CIS, "5.7.1"), Control(_NSA, "Namespaces")),
    applies=Selector(of=_NAMESPACES),
    require=AnyOf(
        (
            Present(at("metadata", "labels", TEAM)),
            _OF_PLATFORM,
            OneOf(
                at("metadata", "name"),
                ("default", "kube-system", "kube-public", "kube-node-lease"),
            ),
        )
    ),
    remedy=f"Declare the team in the stack file; by hand, add the label {TEAM}.",
    page="A namespace that nobody owns has no quota, no limits and no default-deny.",
)
NAMESPACE_LEVEL = Guardrail(
    name="team-namespaces-enforce-pod-security",
    title="A team's namespace enforces Pod Security.",
    severity=Severity.HIGH,
    frameworks=(Control(_CIS, "5.2.1"), Control(_NSA, "Pod security enforcement")),
    applies=Selector(of=_NAMESPACES),
    require=AnyOf(
        (
            absent(at("metadata", "labels", TEAM)),
            OneOf(
                at("metadata", "labels", LEVEL),
                ("baseline", "restricted"),
            ),
        )
    ),
    remedy=f"Add the label {LEVEL}: restricted.",
    page="Without the label, anything may run in the namespace, as root on the host too.",
)
PLATFORM_LEVEL = Guardrail(
    name="platform-namespaces-state-pod-security",
    title="A namespace of the platform's says which Pod Security it enforces.",
    severity=Severity.MEDIUM,
    frameworks=(Control(_CIS, "5.2.1"), Control(_NSA, "Pod security enforcement")),
    applies=Selector(of=_NAMESPACES),
    require=AnyOf((Not(_OF_PLATFORM), Present(at("metadata", "labels", LEVEL)))),
    remedy=f"Add the label {LEVEL}: restricted, or privileged where the host is the point.",
    page="Some of the platform's pods must touch their nodes; which namespaces allow that is said, "
    "not left open.",
)
DEFAULT_NAMESPACE = Guardrail(
    name="nothing-lives-in-the-default-namespace",
    title="Nothing is put into the namespace default.",
    severity=Severity.LOW,
    frameworks=(Control(_CIS, "5.7.4"), Control(_NSA, "Namespaces")),
    applies=Selector(
        of=Objects(
            "what-lives",
            (
                Kind("", "ConfigMap"),
                Kind("", "PersistentVolumeClaim"),
                Kind("", "Pod"),
                Kind("", "Secret"),
                Kind("", "Service"),
                Kind("apps", "DaemonSet"),
                Kind("apps", "Deployment"),
                Kind("apps", "StatefulSet"),
                Kind("batch", "CronJob"),
                Kind("batch", "Job"),
            ),
        ),
        exempt=OneOf(at("metadata", "name"), ("kube-root-ca.crt", "kubernetes")),
    ),
    require=AllOf(
        (
            Present(at("metadata", "namespace")),
            Not(Equals(at("metadata", "namespace"), "default")),
        )
    ),
    remedy="Name a team's namespace in metadata.namespace.",
    page="The namespace default has no owner, no quota and no policies. What Kubernetes puts "
    "there itself is let be.",
)

NAMESPACES: tuple[Guardrail, ...] = (
    TEAM_LABEL,
    NAMESPACE_TEAM,
    NAMESPACE_LEVEL,
    PLATFORM_LEVEL,
    DEFAULT_NAMESPACE,
)
