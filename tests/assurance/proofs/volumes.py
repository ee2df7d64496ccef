"""Volumes that two teams might share, and ways that only look like sharing."""

from typing import Any

from tests.assurance.proofs.worlds import Manifest

S3 = "s3.csi.aws.com"


def volume(name: str, owner: str | None, *, labels: Any = None, **spec: Any) -> Manifest:
    claim = {"claimRef": {"namespace": owner, "name": name}} if owner else {}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name, "labels": labels or {}},
        "spec": {**claim, **spec},
    }


def claim(namespace: str, name: str = "data", **spec: Any) -> Manifest:
    metadata = {"name": name, "namespace": namespace}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": metadata,
        "spec": spec,
    }


def pod(namespace: str, name: str = "p", **source: Any) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"containers": [], "volumes": [{"name": "data", **source}]},
    }


def csi(handle: str, driver: str = "ebs.csi.aws.com", **attributes: Any) -> dict[str, Any]:
    return {"csi": {"driver": driver, "volumeHandle": handle, "volumeAttributes": attributes}}


def nfs(path: str, server: str = "files") -> dict[str, Any]:
    return {"nfs": {"server": server, "path": path}}


def bucket(name: str, handle: str, prefix: str = "") -> dict[str, Any]:
    options = {"mountOptions": [f"prefix {prefix}", "allow-delete"]} if prefix else {}
    return {**csi(handle, S3, bucketName=name), **options}


SHARED = {
    "one disk": (csi("vol-1"), csi("vol-1")),
    "one directory": (nfs("/data"), nfs("/data/")),
    "a directory within the other": (nfs("/data"), nfs("/data/blue")),
    "a whole server": (nfs("/"), nfs("/blue")),
    "one bucket through two handles": (bucket("lake", "a"), bucket("lake", "b")),
    "a prefix that is the beginning of another": (
        bucket("lake", "a", "red"),
        bucket("lake", "b", "redder/x"),
    ),
    "the whole file system and an access point": (
        csi("fs-1", "efs.csi.aws.com"),
        csi("fs-1::fsap-2", "efs.csi.aws.com"),
    ),
    "one container": (
        csi("a", "blob.csi.azure.com", containerName="c"),
        csi("b", "blob.csi.azure.com", containerName="c"),
    ),
    "one share": (
        csi("a", "nfs.csi.k8s.io", server="s", share="/x"),
        csi("b", "nfs.csi.k8s.io", server="s", share="/x"),
    ),
    "one directory of one node": ({"local": {"path": "/mnt"}}, {"local": {"path": "/mnt/a"}}),
    "one image": (
        {"rbd": {"monitors": ["b", "a"], "pool": "p", "image": "i"}},
        {"rbd": {"monitors": ["a", "b"], "pool": "p", "image": "i"}},
    ),
}
APART = {
    "two disks": (csi("vol-1"), csi("vol-2")),
    "one handle of two drivers": (csi("vol-1"), csi("vol-1", "disk.csi.azure.com")),
    "two directories": (nfs("/data/red"), nfs("/data/reddish")),
    "two servers": (nfs("/data"), nfs("/data", "other")),
    "two prefixes": (bucket("lake", "a", "red/"), bucket("lake", "b", "blue/")),
    "two access points": (
        csi("fs-1::fsap-1", "efs.csi.aws.com"),
        csi("fs-1::fsap-2", "efs.csi.aws.com"),
    ),
    "two subdirectories": (
        csi("a", "nfs.csi.k8s.io", server="s", share="/x", subDir="a"),
        csi("b", "nfs.csi.k8s.io", server="s", share="/x", subDir="b"),
    ),
}
