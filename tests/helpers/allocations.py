"""Watches what extension modules take from malloc, and lets a chosen request fail; the stand-in does it in C."""

import contextlib
import ctypes
from collections.abc import Iterator
from types import ModuleType

from helpers.imports import replaced_import
from helpers.standin_driver import Standin

_MAX_LIVE = 4096


class Allocations:
    """What the watched modules took and did not give back."""

    def __init__(self, standin: Standin) -> None:
        self._dll = standin.dll
        self._dll.standin_heap_live.argtypes = [ctypes.POINTER(ctypes.c_size_t), ctypes.c_uint32]

    def fail_at(self, request: int) -> None:
        """Start anew, and let the request of that number fail; 0 is none."""
        self._dll.standin_heap_watch(request)

    @property
    def requests(self) -> int:
        """How often memory was asked for."""
        return int(self._dll.standin_heap_requests())

    @property
    def live(self) -> list[int]:
        """The sizes of the blocks that are not given back."""
        sizes = (ctypes.c_size_t * _MAX_LIVE)()
        return list(sizes[: self._dll.standin_heap_live(sizes, _MAX_LIVE)])


@contextlib.contextmanager
def watched_allocations(standin: Standin, *modules: ModuleType) -> Iterator[Allocations]:
    """Watch malloc, calloc, realloc and free of these modules for the length of a block."""
    seen = Allocations(standin)
    seen.fail_at(0)
    with contextlib.ExitStack() as stack:
        for module in modules:
            for name in ("malloc", "calloc", "realloc", "free"):
                with contextlib.suppress(LookupError):  # not each module asks for each of them
                    stack.enter_context(replaced_import(module, name, getattr(standin.dll, f"standin_heap_{name}")))
        yield seen
