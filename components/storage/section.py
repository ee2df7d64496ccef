"""The object store, as the stack file spells it."""

from typing import Annotated

from pydantic import Field, field_validator

from providers.config.scalars import text
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
    """Buckets that the cloud keeps, encrypted, versioned, closed to the public."""

    buckets: tuple[BucketName, ...] = Field(
        default=("models", "datasets", "artifacts"), min_length=1
    )
    """The buckets; a team's needs name one, and a prefix within it."""

    _once = field_validator("buckets")(each_once("bucket"))
