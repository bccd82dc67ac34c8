"""The check of the hot loops finds what it is there for."""

from pathlib import Path

import check_hot_loops

PLAIN = """\
# Modules begin with a comment: what Cython makes to start one counts as their first line.
cdef long total(
    const int* values, Py_ssize_t count
) noexcept nogil:
    cdef long result = 0
    cdef Py_ssize_t i

    for i in range(count):
        result += values[i]
    return result
"""
# Each writes a value down, and needs Python for it.
NEEDS_PYTHON = """\
# Functions that report.
cdef {inline}int report(int value) noexcept nogil:
    if value < 0:
        with gil:
            print(value)
    return value
"""
CALLS = """\
# Calls.
def run():
    cdef int values[2]
    values[0] = values[1] = 1
    with nogil:
        {line}
"""


def check(folder: Path, module: str, declarations: str = "") -> list[str]:
    """Check one module with a file of declarations beside it."""
    source = folder / "src"
    source.mkdir()
    path = source / "module.pyx"
    path.write_text(module)
    (source / "helpers.pxd").write_text(declarations)
    return check_hot_loops.check([path], source)


def places(found: list[str]) -> list[str]:
    """Give the file and line of each problem."""
    return [problem.partition(": ")[0] for problem in found]


def test_plain_c_passes(tmp_path: Path) -> None:
    """A short loop in C is as it should be."""
    assert check(tmp_path, PLAIN + CALLS.format(line="total(values, 2)")) == []


def test_python_is_found_where_there_is_no_gil(tmp_path: Path) -> None:
    """Each line that needs Python is named, and the first one, which cleans up."""
    found = check(tmp_path, PLAIN + NEEDS_PYTHON.format(inline="") + CALLS.format(line="report(1)"))
    assert places(found) == ["src/module.pyx:12", "src/module.pyx:14", "src/module.pyx:15"]
    assert "needs Python" in found[0]


def test_python_is_found_in_inline_functions_of_declarations(tmp_path: Path) -> None:
    """What a module takes from .pxd files runs in its loops."""
    module = "from helpers cimport report\n" + CALLS.format(line="report(1)")
    found = check(tmp_path, module, NEEDS_PYTHON.format(inline="inline "))
    assert places(found) == ["src/helpers.pxd:2", "src/helpers.pxd:4", "src/helpers.pxd:5"]


def test_a_function_that_is_too_long_is_found(tmp_path: Path) -> None:
    """It is named by its first line."""
    more = "".join(f"    result += values[{i}]\n" for i in range(check_hot_loops.LONGEST))
    (found,) = check(tmp_path, PLAIN.replace("    return", f"{more}    return"))
    assert found.startswith("src/module.pyx:2: a function without the GIL has 49 lines")


def test_a_loop_outside_a_function_of_its_own_is_found(tmp_path: Path) -> None:
    """Its block is named."""
    (found,) = check(tmp_path, CALLS.format(line="while values[0] > 0:\n            values[0] -= 1"))
    assert found.startswith("src/module.pyx:5: a loop without the GIL")
