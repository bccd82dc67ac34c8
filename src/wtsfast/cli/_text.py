"""Text on a terminal: made harmless, measured, cut."""

from __future__ import annotations

import unicodedata

__all__ = ["clip", "printable", "width"]


def printable(text: str) -> str:
    r"""Return the text with what a terminal would obey, hide or refuse written as an escape such as ``\x1b``.

    Names come from other users and other machines: they may hold line ends, terminal commands, marks that turn the
    direction of writing, and halves of surrogate pairs.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def width(text: str) -> int:
    """Return how many cells of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):  # marks stand on the character before them
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def clip(text: str, cells: int, mark: str = "\N{HORIZONTAL ELLIPSIS}") -> str:
    """Return the text if it fits into so many cells, otherwise its beginning and the mark."""
    if width(text) <= cells:
        return text
    room = cells - width(mark)
    kept = ""
    for character in text:
        room -= _cells(character)
        if room < 0:
            break
        kept += character
    return kept + mark
