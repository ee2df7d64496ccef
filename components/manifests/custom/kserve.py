"""KServe's kinds, as far as we write them: serving.kserve.io."""

from components.manifests.custom.kind import (
    FLAG,
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

_GROUP = "serving.kserve.io"
_CAPABILITIES = fields({"drop": listed(TEXT)})
_SECCOMP = fields({"type": one_of("RuntimeDefault")})
_SECURITY = fields(
    {"allowPrivilegeEscalation": FLAG, "capabilities": _CAPABILITIES, "runAsNonRoot": FLAG},
    {"readOnlyRootFilesystem": FLAG, "seccompProfile": _SECCOMP},
)
_PROBE = fields(
    {"httpGet": fields({"path": TEXT, "port": NUMBER})},
    {"periodSeconds": NUMBER, "failureThreshold": NUMBER},
)
_ENV = fields(
    {"name": TEXT},
    {
        "value": {"type": "string"},
        "valueFrom": fields({"secretKeyRef": fields({"name": TEXT, "key": TEXT})}),
    },
)
_CONTAINER = fields(
    {
        "name": TEXT,
        "image": TEXT,
        "args": listed(TEXT, least=1),
        "resources": fields({}, {"requests": QUANTITIES, "limits": QUANTITIES}),
        "securityContext": _SECURITY,
        "volumeMounts": listed(fields({"name": TEXT, "mountPath": TEXT}, {"readOnly": FLAG})),
    },
    {
        "env": listed(_ENV),
        "ports": listed(
            fields({"name": TEXT, "containerPort": NUMBER, "protocol": one_of("TCP")}), least=1
        ),
        "readinessProbe": _PROBE,
        "livenessProbe": _PROBE,
    },
)
_VOLUME = fields({"name": TEXT, "emptyDir": fields({"sizeLimit": TEXT})})
_FORMAT = fields({"name": TEXT, "version": TEXT, "autoSelect": FLAG})
_RUNTIME = fields(
    {
        "supportedModelFormats": listed(_FORMAT, least=1),
        "protocolVersions": listed(TEXT, least=1),
        "containers": listed(_CONTAINER, least=1),
        "volumes": listed(_VOLUME),
    }
)
_TOLERATION = fields({"key": TEXT, "operator": TEXT, "effect": TEXT}, {"value": TEXT})
_SPREAD: Schema = fields(
    {
        "maxSkew": NUMBER,
        "topologyKey": TEXT,
        "whenUnsatisfiable": one_of("ScheduleAnyway"),
        "labelSelector": fields({"matchLabels": WORDS}),
    }
)
_PREDICTOR = fields(
    {
        "automountServiceAccountToken": FLAG,
        "containers": listed(_CONTAINER, least=1),
        "enableServiceLinks": FLAG,
        "initContainers": listed(_CONTAINER, least=1),
        "labels": WORDS,
        "maxReplicas": NUMBER,
        "minReplicas": NUMBER,
        "scaleMetric": one_of("cpu"),
        "scaleTarget": NUMBER,
        "securityContext": fields(
            {
                "fsGroup": NUMBER,
                "runAsNonRoot": FLAG,
                "runAsUser": NUMBER,
                "seccompProfile": _SECCOMP,
            }
        ),
        "serviceAccountName": TEXT,
        "volumes": listed(_VOLUME, least=1),
    },
    {
        "nodeSelector": WORDS,
        "tolerations": listed(_TOLERATION),
        "topologySpreadConstraints": listed(_SPREAD),
    },
)


KSERVE = {
    **kinds_of(_GROUP, "v1alpha1", {"ClusterServingRuntime": closed(_RUNTIME, namespaced=False)}),
    **kinds_of(_GROUP, "v1beta1", {"InferenceService": closed(fields({"predictor": _PREDICTOR}))}),
}
