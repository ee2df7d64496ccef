"""The gate as a resource: what it remembers is in the state, what it does is a hook.

The state keeps one fingerprint per workload, so a gate runs again exactly when one of its workloads
has changed, or was made anew. The waiting happens in the program, before the engine records the
gate: all gates wait at the same time, no kubeconfig enters the state, and a gate that fails is not
there, so that the next `up` waits again. Previews wait for nothing.
"""

from dataclasses import dataclass

import pulumi

from components.readiness.workload import WorkloadRef

DEFAULT_TIMEOUT = 300
"""Seconds: a node can join an autoscaled pool, and a large image be pulled, in five minutes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadinessArgs:
    """Whom to ask, about what, and for how long."""

    kubeconfig: pulumi.Input[str]
    workloads: tuple[WorkloadRef, ...]
    context: str | None = None
    """The kubeconfig's context; None is its current one."""
    timeout: int = DEFAULT_TIMEOUT
    """Seconds until workloads that are not ready are an error."""


class Readiness(pulumi.Stash):
    """Exists once all of its workloads are available."""

    def __init__(
        self, name: str, args: ReadinessArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        marks = {str(workload): workload.fingerprint for workload in args.workloads}
        merged = pulumi.ResourceOptions.merge(opts, _waiting(name, args))
        super().__init__(name, input=marks, opts=merged)


def _waiting(name: str, args: ReadinessArgs) -> pulumi.ResourceOptions | None:
    """The hook that waits; a preview has nothing to wait for and needs no hook."""
    if pulumi.runtime.is_dry_run():
        return None

    async def wait(_: pulumi.ResourceHookArgs) -> None:
        from components.readiness.waiting import wait_until_ready  # noqa: PLC0415 - HTTP, only here

        kubeconfig = await pulumi.Output.from_input(args.kubeconfig).future()
        await wait_until_ready(kubeconfig or "", args.context, args.workloads, args.timeout)

    hook = pulumi.ResourceHook(f"{name}-wait", wait)
    return pulumi.ResourceOptions(
        hooks=pulumi.ResourceHookBinding(before_create=[hook], before_update=[hook])
    )
