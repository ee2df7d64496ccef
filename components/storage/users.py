"""Who may do what in the object store, in the server's own words. Pure."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assurance.graph.values import Access, Grant

ADMINISTRATOR = "ml-platform"
"""No team can have this name."""
DATABASE_USER = "database"
"""The database's namespace, and so no team's name: it keeps its copies in a bucket of its own."""
_OF_ONES_OWN = ("Read", "Write", "List", "Tagging")
_RIGHTS = {Access.READ: ("Read", "List"), Access.WRITE: _OF_ONES_OWN}


def own_bucket(team: str) -> str:
    """The bucket that is a team's alone."""
    return f"team-{team}"


def identities(grants: Mapping[str, Iterable[Grant]]) -> str:
    """The server's document for each team, with a word's name in the place of each secret key."""
    users = [
        _user(ADMINISTRATOR, ["Admin"]),
        *(_user(team, list(_actions(team, own))) for team, own in sorted(grants.items())),
    ]
    return json.dumps({"identities": users})


def _user(name: str, actions: list[str]) -> dict[str, Any]:
    credentials = [{"accessKey": name, "secretKey": f"${{{name}}}"}]
    return {"name": name, "credentials": credentials, "actions": actions}


def _whole(bucket: str) -> list[str]:
    return [f"{right}:{bucket}" for right in _OF_ONES_OWN]


def _actions(team: str, grants: Iterable[Grant]) -> Iterator[str]:
    """A team's own bucket in whole, and of the others what begins with the prefix."""
    yield from _whole(own_bucket(team))
    granted = (
        f"{right}:{grant.name}/{grant.prefix}*"
        for grant in grants
        if grant.kind == "bucket"
        for right in _RIGHTS[grant.access]
    )
    yield from dict.fromkeys(granted)
