"""Images, amounts and tokens of what teams run."""

from collections.abc import Callable

from assurance.graph.values import BATCH_PRIORITY
from assurance.guardrails.guardrail import (
    ARRIVING_PODS,
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
    Image,
    ImagePart,
    Not,
    OneOf,
    Path,
    Predicate,
    Present,
    absent,
    absent_or,
    at,
)
from assurance.guardrails.rules.pods import CONTAINERS, each_container
from assurance.guardrails.scope import OUTSIDE_PLATFORM, OUTSIDE_SYSTEM, TEAMS

_CIS, _NSA = Framework.CIS, Framework.NSA
_IMAGE = at("image")
_REFERENCE = at("image", "reference")
_STARTED = CONTAINERS[:2]
"""Debug containers cannot state amounts."""


def _amount(kind: str, resource: str) -> Path:
    return at("resources", kind, resource)


def _stated(resource: str, *kinds: str) -> AnyOf:
    """The pod as a whole, or each container, states an amount of one of these kinds."""
    of_pod = [Present(at("spec", "resources", kind, resource)) for kind in kinds]
    of_container = AnyOf(tuple(Present(_amount(kind, resource)) for kind in kinds))
    return AnyOf((*of_pod, Every(_STARTED, of_container)))


def _each_image(require: Callable[[Path], Predicate]) -> AllOf:
    """It holds for every image: what containers run, and what volumes show them."""
    mounted = Every((at("spec", "volumes"),), absent_or(_REFERENCE, require(_REFERENCE)))
    return AllOf((each_container(require(_IMAGE)), mounted))


def _has_digest(image: Path) -> Present:
    return Present(Image(image, ImagePart.DIGEST))


def _has_version(image: Path) -> AnyOf:
    tag = Image(image, ImagePart.TAG)
    return AnyOf((_has_digest(image), AllOf((Present(tag), Not(Equals(tag, "latest"))))))


REQUESTS = Guardrail(
    name="containers-request-cpu-and-memory",
    title="Every container requests CPU and memory.",
    severity=Severity.MEDIUM,
    frameworks=(Control(_NSA, "Resource policies"),),
    applies=Selector(of=ARRIVING_PODS, scope=TEAMS),
    require=AllOf((_stated("cpu", "requests", "limits"), _stated("memory", "requests", "limits"))),
    remedy="Set resources.requests, or let the team's LimitRange do it.",
    page="The scheduler counts requests only: a pod without any is put on a node that is full, and "
    "is the first to be evicted. A limit without a request is a request of the same amount.",
)
LIMITS = Guardrail(
    name="containers-limit-memory",
    title="Every container has a limit on memory.",
    severity=Severity.MEDIUM,
    frameworks=(Control(_NSA, "Resource policies"),),
    applies=Selector(of=ARRIVING_PODS, scope=TEAMS),
    require=_stated("memory", "limits"),
    remedy="Set resources.limits.memory, or let the team's LimitRange do it.",
    page="Without a limit one container can use up a node's memory, and the kernel kills whichever "
    "process it picks. CPU needs no limit: what is short of it becomes slow, nothing dies.",
)
VERSIONED = Guardrail(
    name="images-have-a-version",
    title="Every image has a digest, or a tag other than latest.",
    severity=Severity.MEDIUM,
    frameworks=(Control(_CIS, "5.5.1"), Control(_NSA, "Container image security")),
    applies=Selector(of=PODS, scope=OUTSIDE_SYSTEM),
    require=_each_image(_has_version),
    remedy="Name a version, or better a digest: image:1.4.2 or image@sha256:….",
    page="What runs tomorrow is what was reviewed today. No tag means latest.",
)
DIGESTS = Guardrail(
    name="images-have-a-digest",
    title="Every image is named by its digest.",
    severity=Severity.LOW,
    frameworks=(Control(_CIS, "5.5.1"), Control(_NSA, "Container image security")),
    applies=Selector(of=PODS, scope=OUTSIDE_SYSTEM),
    require=_each_image(_has_digest),
    remedy="Name the digest: image:1.4.2@sha256:….",
    page="A tag can be moved to another image; a digest cannot.",
)


def images_come_from(registries: tuple[str, ...]) -> Guardrail:
    """Images come from these registries only; an image that names none is docker.io's."""
    return Guardrail(
        name="images-come-from-known-registries",
        title=f"Every image comes from {', '.join(registries)}.",
        severity=Severity.HIGH,
        frameworks=(Control(_CIS, "5.5.1"), Control(_NSA, "Container image security")),
        applies=Selector(of=PODS, scope=OUTSIDE_PLATFORM),
        require=_each_image(lambda image: OneOf(Image(image, ImagePart.REGISTRY), registries)),
        remedy="Copy the image to one of them, and name it there.",
        page="Whoever controls a registry decides what runs. An image whose name starts with no "
        "host comes from docker.io. The platform's own charts are pinned in code.",
    )


_TOKEN = at("spec", "automountServiceAccountToken")
_ACCOUNT, _OLD_ACCOUNT = at("spec", "serviceAccountName"), at("spec", "serviceAccount")
_NAMED = AnyOf(
    tuple(
        AllOf((Present(name), Not(OneOf(name, ("", "default")))))
        for name in (_ACCOUNT, _OLD_ACCOUNT)
    )
)
_SOURCES = at("projected", "sources")
_UNPROJECTED = Every(
    (at("spec", "volumes"),), Every((_SOURCES,), absent(at("serviceAccountToken")))
)
_ASKED = AllOf((Present(_TOKEN), _NAMED))
TOKENS = Guardrail(
    name="tokens-are-mounted-on-purpose",
    title="A pod gets a ServiceAccount's token only if it asks, and never the default one's.",
    severity=Severity.MEDIUM,
    frameworks=(
        Control(_CIS, "5.1.5"),
        Control(_CIS, "5.1.6"),
        Control(_NSA, "Protecting Pod service account tokens"),
    ),
    applies=Selector(of=PODS, scope=TEAMS),
    require=AnyOf((AllOf((Equals(_TOKEN, value=False), _UNPROJECTED)), _ASKED)),
    remedy="Set automountServiceAccountToken to false, or to true with a serviceAccountName.",
    page="A token that nobody uses is only of use to an intruder. What is not said mounts one, and "
    "a projected volume does so whatever is said.",
)
ACCOUNT_TOKENS = Guardrail(
    name="service-accounts-mount-no-token",
    title="A ServiceAccount hands out no token unless a pod asks.",
    severity=Severity.LOW,
    frameworks=(Control(_CIS, "5.1.6"), Control(_NSA, "Protecting Pod service account tokens")),
    applies=Selector(of=Objects("service-accounts", (Kind("", "ServiceAccount"),)), scope=TEAMS),
    require=AnyOf(
        (
            Equals(at("automountServiceAccountToken"), value=False),
            Equals(at("metadata", "name"), "default"),
        )
    ),
    remedy="Set automountServiceAccountToken to false; a pod that needs a token says so itself.",
    page="The account called default is Kubernetes' own to make; that no pod uses its token is "
    "another rule's business.",
)
LASTING_TOKENS = Guardrail(
    name="secrets-are-no-account-tokens",
    title="No Secret holds a ServiceAccount's token.",
    severity=Severity.MEDIUM,
    frameworks=(Control(_NSA, "Protecting Pod service account tokens"),),
    applies=Selector(of=Objects("secrets", (Kind("", "Secret"),)), scope=TEAMS),
    require=Not(Equals(at("type"), "kubernetes.io/service-account-token")),
    remedy="Ask for a token that expires: kubectl create token.",
    page="Such a token never expires, and belongs to whoever has once read the Secret.",
)
_CLASS = at("spec", "priorityClassName")
PRIORITIES = Guardrail(
    name="pods-take-nobodys-place",
    title="A team's pod names no priority class but the one of what can wait.",
    severity=Severity.HIGH,
    frameworks=(Control(_NSA, "Resource policies"),),
    applies=Selector(of=PODS, scope=TEAMS),
    require=absent_or(_CLASS, OneOf(_CLASS, ("", BATCH_PRIORITY))),
    remedy="Leave out priorityClassName; for what can wait, a workload has `priority: batch`.",
    page="A pod of a higher priority drives out other teams' where room is short, and may drive "
    "out the platform's: whichever classes the cluster has, teams are equals. A class that is the "
    "cluster's default is named in every pod that arrives, so teams need a cluster without one.",
)
WORKLOADS: tuple[Guardrail, ...] = (
    REQUESTS,
    LIMITS,
    VERSIONED,
    DIGESTS,
    TOKENS,
    ACCOUNT_TOKENS,
    LASTING_TOKENS,
    PRIORITIES,
)
