"""Charts from an index on this machine: fetched once, mirrored, pinned, or not to be had."""

import functools
import hashlib
import http.server
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from components.charts.helm import ChartError
from components.charts.obtaining import Store
from components.charts.source import ChartsConfig, Source
from operations.pins import Pinned, look, write
from tests.e2e.small_chart import PIN, RELEASE, had, packaged

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def charts(helm: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return packaged(helm, tmp_path_factory.mktemp("charts"))


@pytest.fixture
def index(charts: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(charts))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_chart_is_fetched_once_from_where_its_pin_says(index: str, tmp_path: Path) -> None:
    release = replace(RELEASE, pin=replace(PIN, repository=index))
    store = Store(config=ChartsConfig(), project=tmp_path, folder=tmp_path / "cache")
    first = had(release, store)
    nowhere = replace(RELEASE, pin=replace(PIN, repository="http://127.0.0.1:9"))
    assert had(nowhere, store) == first


def test_a_mirror_stands_in_for_every_repository(index: str, tmp_path: Path) -> None:
    config = ChartsConfig.model_construct(source=Source.MIRROR, mirror=index)
    store = Store(config=config, project=tmp_path, folder=tmp_path / "cache")
    assert had(RELEASE, store).objects


def test_digests_of_pins_are_those_of_what_the_index_serves(
    index: str, charts: Path, tmp_path: Path
) -> None:
    """A pin that nobody has seen, one of the right digest, one of another, one of no version."""
    digest = hashlib.sha256((charts / "small-1.2.3.tgz").read_bytes()).hexdigest()
    file = tmp_path / "pinned.py"
    text = (
        f'P = ChartPin(\n    chart="small",\n    repository="{index}",\n    version="1.2.3",\n)\n'
    )
    file.write_text(text, encoding="utf-8")
    new = replace(PIN, repository=index)
    pins = [
        Pinned(pin=replace(new, digest=stated, version=version), file=file)
        for stated, version in (
            (None, "1.2.3"),
            (digest, "1.2.3"),
            ("0" * 64, "1.2.3"),
            (None, "9.0.0"),
        )
    ]
    found = []
    for number, pinned in enumerate(pins):
        store = Store(config=ChartsConfig(), project=tmp_path, folder=tmp_path / str(number))
        found += look([pinned], store)
    assert [each.state for each in found] == ["unverified", "the same", "another", "not had"]
    assert {each.digest for each in found[:3]} == {digest}
    assert "small 9.0.0" in (found[3].fault or "")
    write(found[0])
    assert f'    digest="{digest}",' in file.read_text("utf-8").splitlines()


@pytest.mark.parametrize("version", ["1.2.3", "9.0.0"])
def test_a_chart_that_cannot_be_fetched_is_named_with_where_from_and_what_to_do(
    version: str, index: str, tmp_path: Path
) -> None:
    """No server there at all, and a server that lacks the version."""
    where = index if version == "9.0.0" else "http://127.0.0.1:9"
    release = replace(RELEASE, pin=replace(PIN, repository=where, version=version))
    store = Store(config=ChartsConfig(), project=tmp_path, folder=tmp_path / "cache")
    with pytest.raises(ChartError) as failure:
        had(release, store)
    told = str(failure.value)
    assert f"small {version}" in told
    assert where in told
    assert "platform.charts" in told
    assert list((tmp_path / "cache").rglob("*.tgz")) == []


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass
