"""A sandbox's files are its owner's alone, and what was chosen once is kept or refused."""

import json
import os
import socket
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest

from assurance.graph.values import Pool, Shape
from operations.errors import UserError
from operations.sandbox import credentials, record, spec_of
from operations.sandbox.layout import Layout, all_of, home, write_private
from operations.sandbox.spec import SandboxSpec
from providers.config import ExistingConfig, PlatformReference

SPEC = SandboxSpec(
    name="dev",
    pools=(Pool(name="general", shape=Shape(cpu=1, memory=1), min=1, max=1),),
    pods=ip_network("10.128.0.0/14"),
    services=ip_network("10.96.0.0/16"),
    nodes=ip_network("192.168.0.0/24"),
)


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[Layout]:
    before = os.umask(0)
    try:
        made = Layout(directory=home(tmp_path) / "dev")
        made.create()
        yield made
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_directories_and_secrets_are_private_whatever_the_umask(layout: Layout) -> None:
    credentials.write_tokens(layout)
    assert {mode(path) for path in layout.directory.rglob("*") if path.is_dir()} == {0o700}
    assert mode(layout.directory) == 0o700
    assert mode(layout.tokens) == 0o600


def test_a_private_file_is_replaced_and_never_readable_by_others(layout: Layout) -> None:
    path = layout.directory / "secret"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert (path.read_text(), mode(path)) == ("new", 0o600)


def test_tokens_differ_between_identities_and_stay_the_same(layout: Layout) -> None:
    credentials.write_tokens(layout)
    before = layout.tokens.read_text()
    credentials.write_tokens(layout)
    assert layout.tokens.read_text() == before
    tokens = [line.split(",")[0] for line in before.splitlines()]
    assert len(set(tokens)) == len(tokens) == 4
    assert all(len(token) >= 40 for token in tokens)


def test_two_sandboxes_have_tokens_of_their_own(layout: Layout, tmp_path: Path) -> None:
    other = Layout(directory=tmp_path / "other")
    other.create()
    credentials.write_tokens(layout)
    credentials.write_tokens(other)
    assert credentials.token(layout) != credentials.token(other)


def test_a_kubeconfig_carries_the_authority_and_one_token(layout: Layout) -> None:
    credentials.write_tokens(layout)
    layout.certificate.write_text("-----BEGIN CERTIFICATE-----\n")
    credentials.write_kubeconfigs(layout, "https://127.0.0.1:1", "dev")
    assert mode(layout.kubeconfig) == 0o600
    document = json.loads(layout.kubeconfig.read_text())
    assert document["users"][0]["user"] == {"token": credentials.token(layout)}
    assert set(document["clusters"][0]["cluster"]) == {"server", "certificate-authority-data"}
    scheduler = layout.kubeconfig_of("scheduler").read_text()
    assert credentials.token(layout) not in scheduler


def test_port_and_addresses_are_chosen_once(layout: Layout) -> None:
    first = record.opened(layout, SPEC)
    assert record.opened(layout, SPEC) == first
    assert record.read(layout) == first
    assert first.port < 32768


def test_a_port_that_is_taken_is_not_chosen(layout: Layout) -> None:
    wish = record.opened(layout, SPEC).port
    layout.record.unlink()
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", wish))
        squatter.listen()
        assert record.opened(layout, SPEC).port != wish


@pytest.mark.parametrize(
    "changed",
    [
        replace(SPEC, services=ip_network("10.97.0.0/16")),
        replace(SPEC, pods=ip_network("10.0.0.0/16")),
        replace(SPEC, version="1.36"),
    ],
)
def test_what_cannot_change_under_a_cluster_is_refused_with_both_values(
    layout: Layout, changed: SandboxSpec
) -> None:
    record.opened(layout, SPEC)
    with pytest.raises(UserError, match=r"was made with .* the stack now says .*remove"):
        record.opened(layout, changed)


def test_a_cluster_keeps_its_identity(layout: Layout) -> None:
    made = record.identified(layout, record.opened(layout, SPEC), "uid-1")
    assert record.read(layout) == made
    with pytest.raises(UserError, match="lost its data"):
        record.identified(layout, made, "uid-2")
    assert record.read(layout) == made


@pytest.mark.parametrize("text", ["", "{", "[]", '{"name": "dev"}', '{"surprise": 1}'])
def test_a_damaged_record_is_a_fault_and_not_a_traceback(layout: Layout, text: str) -> None:
    layout.record.write_text(text)
    with pytest.raises(UserError, match="cannot be read; remove"):
        record.read(layout)


def test_all_sandboxes_of_a_clone_are_found_and_nothing_else(
    layout: Layout, tmp_path: Path
) -> None:
    record.opened(layout, SPEC)
    (home(tmp_path) / "stray").mkdir()
    assert all_of(home(tmp_path)) == (layout.directory,)


def existing(*, simulated: bool) -> ExistingConfig:
    return ExistingConfig.model_validate(
        {
            "provider": "existing",
            "simulated": simulated,
            "storage_class": "fast",
            "pools": {"general": {"cpu": 4, "memory": "8Gi", "min": 2}},
            "addresses": {
                "pods": ["10.0.0.0/16"],
                "services": ["10.1.0.0/16"],
                "nodes": ["10.2.0.0/16"],
            },
        }
    )


def test_the_stack_file_s_cluster_is_what_the_sandbox_simulates() -> None:
    spec = spec_of("dev", existing(simulated=True))
    assert (spec.name, spec.storage_class, spec.pools[0].min) == ("dev", "fast", 2)
    assert str(spec.services) == "10.1.0.0/16"


@pytest.mark.parametrize("cluster", [existing(simulated=False), PlatformReference(from_stack="x")])
def test_a_stack_with_a_real_cluster_gets_no_sandbox(
    cluster: ExistingConfig | PlatformReference,
) -> None:
    with pytest.raises(UserError, match="simulated: true"):
        spec_of("prod", cluster)
