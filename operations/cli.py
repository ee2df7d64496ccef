"""The console script `mlp`: find the verb, import it alone, run it."""

import argparse
import gc
import importlib
import os
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from io import TextIOWrapper
from types import FrameType

from operations import rehearsers
from operations.errors import EXIT_ERROR, EXIT_INTERRUPTED, UserError

VERBS = {
    "up": "deploy a stack",
    "preview": "show what `up` would change",
    "refresh": "compare the state with the cluster",
    "destroy": "remove everything that a stack has made",
    "rehearse": "run the program without engine, cluster or credentials",
    "prove": "decide what must hold",
    "connectivity": "list every allowed connection",
    "live": "the same proofs on a running cluster",
    "verdict": "everything that a pull request changes, on one page",
    "post": "write a text where people read it: a comment, an issue",
    "doctor": "what this machine lacks, and how to get it",
    "explain": "document a key of the stack file",
    "sandbox": "a real control plane with simulated nodes",
    "setup": "build or find the tools that a verb needs",
    "bench": "measure, in ratios of one run",
    "pins": "resolve digests on a connected machine",
}
"""Every verb, and its sentence in `--help`; a verb lives in `operations.commands.<verb>`."""

_REHEARSING = frozenset({"connectivity", "prove", "rehearse"})
"""Verbs that ask for a rehearsal as soon as they are loaded."""
_SELDOM = (50_000, 20, 100)
"""What a command loads stays: to look for garbage in it as often as usual is a tenth of a start."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; every fault that a person can mend is a message, not a traceback."""
    gc.set_threshold(*_SELDOM)
    try:
        return _run(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    finally:
        rehearsers.dismiss()
        gc.freeze()  # else all that was loaded is looked through once more, only to end


def _run(words: Sequence[str]) -> int:
    try:
        options, verb = _parse(words)
    except UserError as error:
        print(error, file=sys.stderr)
        return EXIT_ERROR
    signal.signal(signal.SIGTERM, _interrupt)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = int(verb(options))
        print(end="", flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_ERROR
    except Exception as error:
        if options.debug or not _mendable(error):
            raise
        print(error, file=sys.stderr)
        return EXIT_ERROR
    return code


def _mendable(error: Exception) -> bool:
    """Whether its words are all that a person needs."""
    from components.config import ConfigError

    return isinstance(error, (UserError, ConfigError))


def _meant(word: str, known: Iterable[str]) -> str | None:
    from components.config.wording import meant

    return meant(word, known)


def _parse(words: Sequence[str]) -> tuple[argparse.Namespace, Callable[[argparse.Namespace], int]]:
    """Read the command line, importing only the verb that it names."""
    top = argparse.ArgumentParser(
        prog="mlp",
        description="One multi-tenant Kubernetes platform for machine-learning and data teams.",
        epilog="mlp VERB --help shows a verb's options and an example.",
    )
    top.add_argument("--debug", action="store_true", help="show tracebacks")
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True)
    named = next((word for word in words if not word.startswith("-")), None)
    if named is not None and named not in VERBS:
        guess = _meant(named, VERBS)
        hint = f"; did you mean mlp {guess}" if guess else ""
        message = f"mlp {named}: no such verb{hint}; mlp --help lists them"
        raise UserError(message)
    if named in _REHEARSING and not {"-h", "--help", "--manifests"} & set(words):
        rehearsers.start_ahead()
    run: Callable[[argparse.Namespace], int] | None = None
    for verb, sentence in VERBS.items():
        parser = verbs.add_parser(
            verb, help=sentence, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        if verb == named:
            run = _bind(verb, parser)
    try:
        options, unread = top.parse_known_args(words)
    except SystemExit as stop:
        raise SystemExit(EXIT_ERROR if stop.code else 0) from None
    assert run is not None
    if unread:
        raise UserError(_unread(unread[0], verbs.choices[options.verb]))
    return options, run


def _unread(word: str, parser: argparse.ArgumentParser) -> str:
    """A word that no option takes."""
    there = [text for action in parser._actions for text in action.option_strings]  # noqa: SLF001 - argparse says it nowhere else
    guess = _meant(word, there) if word.startswith("-") else f"--stack {word}"
    hint = f"; did you mean {guess}" if guess and guess.split()[0] in there else ""
    return f"{parser.prog}: nothing takes {word}{hint}"


def _bind(verb: str, parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Give a verb's parser its options, and return what runs it."""
    module = importlib.import_module(f"operations.commands.{verb}")
    parser.description = module.__doc__
    parser.epilog = f"example:\n  {module.EXAMPLE}"
    module.arguments(parser)
    run: Callable[[argparse.Namespace], int] = module.run
    return run


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
