"""Faults that a person can mend; printed without a traceback."""


class UserError(Exception):
    """What went wrong, and what to do about it, in words for a tired person."""


EXIT_PROVED = 0
EXIT_REFUTED = 1
EXIT_UNKNOWN = 2
EXIT_ERROR = 3
EXIT_INTERRUPTED = 130


def worst(*codes: int) -> int:
    """What could not be done or judged at all, before refuted, before unknown."""
    return next((c for c in (EXIT_ERROR, EXIT_REFUTED, EXIT_UNKNOWN) if c in codes), EXIT_PROVED)
