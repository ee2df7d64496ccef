"""What clouds cannot grant is refused by each of them, in the same words and before anything is."""

from collections.abc import Callable, Mapping
from uuid import UUID

import pulumi
import pytest

from assurance.graph.values import Access, Grant
from providers.aks.grants import assignments
from providers.aks.names import Names as AzureNames
from providers.eks.names import Names as AwsNames
from providers.eks.policies import granted

AWS = AwsNames(
    cluster="ml-platform-prod",
    account="123456789012",
    region="eu-central-1",
    partition="aws",
    zones={"main": "Z1"},
)
AZURE = AzureNames(
    subscription=str(UUID(int=1)), project="ml-platform", stack="prod", zones={"main": "dns"}
)
Verb = Callable[[Grant], object]
CLOUDS: Mapping[str, Verb] = {
    "aws": lambda grant: granted([grant], AWS),
    "azure": lambda grant: assignments(AZURE, grant),
}


@pytest.mark.parametrize("cloud", CLOUDS.values(), ids=CLOUDS)
@pytest.mark.parametrize(
    ("access", "kind"),
    [
        (Access.READ, "database"),
        (Access.WRITE, "database"),
        (Access.WRITE, "secret"),
        (Access.READ, "records"),
        (Access.READ, "challenges"),
    ],
)
def test_what_no_cloud_has_a_right_for_is_refused(cloud: Verb, access: Access, kind: str) -> None:
    refused = rf"{access} on the {kind} main cannot be granted in the cloud: expected read or write"
    with pytest.raises(pulumi.RunError, match=refused):
        cloud(Grant(access=access, kind=kind, name="main"))


@pytest.mark.parametrize("cloud", CLOUDS.values(), ids=CLOUDS)
@pytest.mark.parametrize(
    ("access", "kind"),
    [
        (Access.READ, "bucket"),
        (Access.WRITE, "bucket"),
        (Access.READ, "secret"),
        (Access.WRITE, "records"),
        (Access.WRITE, "challenges"),
    ],
)
def test_what_one_cloud_grants_another_does_too(cloud: Verb, access: Access, kind: str) -> None:
    assert cloud(Grant(access=access, kind=kind, name="main"))
