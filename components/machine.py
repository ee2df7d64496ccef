"""Where this machine keeps what is expensive to make and the same for every clone."""

import os
from pathlib import Path


def directory() -> Path:
    """The cache: `$ML_PLATFORM_CACHE`, else `ml-platform` in the user's cache directory."""
    own = os.environ.get("ML_PLATFORM_CACHE")
    if own:
        return Path(own).expanduser().resolve()
    shared = os.environ.get("XDG_CACHE_HOME")
    return (Path(shared) if shared else Path.home() / ".cache") / "ml-platform"
