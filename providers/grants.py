"""What a cloud can be asked to grant: the same in each, so that a stack moves between them."""

import pulumi

from assurance.graph.values import Access, Grant

_GRANTABLE = {
    ("bucket", Access.READ),
    ("bucket", Access.WRITE),
    ("secret", Access.READ),
    ("challenges", Access.WRITE),
    ("records", Access.WRITE),
}


def grantable(grant: Grant) -> Grant:
    """The grant, if there is a right that says it.

    Who may do what in a database is said by roles within it, which no cloud's policy reaches: a
    need opens the way to it, and a password the door.
    """
    if (grant.kind, grant.access) not in _GRANTABLE:
        message = (
            f"{grant.access} on the {grant.kind} {grant.name} cannot be granted in the cloud: "
            "expected read or write on a bucket, read on a secret, or write on a zone's challenges "
            "or records; "
            "a database is reached by a need, and opened by a password"
        )
        raise pulumi.RunError(message)
    return grant
