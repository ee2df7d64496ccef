"""What a new cluster comes with and the rules about access would refuse: data, tested."""

ROLES = (
    "admin",
    "cluster-admin",
    "edit",
    "system:aggregate-to-edit",
    "system:controller:certificate-controller",
    "system:controller:clusterrole-aggregation-controller",
    "system:controller:disruption-controller",
    "system:controller:generic-garbage-collector",
    "system:controller:horizontal-pod-autoscaler",
    "system:controller:namespace-controller",
    "system:controller:resourcequota-controller",
    "system:kube-controller-manager",
    "system:kubelet-api-admin",
    "system:node",
)
BINDINGS = (
    "cluster-admin",
    "system:basic-user",
    "system:discovery",
    "system:public-info-viewer",
    "system:service-account-issuer-discovery",
)
"""By whole name: what is merely called `system:` something is judged."""
