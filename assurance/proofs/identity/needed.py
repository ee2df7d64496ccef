"""What accounts need: what intent grants to workloads, and what known controllers live on.

A grant is about a bucket by the platform's name; what the cloud calls it, its URL says.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlparse

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.references import References
from assurance.graph.resource import Resource
from assurance.graph.values import DEFAULT_NAMESPACE, Access, Grant
from assurance.proofs.identity import azure, roles, zones
from assurance.proofs.identity.controllers import controllers
from assurance.proofs.identity.patterns import ANY
from assurance.proofs.identity.rights import Account, Right, Wanted

WORKLOAD = "ml-platform/workload"
_EKS = "aws:eks/cluster:Cluster"
_ENCRYPTED = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
)
_BUCKET, _CONTAINER = "aws:s3/bucket:Bucket", "azure-native:storage:BlobContainer"
_VAULT = "azure-native:keyvault:Vault"
_GROUPS = f"/subscriptions/{'?' * 36}/resourcegroups"
_READ = ("s3:getobject", "s3:getobjectattributes", "s3:getobjecttagging", "s3:getobjectversion*")
_WRITE = ("s3:deleteobject", "s3:putobject")
_WRITE_TOO = ("s3:abortmultipartupload", "s3:listmultipartuploadparts", "s3:putobjecttagging")
_LISTS = ("s3:listbucket", "s3:listbucketmultipartuploads", "s3:listbucketversions")
_PREFIX, _VIA, _ALIASES = "s3:prefix", "kms:viaservice", "kms:resourcealiases"
_ONE_KEY = ("arn:*:kms:*:*:key/*-*",)


class Needs:
    """Of one graph and its intent."""

    def __init__(self, graph: Graph, intent: Intent, references: References) -> None:
        self._graph, self._intent, self._references = graph, intent, references
        self._accounts = list(self._of_workloads())
        names = [str(each.inputs.get("name")) for each in graph.of_type(_EKS)]
        self._controllers = controllers(sorted(names))

    def accounts(self) -> Iterator[Account]:
        """Every ServiceAccount of the graph."""
        for item in self._graph.objects():
            if (item.gvk.group, item.gvk.kind) == ("", "ServiceAccount"):
                yield _account(item)

    @property
    def grants(self) -> int:
        """How many grants intent has."""
        teams = sum(len(team.grants) for team in self._intent.teams.values())
        return teams + sum(1 for _ in self._of_parts())

    def wanted(self) -> dict[Account, Wanted]:
        """Every account that anything is known of, and what it needs."""
        found: dict[Account, Wanted] = {}
        for name, controller in self._controllers.items():
            account = _named(name)
            found[account] = Wanted(
                account=account, somewhere=controller.somewhere, tolerated=controller.tolerated
            )
        found |= {each.account: each for each in _cluster_itself()}
        # of whom the platform says what it is for, nothing has to be guessed
        for account, _ in self._of_parts():
            found[account] = Wanted(account=account)
        for account, grant in self._granted():
            before = found.get(account, Wanted(account=account))
            found[account] = self._with(before, grant)
        return found

    def unheard(self) -> Iterator[tuple[str, Grant]]:
        """Grants of which nobody is known who would have them."""
        heard = {id(grant) for _, grant in self._granted()}
        for name, team in sorted(self._intent.teams.items()):
            yield from ((name, grant) for grant in team.grants if id(grant) not in heard)

    def expected(self) -> frozenset[Account]:
        """Accounts that must have an identity: those with a grant."""
        return frozenset(account for account, _ in self._granted())

    def _of_parts(self) -> Iterator[tuple[Account, Grant]]:
        """What the platform's own ServiceAccounts are granted."""
        for part in self._intent.parts.values():
            for name, grants in sorted(part.grants.items()):
                yield from ((_named(name), grant) for grant in grants)

    def _granted(self) -> Iterator[tuple[Account, Grant]]:
        yield from self._of_parts()
        for team in self._intent.teams.values():
            for grant in team.grants:
                for workload, account in self._accounts:
                    mine = account.namespace in team.namespaces
                    if mine and grant.by in (None, workload):
                        yield account, grant

    def _of_workloads(self) -> Iterator[tuple[str, Account]]:
        """The ServiceAccount of each workload."""
        for item in self._graph.objects():
            if (item.gvk.group, item.gvk.kind) == ("", "ServiceAccount"):
                metadata = item.manifest.get("metadata") or {}
                workload = (metadata.get("labels") or {}).get(WORKLOAD)
                if workload is not None:
                    yield str(workload), _account(item)

    def _with(self, wanted: Wanted, grant: Grant) -> Wanted:
        reasons = (*wanted.reasons, _said(grant))
        url = urlparse(self._intent.buckets.get(grant.name, ""))
        if grant.kind == "bucket" and url.scheme == "s3":
            wanted = self._s3(wanted, grant, url.netloc)
        elif grant.kind == "bucket" and url.scheme in ("wasbs", "abfss"):
            wanted = self._blobs(wanted, grant, url.username or "", (url.hostname or ""))
        elif grant.kind == "secret":
            wanted = self._secret(wanted, grant)
        elif (zone := self._intent.zones.get(grant.name)) and grant.kind in zones.KINDS:
            wanted = zones.allowed(wanted, grant, zone)
        else:
            words = f"what {_said(grant)} comes to in this cloud is not known"
            wanted = replace(wanted, unknown=(*wanted.unknown, words))
        return replace(wanted, reasons=reasons)

    def _s3(self, wanted: Wanted, grant: Grant, bucket: str) -> Wanted:
        arn, writes = f"arn:aws:s3:::{bucket}", grant.access is Access.WRITE
        objects = (f"{arn}/{grant.prefix}*",)
        below = {_PREFIX: (f"{grant.prefix}*",)} if grant.prefix else {}
        listing = Right(actions=("s3:listbucket",), resources=(arn,), when=below)
        reading = Right(actions=("s3:getobject", *(_WRITE if writes else ())), resources=objects)
        more = (*_READ, *_WRITE, *_WRITE_TOO) if writes else _READ
        tolerated = [
            Right(actions=more, resources=objects),
            Right(actions=_LISTS, resources=(arn,), when=below),
            Right(actions=("s3:getbucketlocation",), resources=(arn,)),
            *_with_key("s3.*", "kms:decrypt", "kms:describekey"),
        ]
        if writes:
            tolerated += _with_key("s3.*", "kms:encrypt", "kms:generatedatakey*")
        keys: list[str] = []
        made = [r for r in self._graph.of_type(_BUCKET) if r.inputs.get("bucket") == bucket]
        if not made:
            words = f"the bucket of {_said(grant)} is not made in this program"
            wanted = replace(wanted, unknown=(*wanted.unknown, words))
        if any(other.type == _ENCRYPTED for r in made for _, other in self._references.to(r)):
            keys = ["kms:decrypt", *(["kms:generatedatakey"] if writes else [])]
        return replace(
            wanted,
            required=(*wanted.required, listing, reading),
            somewhere=(
                *wanted.somewhere,
                *(Right(actions=(key,), resources=("*",)) for key in keys),
            ),
            tolerated=(*wanted.tolerated, *tolerated),
        )

    def _secret(self, wanted: Wanted, grant: Grant) -> Wanted:
        """Tolerated of both clouds: whoever reads one has no way into the other."""
        name = re.sub(r"[*?]", "", grant.name)
        begins = "arn:*:secretsmanager:*:*:secret:"
        amazon = Right(
            actions=("secretsmanager:describesecret", "secretsmanager:getsecretvalue"),
            resources=tuple(f"{begins}{before}{name}-??????" for before in ("", "*/")),
        )
        # a vault's names have no slash: a hyphen in its place, and two for each that was there
        kept = name if "/" not in name else name.replace("-", "--").replace("/", "-")
        vault = Right(
            actions=(roles.READ_SECRET, roles.READ_ABOUT_SECRET),
            resources=(f"*/secrets/{kept}".lower(), f"*/secrets/{kept}/*".lower()),
        )
        needed = {
            "aws:": Right(actions=amazon.actions[1:], resources=(f"{begins}*{name}-??????",)),
            "azure-native:": Right(
                actions=vault.actions[:1],
                resources=tuple(f"{v}/secrets/{kept}".lower() for v in self._vaults()),
            ),
        }
        clouds = {each.type.partition(":")[0] + ":" for each in self._graph.resources.values()}
        keys = _with_key("secretsmanager.*", "kms:decrypt")
        return replace(
            wanted,
            somewhere=(*wanted.somewhere, *(needed[cloud] for cloud in sorted(clouds & {*needed}))),
            tolerated=(*wanted.tolerated, amazon, *keys, vault),
        )

    def _vaults(self) -> Iterator[str]:
        """As whole ids, so that nothing below one secret passes for another; or any vault."""
        made = list(self._graph.of_type(_VAULT))
        for vault in made:
            group, name = vault.inputs.get("resourceGroupName"), vault.inputs.get("vaultName")
            yield f"{_GROUPS}/{group}/providers/microsoft.keyvault/vaults/{name}"
        if not made:
            yield ANY

    def _blobs(self, wanted: Wanted, grant: Grant, container: str, host: str) -> Wanted:
        made = list(self._containers(container, host.partition(".")[0]))
        if len(made) != 1:
            words = f"the container of {_said(grant)} is not made in this program"
            return replace(wanted, unknown=(*wanted.unknown, words))
        scope = azure.word_of(made[0], self._references)
        where = (scope, f"{scope}/*")
        below = {azure.PATH: (f"{grant.prefix}*",)} if grant.prefix else {}
        writes = grant.access is Access.WRITE
        more = (roles.WRITE, roles.ADD, roles.DELETE) if writes else ()
        needed = Right(actions=(roles.READ, roles.LIST, *more), resources=where, when=below)
        besides = Right(
            actions=(f"{roles.BLOBS.rpartition('/')[0]}/read", roles.DELEGATE), resources=where
        )
        return replace(
            wanted,
            required=(*wanted.required, needed),
            tolerated=(*wanted.tolerated, besides),
        )

    def _containers(self, name: str, account: str) -> Iterator[Resource]:
        for made in self._graph.of_type(_CONTAINER):
            above = self._references.of(made, "accountName")
            within = any(each.inputs.get("accountName") == account for each in above)
            if made.inputs.get("containerName") == name and within:
                yield made


def _account(item: KubernetesObject) -> Account:
    return Account(namespace=str(item.namespace or DEFAULT_NAMESPACE), name=str(item.name))


def _named(name: str) -> Account:
    namespace, _, account = name.partition("/")
    return Account(namespace=namespace, name=account)


def _with_key(service: str, *actions: str) -> Iterator[Right]:
    """A key by its id or by an alias, and only in the hands of the service that needs it."""
    via = {_VIA: (service,)}
    yield Right(actions=actions, resources=_ONE_KEY, when=via)
    yield Right(actions=actions, resources=("*",), when={**via, _ALIASES: ("alias/?*",)})


def _said(grant: Grant) -> str:
    below = f" at {grant.prefix}" if grant.prefix else ""
    return f"{grant.access} on {grant.kind} {grant.name}{below}"


def _cluster_itself() -> Iterator[Wanted]:
    """As whom Azure runs the cluster: joining nodes to its network, and pulling images."""
    network = Right(actions=("microsoft.network/*",), resources=("*subnet*",))
    names = Right(
        actions=("microsoft.network/privatednszones/*",),
        resources=("*privatednszone*", "*privatezone*"),
    )
    assign = Right(
        actions=(
            "microsoft.managedidentity/userassignedidentities/read",
            "microsoft.managedidentity/userassignedidentities/assign/action",
        ),
        resources=("*userassignedidentit*",),
    )
    pull = Right(actions=("microsoft.containerregistry/registries/pull/read",), resources=("*",))
    yield Wanted(account=azure.CONTROL_PLANE, tolerated=(network, names, assign))
    yield Wanted(account=azure.KUBELET, tolerated=(pull,))
