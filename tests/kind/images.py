"""Images of our own, made of one static program each: no shell, no library."""

import hashlib
import io
import json
import os
import platform
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from operations.toolchain.go import installed

TALK = "ml-platform.test/talk:1"
_SOURCES = Path(__file__).parent
_SECONDS = 300
_USER = "65532:65532"
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_CONFIG = "application/vnd.oci.image.config.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def program(name: str, folder: Path) -> bytes:
    """One of the programs beside this file, compiled."""
    go = installed((1, 22))
    assert go
    path = folder / name
    run(str(go), "build", "-trimpath", "-ldflags", "-s -w", "-o", str(path), ".", at=name)
    return path.read_bytes()


def layer(files: Mapping[str, bytes]) -> bytes:
    """The only layer of an image."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            tar.addfile(entry, io.BytesIO(content))
    return written.getvalue()


def keep(image: str, program: str, files: Mapping[str, bytes]) -> None:
    """Give Docker an image."""
    said = (f'ENTRYPOINT ["/{program}"]', f"USER {_USER}")
    changes = [word for line in said for word in ("--change", line)]
    run("docker", "import", *changes, "-", image, data=layer(files))


def published(repository: str, tag: str, program: bytes) -> dict[str, bytes]:
    """An image as the files of a registry."""
    tar = layer({"talk": program})
    config = _json(
        architecture=_ARCHITECTURES.get(platform.machine(), platform.machine()),
        os="linux",
        config={"Entrypoint": ["/talk"], "User": _USER},
        rootfs={"type": "layers", "diff_ids": [_digest(tar)]},
    )
    manifest = _json(
        schemaVersion=2,
        mediaType=_MANIFEST,
        config=_part(_CONFIG, config),
        layers=[_part(_LAYER, tar)],
    )
    place = f"srv/v2/{repository}"
    return {
        f"{place}/manifests/{tag}": manifest,
        f"{place}/manifests/{_digest(manifest)}": manifest,
        f"{place}/blobs/{_digest(config)}": config,
        f"{place}/blobs/{_digest(tar)}": tar,
    }


def run(*words: str, at: str | None = None, data: bytes | None = None) -> None:
    """Run a command to its good end."""
    subprocess.run(
        words,
        cwd=_SOURCES / at if at else None,
        input=data,
        env={**os.environ, "CGO_ENABLED": "0"},
        timeout=_SECONDS,
        check=True,
        capture_output=True,
    )


def _json(**keys: Any) -> bytes:
    return json.dumps(keys).encode()


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _part(kind: str, content: bytes) -> dict[str, Any]:
    return {"mediaType": kind, "digest": _digest(content), "size": len(content)}
