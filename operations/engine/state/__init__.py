"""A stack's state in a local directory: written as a journal while an operation runs.

The file backend of the engine writes the whole state anew at every step. Here the engine is told
that its backend is a service that keeps journals; the service is part of this process.
"""

from operations.engine.state.keeper import KINDS, Keeper, keeper_of
from operations.engine.state.lock import LockedError

__all__ = ["KINDS", "Keeper", "LockedError", "keeper_of"]
