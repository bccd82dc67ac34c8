"""What the commands list: asked of the server, completed with account names, chosen and sorted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

import wtsfast

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable

    from wtsfast.cli._columns import Row, Subject

__all__ = ["Listing", "RequestError", "take"]


_WORKERS = 8  # questions to a server at once, three for each session


class RequestError(Exception):
    """Report a request that cannot be met, though no call failed; the message is for the user."""

    def __init__(self, message: str, *, usage: bool) -> None:
        super().__init__(message)
        self.usage = usage
        """Whether other arguments are needed; otherwise it may go well at another time."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Hold what a command found: rows of plain values, as JSON shows them."""

    subject: Subject
    taken_at: datetime
    server: str | None
    columns: list[str]
    """What these rows have, in order."""
    rows: list[Row]


def take(options: Namespace) -> Listing:
    """Make the calls that the options ask for."""
    session_id = options.session
    if session_id == "current":
        session_id = wtsfast.current_session_id()
    elif session_id == "console":
        session_id = wtsfast.console_session_id()
        if session_id is None:
            raise RequestError("no session is at the console now. Name a session id, or try again", usage=False)
    with wtsfast.Server(options.server) as server:
        if options.subject.name == "processes":
            return _processes(server, session_id, options)
        return _sessions(server, session_id, options)


def _processes(server: Any, session_id: int | None, options: Namespace) -> Listing:
    where: dict[str, Any] = {} if options.name is None else {"name": options.name}
    chosen = {*(options.columns or ("user",)), options.sort, *(("user",) if options.user is not None else ())}
    asked: dict[str, Any] = {"level": options.level}
    if options.source == "kernel":
        asked = {"source": "kernel", "user_sids": not chosen.isdisjoint(("user", "user_sid"))}
    if session_id is not None:
        # The older function has no filter of its own.
        (where if options.level == 0 else asked)["session_id"] = session_id
    snapshot = wtsfast.enumerate_processes(server if options.source == "wts" else None, **asked)
    columns = [*snapshot.columns]
    rows = _rows(snapshot, where)
    if "user_sid" in columns:
        columns.insert(columns.index("user_sid") + 1, "user")
        needed = "user" in chosen and not options.no_lookup
        accounts = _accounts({row["user_sid"] for row in rows}, options) if needed else {}
        for row in rows:
            row["user"] = accounts.get(row["user_sid"])
    if "kernel_time" in columns:
        columns.append("cpu_seconds")
        for row in rows:
            # What process 0 spends is the time in which nothing ran.
            row["cpu_seconds"] = round((row["user_time"] + row["kernel_time"]) / 1e7, 7) if row["pid"] else None
    return _finish(snapshot.taken_at, columns, rows, options)


def _sessions(server: Any, session_id: int | None, options: Namespace) -> Listing:
    if options.details:
        return _session_details(server, session_id, options)
    where: dict[str, Any] = {} if options.name is None else {"session_name": options.name}
    if session_id is not None:
        where["session_id"] = session_id
    snapshot = wtsfast.enumerate_sessions(server, level=options.level)
    columns = [*snapshot.columns]
    rows = _rows(snapshot, where)
    return _finish(snapshot.taken_at, columns, _named(columns, rows), options)


def _session_details(server: Any, session_id: int | None, options: Namespace) -> Listing:
    rows = [details._asdict() for details in wtsfast.query_sessions(server, workers=_WORKERS)]
    taken_at = datetime.now(UTC)
    if session_id is not None:
        rows = [row for row in rows if row["session_id"] == session_id]
    if options.name is not None:
        rows = [row for row in rows if (row["session_name"] or "").casefold() == options.name.casefold()]
    for row in rows:
        for name in ("client_address", "error"):
            row[name] = None if row[name] is None else str(row[name])
    columns = [*wtsfast.SessionDetails._fields]
    return _finish(taken_at, columns, _named(columns, rows), options)


def _named(columns: list[str], rows: list[Row]) -> list[Row]:
    """Put a member's name in its place, and domain and user into one more column."""
    for row in rows:
        for name in ("state", "protocol_type"):
            if isinstance(row.get(name), Enum):
                row[name] = row[name].name
    if "user_name" in columns:
        columns.insert(columns.index("domain_name") + 1, "user")
        for row in rows:
            user, domain = row["user_name"], row["domain_name"]
            row["user"] = None if not user else f"{domain}\\{user}" if domain else user
    return rows


def _rows(snapshot: Any, where: dict[str, Any]) -> list[Row]:
    if not where:
        rows: list[Row] = snapshot.to_dicts()
        return rows
    columns = snapshot.columns
    found = [{name: getattr(row, name) for name in columns} for row in snapshot.where(**where)]
    for row in found:
        if row.get("user_sid") is not None:
            row["user_sid"] = str(row["user_sid"])
    return found


def _accounts(sids: Iterable[str | None], options: Namespace) -> dict[str | None, str | None]:
    accounts: dict[str | None, str | None] = {}
    for text in sids:
        if text is not None:
            try:
                account = wtsfast.Sid(text).lookup(options.server)
            except wtsfast.WtsError:  # a domain that does not answer must not hide the processes
                account = None
            accounts[text] = None if account is None else str(account)
    return accounts


def _finish(taken_at: datetime, columns: list[str], rows: list[Row], options: Namespace) -> Listing:
    user = ["user"] if options.user is not None else []
    for name in [*(options.columns or ()), *([options.sort] if options.sort else ()), *user]:
        if name not in columns:
            remedy = _remedy(name, options)
            raise RequestError(f"this listing has no column {name}: {remedy}. It has {', '.join(columns)}", usage=True)
    if options.user is not None:
        wanted = options.user.casefold()
        rows = [row for row in rows if wanted in _names_of_user(row)]
    if options.sort:
        rows = _sorted(rows, options.sort, options)
    return Listing(options.subject, taken_at, options.server, columns, rows)


def _remedy(name: str, options: Namespace) -> str:
    """Say with which options a listing has a column that this one lacks."""
    names = [*options.subject.columns]
    if name == "creation_time":
        return "ask for it with --source kernel"
    if options.subject.name == "sessions" and names.index(name) >= names.index("locked"):
        return "ask for it with --details"
    return "leave --details out" if options.details else "leave --level 0 out"


def _names_of_user(row: Row) -> set[str]:
    names = {name.casefold() for name in (row.get("user"), row.get("user_name"), row.get("user_sid")) if name}
    return names | {name.rpartition("\\")[2] for name in names}


def _sorted(rows: list[Row], name: str, options: Namespace) -> list[Row]:
    """Sort by a column: measures from the largest down, all else upwards, rows without a value last."""

    def key(row: Row) -> tuple[bool, Any]:
        value = row[name]
        # A state that has a name and one that has only a number do not compare.
        return (True, value.casefold()) if isinstance(value, str) else (False, value)

    descending = options.subject.columns[name].largest_first != options.reverse
    known = [row for row in rows if row[name] is not None]
    return sorted(known, key=key, reverse=descending) + [row for row in rows if row[name] is None]
