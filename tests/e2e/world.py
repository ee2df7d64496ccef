"""A world of files that the engine deploys to without a cluster, and a program that is plain data.

Every resource is a file below one directory, so that a test can take it away, or make a step fail.
"""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pulumi
from pulumi import dynamic


@dataclass(frozen=True, kw_only=True, slots=True)
class Thing:
    """One resource of the program."""

    name: str
    value: str = ""
    secret: str = ""
    key: str = ""
    """A change of it replaces the resource."""
    before: bool = False
    """Whether the old one is deleted before the new one is made."""
    fails: str = ""
    """The verb that fails."""
    holds: bool = False
    """Whether making it waits for the file `go`; the file `held` says that it does."""
    parent: str = ""
    """A component."""
    after: tuple[str, ...] = ()
    deleted_with: str = ""
    protect: bool = False
    retain: bool = False
    formerly: str = ""
    adopts: str = ""
    """The id of something that exists."""


class World(dynamic.ResourceProvider):
    """Makes files."""

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        _fail(props, "create")
        place = Path(props["world"])
        if props["holds"]:
            (place / "held").touch()
        while props["holds"] and not (place / "go").exists():
            time.sleep(0.02)
        id_ = f"{props['name']}.{props['key']}"
        (place / id_).write_text(json.dumps(props), encoding="utf-8")
        return dynamic.CreateResult(id_, props)

    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> dynamic.DiffResult:
        assert id_
        mine = {k: v for k, v in news.items() if not k.startswith("__")}
        return dynamic.DiffResult(
            changes=any(olds.get(key) != value for key, value in mine.items()),
            replaces=["key"] if olds.get("key") != news["key"] else [],
            delete_before_replace=news["before"],
        )

    def update(self, id_: str, _olds: dict[str, Any], news: dict[str, Any]) -> dynamic.UpdateResult:
        _fail(news, "update")
        (Path(news["world"]) / id_).write_text(json.dumps(news), encoding="utf-8")
        return dynamic.UpdateResult(news)

    def read(self, id_: str, props: dict[str, Any]) -> dynamic.ReadResult:
        path = Path(props["world"]) / id_
        if not path.exists():
            return dynamic.ReadResult("", {})
        return dynamic.ReadResult(id_, {**props, **json.loads(path.read_text("utf-8"))})

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        _fail(props, "delete")
        (Path(props["world"]) / id_).unlink(missing_ok=True)


class Part(pulumi.ComponentResource):
    """What things are parts of."""

    def __init__(self, name: str) -> None:
        super().__init__("ml-platform:test:Part", name, {"named": name})
        self.register_outputs({"named": name})


class File(dynamic.Resource):
    """One thing."""


def build(world: Path, things: Iterable[Thing]) -> None:
    """Register things in their order."""
    parts: dict[str, Part] = {}
    made: dict[str, File] = {}
    for thing in things:
        if thing.parent and thing.parent not in parts:
            parts[thing.parent] = Part(thing.parent)
        made[thing.name] = File(
            World(), thing.name, _inputs(world, thing), _options(thing, parts, made)
        )
    pulumi.export("names", sorted(made))
    pulumi.export("hidden", pulumi.Output.secret("canary-stack"))


def _inputs(world: Path, thing: Thing) -> dict[str, Any]:
    said = asdict(thing)
    plain = {key: said[key] for key in ("name", "value", "key", "before", "fails", "holds")}
    secret = pulumi.Output.secret(thing.secret) if thing.secret else None
    return {"world": str(world), **plain, "secret": secret}


def _options(
    thing: Thing, parts: Mapping[str, Part], made: Mapping[str, File]
) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(
        parent=parts.get(thing.parent),
        depends_on=[made[name] for name in thing.after if name in made],
        deleted_with=made.get(thing.deleted_with),
        protect=thing.protect,
        retain_on_delete=thing.retain,
        aliases=[pulumi.Alias(name=thing.formerly)] if thing.formerly else None,
        import_=thing.adopts or None,
    )


def _fail(props: Mapping[str, Any], verb: str) -> None:
    if props.get("fails") == verb:
        message = f"{verb} of {props['name']} fails"
        raise ValueError(message)
