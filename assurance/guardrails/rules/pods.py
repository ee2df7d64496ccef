"""What rules about pods share: where containers stand, and who is exempt."""

from assurance.guardrails.predicate import AllOf, Equals, Every, Not, Path, Predicate, Scalar, at

CONTAINERS = (
    at("spec", "initContainers"),
    at("spec", "containers"),
    at("spec", "ephemeralContainers"),
)
"""All that run in a pod; debug containers too."""

ON_HOST_NETWORK = Equals(at("spec", "hostNetwork"), value=True)
ON_WINDOWS = Equals(at("spec", "os", "name"), "windows")
IN_USER_NAMESPACE = Equals(at("spec", "hostUsers"), value=False)


def each_container(require: Predicate) -> Every:
    """It holds for every container, init container and ephemeral container."""
    return Every(CONTAINERS, require)


def of_container(*steps: str) -> Path:
    """A field of a container's security context."""
    return at("securityContext", *steps)


def of_pod(*steps: str) -> Path:
    """A field of the pod's security context."""
    return at("spec", "securityContext", *steps)


def never(*steps: str, value: Scalar) -> AllOf:
    """Neither the pod's security context nor a container's says so."""
    return AllOf(
        (
            Not(Equals(of_pod(*steps), value)),
            each_container(Not(Equals(of_container(*steps), value))),
        )
    )
