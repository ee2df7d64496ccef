"""What must hold between the parts of a stack file; each rule is a pure function of the draft."""

from collections.abc import Callable, Iterator

from components.config.draft import Draft
from components.config.faults import Problem
from components.config.rules.amounts import defaults_fit, team_amounts_fit
from components.config.rules.charts import simulated_charts_are_a_sandboxs
from components.config.rules.companions import sections_have_companions
from components.config.rules.connections import connections_suffice
from components.config.rules.gateway import gateway_can_be_reached, public_names_are_vouched_for
from components.config.rules.grants import (
    buckets_are_granted,
    grants_can_be_given,
    own_buckets_are_free,
    parts_are_their_teams,
)
from components.config.rules.managed import only_clouds_bring_it
from components.config.rules.models import (
    model_names_are_free,
    model_pools_exist,
    models_are_served,
)
from components.config.rules.monitoring import grafana_has_a_clients_secret, grafana_is_reached
from components.config.rules.names import (
    namespaces_are_free,
    platforms_differ,
    workload_names_are_free,
)
from components.config.rules.pods import pods_fit
from components.config.rules.reach import environment_is_needed, needs_exist
from components.config.rules.routes import routes_lead_somewhere
from components.config.rules.scraped import watched_by_somebody
from components.config.rules.secrets import (
    secret_keys_exist,
    secrets_are_kept_outside,
    secrets_have_a_team,
)
from components.config.rules.storage import storage_classes_exist
from components.config.rules.versions import version_is_supported
from components.config.rules.workloads import (
    claims_are_not_shared,
    folders_exist,
    mounts_differ,
    pools_exist,
    ports_differ,
    probes_have_a_port,
)
from components.config.rules.zones import names_are_in_the_zone, records_have_a_zone

Rule = Callable[[Draft], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    platforms_differ,
    version_is_supported,
    only_clouds_bring_it,
    connections_suffice,
    grafana_is_reached,
    grafana_has_a_clients_secret,
    simulated_charts_are_a_sandboxs,
    sections_have_companions,
    public_names_are_vouched_for,
    gateway_can_be_reached,
    records_have_a_zone,
    names_are_in_the_zone,
    namespaces_are_free,
    workload_names_are_free,
    models_are_served,
    model_names_are_free,
    model_pools_exist,
    defaults_fit,
    team_amounts_fit,
    pods_fit,
    needs_exist,
    environment_is_needed,
    grants_can_be_given,
    buckets_are_granted,
    parts_are_their_teams,
    own_buckets_are_free,
    secrets_have_a_team,
    secrets_are_kept_outside,
    secret_keys_exist,
    pools_exist,
    storage_classes_exist,
    ports_differ,
    routes_lead_somewhere,
    watched_by_somebody,
    probes_have_a_port,
    mounts_differ,
    claims_are_not_shared,
    folders_exist,
)


def broken_rules(draft: Draft) -> list[Problem]:
    """Every contradiction in what could be read."""
    return [problem for rule in RULES for problem in rule(draft)]
