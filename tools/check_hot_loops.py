#!/usr/bin/env python3
"""Checks in Cython's annotated report that what runs without the GIL is plain C, in short functions.

The report that people read shows lines that need Python in yellow, each with a score; plain C has 0.
"""

import re
import runpy
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from unittest.mock import patch

from Cython.Build import cythonize
from Cython.Compiler.Annotate import AnnotationCCodeWriter
from setuptools import Extension

from devkit.places import ROOT

SOURCE = ROOT / "src"
LONGEST = 40  # lines of a function
# A function or block with all of its lines: what follows is blank or indented deeper.
BODY = r"\bnogil:$(?:\n\1 +[^\n]*|\n(?=\n))*"
FUNCTION = re.compile(r"^( *)cdef [^\n=]*\([^()]*(?:\([^()]*\)[^()]*)*\)[^\n()]*" + BODY, re.MULTILINE)
BLOCK = re.compile(r"^( *)with " + BODY, re.MULTILINE)
LOOP = re.compile(r"^ *(?:for|while)\b", re.MULTILINE)
SCORE = re.compile(r'<pre class="cython line score-(\d+)"[^>]*>[^<]*<span class="[^"]*">0*(\d+)</span>')

Scores = dict[int, int]  # of each line


def annotate(modules: Sequence[Path], source: Path) -> dict[Path, Scores]:
    """Let Cython annotate modules, and the files that they cimport, with the directives of the build."""
    found: dict[Path, Scores] = {}
    write: Callable[..., None] = AnnotationCCodeWriter.save_annotation

    # Cython writes a report for each module alone, though it knows the same of inline functions in .pxd files.
    def save(writer: AnnotationCCodeWriter, main: str, target: str, coverage_xml: object = None) -> None:
        for name in {main, *writer.code} - {None}:
            path = Path(name).resolve()
            if path.is_relative_to(source):
                write(writer, name, target, coverage_xml)
                scores = found.setdefault(path, {})
                for score, line in SCORE.findall(Path(target).with_suffix(".html").read_text(encoding="utf-8")):
                    scores[int(line)] = max(int(score), scores.get(int(line), 0))

    with tempfile.TemporaryDirectory() as folder, patch.object(AnnotationCCodeWriter, "save_annotation", save):
        cythonize(  # type: ignore[no-untyped-call]
            [Extension(".".join(path.relative_to(source).with_suffix("").parts), [str(path)]) for path in modules],
            annotate=True,
            force=True,
            quiet=True,
            build_dir=folder,
            include_path=[str(source)],
            compiler_directives=runpy.run_path(str(ROOT / "setup.py"))["DIRECTIVES"],
        )
    return found


def problems(path: Path, scores: Scores) -> Iterator[tuple[int, str]]:
    """Give the line and a sentence for each thing in a file that is not as it should be."""
    text = path.read_text(encoding="utf-8")
    for function in FUNCTION.finditer(text):
        first, last = lines_of(function)
        if last - first >= LONGEST:
            yield first, f"a function without the GIL has {last - first + 1} lines, more than {LONGEST}"
        for line in range(first, last + 1):
            if scores.get(line):
                yield line, f"needs Python, where there is no GIL: the annotated report gives it a {scores[line]}"
    for block in BLOCK.finditer(text):
        if LOOP.search(block.group()):
            yield lines_of(block)[0], "a loop without the GIL deserves a function of its own"


def lines_of(match: re.Match[str]) -> tuple[int, int]:
    """Give the numbers of the first and last line of a match."""
    first = match.string.count("\n", 0, match.start()) + 1
    return first, first + match.group().count("\n")


def check(modules: Sequence[Path], source: Path) -> list[str]:
    """Give what is wrong in modules and in what they cimport, each as file:line: sentence."""
    reports = annotate(modules, source)
    return [
        f"{path.relative_to(source.parent).as_posix()}:{line}: {sentence}"
        for path in sorted(reports)
        for line, sentence in problems(path, reports[path])
    ]


def main() -> int:
    """Check the modules of the snapshots. Those of wtsfast.raw have no loops that matter beside their calls."""
    modules = [path for path in sorted(SOURCE.glob("wtsfast/*.pyx")) if "nogil:" in path.read_text(encoding="utf-8")]
    found = check(modules, SOURCE)
    print("\n".join(found) or f"no Python without the GIL in {len(modules)} modules")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
