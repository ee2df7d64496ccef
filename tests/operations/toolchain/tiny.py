"""A tiny program with a stand-in for Go, so that a machine without Go runs its builds."""

import sys
from pathlib import Path
from textwrap import dedent

from operations.toolchain import Recipe
from operations.toolchain.recipes import Asks

RECIPE = Recipe(
    folder="tiny", pin="example.org/tiny", packages=(".",), programs=(("tiny", Asks()),)
)
GO = """
    #!{python}
    import os, pathlib, sys, time
    words = sys.argv[1:]
    here = pathlib.Path(__file__).parent
    if words == ["version"]:
        print("go version go1.99.1 linux/amd64")
    elif words[0] == "list":
        print("stale example.org/tiny not installed")
    else:
        with (here / "builds").open("a") as file:
            file.write(f"{{os.getpid()}}\\n")
        output = pathlib.Path(words[words.index("-o") + 1])
        output.write_text("half")
        {body}
        print("example.org/tiny")
        output.write_text("whole")
"""


def go(directory: Path, body: str) -> None:
    program(directory, "go", GO.format(python=sys.executable, body=body))


def program(directory: Path, name: str, text: str) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / name
    path.write_text(dedent(text).lstrip(), "utf-8")
    path.chmod(0o755)
    return path


def says(directory: Path, name: str, words: str) -> Path:
    return program(directory, name, f"#!/bin/sh\necho '{words}'\n")
