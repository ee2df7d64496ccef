"""Locks of Azure: what they cover cannot be deleted, not even by its owner."""

import pulumi

from providers.aks.site import Site


def lock(site: Site, role: str, scope: str, *after: pulumi.Resource) -> None:
    """Made last and removed first, or it would hold back the very things that go with it.

    What roles are given on carries none: under a lock no assignment can be taken back, and a team
    that leaves could not be removed. There soft deletion and `protect` stand in.
    """
    if site.config.protected:
        notes = "Holds data. To remove it, set protected: false in the stack file and deploy."
        site.make(
            "authorization:ManagementLockByScope",
            f"{role}-lock",
            {
                "lockName": f"{role}-is-kept",
                "scope": scope,
                "level": "CanNotDelete",
                "notes": notes,
            },
            *after,
        )
