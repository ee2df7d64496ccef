"""External Secrets' kinds, as far as we set them."""

from components.manifests.custom.kind import TEXT, closed, fields, kinds_of, listed, one_of

_AWS = fields({"service": one_of("SecretsManager"), "region": TEXT})
_AZURE = fields({"authType": one_of("WorkloadIdentity"), "vaultUrl": TEXT, "tenantId": TEXT})
_STORE = fields(
    {
        "provider": fields({}, {"aws": _AWS, "azurekv": _AZURE}),
        "conditions": listed(fields({"namespaces": listed(TEXT, least=1)}), least=1),
    }
)
_SECRET = fields(
    {
        "refreshInterval": TEXT,
        "secretStoreRef": fields({"kind": one_of("ClusterSecretStore"), "name": TEXT}),
        "target": fields(
            {
                "name": TEXT,
                "creationPolicy": one_of("Owner"),
                "deletionPolicy": one_of("Retain"),
            }
        ),
        "data": listed(
            fields({"secretKey": TEXT, "remoteRef": fields({"key": TEXT, "property": TEXT})}),
            least=1,
        ),
    }
)

EXTERNAL_SECRETS = kinds_of(
    "external-secrets.io",
    "v1",
    {"ClusterSecretStore": closed(_STORE, namespaced=False), "ExternalSecret": closed(_SECRET)},
)
