"""URNs, as the engine makes them."""

from pulumi.runtime.proto import alias_pb2

ROOT = "pulumi:pulumi:Stack"


def urn_of(stack: str, project: str, parent: str, kind: str, name: str) -> str:
    """A resource's URN; the stack itself never shows in its children's types."""
    above = qualified_type(parent) if parent else ""
    qualified = f"{above}${kind}" if above and above != ROOT else kind
    return f"urn:pulumi:{stack}::{project}::{qualified}::{name}"


def qualified_type(urn: str) -> str:
    """The types from the outermost component down: `a:b:C$d:e:F`."""
    return urn.split("::")[2]


def provider_urn(reference: str) -> str | None:
    """A provider reference is its URN and its id; only the first is the same before and after."""
    return reference.rpartition("::")[0] or None


def alias_urn(alias: alias_pb2.Alias, urn: str, parent: str) -> str:
    """The URN that an alias stands for, for the resource of a URN."""
    if alias.WhichOneof("alias") == "urn":
        return alias.urn
    stack, project, kind, name = _parts(urn)
    spec = alias.spec
    above = "" if spec.noParent else spec.parentUrn or parent
    if above and qualified_type(above) != ROOT:
        prefix = above.rpartition("::")[0]  # an alias below a parent is in the parent's stack
        return f"{prefix}${spec.type or kind}::{spec.name or name}"
    return urn_of(
        spec.stack or stack, spec.project or project, "", spec.type or kind, spec.name or name
    )


def _parts(urn: str) -> tuple[str, str, str, str]:
    prefix, project, qualified, name = urn.split("::", 3)
    return prefix.rpartition(":")[2], project, qualified.rpartition("$")[2], name
