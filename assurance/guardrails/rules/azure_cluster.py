"""The cluster on Azure, its network, and rights that are too wide for anybody."""

from assurance.guardrails.guardrail import Control, Guardrail, Severity
from assurance.guardrails.predicate import (
    ITEM,
    AllOf,
    AnyOf,
    Every,
    Matches,
    Not,
    OneOf,
    Predicate,
    Some,
    Stated,
    at,
)
from assurance.guardrails.rules.clouds import (
    ANYWHERE,
    CIS_AKS,
    CIS_AZURE,
    MCSB,
    beside,
    each,
    off,
    on,
    some,
    these,
    word,
)

_CLUSTER, _POOL = (
    "azure-native:containerservice:ManagedCluster",
    "azure-native:containerservice:AgentPool",
)
_OF_CLUSTERS = these("managed-clusters", _CLUSTER)
_API = "apiServerAccessProfile"
_DESTINATIONS = ("workspaceId", "storageAccountId", "eventHubAuthorizationRuleId")
_EVERYTHING = (
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",  # Owner
    "b24988ac-6180-42a0-ab88-20f7382dd24c",  # Contributor
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",  # User Access Administrator
    "f58310d9-a9f6-439a-9e8d-f62e7b41a168",  # Role Based Access Control Administrator
)


def _audited(*categories: str) -> Predicate:
    """Some setting keeps one of these, or all there is."""
    enabled = (
        AllOf((on("enabled"), OneOf(at("category"), categories))),
        AllOf((on("enabled"), OneOf(at("categoryGroup"), ("allLogs", "audit")))),
    )
    return Some((at("logs"),), AnyOf(enabled))


def _from_everywhere() -> Predicate:
    everywhere = (
        Matches(at("sourceAddressPrefix"), ANYWHERE),
        Some((at("sourceAddressPrefixes"),), Matches(ITEM, ANYWHERE)),
    )
    return AllOf((word("Allow", "access"), word("Inbound", "direction"), AnyOf(everywhere)))


AZURE_CLUSTER: tuple[Guardrail, ...] = (
    Guardrail(
        name="aks-has-no-local-accounts",
        title="People are known to the cluster by Entra alone, and their rights by Azure.",
        severity=Severity.CRITICAL,
        frameworks=(Control(CIS_AKS, "5.5.1"), Control(CIS_AKS, "5.5.2"), Control(MCSB, "IM-1")),
        applies=_OF_CLUSTERS,
        require=AllOf(
            (
                on("disableLocalAccounts"),
                on("enableRBAC"),
                on("aadProfile", "managed"),
                on("aadProfile", "enableAzureRBAC"),
            )
        ),
        remedy="Set disableLocalAccounts, enableRBAC, aadProfile.managed and "
        "aadProfile.enableAzureRBAC.",
        page="A local account is a certificate that nobody can take back.",
    ),
    Guardrail(
        name="aks-endpoints-are-not-open-to-everybody",
        title="The API server is private, or reached from named addresses only.",
        severity=Severity.CRITICAL,
        frameworks=(Control(CIS_AKS, "5.4.1"), Control(CIS_AKS, "5.4.2"), Control(MCSB, "NS-2")),
        applies=_OF_CLUSTERS,
        require=AnyOf(
            (
                on(_API, "enablePrivateCluster"),
                AllOf(
                    (
                        some(f"{_API}.authorizedIPRanges"),
                        each(f"{_API}.authorizedIPRanges", Not(Matches(ITEM, ANYWHERE))),
                    )
                ),
            )
        ),
        remedy="Set apiServerAccessProfile.enablePrivateCluster, or authorizedIPRanges.",
        page="Without a list, everybody on the internet may try the next hole in the API server.",
    ),
    Guardrail(
        name="aks-runs-no-commands-for-azure",
        title="Nobody runs commands in the cluster through Azure's own interface.",
        severity=Severity.HIGH,
        frameworks=(),
        applies=_OF_CLUSTERS,
        require=on(_API, "disableRunCommand"),
        remedy="Set apiServerAccessProfile.disableRunCommand.",
        page="It goes past the network, and runs as an administrator of the cluster.",
    ),
    Guardrail(
        name="aks-enforces-network-policies",
        title="The cluster's network does what NetworkPolicies say.",
        severity=Severity.CRITICAL,
        frameworks=(Control(CIS_AKS, "5.4.4"), Control(MCSB, "NS-1")),
        applies=_OF_CLUSTERS,
        require=OneOf(at("networkProfile", "networkPolicy"), ("cilium", "calico", "azure")),
        remedy="Set networkProfile.networkPolicy, best to cilium with the Cilium data plane.",
        page="Without it the API server takes every NetworkPolicy, and nobody enforces one.",
    ),
    Guardrail(
        name="aks-knows-workloads-by-their-account",
        title="Pods are known to Azure by their ServiceAccount.",
        severity=Severity.HIGH,
        frameworks=(Control(CIS_AKS, "5.2.1"), Control(MCSB, "IM-3")),
        applies=_OF_CLUSTERS,
        require=AllOf(
            (
                on("oidcIssuerProfile", "enabled"),
                on("securityProfile", "workloadIdentity", "enabled"),
            )
        ),
        remedy="Set oidcIssuerProfile.enabled and securityProfile.workloadIdentity.enabled.",
        page="Otherwise pods take keys that do not expire, or the node's own identity.",
    ),
    Guardrail(
        name="aks-logs-who-did-what",
        title="The control plane's audit log is kept.",
        severity=Severity.HIGH,
        frameworks=(Control(CIS_AKS, "2.1.1"), Control(MCSB, "LT-3")),
        applies=_OF_CLUSTERS,
        require=beside(
            "azure-native:monitor:DiagnosticSetting",
            _audited("kube-audit", "kube-audit-admin"),
            AnyOf(tuple(Stated(at(where)) for where in _DESTINATIONS)),
        ),
        remedy="Give it a DiagnosticSetting with kube-audit-admin or kube-audit.",
        page="Azure keeps nothing of it by itself, and nobody can ask for it afterwards.",
    ),
    Guardrail(
        name="aks-takes-fixes",
        title="The cluster takes fixes of its version and of its nodes' images by itself.",
        severity=Severity.MEDIUM,
        frameworks=(),
        applies=_OF_CLUSTERS,
        require=AllOf(
            (
                OneOf(
                    at("autoUpgradeProfile", "upgradeChannel"),
                    ("patch", "stable", "rapid", "node-image"),
                ),
                OneOf(
                    at("autoUpgradeProfile", "nodeOSUpgradeChannel"), ("NodeImage", "SecurityPatch")
                ),
            )
        ),
        remedy="Set autoUpgradeProfile: upgradeChannel patch, nodeOSUpgradeChannel NodeImage.",
        page="A node's kernel is as old as its image, and as safe.",
    ),
    Guardrail(
        name="aks-nodes-have-no-public-address",
        title="A node has no public address.",
        severity=Severity.HIGH,
        frameworks=(Control(MCSB, "NS-2"),),
        applies=these("pools", _CLUSTER, _POOL),
        require=AllOf(
            (
                Not(on("enableNodePublicIP")),
                each("agentPoolProfiles", Not(on("enableNodePublicIP"))),
            )
        ),
        remedy="Leave out enableNodePublicIP.",
        page="Every host port would be a port on the internet.",
    ),
    Guardrail(
        name="network-groups-let-not-everybody-in",
        title="No network security group lets in the whole internet.",
        severity=Severity.CRITICAL,
        frameworks=(Control(CIS_AZURE, "6.2"), Control(MCSB, "NS-1")),
        applies=these(
            "network-groups",
            "azure-native:network:NetworkSecurityGroup",
            "azure-native:network:SecurityRule",
        ),
        require=AllOf((Not(_from_everywhere()), each("securityRules", Not(_from_everywhere())))),
        remedy="Name the addresses that may come in; what is public goes through the gateway's "
        "load balancer.",
        page="Whatever listens behind such a group is found within minutes.",
    ),
    Guardrail(
        name="subnets-have-one-way-out",
        title="A subnet has no way out but the one that is built for it.",
        severity=Severity.MEDIUM,
        frameworks=(Control(MCSB, "NS-1"),),
        applies=these("azure-subnets", "azure-native:network:Subnet"),
        require=off("defaultOutboundAccess"),
        remedy="Set defaultOutboundAccess to false.",
        page="Azure's default way out has an address that nobody knows beforehand.",
    ),
    Guardrail(
        name="nobody-is-assigned-everything",
        title="Nobody is made Owner, Contributor or administrator of access.",
        severity=Severity.CRITICAL,
        frameworks=(Control(MCSB, "PA-7"),),
        applies=these("role-assignments", "azure-native:authorization:RoleAssignment"),
        require=AllOf(
            (
                Matches(at("roleDefinitionId"), r".*/[0-9a-fA-F-]+"),
                *(Not(Matches(at("roleDefinitionId"), f".*/{guid}")) for guid in _EVERYTHING),
            )
        ),
        remedy="Assign the role that names what is needed, at the narrowest scope.",
        page="An Owner may also make others Owner, unseen by whoever assigned the role.",
    ),
    Guardrail(
        name="own-roles-name-their-actions",
        title="A role of our own names what it allows.",
        severity=Severity.CRITICAL,
        frameworks=(Control(CIS_AZURE, "1.23"), Control(MCSB, "PA-7")),
        applies=these("role-definitions", "azure-native:authorization:RoleDefinition"),
        require=each(
            "permissions",
            Every(
                (at("actions"), at("dataActions")),
                Not(Matches(ITEM, r"\*(/.*)?|Microsoft\.Authorization/\*")),
            ),
        ),
        remedy="List the actions; a * may stand for the operations of one type.",
        page="A wildcard also allows what Azure adds next.",
    ),
)
