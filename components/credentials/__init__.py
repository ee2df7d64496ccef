"""Passwords that the platform makes up itself, and the Secrets that they end in."""

from components.credentials.secrets import Shared, secret_of, shared_secrets
from components.credentials.words import Words, WordsArgs

__all__ = ["Shared", "Words", "WordsArgs", "secret_of", "shared_secrets"]
