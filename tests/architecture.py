"""Rules about the source itself: each says how many things it looked at, and its faults.

A rule sees one file at a time, as (path from the project's root, syntax tree).
"""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.sources import (
    Source,
    called,
    calls_of,
    components,
    imports_of,
    init_of,
    sources,
    stem_of,
    super_call_of,
    token,
)

PROGRAM = ("components", "providers")
ALL = ("assurance", "components", "operations", "policies", "providers")
MOST_LINES, MOST_FUNCTION_LINES = 300, 60

_OPTIONS_ANYWHERE = frozenset(
    {
        "parent",
        "depends_on",
        "retain_on_delete",
        "ignore_changes",
        "additional_secret_outputs",
        "aliases",
        "protect",
    }
)
_OPTIONS_SOMEWHERE = {
    "provider": ("components/platform.py", "providers"),
    "providers": ("components/platform.py", "providers"),
    "deleted_with": ("components/manifests",),
    "hooks": ("components/readiness/gate.py",),
}
_CLOUDS = ("pulumi_aws", "pulumi_azure_native", "pulumi_azure", "pulumi_eks", "pulumi_gcp")
_CONFIG = ("components/config", "providers/config")
_MAY_SLEEP = ("components/readiness/waiting.py",)  # waits for a cluster that does not answer
_DRAWERS = frozenset({"utils", "util", "helpers", "helper", "common", "misc"})


@dataclass(frozen=True, slots=True)
class Looked:
    """How many things a rule has looked at, and what is wrong with them."""

    seen: int = 0
    faults: tuple[str, ...] = ()


Rule = Callable[[Source], Looked]


def type_tokens(source: Source) -> Looked:
    """A type token is a literal: `ml-platform:<package>:<Class>`."""
    found = list(components(source))
    package = source.path.parts[0] if source.under("providers") else source.path.parts[1]
    faults = [
        source.at(component, f"the type token is not the literal {wanted!r}")
        for component in found
        if token(component) != (wanted := f"ml-platform:{stem_of(package)}:{component.name}")
    ]
    return Looked(len(found), tuple(faults))


def outputs_come_last(source: Source) -> Looked:
    """`register_outputs` is the last thing that a component does."""
    found = list(components(source))
    faults = []
    for component in found:
        init = init_of(component)
        last = init.body[-1] if init else None
        if not (last and ast.unparse(last).startswith("self.register_outputs(")):
            faults.append(
                source.at(component, f"{component.name} does not end in register_outputs")
            )
    return Looked(len(found), tuple(faults))


def no_borrowed_options(source: Source) -> Looked:
    """What the caller said about a component is not passed to its children."""
    found = list(components(source))
    faults = []
    for component in found:
        call, init = super_call_of(component), init_of(component)
        if init is None or call is None:
            continue
        own = {id(node) for node in ast.walk(call)}
        for node in ast.walk(init):
            late = isinstance(node, ast.Name) and node.id == "opts" and node.lineno >= call.lineno
            if late and id(node) not in own:
                faults.append(source.at(node, "the caller's opts reach a child"))
    return Looked(len(found), tuple(faults))


def known_options(source: Source) -> Looked:
    """Resource options come from the short list, some only where they have a reason."""
    calls = list(calls_of(source, "ResourceOptions"))
    faults = []
    for call in calls:
        if call.args:
            faults.append(source.at(call, "ResourceOptions takes keywords"))
        for keyword in call.keywords:
            somewhere = _OPTIONS_SOMEWHERE.get(keyword.arg or "", ())
            if keyword.arg not in _OPTIONS_ANYWHERE and not source.under(*somewhere):
                faults.append(source.at(call, f"{keyword.arg} is not among the resource options"))
    return Looked(len(calls), tuple(faults))


def no_cloud_above_providers(source: Source) -> Looked:
    """No SDK of a cloud is imported outside providers/."""
    imports = list(imports_of(source))
    faults = [
        source.at(node, f"{module} above providers/")
        for node, module in imports
        if module.split(".")[0] in _CLOUDS and not source.under("providers")
    ]
    return Looked(len(imports), tuple(faults))


def config_is_read_in_one_place(source: Source) -> Looked:
    """`pulumi.Config` is for the two config packages."""
    calls = list(calls_of(source, "Config"))
    faults = [
        source.at(call, "pulumi.Config outside the config packages")
        for call in calls
        if ast.unparse(call.func) in {"pulumi.Config", "Config"} and not source.under(*_CONFIG)
    ]
    return Looked(len(calls), tuple(faults))


def no_provider_names(source: Source) -> Looked:
    """Nothing asks for a provider by name."""
    compared = [node for node in source.nodes if isinstance(node, ast.Compare)]
    faults = [
        source.at(node, f"asks for a provider by name: {ast.unparse(node)}")
        for node in compared
        if any(_is_provider(side) for side in (node.left, *node.comparators))
        and any(_is_text(side) for side in (node.left, *node.comparators))
    ]
    return Looked(len(compared), tuple(faults))


def nothing_is_made_in_apply(source: Source) -> Looked:
    """A resource made inside `apply` is not there in a preview."""
    named = {
        node.name: node
        for node in source.nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    applies = list(calls_of(source, "apply"))
    faults = []
    for call in applies:
        for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
            body = named.get(argument.id) if isinstance(argument, ast.Name) else argument
            if body is not None and any(_makes(node) for node in ast.walk(body)):
                faults.append(source.at(call, "a resource is made inside apply"))
    return Looked(len(applies), tuple(faults))


def nothing_sleeps(source: Source) -> Looked:
    """Order comes from dependencies; nothing waits for time to pass."""
    calls = [node for node in source.nodes if isinstance(node, ast.Call)]
    faults = [
        source.at(call, "sleeps")
        for call in calls
        if called(call) == "sleep" and not source.under(*_MAY_SLEEP)
    ]
    return Looked(len(calls), tuple(faults))


def sizes(source: Source) -> Looked:
    """Files and functions stay small enough to be read."""
    lines = source.text.count("\n")
    faults = [f"{source.path}: {lines} lines"] if lines > MOST_LINES else []
    functions = [
        node for node in source.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    for function in functions:
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > MOST_FUNCTION_LINES:
            faults.append(source.at(function, f"{function.name} has {length} lines"))
    return Looked(1 + len(functions), tuple(faults))


def no_drawers(source: Source) -> Looked:
    """A module is named for what it is about."""
    stems = {stem_of(part) for part in source.path.parts} & _DRAWERS
    return Looked(1, tuple(f"{source.path}: {stem} is a drawer, not a subject" for stem in stems))


RULES: dict[Rule, tuple[str, ...]] = {
    type_tokens: PROGRAM,
    outputs_come_last: PROGRAM,
    no_borrowed_options: PROGRAM,
    known_options: PROGRAM,
    no_cloud_above_providers: (*ALL, "__main__.py"),
    config_is_read_in_one_place: (*ALL, "__main__.py"),
    no_provider_names: ("components", "operations", "assurance"),
    nothing_is_made_in_apply: PROGRAM,
    nothing_sleeps: (*PROGRAM, "policies"),
    sizes: ALL,
    no_drawers: (*ALL, "tests"),
}
"""Every rule, and where it holds."""


@cache
def judged(root: Path) -> dict[Rule, Looked]:
    """Every rule where it holds; a file is parsed once for all of them, and not kept."""
    looked: dict[Rule, list[Looked]] = {rule: [] for rule in RULES}
    for source in sources(root, *{place for places in RULES.values() for place in places}):
        for rule, places in RULES.items():
            if source.under(*places):
                looked[rule].append(rule(source))
    return {
        rule: Looked(sum(one.seen for one in each), tuple(f for one in each for f in one.faults))
        for rule, each in looked.items()
    }


def _is_provider(side: ast.expr) -> bool:
    return not _is_text(side) and bool(re.search(r"\bprovider\W*$", ast.unparse(side)))


def _is_text(side: ast.expr) -> bool:
    return isinstance(side, ast.Constant) and isinstance(side.value, str)


def _makes(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    given = {keyword.arg for keyword in node.keywords}
    return called(node) in {
        "register",
        "CustomResource",
        "ComponentResource",
        "ResourceOptions",
    } or ("opts" in given)
