"""What the schemas do not say about Kubernetes' own kinds. Data, tested."""

from typing import Final

CLUSTER_SCOPED: Final = frozenset(
    {
        ("", "Namespace"),
        ("", "Node"),
        ("", "PersistentVolume"),
        ("admissionregistration.k8s.io", "MutatingAdmissionPolicy"),
        ("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"),
        ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
        ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
        ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
        ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
        ("apiextensions.k8s.io", "CustomResourceDefinition"),
        ("apiregistration.k8s.io", "APIService"),
        ("certificates.k8s.io", "CertificateSigningRequest"),
        ("certificates.k8s.io", "ClusterTrustBundle"),
        ("flowcontrol.apiserver.k8s.io", "FlowSchema"),
        ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"),
        ("internal.apiserver.k8s.io", "StorageVersion"),
        ("networking.k8s.io", "IPAddress"),
        ("networking.k8s.io", "IngressClass"),
        ("networking.k8s.io", "ServiceCIDR"),
        ("node.k8s.io", "RuntimeClass"),
        ("rbac.authorization.k8s.io", "ClusterRole"),
        ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
        ("resource.k8s.io", "DeviceClass"),
        ("resource.k8s.io", "DeviceTaintRule"),
        ("resource.k8s.io", "ResourceSlice"),
        ("scheduling.k8s.io", "PriorityClass"),
        ("storage.k8s.io", "CSIDriver"),
        ("storage.k8s.io", "CSINode"),
        ("storage.k8s.io", "StorageClass"),
        ("storage.k8s.io", "VolumeAttachment"),
        ("storage.k8s.io", "VolumeAttributesClass"),
        ("storagemigration.k8s.io", "StorageVersionMigration"),
    }
)
"""Kinds that belong to the whole cluster; every other built-in kind lives in a namespace."""

NOT_KEPT: Final = frozenset(
    {
        ("", "Binding"),
        ("", "ComponentStatus"),
        ("authentication.k8s.io", "SelfSubjectReview"),
        ("authentication.k8s.io", "TokenRequest"),
        ("authentication.k8s.io", "TokenReview"),
        ("authorization.k8s.io", "LocalSubjectAccessReview"),
        ("authorization.k8s.io", "SelfSubjectAccessReview"),
        ("authorization.k8s.io", "SelfSubjectRulesReview"),
        ("authorization.k8s.io", "SubjectAccessReview"),
        ("autoscaling", "Scale"),
        ("policy", "Eviction"),
    }
)
"""Questions and orders to the API server: they have a schema, but nothing is kept of them."""

SERVED_AS: Final = {
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicy"): ("v1alpha1", "v1beta1", "v1"),
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"): (
        "v1alpha1",
        "v1beta1",
        "v1",
    ),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"): ("v1alpha1", "v1beta1", "v1"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"): (
        "v1alpha1",
        "v1beta1",
        "v1",
    ),
    ("autoscaling", "HorizontalPodAutoscaler"): ("v1", "v2beta1", "v2beta2", "v2"),
    ("batch", "CronJob"): ("v1beta1", "v1"),
    ("certificates.k8s.io", "ClusterTrustBundle"): ("v1alpha1", "v1beta1", "v1"),
    ("certificates.k8s.io", "PodCertificateRequest"): ("v1beta1", "v1"),
    ("coordination.k8s.io", "LeaseCandidate"): ("v1alpha1", "v1alpha2", "v1beta1"),
    ("discovery.k8s.io", "EndpointSlice"): ("v1beta1", "v1"),
    ("flowcontrol.apiserver.k8s.io", "FlowSchema"): ("v1beta1", "v1beta2", "v1beta3", "v1"),
    ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"): (
        "v1beta1",
        "v1beta2",
        "v1beta3",
        "v1",
    ),
    ("networking.k8s.io", "IPAddress"): ("v1alpha1", "v1beta1", "v1"),
    ("networking.k8s.io", "ServiceCIDR"): ("v1alpha1", "v1beta1", "v1"),
    ("policy", "PodDisruptionBudget"): ("v1beta1", "v1"),
    ("resource.k8s.io", "DeviceClass"): ("v1alpha3", "v1beta1", "v1beta2", "v1"),
    ("resource.k8s.io", "DeviceTaintRule"): ("v1alpha3", "v1beta2", "v1"),
    ("resource.k8s.io", "ResourceClaim"): ("v1alpha3", "v1beta1", "v1beta2", "v1"),
    ("resource.k8s.io", "ResourceClaimTemplate"): ("v1alpha3", "v1beta1", "v1beta2", "v1"),
    ("resource.k8s.io", "ResourceSlice"): ("v1alpha3", "v1beta1", "v1beta2", "v1"),
    ("storage.k8s.io", "CSIStorageCapacity"): ("v1beta1", "v1"),
    ("storage.k8s.io", "VolumeAttributesClass"): ("v1alpha1", "v1beta1", "v1"),
}
"""Versions of one kind, past and present: a manifest that moves between them stays one object.

Versions that went before Kubernetes 1.22 are left out: this program has never written them.
"""

NAME_LENGTH: Final = {("batch", "CronJob"): 52, ("batch", "Job"): 63}
"""Where controllers derive longer names or labels from an object's, the limit is below 253."""

LABEL_NAMED: Final = frozenset({("", "Namespace"), ("", "Service")})
"""Kinds whose names become part of a domain name."""
