"""Generated credentials, by the real engine: made once, kept, rotated, and seen by nobody."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.sandbox import Sandbox
from tests.components.manifests.samples import namespace
from tests.e2e.cluster import Kubectl
from tests.e2e.programs import Programs, opened

pytestmark = pytest.mark.e2e

NAMESPACE = "credentials"
PROGRAM = """
from components.credentials import Words, WordsArgs, secret_of
from components.manifests.secrecy import sealed
from components.parts import Credential

first = register(MANIFESTS[0])
credential = Credential(
    name="users", namespace={namespace!r}, words={words!r}, generation={generation},
    plain={{"host": "cache.cache.svc"}}, templates={{"url": "redis://:${{default}}@cache:6379"}},
)
made = Words("users", WordsArgs(names=credential.words, generation=credential.generation))
register(sealed(secret_of(credential, made.values)), first)
"""


@pytest.fixture
def programs(sandbox: Sandbox, tmp_path: Path) -> Iterator[Programs]:
    with opened(sandbox, tmp_path) as made:
        yield made


def write(programs: Programs, generation: int, *words: str) -> None:
    text = PROGRAM.format(namespace=NAMESPACE, words=words, generation=generation)
    programs.write(text, [namespace(NAMESPACE)])


def stored(kubectl: Kubectl) -> dict[str, str]:
    data = kubectl.json("get", "secret", "users", "-n", NAMESPACE)["data"]
    return {key: base64.b64decode(value).decode() for key, value in data.items()}


def spellings(word: str) -> tuple[str, str]:
    """As it is, and as a Secret's data has it."""
    return word, base64.b64encode(word.encode()).decode()


def test_words_are_made_once_kept_rotated_and_in_no_log_and_no_plain_state(
    programs: Programs, kubectl: Kubectl, tmp_path: Path
) -> None:
    said, seen = [], set()
    write(programs, 1, "default", "fraud")
    said += [programs.run("preview"), programs.run("up")]
    first = stored(kubectl)
    assert first["host"] == "cache.cache.svc"
    assert first["url"] == f"redis://:{first['default']}@cache:6379"
    assert first["default"] != first["fraud"]

    said += [programs.run("refresh"), programs.run("up", expect_no_changes=True)]
    assert stored(kubectl) == first

    write(programs, 1, "default", "fraud", "risk")
    said += [programs.run("up")]
    more = stored(kubectl)
    assert {key: more[key] for key in first} == first
    assert len(more["risk"]) >= 40

    write(programs, 2, "default", "fraud", "risk")
    said += [programs.run("preview"), programs.run("up")]
    rotated = stored(kubectl)
    assert not {rotated[key] for key in ("default", "fraud", "risk", "url")} & set(more.values())
    said += [programs.run("preview", expect_no_changes=True)]

    seen = {v for each in (more, rotated) for k, v in each.items() if k not in ("host", "url")}
    assert len(seen) == 6
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    states = [path for path in files if b"dynamic/credentials:Words" in path.read_bytes()]
    assert states
    for word in (spelled for each in seen for spelled in spellings(each)):
        assert not any(word in text for text in said)
        assert not [path for path in files if word.encode() in path.read_bytes()]
