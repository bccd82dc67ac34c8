"""wtsfast.raw: its names, their signatures and stubs, and what every docstring says."""

import ast
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wtsfast import raw

FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: value
    for name, value in ((name, getattr(raw, name)) for name in raw.__all__)
    if callable(value) and not isinstance(value, type)
}


def stubs() -> dict[str, list[ast.FunctionDef]]:
    """Read the functions of all stubs beside the modules; overloaded ones have several."""
    found: dict[str, list[ast.FunctionDef]] = {}
    for path in Path(raw.__file__).parent.glob("_*.pyi"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                found.setdefault(node.name, []).append(node)
    return found


def names_of(arguments: ast.arguments) -> tuple[list[str], list[str]]:
    """Give the names of the parameters that may be positional, and of those that may not."""
    return [argument.arg for argument in arguments.args], [argument.arg for argument in arguments.kwonlyargs]


def optional_of(arguments: ast.arguments) -> set[str]:
    """Give the names of the parameters that have a default."""
    positional = [argument.arg for argument in arguments.args]
    keywords = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return {*positional[len(positional) - len(arguments.defaults) :]} | {
        argument.arg for argument, default in keywords if default is not None
    }


def parsed(function: Callable[..., Any]) -> ast.arguments:
    """Give the parameters that a compiled function really has."""
    (definition,) = ast.parse(f"def f{inspect.signature(function)}: pass").body
    assert isinstance(definition, ast.FunctionDef)
    return definition.args


def test_star_import() -> None:
    names: dict[str, object] = {}
    exec("from wtsfast.raw import *", names)
    assert set(raw.__all__) <= set(names)
    assert {"WTSOpenServer", "WTS_SESSION_INFO", "RawBuffer", "WTS_ANY_SESSION", "MB_OK"} <= set(names)


def test_unknown_names_are_attribute_errors() -> None:
    for name in ("WTSNoSuchFunction", "_no_such_thing", "enums"):
        with pytest.raises(AttributeError, match=name):
            getattr(raw, name)


def test_the_unsuffixed_name_is_the_wide_form() -> None:
    wide = [name for name in FUNCTIONS if f"{name}W" in FUNCTIONS]
    assert len(wide) >= 14
    for name in wide:
        assert FUNCTIONS[name] is FUNCTIONS[f"{name}W"]
        assert f"{name}A" in FUNCTIONS


def test_the_stubs_agree() -> None:
    written = stubs()
    for name, function in FUNCTIONS.items():
        found = parsed(function)
        overloads = written[function.__name__]
        assert all(names_of(stub.args) == names_of(found) for stub in overloads), name
        assert optional_of(overloads[0].args) == optional_of(found), name


def test_docstrings_say_what_the_function_is() -> None:
    for name, function in FUNCTIONS.items():
        text = inspect.getdoc(function) or ""
        assert re.match(r"[A-Z][a-z]+ [^\n]*\.\n\n", text), f"{name}: one imperative sentence comes first"
        assert f"Wraps ``{function.__name__}``" in " ".join(text.split()), name
        as_the_wide_form = name.endswith("A") and f"as ``{name[:-1]}W``" in " ".join(text.split())
        assert f" {function.__name__}(" in text or as_the_wide_form, f"{name}: the C signature is there"
