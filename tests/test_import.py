"""import wtsfast: light, and clear about what is missing."""

import importlib.resources
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import wtsfast

MODULES = """
import sys
before = set(sys.modules)
import wtsfast
for name in sorted(set(sys.modules) - before):
    print(name, getattr(sys.modules[name], "__file__", None), sep="|")
"""


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, env={**os.environ, **environment}
    )


@pytest.mark.smoke
def test_few_modules_are_loaded() -> None:
    loaded = dict(line.split("|") for line in run(MODULES).stdout.splitlines())
    assert "wtsfast._processes" in loaded
    assert len(loaded) <= 12, loaded
    # Cython adds names that no file stands behind. What costs is loading files: the package's own, and one DLL.
    assert len(set(loaded.values()) - {"None"}) == 2, loaded
    assert not {"typing", "enum", "datetime", "_datetime", "collections", "ctypes", "wtsfast.raw"} & set(loaded)


def test_importing_makes_no_call() -> None:
    code = (
        "import ctypes, os, wtsfast; dll = ctypes.WinDLL(os.environ['WTSFAST_DLL'].split(os.pathsep)[0]);"
        "dll.standin_last_call.restype = ctypes.c_uint64; print(dll.standin_last_call())"
    )
    if "WTSFAST_DLL" not in os.environ:
        pytest.skip("runs on the stand-in only")
    assert run(code).stdout.strip() == "0"


@pytest.mark.smoke
def test_every_public_name_is_there() -> None:
    for name in wtsfast.__all__:
        assert getattr(wtsfast, name) is not None
    assert dir(wtsfast) == sorted(wtsfast.__all__)
    with pytest.raises(AttributeError, match="nope"):
        wtsfast.nope  # noqa: B018
    assert wtsfast.__version__.count(".") == 2


@pytest.mark.smoke
def test_get_include_has_the_headers() -> None:
    for name in ("wtsfast_sdk.h", "wtsfast_capi.h"):
        assert (Path(wtsfast.get_include()) / name).is_file()
    assert importlib.resources.files("wtsfast").joinpath("py.typed").is_file()


def elsewhere(code: str) -> list[str]:
    """Run code with the package's source as another system would import it."""
    prelude = (
        "import sys, importlib.util\n"
        f"spec = importlib.util.spec_from_file_location('wtsfast', {wtsfast.__file__!r},"
        f" submodule_search_locations=[{str(Path(wtsfast.__file__).parent)!r}])\n"
        "sys.platform = 'linux'\n"
        "wtsfast = importlib.util.module_from_spec(spec); sys.modules['wtsfast'] = wtsfast\n"
        "spec.loader.exec_module(wtsfast)\n"
        "import json\n"
    )
    done = run(prelude + code)
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout)
    return found


def test_on_another_system_all_but_get_include_say_so() -> None:
    code = """
said = [wtsfast.get_include()]
for name in ("enumerate_processes", "raw", "Server", "WtsError"):
    try:
        exec(f"from wtsfast import {name}")
    except ImportError as error:
        said.append(str(error))
print(json.dumps(said))
"""
    include, *said = elsewhere(code)
    assert Path(include).is_dir()
    assert len(said) == 4
    assert all("needs Windows" in text and "linux" in text for text in said)


def test_without_the_dll_the_import_says_what_is_missing() -> None:
    code = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name == "wtsfast._core":
            raise ImportError("DLL load failed while importing _core: The specified module could not be found.")
sys.meta_path.insert(0, Missing())
try:
    import wtsfast
except ImportError as error:
    print(error)
"""
    said = run(code).stdout
    assert "cannot be loaded: DLL load failed while importing _core: The specified module could not be found. W" in said
    assert "wtsapi32.dll" in said
    assert "Nano Server" in said
    assert said.count("\n") == 1


@pytest.mark.skipif(sys.version_info < (3, 13), reason="_interpreters is there from Python 3.13 on")
def test_another_interpreter_of_the_process_says_that_it_is_not_supported() -> None:
    code = "import _interpreters; print(_interpreters.exec(_interpreters.create(), 'import wtsfast').msg)"
    assert "does not support loading in subinterpreters" in run(code).stdout
