"""Tables for people: which columns fit, what is cut, and how they are drawn."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, TextIO

from wtsfast.cli._text import clip, width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wtsfast.cli._columns import Column
    from wtsfast.cli._listings import Listing

__all__ = ["write_table"]

_GAP = "  "
_NARROWEST = 14  # cells to which a column of text may be cut


def write_table(listing: Listing, chosen: list[str] | None, stream: TextIO) -> None:
    """Write the listing as a table; without chosen columns, as many as the terminal has room for."""
    names = chosen or [name for name in listing.subject.shown if name in listing.columns]
    columns = [listing.subject.columns[name] for name in names]
    cells = [[column.cell(row) for row in listing.rows] for column in columns]
    widths = [
        max([width(column.title), *map(width, column_cells)])
        for column, column_cells in zip(columns, cells, strict=True)
    ]
    room = _terminal_width(stream)
    if room is not None:
        if not chosen:
            kept = _kept(columns, widths, room, listing.subject.dispensable)
            columns, cells, widths = [columns[i] for i in kept], [cells[i] for i in kept], [widths[i] for i in kept]
        widths = _fitted(columns, widths, room)
    lines = _lines(columns, widths, cells, _ellipsis(stream))
    if stream.isatty():
        try:
            # Only here: to load rich takes longer than all the rest.
            from wtsfast.cli._rich import print_lines
        except ImportError:
            pass
        else:
            print_lines(lines, stream)
            return
    stream.writelines("".join(line) + "\n" for line in lines)


def _terminal_width(stream: TextIO) -> int | None:
    """Return the width of the terminal; ``None`` where the output goes elsewhere and nobody set COLUMNS."""
    if stream.isatty() or os.environ.get("COLUMNS", "").isdecimal():
        return shutil.get_terminal_size().columns
    return None


def _narrowest(column: Column, natural: int) -> int:
    return min(natural, max(_NARROWEST, width(column.title))) if column.is_text else natural


def _excess(widths: list[int], room: int) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1) - room


def _kept(columns: list[Column], widths: list[int], room: int, dispensable: tuple[str, ...]) -> list[int]:
    """Leave out what matters least until the rest fits with its texts cut."""
    needs = {at: _narrowest(column, widths[at]) for at, column in enumerate(columns)}
    place = {column.name: at for at, column in enumerate(columns)}
    for name in dispensable:
        if _excess([*needs.values()], room) <= 0:
            break
        needs.pop(place.get(name, -1), None)
    return [*needs]


def _fitted(columns: list[Column], widths: list[int], room: int) -> list[int]:
    """Take cells away from the widest text, one at a time, until the line fits or nothing more can be cut."""
    fitted = widths.copy()
    for _ in range(_excess(widths, room)):
        texts = [at for at, column in enumerate(columns) if fitted[at] > _narrowest(column, widths[at])]
        if not texts:
            break
        fitted[max(texts, key=fitted.__getitem__)] -= 1
    return fitted


def _lines(columns: list[Column], widths: list[int], cells: list[list[str]], mark: str) -> Iterator[list[str]]:
    """Give the parts of each line, of the titles first: a cell, what is between it and the next, the next cell."""
    titles = tuple(column.title for column in columns)
    for row in [titles, *zip(*cells, strict=True)]:
        parts: list[str] = []
        gap = ""
        for column, text, size in zip(columns, row, widths, strict=True):
            shown = clip(text, size, mark)
            padding = " " * (size - width(shown))
            parts += (gap, shown) if column.is_text else (gap + padding, shown)
            gap = _GAP + padding if column.is_text else _GAP
        yield parts


def _ellipsis(stream: TextIO) -> str:
    try:
        "\N{HORIZONTAL ELLIPSIS}".encode(stream.encoding or "ascii")
    except UnicodeEncodeError:
        return "~"
    return "\N{HORIZONTAL ELLIPSIS}"
