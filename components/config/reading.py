"""From a stack file, or from the engine's configuration, to a checked stack."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import is_config_secret, rpc

from assurance.graph.values import dotted
from components.config.draft import Draft
from components.config.faults import ConfigError, Fault, Problem
from components.config.keys import PROJECT, SECTIONS, Keys, sort_keys
from components.config.models import Stack, StackFile
from components.config.rules import broken_rules
from components.config.sections import read_sections, stack_name
from components.config.signed import read_signed
from components.config.today import run_day
from components.config.yaml_positions import Document, Marker, has_encrypted, read_yaml


def read_stack_file(path: Path, today: date | None = None) -> StackFile:
    """Read and check a stack file; ConfigError names everything that is wrong with it.

    What is out of date is told where there is a day to judge it by.
    """
    keys = _keys(path)
    name = stack_name(path)
    stack = _checked(keys.sections, keys.document, path, today)
    encrypted = {key for key, value in keys.config.items() if has_encrypted(value)}
    return StackFile(
        path=path,
        name=name,
        stack=stack,
        config={k: engine_text(v) for k, v in keys.config.items() if v is not Marker.ENCRYPTED},
        secret_keys=frozenset(encrypted),
        lines={dotted(place): line for place, line in keys.document.lines.items()},
    )


def load(directory: Path) -> Stack:
    """The stack that the engine has selected, from the engine's own configuration.

    Its file, if it holds the same, says in which lines the faults are, and what is encrypted.
    """
    path = directory / f"Pulumi.{pulumi.get_stack()}.yaml"
    keys = _keys(path) if path.is_file() else Keys()
    config = pulumi.Config(PROJECT)
    values = {
        section: _masked(_plain(text), keys.sections.get(section))
        for section in SECTIONS
        if (text := config.get(section)) is not None
    }
    for section in values.keys() - keys.sections.keys():
        values[section] = _sealed(section, values[section])
    same = all(values.get(s) == keys.sections.get(s) for s in ("platform", "teams"))
    return _checked(values, keys.document if same else Document(), path, run_day())


def engine_text(value: Any) -> str:
    """A configuration value as the engine hands it to a program."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, default=lambda _: rpc.UNKNOWN, separators=(",", ":"))


def _keys(path: Path) -> Keys:
    try:
        return sort_keys(read_yaml(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise _unreadable(path, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise _unreadable(path, "cannot be read: expected text in UTF-8") from None


def _unreadable(path: Path, message: str) -> ConfigError:
    return ConfigError([Fault(file=path.name, line=None, key="", message=message)])


def _project(path: Path) -> Path:
    """Where the program of a stack file is: what a stack file names is found from there."""
    directory = path.resolve().parent
    above = (each for each in (directory, *directory.parents) if (each / "Pulumi.yaml").is_file())
    return next(above, directory)


def _checked(
    values: Mapping[str, Any], document: Document, path: Path, today: date | None
) -> Stack:
    directory = _project(path)
    problems = list(document.problems)
    draft = Draft(name=stack_name(path))
    if values or not problems:
        draft, more = read_sections(values, document.texts, path, directory)
        draft = replace(draft, today=today)
        told = {problem.path for problem in problems}
        problems += [p for p in (*more, *broken_rules(draft)) if p.path not in told]
    signed = read_signed(directory)
    if problems or signed.faults or draft.platform is None:
        raise ConfigError([*_faults(problems, document, path.name), *signed.faults])
    return Stack(
        name=draft.name,
        platform=draft.platform,
        teams=draft.teams,
        waivers=signed.of(draft.name),
        secrets=draft.secrets,
        directory=directory,
    )


def _faults(problems: Iterable[Problem], document: Document, file: str) -> Iterable[Fault]:
    for problem in problems:
        line = problem.line or document.line(problem.path)
        yield Fault(file=file, line=line, key=dotted(problem.path), message=problem.message)


def _plain(text: str) -> Any:
    """The engine hands over objects as JSON, and everything else as text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _masked(value: Any, written: Any) -> Any:
    """The engine's value, without what the stack file holds encrypted."""
    if written is Marker.ENCRYPTED:
        return Marker.ENCRYPTED
    if value == rpc.UNKNOWN:
        return written
    if isinstance(value, Mapping) and isinstance(written, Mapping):
        return {key: _masked(inner, written.get(key)) for key, inner in value.items()}
    if isinstance(value, list) and isinstance(written, list) and len(value) == len(written):
        return [_masked(inner, other) for inner, other in zip(value, written, strict=True)]
    return value


def _sealed(section: str, value: Any) -> Any:
    """A section of which no file tells what is encrypted: secrets are, in others all may be."""
    if section == "secrets":
        return _encrypted_leaves(value) if isinstance(value, Mapping) else {}
    return Marker.ENCRYPTED if is_config_secret(f"{PROJECT}:{section}") else value


def _encrypted_leaves(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _encrypted_leaves(inner) for key, inner in value.items()}
    return Marker.ENCRYPTED
