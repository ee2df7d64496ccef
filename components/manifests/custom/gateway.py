"""The Gateway API's kinds and Envoy Gateway's own, as far as we set them."""

from collections.abc import Mapping

from components.manifests.custom.kind import (
    NUMBER,
    QUANTITIES,
    TEXT,
    WORDS,
    Schema,
    closed,
    fields,
    kinds_of,
    listed,
    one_of,
)

_PARENT = fields(
    {"kind": one_of("Gateway"), "namespace": TEXT, "name": TEXT}, {"sectionName": TEXT}
)
_RULE = fields({"key": TEXT, "operator": one_of("Exists", "In")}, {"values": listed(TEXT)})
_SELECTOR = fields({}, {"matchLabels": WORDS, "matchExpressions": listed(_RULE)})
_ALLOWED = fields(
    {"namespaces": fields({"from": one_of("Selector"), "selector": _SELECTOR})},
)
_TLS = fields(
    {
        "mode": one_of("Terminate"),
        "certificateRefs": listed(fields({"kind": one_of("Secret"), "name": TEXT}), least=1),
    }
)
_LISTENER = fields(
    {
        "name": TEXT,
        "port": NUMBER,
        "protocol": one_of("HTTP", "HTTPS"),
        "allowedRoutes": _ALLOWED,
    },
    {"tls": _TLS},
)
_REDIRECT = fields(
    {"scheme": one_of("https"), "statusCode": {"type": "integer", "enum": [301]}},
    {"port": NUMBER},
)
_REWRITE = fields(
    {"path": fields({"type": one_of("ReplacePrefixMatch"), "replacePrefixMatch": TEXT})}
)
_FILTER = fields(
    {"type": one_of("RequestRedirect", "URLRewrite")},
    {"requestRedirect": _REDIRECT, "urlRewrite": _REWRITE},
)
_HEADER = fields({"type": one_of("Exact"), "name": TEXT, "value": TEXT})
_MATCH = fields(
    {},
    {
        "path": fields({"type": one_of("PathPrefix"), "value": TEXT}),
        "headers": listed(_HEADER, least=1),
    },
)
_BACKEND = fields({"name": TEXT, "port": NUMBER}, {"namespace": TEXT, "weight": NUMBER})
_ROUTE = fields(
    {
        "parentRefs": listed(_PARENT, least=1),
        "rules": listed(
            fields(
                {},
                {
                    "matches": listed(_MATCH, least=1),
                    "filters": listed(_FILTER, least=1),
                    "backendRefs": listed(_BACKEND, least=1),
                },
            ),
            least=1,
        ),
    },
    {"hostnames": listed(TEXT, least=1)},
)
_PARAMETERS = fields({"group": TEXT, "kind": TEXT, "name": TEXT}, {"namespace": TEXT})

GATEWAY_API = kinds_of(
    "gateway.networking.k8s.io",
    "v1",
    {
        "Gateway": closed(
            fields({"gatewayClassName": TEXT, "listeners": listed(_LISTENER, least=1)})
        ),
        "GatewayClass": closed(
            fields({"controllerName": TEXT}, {"parametersRef": _PARAMETERS}), namespaced=False
        ),
        "HTTPRoute": closed(_ROUTE),
    },
)

_SERVICE_PORTS = listed(fields({"port": NUMBER, "nodePort": NUMBER}))


def _merged(spec: Mapping[str, Schema]) -> Schema:
    """What is laid over an object's spec once Envoy Gateway has made it."""
    return fields({"type": one_of("StrategicMerge"), "value": fields({"spec": fields(spec)})})


_OF_PODS = fields({"spec": fields({"priorityClassName": TEXT})})
_RESOURCES = fields({"requests": QUANTITIES, "limits": QUANTITIES})
_KUBERNETES = fields(
    {
        "envoyDeployment": fields(
            {
                "name": TEXT,
                "replicas": NUMBER,
                "container": fields({"resources": _RESOURCES}),
                "patch": _merged({"template": _OF_PODS}),
            }
        ),
        "envoyService": fields(
            {
                "name": TEXT,
                "type": one_of("LoadBalancer", "NodePort"),
                "externalTrafficPolicy": one_of("Cluster", "Local"),
            },
            {"patch": _merged({"ports": _SERVICE_PORTS})},
        ),
        "envoyServiceAccount": fields({"name": TEXT}),
    }
)
_PROVIDER = fields({"type": one_of("Kubernetes"), "kubernetes": _KUBERNETES})
_TARGETS = listed(fields({"group": TEXT, "kind": one_of("HTTPRoute"), "name": TEXT}), least=1)
_LIMIT = fields({"requests": NUMBER, "unit": one_of("Second", "Minute", "Hour")})
_LOCAL = fields({"rules": listed(fields({"limit": _LIMIT}), least=1)})
_JWT: Schema = fields(
    {
        "name": TEXT,
        "issuer": TEXT,
        "remoteJWKS": fields({"uri": TEXT}),
    },
    {"audiences": listed(TEXT)},
)
_KEYS = fields(
    {
        "credentialRefs": listed(fields({"name": TEXT}), least=1),
        "extractFrom": listed(fields({"headers": listed(TEXT, least=1)}), least=1),
    }
)

ENVOY_GATEWAY = kinds_of(
    "gateway.envoyproxy.io",
    "v1alpha1",
    {
        "EnvoyProxy": closed(fields({"provider": _PROVIDER})),
        "BackendTrafficPolicy": closed(
            fields(
                {
                    "targetRefs": _TARGETS,
                    "rateLimit": fields({"type": one_of("Local"), "local": _LOCAL}),
                }
            )
        ),
        "SecurityPolicy": closed(
            fields(
                {"targetRefs": _TARGETS},
                {"jwt": fields({"providers": listed(_JWT, least=1)}), "apiKeyAuth": _KEYS},
            )
        ),
    },
)
