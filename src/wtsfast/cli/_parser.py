"""The arguments of the command line, and its help."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NoReturn

import wtsfast
from wtsfast.cli._columns import PROCESSES, SESSIONS, Subject

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["parse"]

_EXIT_CODES = """\
exit codes:
  0    done, also where nothing was found
  1    Windows refused or the server cannot be reached: one line on standard error says why, and what may help
  2    the arguments make no sense
  130  interrupted with Ctrl-C
"""

_EXAMPLES = """\
examples:
  wtsfast processes                            this machine's processes
  wtsfast processes --sort working_set_size    those that use most memory first
  wtsfast processes --session current --user alice
  wtsfast sessions --server RDSH01             the sessions of another machine
  wtsfast sessions --server RDSH01 --json      the same for a program
"""

_PROCESS_EXAMPLES = """\
examples:
  wtsfast processes --name notepad.exe
  wtsfast processes --session 3 --sort cpu_seconds
  wtsfast processes --columns pid,name,user,user_time
  wtsfast processes --server RDSH01 --csv > processes.csv
  wtsfast processes --json | jq ".processes[] | select(.handle_count > 10000)"

memory:
  Remote Desktop Services reports memory in 32 bits: with --source wts the four memory columns are wrong for a process
  that uses 4 GiB or more. --source kernel has the true values, of this machine only.

what you see:
  Only administrators see the processes of other users, and their SIDs. With --source kernel everybody sees all
  processes, and the users of those that may be opened.
"""

_SESSION_EXAMPLES = """\
examples:
  wtsfast sessions --user alice
  wtsfast sessions --details --sort idle_seconds
  wtsfast sessions --server RDSH01 --columns session_id,state,user
  wtsfast sessions --csv > sessions.csv

details:
  The columns from locked on need --details, which asks three more questions for each session; host_name and farm_name
  then are not there.

what you see:
  Besides users' sessions, session 0 with the services, listeners (state Listen), and consoles without a user; only
  those that you may query.
"""

_FORMATS = """\
output:
  The table is for people and may change. --json and --csv are for programs: names stay, new ones may be added; numbers
  are numbers in the unit of the column; what Windows does not give is null, in CSV empty. JSON is one object with
  taken_at (UTC), server (null for this machine) and {rows} (a list of objects), in plain ASCII. CSV is UTF-8 where it
  does not go to a terminal.
"""


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. See {self.prog} --help\n")


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Leaves the examples and tables in the help as they are, and gives long options room."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30)


class _Version(argparse.Action):
    """Print the version, which is read from the package's metadata only when asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        print(f"wtsfast {wtsfast.__version__}")
        parser.exit()


def _session(text: str) -> int | str:
    if text in ("current", "console"):
        return text
    # The two highest numbers mean "my own session" and "all sessions" to Windows.
    if not (text.isascii() and text.isdecimal()) or int(text) > 0xFFFFFFFD:
        raise argparse.ArgumentTypeError(f"{text!r} is not a session id, nor current or console")
    return int(text)


def _server(text: str) -> str:
    if not text or "\0" in text:
        raise argparse.ArgumentTypeError("the name is empty")
    return text


def _columns(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        raise argparse.ArgumentTypeError("the name of a column is empty")
    if len(set(names)) < len(names):
        raise argparse.ArgumentTypeError("a column is named twice")
    return names


def _add_command(
    commands: argparse._SubParsersAction[_Parser], subject: Subject, what: str, name: str, examples: str
) -> None:
    size = max(map(len, subject.columns))
    columns = "\n".join(f"  {column.name:{size}}  {column.meaning}" for column in subject.columns.values())
    parser = commands.add_parser(
        subject.name,
        help=what,
        description=f"{what[0].upper()}{what[1:]}.",
        epilog=f"columns:\n{columns}\n\n{examples}\n{_FORMATS.format(rows=subject.name)}\n{_EXIT_CODES}",
        formatter_class=_Formatter,
        allow_abbrev=False,
    )
    parser.set_defaults(
        subject=subject, refuse=parser.error, format="table", source="wts", no_lookup=False, details=False
    )
    where = parser.add_argument_group("what is asked")
    where.add_argument("--server", metavar="NAME", type=_server, help="ask this server instead of this machine")
    where.add_argument(
        "--level",
        type=int,
        choices=(0, 1),
        default=1,
        help="0 asks the older function, which works on servers that lack the newer one and tells less (default: 1)",
    )
    if subject is PROCESSES:
        where.add_argument(
            "--source",
            choices=("wts", "kernel"),
            help="wts asks Remote Desktop Services; kernel asks this machine's kernel, which tells of all "
            "processes and their exact memory (default: wts)",
        )
    else:
        where.add_argument(
            "--details",
            action="store_true",
            help="ask each session for its times and its client too: idle time, logon, address",
        )
    which = parser.add_argument_group("which rows")
    which.add_argument(
        "--session",
        metavar="ID",
        type=_session,
        help="only this session: a number, or current or console on this machine",
    )
    which.add_argument("--name", help=f"only those of this {name}; upper and lower case are the same")
    which.add_argument("--user", help=r"only those of this user: a name, DOMAIN\name or SID")
    how = parser.add_argument_group("how they are shown")
    forms = how.add_mutually_exclusive_group()
    forms.add_argument("--json", dest="format", action="store_const", const="json", help="write one JSON object")
    forms.add_argument("--csv", dest="format", action="store_const", const="csv", help="write CSV with a line of names")
    how.add_argument("--columns", metavar="A,B,...", type=_columns, help="these columns, in this order")
    how.add_argument(
        "--sort", metavar="COLUMN", help="sort by this column: measures from the largest down, all else upwards"
    )
    how.add_argument("--reverse", action="store_true", help="with --sort, the other way round")
    if subject is PROCESSES:
        how.add_argument(
            "--no-lookup",
            action="store_true",
            help="do not look up the names of users, which may take long where a domain is far away",
        )


def _make() -> _Parser:
    parser = _Parser(
        prog="wtsfast",
        description="List the processes and sessions of Windows machines through Remote Desktop Services.",
        epilog=f"{_EXAMPLES}\n{_EXIT_CODES}",
        formatter_class=_Formatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(metavar="command", dest="command", title="commands")
    _add_command(commands, PROCESSES, "list processes", "program, such as notepad.exe", _PROCESS_EXAMPLES)
    _add_command(commands, SESSIONS, "list sessions", "session, such as Console", _SESSION_EXAMPLES)
    return parser


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options; wrong usage ends the program with exit code 2."""
    parser = _make()
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        # Said by the command, whose help has the options that there are.
        refuse = parser.error if options.command is None else options.refuse
        refuse(f"unrecognized arguments: {' '.join(unknown)}")
    if options.command is None:
        parser.error("name a command, processes or sessions")
    for name in [*(options.columns or ()), *([options.sort] if options.sort else ())]:
        if name not in options.subject.columns:
            options.refuse(f"there is no column {name}; there are {', '.join(options.subject.columns)}")
    if options.server is not None and isinstance(options.session, str):
        options.refuse(f"--session {options.session} means a session of this machine; give a number for another server")
    if options.source == "kernel" and options.server is not None:
        options.refuse("--source kernel is about this machine; leave --server out")
    if options.source == "kernel" and options.level == 0:
        options.refuse("--source kernel has no level 0")
    if options.details and options.level == 0:
        options.refuse("--details needs level 1")
    if options.reverse and not options.sort:
        options.refuse("--reverse needs --sort")
    if options.no_lookup and options.user is not None and not options.user.upper().startswith("S-1-"):
        options.refuse(f"--user {options.user} needs the look-up; give a SID, or leave --no-lookup out")
    return options
