"""Sealed Secrets' kind, as far as teams may write it."""

from components.manifests.custom.kind import FLAG, TEXT, WORDS, closed, fields, kinds_of, one_of

_TYPES = (
    "Opaque",
    "kubernetes.io/basic-auth",
    "kubernetes.io/dockerconfigjson",
    "kubernetes.io/ssh-auth",
    "kubernetes.io/tls",
)
"""Not a ServiceAccount's token: the cluster would fill that in for whoever asks."""
_TEMPLATE = fields(
    {},
    {
        "type": one_of(*_TYPES),
        "immutable": FLAG,
        "metadata": fields({}, {"name": TEXT, "namespace": TEXT}),
    },
)

SEALED_SECRETS = kinds_of(
    "bitnami.com",
    "v1alpha1",
    {"SealedSecret": closed(fields({"encryptedData": WORDS}, {"template": _TEMPLATE}))},
)
