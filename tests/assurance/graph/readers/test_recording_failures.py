"""A program that fails says why, and one that reaches outside fails."""

import json
import os
import sys
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pulumi
import pytest

from assurance.graph.readers.recording import Mode, Program, ProgramError, record
from tests.assurance.graph.readers.recorded_programs import FIRST_LINE, PREFIX, by_name

CANARY = "tweet-tweet-canary"
Write = Callable[..., Program]

MISTAKES: Mapping[str, tuple[str, str]] = {
    "a run error is said in its own words": (
        'raise pulumi.RunError("no platform yet; deploy it first")',
        "no platform yet; deploy it first",
    ),
    "any other error is named, with its place": (
        '{}["x"]',
        f"__main__.py:{FIRST_LINE}: KeyError: 'x'",
    ),
    "an error in an apply is an error": (
        'thing("Namespace", "a").urn.apply(lambda _: 1 / 0)',
        f"__main__.py:{FIRST_LINE}: ZeroDivisionError: division by zero",
    ),
    "a program that stops itself is an error": ("raise SystemExit(0)", "SystemExit"),
    "a logged error is an error": (
        'thing("Namespace", "a")\npulumi.log.error("all is lost")',
        "all is lost",
    ),
    "nothing registered is an error": ("", "__main__.py registers nothing"),
    "a syntax error is an error": ("def", "SyntaxError"),
    "two resources of one name are an error": (
        'thing("Namespace", "a"); thing("Namespace", "a")',
        f"two resources have the URN {PREFIX}kubernetes:core/v1:Namespace::a",
    ),
    "a function of a provider is named": (
        'pulumi.runtime.invoke("aws:index:getRegion", {})',
        "calls the function aws:index:getRegion, which a rehearsal cannot answer",
    ),
    "a remote component is named": (
        'pulumi.ComponentResource("eks:index:Cluster", "c", {}, None, True)',
        "uses the remote component eks:index:Cluster",
    ),
    "another stack is named": (
        'pulumi.StackReference("o/p/other")',
        "the program reads the outputs of stack o/p/other, which a rehearsal cannot answer",
    ),
    "a deadlock is noticed": (
        "async def main():\n    import asyncio\n    await asyncio.Future()\npulumi.run(main)",
        "waits for a value that never comes",
    ),
}


@pytest.mark.parametrize("mode", ["cold", "warm"])
@pytest.mark.parametrize(("body", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_program_that_fails_says_why(program: Write, body: str, message: str, mode: Mode) -> None:
    with pytest.raises(ProgramError) as caught:
        record(program(body), mode)
    assert message in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_a_disabled_default_provider_is_refused_as_the_engine_does(program: Write) -> None:
    disabled = {"pulumi:disable-default-providers": json.dumps(["kubernetes"])}
    with pytest.raises(ProgramError, match=r"default provider of kubernetes is disabled.*::lost"):
        record(program('thing("Namespace", "lost")', config=disabled), "cold")
    explicit = """
        provider = pulumi.ProviderResource("kubernetes", "cluster", {})
        thing("Namespace", "found", pulumi.ResourceOptions(provider=provider))
        """
    assert "found" in by_name(record(program(explicit, config=disabled), "cold"))


@pytest.mark.parametrize(
    ("attempt", "does"),
    [
        (
            "import socket\nwith socket.socket() as s: s.connect(('192.0.2.1', 80))",
            "opens a connection",
        ),
        (
            "import socket\nwith socket.socket() as s: s.connect(('127.0.0.1', 9))",
            "opens a connection",
        ),
        ("import socket; socket.getaddrinfo('example.com', 80)", "looks up a host"),
        ("import urllib.request; urllib.request.urlopen('http://example.com')", "looks up a host"),
        ("import subprocess; subprocess.run(['true'])", "starts another program"),
        ("import os; os.system('true')", "starts another program"),
    ],
)
@pytest.mark.parametrize("swallowed", [False, True])
def test_a_program_that_reaches_outside_fails_even_if_it_swallows_the_error(
    program: Write, attempt: str, does: str, *, swallowed: bool
) -> None:
    caught = f"try:\n{textwrap.indent(attempt, '    ')}\nexcept Exception:\n    pass"
    body = f"{caught if swallowed else attempt}\n"
    with pytest.raises(ProgramError, match=does):
        record(program(f'{body}thing("Namespace", "a")'), "cold")


def test_no_credentials_reach_the_program(
    program: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    (home / ".kube").mkdir(parents=True)
    (home / ".kube" / "config").write_text(CANARY)
    monkeypatch.setenv("HOME", str(home))
    for name in ("KUBECONFIG", "AWS_SECRET_ACCESS_KEY", "PULUMI_CONFIG", "AZURE_CLIENT_SECRET"):
        monkeypatch.setenv(name, json.dumps({"p:x": CANARY}))
    told = program("""
        import os, pathlib
        thing("ConfigMap", "c", data=dict(os.environ))
        assert not (pathlib.Path.home() / ".kube" / "config").exists()
        assert not pathlib.Path("~/.kube/config").expanduser().exists()
        assert pulumi.Config("p").get("x") is None
        """)
    assert CANARY not in repr(by_name(record(told, "cold"))["c"].inputs)


def test_recording_leaves_the_process_as_it_was(program: Write) -> None:
    before = (Path.cwd(), list(sys.path), dict(os.environ), pulumi.runtime.get_root_resource())
    record(program('thing("Namespace", "a")'), "cold")
    with pytest.raises(ProgramError):
        record(program("raise ValueError"), "cold")
    after = (Path.cwd(), list(sys.path), dict(os.environ), pulumi.runtime.get_root_resource())
    assert after == before
