"""The programs that run a stack: found when a fitting version is installed, else built once.

`ensure(ENGINE, steps)` gives the path of each program. What is built, from which pins, with which
flags is data in `recipes`; the pins themselves are the go.mod and go.sum files under `tools/`.
"""

from operations.toolchain.chain import Found, Toolchain, ensure, put_in_reach
from operations.toolchain.recipes import (
    CHARTS,
    CONTROL_PLANE,
    ENGINE,
    LINTERS,
    ORACLES,
    RECIPES,
    RULE_TESTERS,
    STAND_INS,
    Recipe,
    version,
)

__all__ = [
    "CHARTS",
    "CONTROL_PLANE",
    "ENGINE",
    "LINTERS",
    "ORACLES",
    "RECIPES",
    "RULE_TESTERS",
    "STAND_INS",
    "Found",
    "Recipe",
    "Toolchain",
    "ensure",
    "put_in_reach",
    "version",
]
