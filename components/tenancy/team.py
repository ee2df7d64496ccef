"""One team on the cluster."""

from dataclasses import replace

import pulumi

from assurance.graph.intent_json import team_to_json
from assurance.graph.intent_maps import intent_map
from components.manifests import register
from components.network.endpoints import team_endpoints
from components.tenancy.calls import called_endpoints, team_routes
from components.tenancy.grants import identities
from components.tenancy.intent import team_intent
from components.tenancy.labels import of_team
from components.tenancy.namespace import gpu_types
from components.tenancy.objects import TeamArgs, team_manifests
from components.tenancy.secrets import team_secrets

__all__ = ["Team", "TeamArgs"]


class Team(pulumi.ComponentResource):
    """A namespace with limits, people, policies and workloads; its name is the team's."""

    def __init__(
        self, name: str, args: TeamArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        asked = team_intent(name, args.config, args.resolved, args.endpoints, gpu_types(args.pools))
        routes = team_routes(args.config, args.gateway)
        asked = replace(asked, calls=args.calls, routes=routes)
        published = team_endpoints({name: args.config.workloads})
        offered = {**called_endpoints(name, args.calls), **published}
        intent = team_to_json(asked, offered.values())
        super().__init__("ml-platform:tenancy:Team", name, {"intent": intent}, opts)
        own = team_secrets(name, args.secrets)
        others = [*own, *args.shared, intent_map("team", name, intent)]
        known = identities(name, args.config, asked.grants, args.identify)
        objects = [*team_manifests(name, args, known), *(of_team(name, o) for o in others)]
        # Each object names its own key; some were asked for by another team's need.
        after = [resource for identity in known.values() for resource in identity.after]
        register(self, objects, origin="teams", after=after, timeout=args.resolved.ready_within)
        self.register_outputs({"intent": intent})
