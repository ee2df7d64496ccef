"""The stack file as frozen models; assembled here from the sections' own packages."""


class ConfigError(Exception):
    """Everything that is wrong with a stack file, at once."""
