"""Colours by rich, which knows what each terminal understands: imported only where it is installed and there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["print_lines"]

_STYLES = {"-": "dim", "Active": "green", "Disconnected": "yellow"}


def print_lines(lines: Iterable[list[str]], stream: TextIO) -> None:
    """Print lines that come in parts, the first of them as a title."""
    console = Console(file=stream, soft_wrap=True, highlight=False)
    style = "bold"
    for parts in lines:
        # Text and not str: a name in brackets is no markup.
        console.print(Text.assemble(*((part, _STYLES.get(part, style)) for part in parts)))
        style = ""
