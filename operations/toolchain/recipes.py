"""Every program that is built here: from which module, with which flags, and what else fits."""

import re
from dataclasses import dataclass
from pathlib import Path

from operations.venv import CLONE

SOURCES = CLONE / "tools"
"""One folder with go.mod and go.sum per upstream; never one shared module."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asks:
    """An installed program fits if it prints the pinned version: all of it, or major and minor."""

    arguments: tuple[str, ...] = ("--version",)
    exactly: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """An installed program fits if it lies beside another one that fits."""

    program: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Plugin:
    """An installed plugin fits if the engine's plugin directory has exactly the pinned version."""

    name: str


Fit = Asks | Beside | Plugin


@dataclass(frozen=True, kw_only=True, slots=True)
class ModuleFile:
    """A file that a pinned module carries."""

    module: str
    path: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """How the programs of one upstream are built, all in one go."""

    folder: str
    pin: str
    """The module whose version in go.mod is the version of the programs."""
    packages: tuple[str, ...]
    programs: tuple[tuple[str, Fit], ...]
    ldflags: str = ""
    """Beside `-s -w`; {version}, {major}, {minor} come from the pin."""
    tags: str = ""
    copies: tuple[ModuleFile, ...] = ()
    """Programs that are scripts: copied, not compiled."""
    embeds: tuple[ModuleFile, ...] = ()
    """Files that the compiler sees in the folder, although only the module has them."""


_KUBERNETES = "k8s.io/kubernetes"
_STAMP = "k8s.io/component-base/version"
_PULUMI_SDK = "github.com/pulumi/pulumi/sdk/v3"

RECIPES = (
    Recipe(
        folder="pulumi",
        pin="github.com/pulumi/pulumi/pkg/v3",
        packages=("github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",),
        programs=(
            ("pulumi", Asks(arguments=("version",), exactly=True)),
            ("pulumi-resource-pulumi-python", Beside(program="pulumi")),
        ),
        ldflags=f"-X {_PULUMI_SDK}/go/common/version.Version=v{{version}}",
        tags="osusergo,grpcnotrace",
        copies=(ModuleFile(module=_PULUMI_SDK, path="python/dist/pulumi-resource-pulumi-python"),),
    ),
    Recipe(
        folder="pulumi-kubernetes",
        pin="github.com/pulumi/pulumi-kubernetes/sdk/v4",
        packages=(".",),
        programs=(("pulumi-resource-kubernetes", Plugin(name="kubernetes")),),
        ldflags="-X main.version={version}",
        embeds=(
            ModuleFile(
                module="github.com/pulumi/pulumi-kubernetes/provider/v4",
                path="cmd/pulumi-resource-kubernetes/schema.json",
            ),
        ),
    ),
    Recipe(
        folder="etcd",
        pin="go.etcd.io/etcd/server/v3",
        packages=("go.etcd.io/etcd/server/v3",),
        programs=(("etcd", Asks()),),
    ),
    Recipe(
        folder="kubernetes",
        pin=_KUBERNETES,
        packages=(
            f"{_KUBERNETES}/cmd/kube-apiserver",
            f"{_KUBERNETES}/cmd/kube-controller-manager",
            f"{_KUBERNETES}/cmd/kube-scheduler",
            f"{_KUBERNETES}/cmd/kubectl",
        ),
        programs=(
            ("kube-apiserver", Asks()),
            ("kube-controller-manager", Asks()),
            ("kube-scheduler", Asks()),
            ("kubectl", Asks(arguments=("version", "--client"))),
        ),
        ldflags=(
            f"-X {_STAMP}.gitVersion=v{{version}} "
            f"-X {_STAMP}.gitMajor={{major}} -X {_STAMP}.gitMinor={{minor}}"
        ),
    ),
    Recipe(
        folder="kwok",
        pin="sigs.k8s.io/kwok",
        packages=("sigs.k8s.io/kwok/cmd/kwok",),
        programs=(("kwok", Asks()),),
    ),
    Recipe(
        folder="helm",
        pin="helm.sh/helm/v3",
        packages=("helm.sh/helm/v3/cmd/helm",),
        programs=(("helm", Asks(arguments=("version", "--short"))),),
        ldflags="-X helm.sh/helm/v3/internal/version.version=v{version}",
    ),
    Recipe(
        folder="netpol-analyzer",
        pin="github.com/np-guard/netpol-analyzer",
        packages=(".",),
        programs=(("netpolicies", Asks(exactly=True)),),
    ),
    Recipe(
        folder="actionlint",
        pin="github.com/rhysd/actionlint",
        packages=("github.com/rhysd/actionlint/cmd/actionlint",),
        programs=(("actionlint", Asks(arguments=("-version",), exactly=True)),),
    ),
    Recipe(
        folder="promtool",
        pin="github.com/prometheus/prometheus",
        packages=("github.com/prometheus/prometheus/cmd/promtool",),
        programs=(("promtool", Asks(exactly=True)),),
        ldflags="-X github.com/prometheus/common/version.Version={version}",
        tags="remove_all_sd",
    ),
    Recipe(
        folder="kind-without-docker",
        pin="sigs.k8s.io/kind",
        packages=(".",),
        programs=(("kind-without-docker", Asks()),),
    ),
)

ENGINE = ("pulumi", "pulumi-resource-pulumi-python", "pulumi-resource-kubernetes")
"""What runs a stack, on any cluster."""

CONTROL_PLANE = (
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubectl",
    "kwok",
)
"""What a sandbox consists of."""

CHARTS = ("helm",)
"""What a stack needs that renders charts."""

ORACLES = ("netpolicies",)
"""What only tests need: somebody else's verdict beside ours."""

LINTERS = ("actionlint",)
"""What only tests need: somebody else's rules for files that run elsewhere."""

RULE_TESTERS = ("promtool",)
"""What only tests need: alerts, played through by those who will judge them."""

STAND_INS = ("kind-without-docker",)
"""What tests use in place of what the machine lacks."""


def version(program: str) -> str:
    """The pinned version of a program, without the letter v: `4.25.0`."""
    recipe = next(each for each in RECIPES if program in dict(each.programs))
    return pinned(recipe, SOURCES)


def pinned(recipe: Recipe, sources: Path) -> str:
    """The version that a recipe's go.mod says."""
    text = (sources / recipe.folder / "go.mod").read_text("utf-8")
    found = re.search(rf"^(?:require)?\s*{re.escape(recipe.pin)} v(\S+)", text, re.MULTILINE)
    if found is None:
        message = f"tools/{recipe.folder}/go.mod does not pin {recipe.pin}"
        raise LookupError(message)
    return found[1]
