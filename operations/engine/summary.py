"""What is there after `up`, how to look at it, what is simulated, how to destroy it; pure."""

from collections.abc import Iterator, Sequence

from operations.duration import duration
from operations.engine.report import timing
from operations.engine.target import Target
from operations.progress import Finished

SIMULATED = (
    "simulated: nodes, running containers, volumes, load balancers, metrics. "
    "Real: the API, admission, quota, access control, controllers, scheduling."
)


def summary(target: Target, finished: Sequence[Finished]) -> Iterator[str]:
    """Lines for a person who wants to go on from here."""
    teams = target.file.stack.teams
    yield ""
    yield f"stack {target.stack}: {len(teams)} teams ({', '.join(teams) or 'none'})"
    if target.sandbox:
        yield f"  cluster     {target.sandbox.server}"
        yield f"  kubeconfig  {target.sandbox.kubeconfig}"
        kubectl = target.tools.get("kubectl", "kubectl")
        yield f"  look        {kubectl} --kubeconfig {target.sandbox.kubeconfig} get all -A"
        yield f"  {SIMULATED}"
    yield "  took"
    yield from (f"  {line}" for line in timing(finished))
    yield f"  {duration(sum(step.seconds for step in finished)):>14}  in all"
    yield f"  destroy     make destroy STACK={target.stack}"
    if target.sandbox:
        yield f"  remove      .venv/bin/mlp sandbox remove --stack {target.sandbox.directory.name}"
