"""The layers: no module imports or cimports one of a layer above its own, not even inside a function."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src"

# The first pattern that fits a module's name decides. What is only for type checkers is not counted.
LAYERS = [
    (0, r"_sdk(\..+)?|enums|errors|_results|_account|raw\._constants|raw\._records|capi"),
    (1, r"raw(\..+)?|_core|sid|_errors|_handles|_memory|_text|_arguments|_objects|_seal|_time"),
    (2, r"_snapshot|_processes|_sessions|_columns|_intern|_keys|_index|_distinct|_totals|_delta|_arrow|_kernel|_capi"),
    (3, r"server|session|details|monitor|waiting"),
    (4, r"cli(\..+)?|__main__"),
]
ROOT = 3  # `import wtsfast` reaches the face and all below it
IMPORT = re.compile(r"^\s*(?:from\s+(\S+)\s+c?import\s+(\([^)]*\)|.+)|c?import\s+(\S+))", re.MULTILINE)


def _name(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE / "wtsfast").with_suffix("").parts).removesuffix(".__init__")


MODULES = {
    path: _name(path)
    for path in sorted((SOURCE / "wtsfast").rglob("*"))
    if path.suffix in {".py", ".pyx", ".pxd"} and _name(path) != "__init__"
}
NAMES = set(MODULES.values())


def _layer(name: str) -> int:
    for layer, pattern in LAYERS:
        if re.fullmatch(pattern, name):
            return layer
    raise AssertionError(f"{name} belongs to no layer: name it in LAYERS")


def _imports(path: Path) -> Iterator[tuple[str, str]]:
    """Give module and name of every import; the name is empty for a plain import."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        tree = ast.parse(text)
        typing_only = {
            id(node)
            for block in ast.walk(tree)
            if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
            for statement in block.body
            for node in ast.walk(statement)
        }
        for node in ast.walk(tree):
            if id(node) in typing_only:
                continue
            if isinstance(node, ast.ImportFrom):
                yield from ((node.module or "", alias.name) for alias in node.names)
            elif isinstance(node, ast.Import):
                yield from ((alias.name, "") for alias in node.names)
        return
    for match in IMPORT.finditer(text):
        if match[3]:
            yield match[3], ""
        else:
            names = re.sub(r"#.*", "", match[2]).strip("()")
            yield from ((match[1], name.split()[0]) for name in names.split(",") if name.strip())


def _targets(path: Path) -> Iterator[int]:
    """Give the layer of each of our modules that a file imports."""
    for module, name in _imports(path):
        if module != "wtsfast" and not module.startswith("wtsfast."):
            continue
        longer = f"{module}.{name}".removeprefix("wtsfast.").removeprefix("wtsfast")
        shorter = module.removeprefix("wtsfast").removeprefix(".")
        if longer in NAMES:
            yield _layer(longer)
        elif shorter:
            yield _layer(shorter)
        elif name != "_bring_up":  # which each package is loaded by
            yield ROOT


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_nothing_comes_from_above(path: Path) -> None:
    layer = _layer(MODULES[path])
    assert [target for target in _targets(path) if target > layer] == []


def test_imports_are_found() -> None:
    """A test that finds no import finds no wrong one either."""
    found = {MODULES[path]: set(_targets(path)) for path in MODULES}
    assert found["cli._listings"] == {ROOT}
    assert 2 in found["details"]
    assert {0, 1} <= found["_processes"]
    assert found["capi"] == {0}  # what other packages cimport: declarations and nothing else
    assert 1 in found["raw._sessions"]
