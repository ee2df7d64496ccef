"""cert-manager's kinds, as far as we set them."""

from components.manifests.custom.kind import (
    FLAG,
    NUMBER,
    TEXT,
    closed,
    fields,
    kinds_of,
    listed,
    one_of,
)

_ISSUER_REF = fields({"kind": one_of("Issuer", "ClusterIssuer"), "name": TEXT, "group": TEXT})
_PRIVATE_KEY = fields(
    {
        "algorithm": one_of("ECDSA", "RSA"),
        "size": NUMBER,
        "rotationPolicy": one_of("Always", "Never"),
    },
)
_PARENT = fields(
    {"kind": one_of("Gateway"), "namespace": TEXT, "name": TEXT}, {"sectionName": TEXT}
)
_ROUTE53 = fields({"hostedZoneID": TEXT, "region": TEXT})
_AZURE_DNS = fields(
    {
        "subscriptionID": TEXT,
        "resourceGroupName": TEXT,
        "hostedZoneName": TEXT,
        "environment": one_of("AzurePublicCloud"),
    }
)
_SOLVER = fields(
    {},
    {
        "http01": fields({"gatewayHTTPRoute": fields({"parentRefs": listed(_PARENT, least=1)})}),
        "dns01": fields({}, {"route53": _ROUTE53, "azureDNS": _AZURE_DNS}),
    },
)
_ACME = fields(
    {
        "email": TEXT,
        "server": TEXT,
        "privateKeySecretRef": fields({"name": TEXT}),
        "solvers": listed(_SOLVER, least=1),
    }
)
_CERTIFICATE = fields(
    {"secretName": TEXT, "privateKey": _PRIVATE_KEY, "issuerRef": _ISSUER_REF},
    {
        "commonName": TEXT,
        "dnsNames": listed(TEXT, least=1),
        "isCA": FLAG,
        "duration": TEXT,
        "renewBefore": TEXT,
    },
)

CERT_MANAGER = kinds_of(
    "cert-manager.io",
    "v1",
    {
        "Certificate": closed(_CERTIFICATE),
        "Issuer": closed(fields({"selfSigned": fields({})})),
        "ClusterIssuer": closed(
            fields({}, {"acme": _ACME, "ca": fields({"secretName": TEXT})}), namespaced=False
        ),
    },
)
