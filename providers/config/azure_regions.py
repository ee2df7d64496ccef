"""Azure's regions, and where they have availability zones.

Written from general knowledge on 2026-11-21, not read from Azure's own list: a region that is
missing, or has got zones since, is mended here.
"""

from typing import Annotated

from providers.config.scalars import known_word

ZONAL = frozenset(
    {
        *("australiaeast", "austriaeast", "belgiumcentral", "brazilsouth", "canadacentral"),
        *("centralindia", "centralus", "chilecentral", "eastasia", "eastus", "eastus2"),
        *("francecentral", "germanywestcentral", "indonesiacentral", "israelcentral"),
        *("italynorth", "japaneast", "japanwest", "koreacentral", "malaysiawest"),
        *("mexicocentral", "newzealandnorth", "northeurope", "norwayeast", "polandcentral"),
        *("qatarcentral", "southafricanorth", "southcentralus", "southeastasia", "spaincentral"),
        *("swedencentral", "switzerlandnorth", "uaenorth", "uksouth", "westeurope", "westus2"),
        "westus3",
    }
)
"""With three zones."""

ZONELESS = frozenset(
    {
        *("australiacentral", "australiasoutheast", "brazilsoutheast", "canadaeast"),
        *("francesouth", "germanynorth", "koreasouth", "northcentralus", "norwaywest"),
        *("southafricawest", "southindia", "switzerlandwest", "uaecentral", "ukwest"),
        *("westcentralus", "westindia", "westus"),
    }
)
"""Without any."""


Region = Annotated[str, *known_word(sorted(ZONAL | ZONELESS), "Azure's regions", "westeurope")]
"""A region by Azure's own name."""
