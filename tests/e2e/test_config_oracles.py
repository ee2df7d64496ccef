"""The real engine and the real kubectl are asked whether stack files mean what we say they mean."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assurance.graph.values import QuantityError, bytes_of, quantity
from components.config import read_stack_file
from components.config.yaml_scalars import plain_scalar, trap
from operations.progress import Steps
from operations.toolchain import ENGINE, ensure

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
STACKS = ROOT / "tests" / "data" / "stacks"
SCALARS = [
    *("on", "off", "yes", "no", "y", "n", "true", "True", "TRUE", "tRue", "false", "null", "Null"),
    *("NULL", "~", "nUll", "0o10", "0x1F", "0X1f", "0b11", "0B11", "1_000", "1__0", "_1", "1e3"),
    *("1E3", "1.5", "1.", "+1", "-1", "+1.5", ".5", "-.5", "1e-3", "12e03", "12:30", "1:30:00"),
    *("0.0", "-0", "1.0", "1e400", "0x", "0b", "0o8", "09.5", "1_0.5", "1.2.3", "5 m", "500m"),
    *("+", "-x", ".", "..", "1e", "0xg", "-0x1F", "0b12", "1,5", "0.1e1", "1.5e", "0", "1_"),
    *("0x_1", "0_0x1", "-0b11", "-0o17", "+0o17", "0O17", "+.5", "1e5_0", "123456789.25"),
    *("2026-1-1x", "12-12-2026", "0.30000000000000004", "9007199254740992", "x", "=", "<"),
]


class Engine:
    """The real Pulumi, in a home of its own."""

    def __init__(self, pulumi: Path, home: Path) -> None:
        self._pulumi = pulumi
        self.work = home / "work"
        for directory in (self.work, home / "state"):
            directory.mkdir()
        (self.work / "Pulumi.yaml").write_text((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))
        self._environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("PULUMI")},
            "PULUMI_HOME": str(home),
            "PULUMI_BACKEND_URL": f"file://{home / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "for this test alone",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }

    def __call__(self, *words: str) -> str:
        command = [str(self._pulumi), *words, "--non-interactive", "--color=never"]
        return subprocess.run(
            command,
            cwd=self.work,
            env=self._environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def configuration(self, text: str) -> Mapping[str, Any]:
        """What a stack file's text is to the engine."""
        (self.work / "Pulumi.oracle.yaml").write_text(text, encoding="utf-8")
        config: dict[str, Any] = json.loads(self("config", "--json", "--stack", "oracle"))
        return {key: entry.get("objectValue", entry.get("value")) for key, entry in config.items()}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    with Steps() as steps:
        pulumi = ensure(ENGINE, steps)["pulumi"]
    engine = Engine(pulumi, tmp_path_factory.mktemp("pulumi"))
    engine("stack", "init", "oracle")
    return engine


def test_unquoted_text_means_the_same_to_the_engine(engine: Engine) -> None:
    honest = [text for text in SCALARS if trap(text) is None]
    assert len(honest) > 70
    lines = "".join(f"    k{n}: {text}\n" for n, text in enumerate(honest))
    theirs = engine.configuration(f"config:\n  ml-platform:words:\n{lines}")["ml-platform:words"]
    ours = {f"k{n}": plain_scalar(text) for n, text in enumerate(honest)}
    assert [(text, theirs[f"k{n}"]) for n, text in enumerate(honest)] == [
        (text, ours[f"k{n}"]) for n, text in enumerate(honest)
    ]
    assert {key: isinstance(value, bool | str) for key, value in theirs.items()} == {
        key: isinstance(value, bool | str) for key, value in ours.items()
    }


@pytest.mark.parametrize(
    "path", [ROOT / "Pulumi.sandbox.yaml", *sorted(STACKS.glob("*.yaml"))], ids=lambda p: p.stem
)
def test_a_stack_file_is_to_the_engine_what_it_is_to_us(engine: Engine, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if not line.startswith("encryptionsalt")]
    file = read_stack_file(path)
    if file.secret_keys:
        kept = kept[: next(n for n, line in enumerate(kept) if line == "  secrets:")]
    theirs = engine.configuration("\n".join(kept) + "\n")
    ours = {k: v for k, v in file.config.items() if k not in file.secret_keys}
    assert {key: as_plain(value) for key, value in ours.items()} == theirs


def test_a_secret_of_the_engines_making_is_one_to_us(engine: Engine) -> None:
    engine("stack", "init", "sealed")
    path = engine.work / "Pulumi.sealed.yaml"
    path.write_text("config:\n  platform: { from_stack: oracle }\n  teams: { a: {} }\n")
    for key in ("secrets.a.db.password", 'secrets.a.db["user.name"]'):
        engine(
            "config", "set", "--secret", "--path", f"ml-platform:{key}", "canary", "-s", "sealed"
        )
    engine("config", "set", "--secret", "ml-platform:kubeconfig", "canary", "-s", "sealed")
    file = read_stack_file(path)
    assert file.secret_keys == {"ml-platform:secrets", "ml-platform:kubeconfig"}
    assert {s: set(k) for s, k in file.stack.secrets["a"].items()} == {
        "db": {"password", "user.name"}
    }
    assert "canary" not in repr(file)


def as_plain(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


digits = st.from_regex(r"[+-]?[0-9]{1,4}(\.[0-9]{0,3})?", fullmatch=True)
suffixes = st.sampled_from(["", *"numkMGTPE", "Ki", "Mi", "Gi", "Ti", "Pi", "e3", "E-2", "K", "b"])


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example(["9000Pi", "-8193Pi", "8Ei", f"{10**17}k"])
@given(st.lists(st.builds("{}{}".format, digits, suffixes), min_size=1, max_size=60))
def test_kubectl_reads_every_quantity_as_we_do(tools: Mapping[str, Path], texts: list[str]) -> None:
    good = [text for text in texts if is_quantity(text)]
    hard = ",".join(f"q{n}={text}" for n, text in enumerate(good))
    theirs = kubectl(tools, hard or "q=1")
    assert theirs is not None
    for n, text in enumerate(good):
        assert bytes_of(theirs[f"q{n}"]) == bytes_of(text)
    for text in set(texts) - set(good):
        assert kubectl(tools, f"q={text}") is None, text


def is_quantity(text: str) -> bool:
    try:
        quantity(text)
    except QuantityError:
        return False
    return True


def kubectl(tools: Mapping[str, Path], hard: str) -> dict[str, str] | None:
    """How kubectl spells these quantities, None if it does not take them."""
    words = ["create", "quota", "q", f"--hard={hard}", "--dry-run=client", "--output=json"]
    done = subprocess.run(
        [str(tools["kubectl"]), *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return None
    spelled: dict[str, str] = json.loads(done.stdout)["spec"].get("hard", {})
    return spelled
