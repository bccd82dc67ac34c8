"""wtsfast.raw: the exports of Windows 11 24H2, where they are missing, and in a process whose DLL has them."""

import os
import subprocess
import sys
from typing import Any

import pytest

from helpers.standin import Standin, standin_path
from wtsfast import raw
from wtsfast.errors import FunctionNotAvailableError


@pytest.mark.parametrize(
    "arguments",
    [
        ["tests/newer/check_raw_cloud_auth.py"],
        # What all raw functions have in common.
        ["tests/test_raw_calls.py", "tests/test_raw_last_error.py", "-k", "CloudAuth or ActiveSessionExists"],
    ],
    ids=["own", "common"],
)
def test_on_a_dll_that_has_them(loaded_standin: Standin, arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        env={**os.environ, "WTSFAST_DLL": standin_path("26100/wtsapi32.dll") or ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "passed" in done.stdout


@pytest.mark.smoke
def test_where_they_are_missing() -> None:
    with pytest.raises(FunctionNotAvailableError, match="26100") as caught:
        raw.WTSCloudAuthOpen()
    assert (caught.value.function, caught.value.winerror) == ("WTSCloudAuthOpen", 127)


@pytest.mark.smoke
def test_bad_arguments_need_no_dll() -> None:
    handles: tuple[Any, ...] = (None, 0, object())
    for handle in handles:
        with pytest.raises(TypeError, match="CloudAuthHandle"):
            raw.WTSCloudAuthClose(handle)
        with pytest.raises(TypeError, match="CloudAuthHandle"):
            raw.WTSCloudAuthGetServerNonce(handle)
    with pytest.raises(TypeError, match="SerializedCredential"):
        raw.WTSCloudAuthDuplicateSerializedUserCredential(b"x")  # type: ignore[arg-type]
    activities: tuple[Any, ...] = ("x", 5, b"0" * 16)
    for activity in activities:
        with pytest.raises(TypeError, match="activity_id"):
            raw.WTSCloudAuthOpen(activity)
