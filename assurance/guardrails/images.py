"""Image references, taken apart."""

from assurance.guardrails.predicate import ImagePart

DEFAULT_REGISTRY = "docker.io"


def part_of(image: str, part: ImagePart) -> str | None:
    """One part of a reference, as the container runtime would read it; None where it has none.

    The first component names a registry if it has a dot or a colon, or is `localhost`; a colon in
    the last component starts the tag; what follows an `@` is the digest.
    """
    name, _, digest = image.partition("@")
    head, slash, rest = name.partition("/")
    named = bool(slash) and ("." in head or ":" in head or head == "localhost")
    path = rest if named else name
    directory, slash, last = path.rpartition("/")
    last, _, tag = last.partition(":")
    match part:
        case ImagePart.REGISTRY:
            return head if named else DEFAULT_REGISTRY
        case ImagePart.REPOSITORY:
            return f"{directory}{slash}{last}" or None
        case ImagePart.TAG:
            return tag or None
        case ImagePart.DIGEST:
            return digest or None
