"""The packages that read our Arrow exports and columns, where they are installed."""

from typing import Any, Final

import pytest

READERS: Final = {
    **dict.fromkeys(("numpy", "pyarrow"), "for amd64"),
    **dict.fromkeys(("duckdb", "nanoarrow", "polars"), "for Python 3.13 on amd64 alone, since it is large"),
}


def reader(name: str) -> Any:
    """Import a reader, or skip where there is none."""
    return pytest.importorskip(name, reason=f"{name} is not installed: tools/locks/ has it {READERS[name]}")
