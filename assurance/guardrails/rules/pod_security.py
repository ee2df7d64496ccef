"""The Pod Security Standards of Kubernetes 1.35 as predicates, one for each check.

They are about pods as the API server will see them, defaults included: a volume that names no
source is an emptyDir, and on the host's network every port of a container is a port of the host.
"""

from assurance.guardrails.predicate import (
    ITEM,
    AllOf,
    AnyOf,
    Equals,
    Every,
    EveryEntry,
    Matches,
    Not,
    OneOf,
    Present,
    Some,
    Term,
    absent,
    absent_or,
    at,
)
from assurance.guardrails.rules.pods import (
    IN_USER_NAMESPACE,
    ON_HOST_NETWORK,
    ON_WINDOWS,
    each_container,
    never,
    of_container,
    of_pod,
)

_OWN_PROFILES = ("RuntimeDefault", "Localhost")
_VOLUMES = (at("spec", "volumes"),)
_PROBES = (("livenessProbe",), ("readinessProbe",), ("startupProbe",))
_HOOKS = (("lifecycle", "postStart"), ("lifecycle", "preStop"))
_ADDED, _DROPPED = (of_container("capabilities", "add"),), (of_container("capabilities", "drop"),)

CAPABILITIES = (
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
)
SYSCTLS = (
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
)
SELINUX_TYPES = (
    "",
    "container_t",
    "container_init_t",
    "container_kvm_t",
    "container_engine_t",
)
VOLUMES_REFUSED = (
    "awsElasticBlockStore",
    "azureDisk",
    "azureFile",
    "cephfs",
    "cinder",
    "fc",
    "flexVolume",
    "flocker",
    "gcePersistentDisk",
    "gitRepo",
    "glusterfs",
    "hostPath",
    "iscsi",
    "nfs",
    "photonPersistentDisk",
    "portworxVolume",
    "quobyte",
    "rbd",
    "scaleIO",
    "storageos",
    "vsphereVolume",
)
VOLUMES_ALLOWED = (
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
)
"""With those refused, all that Kubernetes 1.35 knows; no volume has two."""


def _empty(term: Term) -> AnyOf:
    return absent_or(term, Equals(term, ""))


def _profile(kind: str) -> AllOf:
    """A profile of some kind that is named is the runtime's or one of ours."""
    pod, container = of_pod(kind, "type"), of_container(kind, "type")
    return AllOf(
        (
            absent_or(pod, OneOf(pod, _OWN_PROFILES)),
            each_container(absent_or(container, OneOf(container, _OWN_PROFILES))),
        )
    )


def _selinux() -> AllOf:
    of_both = []
    for where in (of_pod, of_container):
        kind = where("seLinuxOptions", "type")
        of_both.append(
            AllOf(
                (
                    absent_or(kind, OneOf(kind, SELINUX_TYPES)),
                    _empty(where("seLinuxOptions", "user")),
                    _empty(where("seLinuxOptions", "role")),
                )
            )
        )
    pod, container = of_both
    return AllOf((pod, each_container(container)))


_PORT = at("hostPort")
_MASKED = each_container(
    absent_or(of_container("procMount"), Equals(of_container("procMount"), "Default"))
)

HOST_NAMESPACES = AllOf(
    tuple(
        Not(Equals(at("spec", field), value=True))
        for field in ("hostNetwork", "hostPID", "hostIPC")
    )
)
PRIVILEGED = each_container(Not(Equals(of_container("privileged"), value=True)))
CAPABILITIES_BASELINE = each_container(Every(_ADDED, OneOf(ITEM, CAPABILITIES)))
HOST_PATH_VOLUMES = Every(_VOLUMES, absent(at("hostPath")))
HOST_PORTS = AllOf(
    (
        each_container(Every((at("ports"),), absent_or(_PORT, Equals(_PORT, 0)))),
        AnyOf((Not(ON_HOST_NETWORK), each_container(Not(Some((at("ports"),), AllOf(())))))),
    )
)
APP_ARMOR_PROFILE = AllOf(
    (
        _profile("appArmorProfile"),
        EveryEntry(
            at("metadata", "annotations"),
            r"container\.apparmor\.security\.beta\.kubernetes\.io/.*",
            Matches(ITEM, "|runtime/default|localhost/.*"),
        ),
    )
)
SELINUX_OPTIONS = _selinux()
PROC_MOUNT = AnyOf((IN_USER_NAMESPACE, _MASKED))
SECCOMP_BASELINE = _profile("seccompProfile")
SYSCTLS_ALLOWED = Every((of_pod("sysctls"),), OneOf(at("name"), SYSCTLS))
WINDOWS_HOST_PROCESS = never("windowsOptions", "hostProcess", value=True)
HOST_PROBES = each_container(
    AllOf(
        tuple(
            _empty(at(*handler, way, "host"))
            for handler in (*_PROBES, *_HOOKS)
            for way in ("httpGet", "tcpSocket")
        )
    )
)

RESTRICTED_VOLUMES = Every(_VOLUMES, AllOf(tuple(absent(at(name)) for name in VOLUMES_REFUSED)))
ALLOW_PRIVILEGE_ESCALATION = AnyOf(
    (ON_WINDOWS, each_container(Equals(of_container("allowPrivilegeEscalation"), value=False)))
)
RUN_AS_NON_ROOT = AnyOf(
    (
        IN_USER_NAMESPACE,
        AllOf(
            (
                never("runAsNonRoot", value=False),
                AnyOf(
                    (
                        Equals(of_pod("runAsNonRoot"), value=True),
                        each_container(Present(of_container("runAsNonRoot"))),
                    )
                ),
            )
        ),
    )
)
RUN_AS_USER = AnyOf((IN_USER_NAMESPACE, never("runAsUser", value=0)))
SECCOMP_RESTRICTED = AnyOf(
    (
        ON_WINDOWS,
        AllOf(
            (
                SECCOMP_BASELINE,
                AnyOf(
                    (
                        Present(of_pod("seccompProfile", "type")),
                        each_container(Present(of_container("seccompProfile", "type"))),
                    )
                ),
            )
        ),
    )
)
CAPABILITIES_RESTRICTED = AnyOf(
    (
        ON_WINDOWS,
        each_container(
            AllOf(
                (
                    Some(_DROPPED, Equals(ITEM, "ALL")),
                    Every(_ADDED, Equals(ITEM, "NET_BIND_SERVICE")),
                )
            )
        ),
    )
)
PROC_MOUNT_RESTRICTED = _MASKED
