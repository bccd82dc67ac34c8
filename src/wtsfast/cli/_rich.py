"""Tables drawn by rich, which knows the ways of terminals: imported only where it is installed and there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from wtsfast.cli._columns import Column

__all__ = ["draw"]

_STYLES = {"-": "dim", "Active": "green", "Disconnected": "yellow"}


def draw(columns: list[Column], widths: list[int], rows: list[tuple[str, ...]], stream: TextIO) -> None:
    """Write a table with columns of these widths."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column, size in zip(columns, widths, strict=True):
        table.add_column(
            Text(column.title),
            justify="left" if column.is_text else "right",
            width=size,
            no_wrap=True,
            overflow="ellipsis",
        )
    for row in rows:
        # Text and not str: a name in brackets is no markup.
        table.add_row(*(Text(cell, _STYLES.get(cell, "")) for cell in row))
    # As wide as the table, so that columns that the user asked for are never squeezed.
    Console(file=stream, width=sum(widths) + 2 * len(widths), soft_wrap=True, highlight=False).print(table)
