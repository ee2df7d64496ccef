"""What may stand at a place in a stack file, read from its schema and said in words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from components.config.faults import Path
from components.config.schema import stack_schema, waivers_schema
from components.config.wording import listed

Node = Mapping[str, Any]
"""A part of the schema, references followed."""

_WORDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "null": "nothing",
}


def shapes(path: Path, data: Any) -> list[Node]:
    """What may stand at `path`; `data`, which begins at a section, tells kinds apart."""
    if not path or path[0] not in sections():
        return []
    nodes = [sections()[str(path[0])]]
    value = data.get(path[0]) if isinstance(data, Mapping) else None
    for step in path[1:]:
        nodes = [inner for node in chosen(nodes, value) for inner in below(node, step)]
        value = _inside(value, step)
    return list(variants(nodes))


def sections() -> Mapping[str, Node]:
    """What is configured under the project's own name, and what `waivers.yaml` holds."""
    config: Node = stack_schema()["properties"]["config"]["properties"]
    own = {key.partition(":")[2]: node for key, node in config.items() if ":" in key}
    signed: Mapping[str, Node] = waivers_schema()["properties"]
    return {**own, **signed}


def variants(nodes: Sequence[Node]) -> Iterator[Node]:
    """The alternatives, each with references followed; what is said beside a reference wins."""
    for node in nodes:
        whole = node
        while "$ref" in whole:
            beside = {key: value for key, value in whole.items() if key != "$ref"}
            whole = {**_definition(whole["$ref"]), **beside}
        choices = [*whole.get("anyOf", ()), *whole.get("oneOf", ())]
        beside = {key: value for key, value in whole.items() if key not in ("anyOf", "oneOf")}
        if choices:
            yield from variants([{**choice, **_told(beside)} for choice in choices])
        else:
            yield whole


def chosen(nodes: Sequence[Node], value: Any) -> list[Node]:
    """The alternatives that a value has chosen by its `kind`, `provider` or the like."""
    every = list(variants(nodes))
    sections = [node for node in every if node.get("type") == "object"]
    if not isinstance(value, Mapping):
        return every
    return (
        [node for node in sections if _says(node, value)]
        or [node for node in sections if set(required(node)) & set(value)]
        or sections
    )


def allowed_keys(nodes: Sequence[Node]) -> list[str]:
    """The keys of a section."""
    return list(dict.fromkeys(key for node in nodes for key in node.get("properties", ())))


def beside(nodes: Sequence[Node], value: Mapping[str, Any]) -> str:
    """What in a section's own words decides which alternative it is."""
    for node in nodes:
        for key, inner in node.get("properties", {}).items():
            if "const" in inner:
                return f"{key}: {inner['const']}"
        for key in required(node):
            if key in value:
                return key
    return "the rest"


def further_down(nodes: Sequence[Node]) -> dict[str, str]:
    """The keys one section further down, and how to write them from here."""
    return {
        inner: f"{key}.{inner}"
        for node in nodes
        for key in allowed_keys([node])
        for inner in allowed_keys(list(variants(below(node, key))))
    }


def required(node: Node) -> Sequence[str]:
    """The keys that a section must have."""
    names: Sequence[str] = node.get("required", ())
    return names


def phrase(nodes: Sequence[Node]) -> str:
    """What is expected, in words."""
    words = [_words(node) for node in nodes if not _options(node) and not _is_more(node, nodes)]
    if allowed := options(nodes):
        words.insert(0, allowed[0] if len(allowed) == 1 else f"one of {', '.join(allowed)}")
    return listed(dict.fromkeys(words), last="or") or "nothing"


def options(nodes: Sequence[Node]) -> list[str]:
    """The words that are allowed, where only some are."""
    return list(dict.fromkeys(option for node in nodes for option in _options(node)))


def _words(node: Node) -> str:
    if "errorMessage" in node:
        return str(node["errorMessage"])
    kind = node.get("type", "")
    if kind == "object":
        return _section(node)
    if kind == "array" and node.get("minItems"):
        return "a list with at least one item"
    return f"{_WORDS.get(str(kind), 'a value')}{_bounds(node)}"


def _section(node: Node) -> str:
    if "properties" not in node:
        inner = list(variants(below(node, "")))
        return f"names, each with {phrase(inner)}" if inner else "names with a value each"
    if names := required(node):
        return f"a section with {listed(names)}"
    return f"a section with keys such as {listed(list(node['properties'])[:3])}"


def _is_more(node: Node, nodes: Sequence[Node]) -> bool:
    """Whether another alternative asks for less: then that one is what to begin with."""
    return any(set(required(other)) < set(required(node)) for other in nodes if required(other))


def _bounds(node: Node) -> str:
    least, most = node.get("minimum"), node.get("maximum")
    if least is not None and most is not None:
        return f" from {least} to {most}"
    if least is not None:
        return f" of at least {least}"
    if "exclusiveMinimum" in node:
        return f" above {node['exclusiveMinimum']}"
    return " that is not empty" if node.get("minLength") == 1 else ""


def _options(node: Node) -> list[str]:
    if "const" in node:
        return [str(node["const"])]
    return [str(option) for option in node.get("enum", ())]


def _says(node: Node, value: Mapping[str, Any]) -> bool:
    """Whether a section's fixed words are those that the value says, or would by default."""
    properties = node.get("properties", {})
    fixed = {key: inner for key, inner in properties.items() if "const" in inner}
    return bool(fixed) and all(
        value.get(key, inner.get("default")) == inner["const"] for key, inner in fixed.items()
    )


def below(node: Node, step: str | int) -> list[Node]:
    """What may stand behind a key, or at a place of a list."""
    if isinstance(step, int):
        return [node["items"]] if isinstance(node.get("items"), Mapping) else []
    if step in node.get("properties", ()):
        return [node["properties"][step]]
    open_keys = [*node.get("patternProperties", {}).values(), node.get("additionalProperties")]
    return [inner for inner in open_keys if isinstance(inner, Mapping)][:1]


def _inside(value: Any, step: str | int) -> Any:
    if isinstance(value, Mapping):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return None


def _definition(reference: str) -> Node:
    known = waivers_schema()["$defs"] | stack_schema()["$defs"]
    node: Any = {"$defs": known, "properties": stack_schema()["properties"]}
    for step in reference.removeprefix("#/").split("/"):
        node = node[step]
    found: Node = node
    return found


def _told(node: Node) -> Node:
    return {key: value for key, value in node.items() if key in ("description", "default")}
