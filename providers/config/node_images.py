"""Node images: what the nodes of a kind cluster are made from."""

from collections.abc import Mapping

_REPOSITORY = "docker.io/kindest/node"

NODE_IMAGES: Mapping[str, str] = {
    "1.35": f"{_REPOSITORY}:v1.35.0"
    "@sha256:452d707d4862f52530247495d180205e029056831160e22870e37e3f6c1ac31f",
    "1.36": f"{_REPOSITORY}:v1.36.1"
    "@sha256:3489c7674813ba5d8b1a9977baea8a6e553784dab7b84759d1014dbd78f7ebd5",
}
"""By Kubernetes version, as the notes of kind's releases 0.31 and 0.32 state them."""
