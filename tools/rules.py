"""The house rules that no tool knows: each looks at the tree and answers with what is wrong."""

import ast
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from tools import ROOT

LONGEST_FILE = 300
VAGUE_NAMES = {"utils", "util", "common", "helpers", "core", "services", "misc", "signals"}
INDEX_OPTION = re.compile(r"^\s*--(?:extra-)?index-url|^\s*--find-links|\bresolved\b.*://")

ONLY_ADD_AFTER = 18
"""The last migration from when nobody had upgraded yet."""
TAKES_AWAY = {"RemoveField", "RenameField", "DeleteModel", "RenameModel", "AlterModelTable"}

type Rule = Callable[[list[Path]], Iterator[str]]


def files() -> list[Path]:
    """What git keeps or would keep, relative to the project."""
    names = subprocess.check_output(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        encoding="utf-8",
    )
    return [path for name in names.split("\0") if name and (path := Path(name)).is_file()]


def files_are_short(tree: list[Path]) -> Iterator[str]:
    """A file that is longer than a sitting is two files."""
    for path in tree:
        if path.suffix == ".py" and path.parts[0] != "migrations":
            lines = len(path.read_text("utf-8").splitlines())
            if lines > LONGEST_FILE:
                yield f"{path}:{LONGEST_FILE}: has {lines} lines; {LONGEST_FILE} are enough"


def names_say_something(tree: list[Path]) -> Iterator[str]:
    """A module called utils is a drawer for anything."""
    for path in tree:
        if path.suffix == ".py" and VAGUE_NAMES & {path.stem, *path.parent.parts}:
            yield f"{path}: says nothing; name it after what it does"


def locks_name_no_host(tree: list[Path]) -> Iterator[str]:
    """Where packages come from is each machine's own business."""
    for path in tree:
        if path.suffix == ".lock" or path.name == "package-lock.json":
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                if INDEX_OPTION.search(line):
                    yield f"{path}:{number}: names a package index"


def locks_carry_hashes(tree: list[Path]) -> Iterator[str]:
    """What is installed is what was locked, byte for byte."""
    for path in tree:
        if path.suffix == ".lock":
            lines = path.read_text("utf-8").splitlines()
            for number, line in enumerate(lines, 1):
                named = re.match(r"[A-Za-z0-9]", line)
                if named and not "".join(lines[number : number + 1]).lstrip().startswith("--hash="):
                    yield f"{path}:{number}: has no hash"
        if path.name == "package-lock.json":
            for name, package in json.loads(path.read_text("utf-8"))["packages"].items():
                if name and "integrity" not in package and not package.get("link"):
                    yield f"{path}: {name} has no hash"


def migrations_only_add(tree: list[Path]) -> Iterator[str]:
    """While an upgrade starts, the version before still reads and writes the new tables."""
    for path in tree:
        number = re.match(r"\d+", path.name)
        if number is None or path.suffix != ".py" or path.parts[0] != "migrations":
            continue
        if int(number[0]) <= ONLY_ADD_AFTER or "contract" in path.stem:
            continue
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                yield from (f"{path}:{call.lineno}: {wrong}" for wrong in _takes_away(call))


def _takes_away(operation: ast.Call) -> Iterator[str]:
    name = operation.func.attr if isinstance(operation.func, ast.Attribute) else ""
    if name in TAKES_AWAY:
        yield f"{name} takes away what the version before uses; wait one release, then `contract`"
    given = {word.arg: word.value for word in operation.keywords}
    field = given.get("field")
    if name == "AddField" and isinstance(field, ast.Call):
        said = {word.arg: ast.unparse(word.value) for word in field.keywords}
        whole = ast.unparse(field.func).endswith("ManyToManyField")
        if not whole and said.get("null") != "True" and "db_default" not in said:
            yield "the version before can't leave this column out; give it null or a db_default"


RULES: list[Rule] = [
    files_are_short,
    names_say_something,
    locks_name_no_host,
    locks_carry_hashes,
    migrations_only_add,
]


def problems(rule: Rule, tree: list[Path]) -> list[str]:
    """What one rule finds, in order."""
    return sorted(rule(tree))
