"""What it takes to write into a public DNS zone, in the words of either cloud."""

from dataclasses import replace

from assurance.graph.values import Grant
from assurance.proofs.identity.rights import Right, Wanted

KINDS = ("challenges", "records")
_CHANGE = "route53:changeresourcerecordsets"
_NAMES, _TYPES, _DOES = (
    f"{_CHANGE}{what}" for what in ("normalizedrecordnames", "recordtypes", "actions")
)
_CHALLENGE = "_acme-challenge"
_WRITTEN = ("a", "aaaa", "cname", "txt")
_ZONES = "microsoft.network/dnszones"
_VERBS = ("read", "write", "delete")


def allowed(wanted: Wanted, grant: Grant, zone: str) -> Wanted:
    """With what the grant takes; `zone`: as the cloud calls it, in whole."""
    of_cloud = _on_aws if zone.startswith("arn:") else _on_azure
    required, tolerated = of_cloud(grant, zone)
    return replace(
        wanted,
        required=(*wanted.required, *required),
        tolerated=(*wanted.tolerated, *tolerated),
    )


def _on_aws(grant: Grant, zone: str) -> tuple[list[Right], list[Right]]:
    """A change is an action on a name, of a type of record; it is followed until it is heard of."""
    change = Right(actions=(_CHANGE,), resources=(zone,))
    if grant.kind == "challenges":
        own = (f"{_CHALLENGE}.{grant.name}", f"{_CHALLENGE}.*.{grant.name}")
        text = {_TYPES: ("TXT",), _DOES: ("DELETE", "UPSERT")}
        changes = f"arn:{zone.split(':')[1]}:route53:::change/*"
        get = Right(actions=("route53:getchange",), resources=(changes,))
        return [replace(change, when={**text, _NAMES: own}), get], [
            replace(change, when={_TYPES: ("TXT",), _NAMES: (f"{_CHALLENGE}.*",)})
        ]
    types = {_TYPES: tuple(type_.upper() for type_ in _WRITTEN)}
    return [
        replace(change, when=types),
        Right(actions=("route53:listresourcerecordsets",), resources=(zone,)),
        Right(actions=("route53:listhostedzones",), resources=("*",)),
    ], []


def _on_azure(grant: Grant, zone: str) -> tuple[list[Right], list[Right]]:
    """Ids are compared in lower case; records are below their zone, and zones below a group."""
    zone = zone.lower()
    group = zone.partition("/providers/")[0]
    within = (zone, f"{zone}/*")
    types = ("txt",) if grant.kind == "challenges" else _WRITTEN
    write = Right(
        actions=tuple(f"{_ZONES}/{type_}/{verb}" for type_ in types for verb in _VERBS),
        resources=within,
    )
    if grant.kind == "challenges":
        return [write], []
    find = Right(actions=(f"{_ZONES}/read",), resources=(group, f"{group}/*"))
    return [write, Right(actions=(f"{_ZONES}/all/read",), resources=within), find], [
        Right(actions=(f"{_ZONES}/*/read",), resources=within)
    ]
