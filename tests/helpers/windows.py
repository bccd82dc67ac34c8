"""Message-only windows, for what Windows tells windows."""

import ctypes
from collections.abc import Iterator
from ctypes import wintypes

import pytest

__all__ = ["create_window", "destroy_window", "messages", "window"]

user32 = ctypes.WinDLL("user32", use_last_error=True)
user32.CreateWindowExW.restype = wintypes.HWND
user32.CreateWindowExW.argtypes = [
    wintypes.DWORD, wintypes.LPCWSTR, wintypes.LPCWSTR, wintypes.DWORD, *[ctypes.c_int] * 4,
    wintypes.HWND, wintypes.HMENU, wintypes.HINSTANCE, wintypes.LPVOID,
]  # fmt: skip
user32.DestroyWindow.argtypes = [wintypes.HWND]
user32.PeekMessageW.argtypes = [wintypes.LPMSG, wintypes.HWND, wintypes.UINT, wintypes.UINT, wintypes.UINT]

WM_WTSSESSION_CHANGE = 0x02B1
HWND_MESSAGE = -3


def create_window() -> int:
    """Create a window of this thread that only gets messages."""
    window = user32.CreateWindowExW(0, "STATIC", None, 0, 0, 0, 0, 0, HWND_MESSAGE, None, None, None)
    assert window
    return int(window)


def destroy_window(window: int) -> bool:
    """Destroy a window; False in another thread than its own."""
    return bool(user32.DestroyWindow(window))


def messages(window: int) -> list[tuple[int, int]]:
    """Take the session notifications that wait for a window: codes and session ids."""
    found = []
    message = wintypes.MSG()
    while user32.PeekMessageW(ctypes.byref(message), window, WM_WTSSESSION_CHANGE, WM_WTSSESSION_CHANGE, 1):
        found.append((message.wParam, message.lParam))
    return found


@pytest.fixture
def window() -> Iterator[int]:
    """Give a window for the length of a test."""
    handle = create_window()
    yield handle
    destroy_window(handle)
