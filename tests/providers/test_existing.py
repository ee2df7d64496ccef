"""A cluster that somebody else made: of a person's kubeconfig, one cluster is handed on."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from lightkube.config.kubeconfig import KubeConfig

from providers.existing import of_one_context, stated_kubeconfig

NAMES = ("dev", "prod")


def kubeconfig(current: str | None, *names: str) -> str:
    content: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": f"{n}-c", "cluster": {"server": f"https://{n}"}} for n in names],
        "users": [{"name": f"{n}-u", "user": {"token": f"token-of-{n}"}} for n in names],
        "contexts": [
            {"name": n, "context": {"cluster": f"{n}-c", "user": f"{n}-u"}} for n in names
        ],
    }
    return yaml.safe_dump(content | ({} if current is None else {"current-context": current}))


@pytest.mark.parametrize(
    ("current", "context", "meant"),
    [("dev", "prod", "prod"), ("prod", None, "prod"), (None, "dev", "dev")],
)
def test_whoever_is_handed_it_reaches_the_cluster_that_is_meant_and_no_other(
    current: str | None, context: str | None, meant: str
) -> None:
    text = of_one_context(kubeconfig(current, *NAMES), context)
    reached = KubeConfig.from_dict(yaml.safe_load(text)).get()
    assert reached is not None
    assert reached.cluster.server == f"https://{meant}"
    assert reached.user is not None
    assert reached.user.token == f"token-of-{meant}"
    assert [name for name in NAMES if f"token-of-{name}" in text] == [meant]


@pytest.mark.parametrize(
    ("text", "context"),
    [
        (kubeconfig("dev", "dev"), None),
        (kubeconfig("dev", "dev"), "dev"),
        (kubeconfig("dev", *NAMES), "pord"),
        (kubeconfig(None, *NAMES), None),
        ("a: [", None),
        ("", "dev"),
        ("- dev", "dev"),
    ],
)
def test_what_holds_one_or_cannot_be_told_stays_as_it_is(text: str, context: str | None) -> None:
    assert of_one_context(text, context) == text


def test_a_stack_publishes_no_other_cluster_of_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config"
    path.write_text(kubeconfig("dev", *NAMES))
    monkeypatch.setenv("KUBECONFIG", str(path))

    async def published() -> tuple[str | None, bool]:
        output = stated_kubeconfig("prod")
        return await output.future(), await output.is_secret()

    text, secret = asyncio.run(published())
    assert json.loads(text or "")["current-context"] == "prod"
    assert secret
    assert "token-of-dev" not in (text or "")
