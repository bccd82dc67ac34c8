"""Output: a table for people, JSON and CSV for programs."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from wtsfast.cli._tables import write_table

if TYPE_CHECKING:
    from argparse import Namespace

    from wtsfast.cli._listings import Listing

__all__ = ["write"]


def write(listing: Listing, options: Namespace, stream: TextIO) -> None:
    """Write the listing in the form that the options ask for."""
    if options.format == "json":
        _reconfigure(stream)
        _write_json(listing, options.columns or listing.columns, stream)
    elif options.format == "csv":
        # UTF-8 whatever the code page, unless somebody said which; the csv module ends the lines itself.
        chosen = stream.isatty() or os.environ.get("PYTHONIOENCODING")
        _reconfigure(stream, encoding=None if chosen else "utf-8", newline="")
        _write_csv(listing, options.columns or listing.columns, stream)
    else:
        _reconfigure(stream)
        write_table(listing, options.columns, stream)
        if not listing.rows:
            stream.flush()
            print(f"wtsfast: no {listing.subject.name} found", file=sys.stderr)


def _reconfigure(stream: TextIO, *, encoding: str | None = None, newline: str | None = None) -> None:
    """See that no name stops the output: what the stream's encoding lacks is written as an escape."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding=encoding, errors="backslashreplace", newline=newline)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _write_json(listing: Listing, columns: list[str], stream: TextIO) -> None:
    """Write one object, a row a line. Plain ASCII, so that no console, pipe or shell can spoil a name."""
    head = json.dumps({"taken_at": listing.taken_at, "server": listing.server}, default=_plain)
    stream.write(f'{head[:-1]}, "{listing.subject.name}": [')
    separator = "\n"
    for row in listing.rows:
        stream.write(separator + json.dumps({name: row[name] for name in columns}, default=_plain))
        separator = ",\n"
    stream.write("\n]}\n" if listing.rows else "]}\n")


def _write_csv(listing: Listing, columns: list[str], stream: TextIO) -> None:
    writer = csv.writer(stream)
    writer.writerow(columns)
    for row in listing.rows:
        values = [row[name] for name in columns]
        writer.writerow([_plain(value) if isinstance(value, datetime) else value for value in values])
