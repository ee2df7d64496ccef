"""Fields with a closed list of values, which the published schemas leave to prose.

The same lists are in the OpenAPI document that an API server of this version gives out; an
end-to-end test compares them. Fields that only the cluster writes are left out.
"""

from collections.abc import Mapping
from typing import Final

_CHOICES: Final[Mapping[tuple[str, ...], tuple[str, ...]]] = {
    ("core.v1.HostPathVolumeSource.type",): (
        "",
        "BlockDevice",
        "CharDevice",
        "Directory",
        "DirectoryOrCreate",
        "File",
        "FileOrCreate",
        "Socket",
    ),
    ("core.v1.ServiceSpec.ipFamilies",): ("", "IPv4", "IPv6"),
    (
        "admissionregistration.v1.NamedRuleWithOperations.operations",
        "admissionregistration.v1.RuleWithOperations.operations",
    ): ("*", "CONNECT", "CREATE", "DELETE", "UPDATE"),
    (
        "admissionregistration.v1.NamedRuleWithOperations.scope",
        "admissionregistration.v1.RuleWithOperations.scope",
    ): ("*", "Cluster", "Namespaced"),
    (
        "resource.v1.DeviceSubRequest.allocationMode",
        "resource.v1.ExactDeviceRequest.allocationMode",
    ): ("All", "ExactCount"),
    ("batch.v1.CronJobSpec.concurrencyPolicy",): ("Allow", "Forbid", "Replace"),
    (
        "core.v1.Container.imagePullPolicy",
        "core.v1.EphemeralContainer.imagePullPolicy",
        "core.v1.ImageVolumeSource.pullPolicy",
    ): ("Always", "IfNotPresent", "Never"),
    ("core.v1.PodSpec.restartPolicy",): ("Always", "Never", "OnFailure"),
    ("core.v1.PodSecurityContext.fsGroupChangePolicy",): ("Always", "OnRootMismatch"),
    ("policy.v1.PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy",): (
        "AlwaysAllow",
        "IfHealthyBudget",
    ),
    ("admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec.validationActions",): (
        "Audit",
        "Deny",
        "Warn",
    ),
    ("core.v1.ResourceQuotaSpec.scopes", "core.v1.ScopedResourceSelectorRequirement.scopeName"): (
        "BestEffort",
        "CrossNamespacePodAffinity",
        "NotBestEffort",
        "NotTerminating",
        "PriorityClass",
        "Terminating",
        "VolumeAttributesClass",
    ),
    ("core.v1.VolumeMount.mountPropagation",): ("Bidirectional", "HostToContainer", "None"),
    ("core.v1.PersistentVolumeClaimSpec.volumeMode", "core.v1.PersistentVolumeSpec.volumeMode"): (
        "Block",
        "Filesystem",
    ),
    ("core.v1.ServiceSpec.sessionAffinity",): ("ClientIP", "None"),
    ("core.v1.ServiceSpec.externalTrafficPolicy", "core.v1.ServiceSpec.internalTrafficPolicy"): (
        "Cluster",
        "Local",
    ),
    ("core.v1.PodSpec.dnsPolicy",): ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
    ("core.v1.ServiceSpec.type",): ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort"),
    ("batch.v1.PodFailurePolicyRule.action",): ("Count", "FailIndex", "FailJob", "Ignore"),
    ("core.v1.AzureDiskVolumeSource.kind",): ("Dedicated", "Managed", "Shared"),
    ("core.v1.SecurityContext.procMount",): ("Default", "Unmasked"),
    (
        "core.v1.PersistentVolumeSpec.persistentVolumeReclaimPolicy",
        "storage.v1.StorageClass.reclaimPolicy",
    ): ("Delete", "Recycle", "Retain"),
    ("core.v1.TopologySpreadConstraint.whenUnsatisfiable",): ("DoNotSchedule", "ScheduleAnyway"),
    ("core.v1.NodeSelectorRequirement.operator",): (
        "DoesNotExist",
        "Exists",
        "Gt",
        "In",
        "Lt",
        "NotIn",
    ),
    ("core.v1.ScopedResourceSelectorRequirement.operator",): (
        "DoesNotExist",
        "Exists",
        "In",
        "NotIn",
    ),
    ("networking.v1.NetworkPolicySpec.policyTypes",): ("Egress", "Ingress"),
    ("resource.v1.DeviceToleration.operator",): ("Equal", "Exists"),
    ("core.v1.Toleration.operator",): ("Equal", "Exists", "Gt", "Lt"),
    (
        "admissionregistration.v1.MatchResources.matchPolicy",
        "admissionregistration.v1.MutatingWebhook.matchPolicy",
        "admissionregistration.v1.ValidatingWebhook.matchPolicy",
    ): ("Equivalent", "Exact"),
    ("networking.v1.HTTPIngressPath.pathType",): ("Exact", "ImplementationSpecific", "Prefix"),
    ("discovery.v1.EndpointSlice.addressType",): ("FQDN", "IPv4", "IPv6"),
    (
        "admissionregistration.v1.MutatingWebhook.failurePolicy",
        "admissionregistration.v1.ValidatingAdmissionPolicySpec.failurePolicy",
        "admissionregistration.v1.ValidatingWebhook.failurePolicy",
    ): ("Fail", "Ignore"),
    ("batch.v1.JobSpec.podReplacementPolicy",): ("Failed", "TerminatingOrFailed"),
    (
        "core.v1.Container.terminationMessagePolicy",
        "core.v1.EphemeralContainer.terminationMessagePolicy",
    ): ("FallbackToLogsOnError", "File"),
    ("resource.v1.DeviceAllocationConfiguration.source",): ("FromClaim", "FromClass"),
    ("core.v1.HTTPGetAction.scheme",): ("HTTP", "HTTPS"),
    (
        "core.v1.TopologySpreadConstraint.nodeAffinityPolicy",
        "core.v1.TopologySpreadConstraint.nodeTaintsPolicy",
    ): ("Honor", "Ignore"),
    ("admissionregistration.v1.MutatingWebhook.reinvocationPolicy",): ("IfNeeded", "Never"),
    ("storage.v1.StorageClass.volumeBindingMode",): ("Immediate", "WaitForFirstConsumer"),
    ("batch.v1.PodFailurePolicyOnExitCodesRequirement.operator",): ("In", "NotIn"),
    ("batch.v1.JobSpec.completionMode",): ("Indexed", "NonIndexed"),
    ("core.v1.AppArmorProfile.type", "core.v1.SeccompProfile.type"): (
        "Localhost",
        "RuntimeDefault",
        "Unconfined",
    ),
    ("core.v1.PodSecurityContext.supplementalGroupsPolicy",): ("Merge", "Strict"),
    ("core.v1.PodSpec.preemptionPolicy", "scheduling.v1.PriorityClass.preemptionPolicy"): (
        "Never",
        "PreemptLowerPriority",
    ),
    ("resource.v1.DeviceTaint.effect", "resource.v1.DeviceToleration.effect"): (
        "NoExecute",
        "NoSchedule",
        "None",
    ),
    ("core.v1.Taint.effect", "core.v1.Toleration.effect"): (
        "NoExecute",
        "NoSchedule",
        "PreferNoSchedule",
    ),
    (
        "admissionregistration.v1.MutatingWebhook.sideEffects",
        "admissionregistration.v1.ValidatingWebhook.sideEffects",
    ): ("None", "NoneOnDryRun", "Some", "Unknown"),
    ("core.v1.AzureDiskVolumeSource.cachingMode",): ("None", "ReadOnly", "ReadWrite"),
    ("apps.v1.DaemonSetUpdateStrategy.type", "apps.v1.StatefulSetUpdateStrategy.type"): (
        "OnDelete",
        "RollingUpdate",
    ),
    ("apps.v1.StatefulSetSpec.podManagementPolicy",): ("OrderedReady", "Parallel"),
    ("core.v1.ServiceSpec.ipFamilyPolicy",): ("PreferDualStack", "RequireDualStack", "SingleStack"),
    ("core.v1.PersistentVolumeClaimSpec.accessModes", "core.v1.PersistentVolumeSpec.accessModes"): (
        "ReadOnlyMany",
        "ReadWriteMany",
        "ReadWriteOnce",
        "ReadWriteOncePod",
    ),
    ("apps.v1.DeploymentStrategy.type",): ("Recreate", "RollingUpdate"),
    (
        "core.v1.ContainerPort.protocol",
        "core.v1.EndpointPort.protocol",
        "core.v1.ServicePort.protocol",
        "discovery.v1.EndpointPort.protocol",
        "networking.v1.NetworkPolicyPort.protocol",
    ): ("SCTP", "TCP", "UDP"),
}

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    f"io.k8s.api.{field}": values for fields, values in _CHOICES.items() for field in fields
}
"""By definition and field: `io.k8s.api.core.v1.Container.imagePullPolicy`."""
