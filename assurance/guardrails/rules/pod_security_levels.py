"""The levels `baseline` and `restricted`: which checks they are made of."""

from assurance.guardrails.guardrail import (
    PODS,
    Control,
    Framework,
    Guardrail,
    Selector,
    Severity,
)
from assurance.guardrails.predicate import Predicate
from assurance.guardrails.rules import pod_security as checks
from assurance.guardrails.scope import Labelled, Scope

LEVEL = "pod-security.kubernetes.io/enforce"
_BASELINE = Scope("from-baseline", (Labelled(LEVEL, ("baseline", "restricted")),))
_BASELINE_ONLY = Scope("at-baseline", (Labelled(LEVEL, ("baseline",)),))
_RESTRICTED = Scope("at-restricted", (Labelled(LEVEL, ("restricted",)),))
_CIS, _NSA = Framework.CIS, Framework.NSA
_HARDENING = Control(_NSA, "Kubernetes Pod security")
_WHY = (
    "A check of the Pod Security Standards. The API server's own admission refuses such pods when "
    "they arrive, and only warns about a Deployment that will never get any; this rule refuses the "
    "template, before it is applied."
)

Words = tuple[str, str]


def _rule(
    check: str, where: Scope, require: Predicate, words: Words, *more: Severity | str
) -> Guardrail:
    """A guardrail for one check; `more` is its severity and the CIS controls that it covers."""
    level = "restricted" if where is _RESTRICTED else "baseline"
    severity = next((one for one in more if isinstance(one, Severity)), Severity.HIGH)
    benchmarks = (Control(_CIS, one) for one in more if not isinstance(one, Severity))
    title, remedy = words
    return Guardrail(
        name=f"pod-security-{_kebab(check)}",
        title=title,
        severity=severity,
        frameworks=(Control(Framework.PSS, f"{level}/{check}"), *benchmarks, _HARDENING),
        applies=Selector(of=PODS, scope=where),
        require=require,
        remedy=remedy,
        page=_WHY,
    )


def _kebab(check: str) -> str:
    spaced = "".join(f"-{c.lower()}" if c.isupper() else c for c in check)
    return spaced.replace("_", "-").replace("se-linux", "selinux")


BASELINE: tuple[Guardrail, ...] = (
    _rule(
        "hostNamespaces",
        _BASELINE,
        checks.HOST_NAMESPACES,
        (
            "A pod does not join the host's network, processes or IPC.",
            "Leave out hostNetwork, hostPID and hostIPC.",
        ),
        *("5.2.3", "5.2.4", "5.2.5", Severity.CRITICAL),
    ),
    _rule(
        "privileged",
        _BASELINE,
        checks.PRIVILEGED,
        ("No container is privileged.", "Leave out securityContext.privileged."),
        *("5.2.2", Severity.CRITICAL),
    ),
    _rule(
        "capabilities_baseline",
        _BASELINE_ONLY,
        checks.CAPABILITIES_BASELINE,
        (
            "A container adds no capability beyond what runtimes give anyway.",
            "Remove others, NET_RAW too, from securityContext.capabilities.add.",
        ),
        *("5.2.8", "5.2.9"),
    ),
    _rule(
        "hostPathVolumes",
        _BASELINE_ONLY,
        checks.HOST_PATH_VOLUMES,
        ("No volume is a directory of the host.", "Use a claim or an emptyDir for hostPath."),
        *("5.2.12", Severity.CRITICAL),
    ),
    _rule(
        "hostPorts",
        _BASELINE,
        checks.HOST_PORTS,
        ("No container takes a port of the host.", "Leave out hostPort; publish a Service."),
        "5.2.13",
    ),
    _rule(
        "appArmorProfile",
        _BASELINE,
        checks.APP_ARMOR_PROFILE,
        (
            "AppArmor is not switched off.",
            "Leave the profile out, or use RuntimeDefault or Localhost.",
        ),
        "5.7.3",
    ),
    _rule(
        "seLinuxOptions",
        _BASELINE,
        checks.SELINUX_OPTIONS,
        (
            "SELinux options name no user, no role, and a container's type.",
            "Leave seLinuxOptions out, or set type to container_t alone.",
        ),
        "5.7.3",
    ),
    _rule(
        "procMount",
        _BASELINE_ONLY,
        checks.PROC_MOUNT,
        (
            "What the runtime hides of /proc stays hidden.",
            "Leave out securityContext.procMount, or give the pod a user namespace.",
        ),
        "5.7.3",
    ),
    _rule(
        "seccompProfile_baseline",
        _BASELINE_ONLY,
        checks.SECCOMP_BASELINE,
        (
            "Seccomp is not switched off.",
            "Set seccompProfile.type to RuntimeDefault or Localhost.",
        ),
        "5.7.2",
    ),
    _rule(
        "sysctls",
        _BASELINE,
        checks.SYSCTLS_ALLOWED,
        (
            "A pod sets only kernel parameters that touch nobody else.",
            "Remove the others from securityContext.sysctls.",
        ),
        "5.7.3",
    ),
    _rule(
        "windowsHostProcess",
        _BASELINE,
        checks.WINDOWS_HOST_PROCESS,
        (
            "No container is a process of a Windows host.",
            "Leave out windowsOptions.hostProcess.",
        ),
        *("5.2.11", Severity.CRITICAL),
    ),
    _rule(
        "hostProbesAndHostLifecycle",
        _BASELINE,
        checks.HOST_PROBES,
        (
            "Probes and hooks call their own pod.",
            "Leave out host in httpGet and tcpSocket of probes and lifecycle hooks.",
        ),
        Severity.MEDIUM,
    ),
)

RESTRICTED: tuple[Guardrail, ...] = (
    _rule(
        "restrictedVolumes",
        _RESTRICTED,
        checks.RESTRICTED_VOLUMES,
        (
            "Volumes are claims, or live and die with the pod.",
            "Use persistentVolumeClaim, ephemeral, csi, configMap, secret, emptyDir or projected.",
        ),
        "5.2.12",
    ),
    _rule(
        "allowPrivilegeEscalation",
        _RESTRICTED,
        checks.ALLOW_PRIVILEGE_ESCALATION,
        (
            "No process gains more rights than its parent.",
            "Set securityContext.allowPrivilegeEscalation to false in every container.",
        ),
        "5.2.6",
    ),
    _rule(
        "runAsNonRoot",
        _RESTRICTED,
        checks.RUN_AS_NON_ROOT,
        ("Nothing runs as root.", "Set securityContext.runAsNonRoot to true."),
        "5.2.7",
    ),
    _rule(
        "runAsUser",
        _RESTRICTED,
        checks.RUN_AS_USER,
        ("Nobody asks to be user 0.", "Set securityContext.runAsUser to another user's number."),
        "5.2.7",
    ),
    _rule(
        "seccompProfile_restricted",
        _RESTRICTED,
        checks.SECCOMP_RESTRICTED,
        (
            "A seccomp profile is set.",
            "Set securityContext.seccompProfile.type to RuntimeDefault.",
        ),
        "5.7.2",
    ),
    _rule(
        "capabilities_restricted",
        _RESTRICTED,
        checks.CAPABILITIES_RESTRICTED,
        (
            "A container drops all capabilities; it may add NET_BIND_SERVICE.",
            "Set securityContext.capabilities.drop to [ALL] and remove others from add.",
        ),
        *("5.2.8", "5.2.9", "5.2.10"),
    ),
    _rule(
        "procMount_restricted",
        _RESTRICTED,
        checks.PROC_MOUNT_RESTRICTED,
        (
            "What the runtime hides of /proc stays hidden, in a user namespace as well.",
            "Leave out securityContext.procMount.",
        ),
        "5.7.3",
    ),
)
