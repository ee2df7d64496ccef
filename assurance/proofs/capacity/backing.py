"""Whether all quotas together promise more than the pools have, however far they may grow."""

from collections.abc import Callable, Iterator, Mapping

from assurance.proofs.capacity.amounts import CPU, MEMORY, show
from assurance.proofs.capacity.appetite import counted, on_nodes
from assurance.proofs.capacity.cluster import Cluster, Site
from assurance.proofs.capacity.witness import finding, joined
from assurance.proofs.findings import Finding, Status


def backing(cluster: Cluster) -> Iterator[Finding]:
    """One finding for each resource that any quota promises."""
    promised: dict[str, dict[str, int]] = {}
    for where, namespace in sorted(cluster.namespaces.items()):
        for quota in namespace.quotas:
            for key, hard in quota.hard.items() if not quota.scopes else ():
                name = on_nodes(key)
                if hard and name is not None and (name in {CPU, MEMORY} or "/" in name):
                    by, most = promised.setdefault(name, {}), counted(name, hard)
                    by[where] = min(most, by.get(where, most))
    for name, by in sorted(promised.items()) if cluster.sites else ():
        yield _backed(cluster, name, by)


def _backed(cluster: Cluster, name: str, by: Mapping[str, int]) -> Finding:
    overcommit = cluster.intent.overcommit
    factor = {CPU: overcommit.cpu, MEMORY: overcommit.memory}.get(name, overcommit.gpu)
    everywhere = _offered(cluster, name, lambda _: True)
    shared = _offered(cluster, name, _open_to_all) if name in {CPU, MEMORY} else everywhere
    total, largest = sum(by.values()), sorted(by, key=lambda where: (-by[where], where))
    who = joined(f"{where} {show(name, by[where])}" for where in largest)
    promise = f"quotas promise {show(name, total)} {name} ({who})"
    times = f" times {factor:g}, the stated overcommit" if factor != 1 else ""
    rule, status, remedy = "quotas-over-pools", Status.PROVED, ""
    message = f"{promise}, and the pools have {show(name, shared)}{times}"
    if not everywhere:
        rule, status = "quota-without-pool", Status.REFUTED
        message = f"{promise}, and no pool has any"
        remedy = f"add a pool with {name}, or set those quotas to 0"
    elif total > everywhere * factor:
        status = Status.REFUTED
        message = f"{promise}, and all nodes together have {show(name, everywhere)}{times}"
        remedy = "lower quotas, let pools grow, or state platform.overcommit"
    elif total > shared * factor:
        status = Status.UNKNOWN
        message = (
            f"{promise}, and nodes without taints have {show(name, shared)}{times}: it depends on "
            f"how many pods tolerate the taints of the others ({show(name, everywhere)} in all)"
        )
        remedy = "lower quotas, or let pools grow that every pod may use"
    return finding(
        rule,
        status,
        f"all quotas of {name}",
        message,
        witness={
            "resource": name,
            "promised": {where: show(name, hard) for where, hard in by.items()},
            "offered": show(name, everywhere),
            "without taints": show(name, shared),
            "overcommit": factor,
        },
        remedy=remedy,
        origin=cluster.namespaces[largest[0]].quotas[0].item.resource.origin,
    )


def _offered(cluster: Cluster, name: str, counts: Callable[[Site], bool]) -> int:
    sites = filter(counts, cluster.sites)
    return sum(site.group.most * int(max(site.room(name), 0)) for site in sites)


def _open_to_all(site: Site) -> bool:
    return all(taint.effect == "PreferNoSchedule" for taint in site.group.taints)
