"""URNs taken apart and put together; pure."""

_ROOT = "pulumi:pulumi:Stack"


def qualified_type(urn: str) -> str:
    """The types of a resource and of its parents: `a:b:C$d:e:F`."""
    return urn.split("::", 3)[2]


def is_root(urn: str) -> bool:
    """Whether it is the stack itself."""
    return qualified_type(urn) == _ROOT


def under(urn: str, parent: str) -> str:
    """The URN that a resource has below another parent."""
    stack, project, types, name = urn.split("::", 3)
    own = types.rpartition("$")[2]
    qualified = own if is_root(parent) else f"{qualified_type(parent)}${own}"
    return f"{stack}::{project}::{qualified}::{name}"
