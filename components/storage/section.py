"""The object store, as the stack file spells it."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from components.cluster.section import SizeConfig
from providers.config.scalars import Bytes, Whole, text
from providers.config.section import Section, each_once

OBJECT_STORE = "platform.object-store"
"""The endpoint under which it is needed."""

BucketName = Annotated[
    str,
    *text(
        r"(?=.{3})[a-z0-9]+(?:-[a-z0-9]+)*",
        40,
        "a bucket's name: 3 to 40 of a-z, 0-9 and, between them, single -",
        "models",
        simple=True,
    ),
]
"""As the platform calls it; what stands before and behind it in the cloud is the provider's."""

Prefix = Annotated[
    str,
    *text(
        r"(?:(?!\.{1,2}/)[-A-Za-z0-9_.=@+]{1,128}/){1,8}",
        512,
        "the beginning of objects' names, ending in /, such as fraud/ or fraud/features/",
        "fraud/",
    ),
]
"""Without any character that means more than itself in a cloud's policies."""


class ObjectStoreConfig(Section):
    """Buckets: the cloud's, encrypted, versioned, closed to the public, or SeaweedFS's.

    In the cluster one pod with one volume speaks S3: `minio.storage.svc:9000`. Each
    team that needs it is a user of its own, with a bucket of its own, `team-<name>`, and what its
    needs say of the others. Another stack's teams can reach it, and are no users.
    """

    kind: Literal["seaweedfs", "minio"] = "seaweedfs"
    """In the cluster: SeaweedFS, or MinIO, which its maker has given up; under the same address."""
    buckets: tuple[BucketName, ...] = Field(
        default=("models", "datasets", "artifacts"), min_length=1
    )
    """The buckets; a team's needs name one, and a prefix within it."""
    storage: Bytes = "10Gi"
    """In the cluster: how large its volume is."""
    size: SizeConfig = SizeConfig(cpu="100m", memory="512Mi")
    """In the cluster: what its one pod asks for."""
    generation: Whole = Field(default=1, ge=1)
    """In the cluster: raise it, and every key is made anew."""

    _once = field_validator("buckets")(each_once("bucket"))
