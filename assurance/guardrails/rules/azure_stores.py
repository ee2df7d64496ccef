"""Where a company's data is on Azure: blobs, databases, caches, images, secrets, logs."""

from assurance.guardrails.guardrail import Control, Guardrail, Severity
from assurance.guardrails.predicate import (
    AllOf,
    AnyOf,
    Compares,
    Matches,
    Not,
    OneOf,
    Order,
    Stated,
    absent,
    at,
)
from assurance.guardrails.rules.clouds import CIS_AZURE, MCSB, beside, off, on, these, word
from assurance.guardrails.surroundings import PROTECT

_ACCOUNT, _SERVER = "azure-native:storage:StorageAccount", "azure-native:dbforpostgresql:Server"
_VAULT, _REGISTRY = "azure-native:keyvault:Vault", "azure-native:containerregistry:Registry"
_CACHE = "azure-native:redisenterprise:RedisEnterprise"
_CACHED = "azure-native:redisenterprise:Database"
_SETTING = "azure-native:dbforpostgresql:Configuration"
_OF_ACCOUNTS, _OF_SERVERS = these("accounts", _ACCOUNT), these("servers", _SERVER)
_OF_VAULTS = these("vaults", _VAULT)
_BY_SCOPE = "azure-native:authorization:ManagementLockByScope"
_AT_RESOURCE = "azure-native:authorization:ManagementLockAtResourceLevel"
_DAYS = at("properties", "softDeleteRetentionInDays")
_DENIED = OneOf(at("level"), ("CanNotDelete", "ReadOnly"))

AZURE_BLOBS: tuple[Guardrail, ...] = (
    Guardrail(
        name="storage-accounts-take-encrypted-connections-only",
        title="A storage account answers HTTPS alone, with TLS 1.2 at least.",
        severity=Severity.HIGH,
        frameworks=(
            Control(CIS_AZURE, "3.1"),
            Control(CIS_AZURE, "3.15"),
            Control(MCSB, "DP-3"),
        ),
        applies=_OF_ACCOUNTS,
        require=AllOf(
            (
                on("enableHttpsTrafficOnly"),
                OneOf(at("minimumTlsVersion"), ("TLS1_2", "TLS1_3")),
            )
        ),
        remedy="Set enableHttpsTrafficOnly, and minimumTlsVersion to TLS1_2.",
        page="What is older than TLS 1.2 can be read on the way.",
    ),
    Guardrail(
        name="storage-accounts-are-closed-to-the-public",
        title="No blob of a storage account can be opened to everybody.",
        severity=Severity.CRITICAL,
        frameworks=(Control(CIS_AZURE, "3.7"), Control(MCSB, "NS-2")),
        applies=_OF_ACCOUNTS,
        require=off("allowBlobPublicAccess"),
        remedy="Set allowBlobPublicAccess to false.",
        page="The account's switch outlives every later mistake in a container.",
    ),
    Guardrail(
        name="storage-accounts-know-whom-they-serve",
        title="A storage account gives nobody data for a shared key.",
        severity=Severity.HIGH,
        frameworks=(Control(MCSB, "IM-1"),),
        applies=_OF_ACCOUNTS,
        require=AllOf((off("allowSharedKeyAccess"), Not(on("isLocalUserEnabled")))),
        remedy="Set allowSharedKeyAccess to false.",
        page="A shared key opens everything, and nobody can tell who held it.",
    ),
    Guardrail(
        name="storage-accounts-stay-in-the-tenant",
        title="A storage account copies nothing to another company's.",
        severity=Severity.HIGH,
        frameworks=(),
        applies=_OF_ACCOUNTS,
        require=off("allowCrossTenantReplication"),
        remedy="Set allowCrossTenantReplication to false.",
        page="Replication into another tenant is a way out that no network rule sees.",
    ),
    Guardrail(
        name="storage-accounts-are-not-open-to-everybody",
        title="A storage account is reached from named networks only.",
        severity=Severity.HIGH,
        frameworks=(Control(CIS_AZURE, "3.8"), Control(MCSB, "NS-2")),
        applies=_OF_ACCOUNTS,
        require=AnyOf(
            (
                OneOf(at("publicNetworkAccess"), ("Disabled", "SecuredByPerimeter")),
                word("Deny", "networkRuleSet", "defaultAction"),
            )
        ),
        remedy="Set publicNetworkAccess to Disabled, or networkRuleSet.defaultAction to Deny.",
        page="A token that leaks is then worth nothing outside.",
    ),
    Guardrail(
        name="blob-containers-are-closed-to-the-public",
        title="No container can be read by everybody.",
        severity=Severity.CRITICAL,
        frameworks=(Control(CIS_AZURE, "3.7"), Control(MCSB, "NS-2")),
        applies=these("containers", "azure-native:storage:BlobContainer"),
        require=AnyOf((absent(at("publicAccess")), word("None", "publicAccess"))),
        remedy="Leave out publicAccess, or set it to None.",
        page="Where the account forbids it, this is refused; where it does not, it is open.",
    ),
    Guardrail(
        name="blobs-can-be-had-back",
        title="What was overwritten or deleted in a storage account is kept for a while.",
        severity=Severity.MEDIUM,
        frameworks=(Control(CIS_AZURE, "3.11"), Control(MCSB, "BR-2")),
        applies=_OF_ACCOUNTS,
        require=beside(
            "azure-native:storage:BlobServiceProperties",
            on("isVersioningEnabled"),
            on("deleteRetentionPolicy", "enabled"),
            Compares(at("deleteRetentionPolicy", "days"), Order.AT_LEAST, 7),
            on("containerDeleteRetentionPolicy", "enabled"),
            Compares(at("containerDeleteRetentionPolicy", "days"), Order.AT_LEAST, 7),
        ),
        remedy="Give it BlobServiceProperties: isVersioningEnabled, both retention policies.",
        page="A job that writes over its own input is otherwise a loss for good.",
    ),
)

AZURE_DATA: tuple[Guardrail, ...] = (
    Guardrail(
        name="postgresql-servers-have-no-public-address",
        title="A PostgreSQL server is reached from its own network only.",
        severity=Severity.CRITICAL,
        frameworks=(Control(MCSB, "NS-2"),),
        applies=_OF_SERVERS,
        require=AnyOf(
            (
                word("Disabled", "network", "publicNetworkAccess"),
                AllOf(
                    (
                        absent(at("network", "publicNetworkAccess")),
                        Stated(at("network", "delegatedSubnetResourceId")),
                    )
                ),
            )
        ),
        remedy="Give it network.delegatedSubnetResourceId, and publicNetworkAccess Disabled.",
        page="Firewall rules are then not all that stands between the data and the internet.",
    ),
    Guardrail(
        name="postgresql-servers-have-no-firewall-holes",
        title="No firewall rule of a PostgreSQL server lets in everybody, or all of Azure.",
        severity=Severity.CRITICAL,
        frameworks=(Control(CIS_AZURE, "4.3.7"), Control(MCSB, "NS-2")),
        applies=these("firewall-rules", "azure-native:dbforpostgresql:FirewallRule"),
        require=Not(Matches(at("startIpAddress"), r"0\..*")),
        remedy="Name the addresses; 0.0.0.0 to 0.0.0.0 means every customer of Azure.",
        page="Everybody's virtual machines are within Azure as well.",
    ),
    Guardrail(
        name="postgresql-servers-take-encrypted-connections-only",
        title="A PostgreSQL server refuses connections without TLS 1.2.",
        severity=Severity.HIGH,
        frameworks=(Control(CIS_AZURE, "4.3.1"), Control(MCSB, "DP-3")),
        applies=_OF_SERVERS,
        require=AllOf(
            (
                beside(
                    _SETTING,
                    word("require_secure_transport", "configurationName"),
                    OneOf(at("value"), ("on", "ON")),
                ),
                beside(
                    _SETTING,
                    word("ssl_min_protocol_version", "configurationName"),
                    OneOf(at("value"), ("TLSv1.2", "TLSv1.3")),
                ),
            )
        ),
        remedy="Give it the Configurations require_secure_transport on and "
        "ssl_min_protocol_version TLSv1.2.",
        page="Both are what Azure starts with; said here, nobody turns them off unseen.",
    ),
    Guardrail(
        name="postgresql-servers-know-people-by-entra",
        title="Who logs in to a PostgreSQL server can be told by Entra.",
        severity=Severity.MEDIUM,
        frameworks=(Control(MCSB, "IM-1"),),
        applies=_OF_SERVERS,
        require=word("Enabled", "authConfig", "activeDirectoryAuth"),
        remedy="Set authConfig.activeDirectoryAuth to Enabled.",
        page="With passwords alone, nobody who leaves the company is shut out.",
    ),
    Guardrail(
        name="postgresql-servers-are-backed-up",
        title="A PostgreSQL server keeps a week of backups.",
        severity=Severity.HIGH,
        frameworks=(Control(MCSB, "BR-1"),),
        applies=_OF_SERVERS,
        require=Compares(at("backup", "backupRetentionDays"), Order.AT_LEAST, 7),
        remedy="Set backup.backupRetentionDays to 7 or more.",
        page="Backups go with the server: a lock keeps both.",
    ),
    Guardrail(
        name="stores-are-locked",
        title="Where data is, a lock forbids deletion, or at least the engine does.",
        severity=Severity.HIGH,
        frameworks=(Control(MCSB, "BR-2"),),
        applies=these("stores", _ACCOUNT, _SERVER, _VAULT),
        require=AnyOf((on(PROTECT), beside(_BY_SCOPE, _DENIED), beside(_AT_RESOURCE, _DENIED))),
        remedy="Give it a ManagementLockByScope with level CanNotDelete; where roles are given on "
        "it, protect it.",
        page="Azure knows no deletion protection; a lock has to be taken off first, by somebody "
        "who may. Under a lock no role assignment can be taken back either: where roles are given, "
        "the engine's own protection stands in.",
    ),
    Guardrail(
        name="redis-takes-encrypted-connections-only",
        title="A Redis server speaks TLS 1.2, and is reached from its own network only.",
        severity=Severity.HIGH,
        frameworks=(Control(MCSB, "DP-3"), Control(MCSB, "NS-2")),
        applies=these("caches", _CACHE),
        require=AllOf((word("1.2", "minimumTlsVersion"), word("Disabled", "publicNetworkAccess"))),
        remedy="Set minimumTlsVersion to 1.2, and publicNetworkAccess to Disabled.",
        page="A cache holds what the database holds, and mostly with less care.",
    ),
    Guardrail(
        name="redis-databases-take-encrypted-connections-only",
        title="A Redis database refuses clients that do not encrypt.",
        severity=Severity.HIGH,
        frameworks=(Control(MCSB, "DP-3"),),
        applies=these("cached-databases", _CACHED),
        require=Not(word("Plaintext", "clientProtocol")),
        remedy="Leave out clientProtocol, or set it to Encrypted.",
        page="Its keys, and what it holds, would be on the wire in clear.",
    ),
    Guardrail(
        name="registries-know-whom-they-serve",
        title="A registry has neither an administrator's password nor anonymous pulls.",
        severity=Severity.HIGH,
        frameworks=(Control(MCSB, "IM-1"),),
        applies=these("registries", _REGISTRY),
        require=AllOf((off("adminUserEnabled"), Not(on("anonymousPullEnabled")))),
        remedy="Set adminUserEnabled and anonymousPullEnabled to false.",
        page="Images hold models, and models hold what they were trained on.",
    ),
    Guardrail(
        name="vaults-are-governed-by-roles",
        title="Who may read a vault is said by role assignments.",
        severity=Severity.HIGH,
        frameworks=(Control(CIS_AZURE, "8.6"), Control(MCSB, "PA-7")),
        applies=_OF_VAULTS,
        require=on("properties", "enableRbacAuthorization"),
        remedy="Set properties.enableRbacAuthorization, and write no accessPolicies.",
        page="Access policies are for the whole vault, and no proof of identities sees them.",
    ),
    Guardrail(
        name="vaults-can-be-had-back",
        title="A vault, and what is in it, cannot be purged before its time.",
        severity=Severity.HIGH,
        frameworks=(Control(CIS_AZURE, "8.5"), Control(MCSB, "BR-2")),
        applies=_OF_VAULTS,
        require=AllOf(
            (
                on("properties", "enablePurgeProtection"),
                Not(off("properties", "enableSoftDelete")),
                AnyOf((absent(_DAYS), Compares(_DAYS, Order.AT_LEAST, 7))),
            )
        ),
        remedy="Set properties.enablePurgeProtection.",
        page="With a key, everything goes that was ever encrypted with it.",
    ),
    Guardrail(
        name="vaults-are-not-open-to-everybody",
        title="A vault is reached from named networks only.",
        severity=Severity.HIGH,
        frameworks=(Control(MCSB, "NS-2"),),
        applies=_OF_VAULTS,
        require=AnyOf(
            (
                OneOf(at("properties", "publicNetworkAccess"), ("Disabled", "disabled")),
                word("Deny", "properties", "networkAcls", "defaultAction"),
            )
        ),
        remedy="Set properties.publicNetworkAccess to Disabled, or networkAcls.defaultAction to "
        "Deny.",
        page="A token that leaks is then worth nothing outside.",
    ),
    Guardrail(
        name="log-workspaces-keep-logs-for-a-while",
        title="A workspace keeps logs for a month at least.",
        severity=Severity.MEDIUM,
        frameworks=(Control(MCSB, "LT-6"),),
        applies=these("workspaces", "azure-native:operationalinsights:Workspace"),
        require=Compares(at("retentionInDays"), Order.AT_LEAST, 30),
        remedy="Set retentionInDays to 30 or more.",
        page="Most intrusions are found weeks later; then it has to be told what happened.",
    ),
)

AZURE_STORES = (*AZURE_BLOBS, *AZURE_DATA)
