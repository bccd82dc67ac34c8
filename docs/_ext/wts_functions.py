"""Directives for the functions of the API: one that describes a function with an example, one for the table of all.

What the compiled function cannot tell comes from elsewhere: types from the stubs, facts from functions.tsv, and the
tests that a function has from the test files themselves.
"""

from __future__ import annotations

import ast
import csv
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from sphinx.util.docutils import SphinxDirective

from wtsfast import raw

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

DOCS = Path(__file__).resolve().parents[1]
STUBS = DOCS.parent / "src"
TESTS = DOCS.parent / "tests"


@cache
def facts() -> dict[str, dict[str, str]]:
    """Read the table of functions."""
    with (DOCS / "functions.tsv").open(encoding="utf-8", newline="") as file:
        return {row["function"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


@cache
def tests() -> dict[str, list[str]]:
    """Find the test files that name each function; those of the stand-in itself and of the examples do not count."""
    found: dict[str, list[str]] = {}
    # Those in tests/newer/ run in an interpreter of their own, on the exports of a newer Windows.
    for path in sorted([*TESTS.glob("test_*.py"), *TESTS.glob("newer/check_*.py")]):
        if path.stem.startswith("test_standin") or path.stem == "test_docs":
            continue
        words = set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
        for name, row in facts().items():
            if not words.isdisjoint([name, *row["raw_names"].split()]):
                found.setdefault(name, []).append(path.stem)
    return found


@cache
def stub_signatures() -> dict[str, tuple[str, str]]:
    """Read parameters and result of every function and method in the stubs, by full name; overloads become one."""
    found: dict[str, list[ast.FunctionDef]] = {}
    aliases: dict[str, str] = {}

    def walk(body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.FunctionDef):
                found.setdefault(f"{prefix}.{node.name}", []).append(node)
            elif isinstance(node, ast.ClassDef):
                walk(node.body, f"{prefix}.{node.name}")
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
                aliases[f"{prefix}.{ast.unparse(node.targets[0])}"] = f"{prefix}.{node.value.id}"

    for path in STUBS.glob("wtsfast/**/*.pyi"):
        module = ".".join(path.relative_to(STUBS).with_suffix("").parts)
        walk(ast.parse(path.read_text(encoding="utf-8")).body, module)
    signatures = {name: _one(nodes) for name, nodes in found.items()}
    return signatures | {alias: signatures[name] for alias, name in aliases.items() if name in signatures}


def _one(overloads: list[ast.FunctionDef]) -> tuple[str, str]:
    arguments = ast.unparse(overloads[-1].args)
    arguments = re.sub(r"as_buffer: [\w\[\]]+(=\w+)?", "as_buffer: bool=False", arguments)
    arguments = re.sub(r"^(self|cls)(, (/, )?|$)", "", arguments)
    results = dict.fromkeys(ast.unparse(node.returns) for node in overloads if node.returns)
    return f"({arguments.replace('=', ' = ')})", " | ".join(results)


def add_types(
    _app: Sphinx, _what: str, name: str, obj: Any, _options: object, signature: str | None, result: str | None
) -> tuple[str | None, str | None]:
    """Put the stub's signature in the place of the untyped one."""
    home = getattr(obj, "__module__", None)
    own_name = getattr(obj, "__qualname__", name.rpartition(".")[2])
    return stub_signatures().get(f"{home}.{own_name}", (signature, result))


def quote_families(_app: Sphinx, _what: str, _name: str, _obj: Any, _options: object, lines: list[str]) -> None:
    """Quote names such as WTS_EVENT_…, in which reStructuredText sees a link."""
    lines[:] = [re.sub(r"(?<![`\w])(\w+_…)(?!\w*`)", r"``\1``", line) for line in lines]


class WtsFunction(SphinxDirective):
    """Describe the raw function of this name and its other forms; the content is an example, which runs as a test."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Build the description from the docstring, the table and the example."""
        self.env.note_reread()  # what it is made of lies outside the page
        (name,) = self.arguments
        row = facts()[name]
        lines = ["````{eval-rst}", f".. autofunction:: wtsfast.raw.{name}", ""]
        lines += [f"   Since {row['since']}. Evidence: {row['evidence']}.", ""]
        lines += ["   .. code-block:: python", "", *(f"      {line}" for line in self.content), ""]
        if row["raw_names"] != name:
            lines += [f".. autofunction:: wtsfast.raw.{name}A", ""]
        lines += ["````"]
        parsed: list[nodes.Node] = self.parse_text_to_nodes("\n".join(lines))
        return parsed


class FunctionTable(SphinxDirective):
    """Show all functions with their tests, evidence and status."""

    columns: ClassVar = ("Function", "Raw names", "Since", "Blocks", "Tests", "Evidence", "Status")

    def run(self) -> list[nodes.Node]:
        """Build the table."""
        self.env.note_reread()
        lines = ["| " + " | ".join(self.columns) + " |", "|---" * len(self.columns) + "|"]
        for name, row in facts().items():
            forms = [] if row["raw_names"] == "-" else row["raw_names"].split()
            if not forms:
                status = "not in `raw`: the client's side, a plug-in in C"
            elif all(hasattr(raw, form) for form in forms):
                status = "complete" if tests().get(name) else "not tested"
            else:
                status = "to come"
            link = f"[`{name}`](reference/{row['page']}.md)" if forms else f"`{name}`"
            cells = [
                link,
                " ".join(f"`{form}`" for form in forms),
                row["since"],
                row["blocks"],
                " ".join(f"`{test}`" for test in tests().get(name, [])),
                row["evidence"],
                status,
            ]
            lines.append("| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |")
        parsed: list[nodes.Node] = self.parse_text_to_nodes("\n".join(lines))
        return parsed


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("wts-function", WtsFunction)
    app.add_directive("function-table", FunctionTable)
    app.connect("autodoc-process-signature", add_types)
    app.connect("autodoc-process-docstring", quote_families)
    return {"parallel_read_safe": True}
