"""How long something took, in words."""

_MINUTE = 60


def duration(seconds: float) -> str:
    """Seconds as a person says them: `0.4 s`, `12.3 s`, `4 min 05 s`."""
    if round(seconds, 1) < _MINUTE:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), _MINUTE)
    return f"{minutes} min {rest:02d} s"
