"""The pytest fixtures of the stand-in, and the names that tests import with them."""

import ctypes
from collections.abc import Iterator

import pytest

from helpers.standin_driver import ANY_SESSION, CURRENT_SESSION, KEEP_LAST_ERROR, Call, Rule, Standin, standin_path

__all__ = [
    "ANY_SESSION",
    "CURRENT_SESSION",
    "KEEP_LAST_ERROR",
    "Call",
    "Rule",
    "Standin",
    "loaded_standin",
    "standin",
    "standin_path",
]


@pytest.fixture(scope="session")
def loaded_standin() -> Standin:
    """Give the stand-in that is loaded as wtsapi32.dll; tests that need it are skipped on another DLL."""
    path = standin_path()
    if path is None:
        pytest.skip("runs on the stand-in only")
    driver = Standin(path)
    kernel32 = ctypes.WinDLL("kernel32")
    kernel32.GetModuleHandleW.restype = ctypes.c_void_p
    if kernel32.GetModuleHandleW("wtsapi32.dll") != driver.dll._handle:
        pytest.fail(f"wtsapi32.dll is not the stand-in {path}")
    return driver


@pytest.fixture
def standin(loaded_standin: Standin) -> Iterator[Standin]:
    """Give the stand-in in its first state, and check afterwards that nothing is left."""
    loaded_standin.reset()
    yield loaded_standin
    try:
        loaded_standin.assert_clean()
    finally:
        loaded_standin.reset()
