"""Check layer 0 with compilers, on the machine that builds: layouts, constants, and that all its parts agree.

Run it from anywhere: ``python3 tests/sdk/check_headers.py``. It needs mingw-w64's gcc and g++ and, for arm64, zig, for
example ``--zig "python3 -m ziglang"``. What is missing is named and skipped, unless ``--all`` asks for everything.

Nothing is linked but a smoke plugin, and nothing is run but that, so no Windows is needed.
"""

import argparse
import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parents[1] / "src" / "wtsfast"
INCLUDE = PACKAGE / "include"
MACROS = ["-DUNICODE", "-D_UNICODE", "-DWIN32_LEAN_AND_MEAN", "-U_WIN32_WINNT", "-D_WIN32_WINNT=0x0A00"]
# No extensions may slip in: MSVC has to compile the same text.
STRICT = ["-pedantic", "-Wall", "-Wextra", "-Werror"]

PROCESS_MEMBERS = {
    "NextEntryOffset": 0,
    "NumberOfThreads": 4,
    "CreateTime": 32,
    "UserTime": 40,
    "KernelTime": 48,
    "ImageName": 56,
    "UniqueProcessId": 80,
    "HandleCount": 96,
    "SessionId": 100,
    "VirtualMemoryCounters.PeakWorkingSetSize": 136,
    "VirtualMemoryCounters.WorkingSetSize": 144,
    "VirtualMemoryCounters.PagefileUsage": 184,
    "VirtualMemoryCounters.PeakPagefileUsage": 192,
    "PrivatePageCount": 200,
}


class Compiler:
    """A C or C++ compiler for one target."""

    def __init__(self, name: str, command: list[str], *, cxx: bool = False, windows: bool = True) -> None:
        self.name = name
        self.command = command
        self.cxx = cxx
        self.windows = windows

    def run(self, source: Path, output: Path, *options: str) -> subprocess.CompletedProcess[str]:
        """Compile ``source`` with the package's headers to ``output``, an object file unless the options differ."""
        standard = "-std=c++11" if self.cxx else "-std=c11"
        language = ["-x", "c++" if self.cxx else "c"]
        macros = MACROS if self.windows else []
        linked = output.suffix != ".o"
        command = [*self.command, standard, *macros, "-I", str(INCLUDE), *language, str(source), *options]
        command += [*([] if linked else ["-c"]), "-o", str(output)]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)


def find_compilers(zig: str) -> tuple[list[Compiler], list[str]]:
    """Return the compilers that this machine has, and the names of those that it lacks."""
    command = shlex.split(zig) or ["zig"]
    wanted = [
        Compiler("mingw gcc, amd64", ["x86_64-w64-mingw32-gcc"]),
        Compiler("mingw g++, amd64", ["x86_64-w64-mingw32-g++"], cxx=True),
        Compiler("zig cc, amd64", [*command, "cc", "-target", "x86_64-windows-gnu", "-Wgnu"]),
        Compiler("zig cc, arm64", [*command, "cc", "-target", "aarch64-windows-gnu", "-Wgnu"]),
        Compiler("zig c++, arm64", [*command, "c++", "-target", "aarch64-windows-gnu", "-Wgnu"], cxx=True),
        Compiler("gcc, this machine", ["gcc"], windows=False),
        Compiler("zig cc, Linux arm64", [*command, "cc", "-target", "aarch64-linux-gnu", "-Wgnu"], windows=False),
    ]
    found = [compiler for compiler in wanted if shutil.which(compiler.command[0])]
    return found, [compiler.name for compiler in wanted if compiler not in found]


# ---- What the files of layer 0 say ----


def load_values() -> tuple[ModuleType, ModuleType]:
    """Load enums and raw._constants by path: the package itself can only be imported on Windows."""
    modules = []
    sys.dont_write_bytecode = True
    package = sys.modules.setdefault("wtsfast", ModuleType("wtsfast"))
    for name, path in (("wtsfast.enums", "enums.py"), ("wtsfast.raw._constants", "raw/_constants.py")):
        spec = importlib.util.spec_from_file_location(name, PACKAGE / path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        setattr(package, name.rpartition(".")[2], module)
        modules.append(module)
    return modules[0], modules[1]


def read_constants() -> dict[str, int]:
    """Return the integer constants of ``wtsfast.raw``."""
    _, constants = load_values()
    return {name: int(value) for name, value in vars(constants).items() if name[0] != "_" and isinstance(value, int)}


def read_layout() -> dict[str, list[tuple[str | None, int]]]:
    """Return, for each struct of the layout table, its size (under None) and its fields' offsets."""
    layout: dict[str, list[tuple[str | None, int]]] = {}
    text = (INCLUDE / "wtsfast_layout.h").read_text(encoding="utf-8")
    for struct, field, number in re.findall(
        r"^WTSFAST_(?:SIZE|FIELD)\((\w+), (?:(\w+), )?(\d+)\)$", text, re.MULTILINE
    ):
        layout.setdefault(struct, []).append((field or None, int(number)))
    return layout


def assert_layout(struct: str, field: str | None, number: int) -> str:
    """Return the C assertion of one line of the layout table."""
    expression = f"sizeof({struct})" if field is None else f"offsetof({struct}, {field})"
    return f'_Static_assert({expression} == {number}, "{expression}");'


class Declarations:
    """What one pxd file declares, as C that a compiler can hold against the header."""

    def __init__(self, path: Path) -> None:
        text = re.sub(r"#.*", "", path.read_text(encoding="utf-8"))
        text = re.sub(r"^from [\w.]+ cimport (?:\([^)]*\)|.*)$", "", text, flags=re.MULTILINE)
        # One declaration a line: the continuation of a line is indented further than a member could be.
        text = re.sub(r"(?<=[,(])\n\s+", " ", text)
        self.checks: list[str] = []
        self.headers: list[str] = []
        self.renamed: dict[str, str] = dict(re.findall(r'\b(\w+) "(\w+)"', text))
        struct = ""
        for raw in text.splitlines():
            line = raw.rstrip()
            indent = len(line) - len(line.lstrip())
            line = line.strip()
            if not line:
                continue
            if found := re.match(r'cdef extern from "([\w.]+)"', line):
                self.headers.append(found[1])
            elif found := re.match(r'ctypedef (?:struct|union) (\w+)(?: "\w+")?:', line):
                struct = found[1]
            elif line == "enum:":
                struct = ""
            elif indent == 8 and struct:
                if line != "pass":
                    self.member(struct, line)
            elif indent == 4:
                struct = ""
                self.declaration(line)
            elif indent == 8:
                self.constant("int", line)
            else:
                raise AssertionError(f"{path.name}: cannot read {raw!r}")

    def name(self, text: str) -> str:
        """Return the text with each Cython name replaced by the C name it stands for."""
        return re.sub(r"\w+", lambda found: self.renamed.get(found[0], found[0]), text)

    def add(self, text: str) -> None:
        self.checks.append(text.replace("@", str(len(self.checks))))

    def member(self, struct: str, line: str) -> None:
        """Point to the member with the type that the pxd gives: the compiler warns when the types differ."""
        found = re.fullmatch(r"(.+?)\s*(\**)(\w+)((?:\[.+\])?)", line)
        assert found is not None, line
        kind, stars, field, array = found.groups()
        target = f"{self.name(kind)} {stars}(*check_@){array}" if array else f"{self.name(kind)} {stars}*check_@"
        self.add(f"void struct_@({self.name(struct)} *value) {{ {target} = &value->{field}; (void)check_@; }}")

    def constant(self, kind: str, name: str) -> None:
        self.add(f"{self.name(kind).replace('const ', '')} constant_@(void) {{ return {self.name(name)}; }}")

    def declaration(self, line: str) -> None:
        """Read a constant, a function, a function pointer type, or a plain typedef."""
        line = re.sub(r'(\w+) "\w+"', r"\1", line)
        if found := re.fullmatch(r"ctypedef (.+?)\((\*)(\w+)\)\((.*)\) noexcept nogil", line):
            result, _, name, arguments = found.groups()
            self.function(f"{name} *", result, "&", arguments)
        elif found := re.fullmatch(r"ctypedef (\w+)\[(.+)\] (\w+)", line):
            self.add(f"void array_@({found[3]} *value) {{ {found[1]} (*check_@)[{found[2]}] = value; (void)check_@; }}")
        elif found := re.fullmatch(r"ctypedef (.+?)(\**) ?(\w+)", line):
            self.typedef(found[1].strip(), found[2], found[3])
        elif found := re.fullmatch(r"(const \w+) (\w+)", line):
            self.constant(found[1], found[2])
        elif found := re.fullmatch(r"(\w+) (\w+)\((.*)\) noexcept nogil", line):
            self.function(found[2], found[1], "", found[3])
        else:
            raise AssertionError(f"cannot read {line!r}")

    def function(self, name: str, result: str, address: str, arguments: str) -> None:
        """Set a pointer of the pxd's type to the header's function, or to one of the header's pointer type."""
        kind = f"{self.name(result)} (WINAPI *check_@)({self.name(arguments) or 'void'})"
        if address:
            self.add(f"void pointer_@(void) {{ {kind} = 0; {name}same = &check_@; (void)same; }}")
        else:
            self.add(f"void call_@(void) {{ {kind} = &{name}; (void)check_@; }}")

    def typedef(self, kind: str, stars: str, name: str) -> None:
        """Integers must agree in width and sign; a pointer in width, and in what it points to unless that is opaque."""
        self.add(f'_Static_assert(sizeof({name}) == sizeof({kind} {stars}), "{name}");')
        if stars and kind not in ("void", "const void"):
            self.add(f"void same_@({name} *value) {{ {kind} {stars}*check_@ = value; (void)check_@; }}")
        elif not stars and kind in ("int", "unsigned int", "unsigned short", "long long", "unsigned long long"):
            self.add(f'_Static_assert((({name})-1 < 0) == (({kind})-1 < 0), "{name}");')


# ---- The checks: each yields what is wrong ----


def check_headers(compiler: Compiler, folder: Path) -> Iterator[str]:
    """Find whether our headers hold what they assert, without extensions, and keep the vendor's out."""
    result = compiler.run(HERE / "headers.c", folder / "headers.o", *STRICT)
    if result.returncode:
        yield result.stderr
    refused = compiler.run(HERE / "headers.c", folder / "refused.o", "-DVENDOR_FIRST")
    if "replaces <wtsapi32.h>" not in refused.stderr:
        yield "the vendor's header before ours was not refused"


def assert_constants() -> list[str]:
    """Return one C assertion for each integer constant of wtsfast.raw."""
    return [
        f'_Static_assert((unsigned int)({name}) == {value}U, "{name}");' for name, value in read_constants().items()
    ]


def compare(compiler: Compiler, source: Path, head: list[str], assertions: list[str]) -> tuple[list[str], list[str]]:
    """Compile the assertions, and return those that fail and those whose names the headers do not know."""
    source.write_text("\n".join([*head, *assertions]), encoding="utf-8")
    result = compiler.run(
        source, source.with_suffix(".o"), "-ferror-limit=0" if "zig" in compiler.name else "-fmax-errors=0"
    )
    failed: set[int] = set()
    unknown: set[int] = set()
    for line, text in re.findall(rf"{source.name}:(\d+):\d+: (?:fatal )?error: (.*)", result.stderr):
        (failed if "static assertion failed" in text else unknown).add(int(line) - len(head) - 1)
    if result.returncode and not failed | unknown:
        return [result.stderr], []
    return [assertions[line] for line in sorted(failed)], [assertions[line] for line in sorted(unknown - failed)]


def check_constants(compiler: Compiler, folder: Path) -> Iterator[str]:
    """Compare each constant of wtsfast.raw with what our headers or the system's give to its name."""
    head = ["#include <winsock2.h>", '#include "wtsfast_sdk.h"', "#include <lmerr.h>"]
    assertions = assert_constants()
    failed, unknown = compare(compiler, folder / "constants.c", head, assertions)
    yield from failed
    # Error codes of newer Windows than this winerror.h.
    yield from (text for text in unknown if not re.search(r'"ERROR_', text))
    print(
        f"    {len(assertions) - len(unknown)} of {len(assertions)} constants agree, the rest is newer than winerror.h"
    )


def check_vendor(compiler: Compiler, folder: Path) -> Iterator[str]:
    """Hold our layout table and our constants against the vendor's own headers, where these declare the same."""
    head = [
        f"#include <{name}>"
        for name in ("winsock2.h", "windows.h", "wtsapi32.h", "cchannel.h", "winternl.h", "lmerr.h", "stddef.h")
    ]
    layout = [assert_layout(struct, *line) for struct, fields in read_layout().items() for line in fields]
    # winternl.h names only some members, and differently; these are the ones the package reads.
    layout += [assert_layout("SYSTEM_PROCESS_INFORMATION", *line) for line in PROCESS_MEMBERS.items()]
    for kind, assertions in (("layout lines", layout), ("constants", assert_constants())):
        failed, unknown = compare(compiler, folder / "vendor.c", head, assertions)
        yield from failed
        agreed = len(assertions) - len(failed) - len(unknown)
        print(f"    {agreed} of {len(assertions)} {kind} agree, {len(unknown)} are unknown to this vendor")
        if not agreed:
            yield f"no {kind} could be compared"


def check_declarations(compiler: Compiler, folder: Path) -> Iterator[str]:
    """Compare the types, members, constants and signatures of the pxd files with those of the headers."""
    for path in sorted((PACKAGE / "_sdk").glob("*.pxd")):
        declared = Declarations(path)
        if path.name == "__init__.pxd":
            continue
        source = folder / f"{path.stem}_pxd.c"
        headers = [f"#include <{name}>" for name in ["wtsfast_sdk.h", *declared.headers]]
        source.write_text("\n".join([*headers, *declared.checks]), encoding="utf-8")
        result = compiler.run(source, source.with_suffix(".o"), "-Wpointer-sign", "-Werror")
        print(f"    {path.name}: {len(declared.checks)} declarations")
        if result.returncode:
            yield result.stderr


def check_plugin(compiler: Compiler, folder: Path) -> Iterator[str]:
    """Build a plugin of the client and look for its export; where it is for this machine, let it echo."""
    plugin = folder / "plugin.dll"
    shared = ["-shared"] if compiler.windows else ["-shared", "-fPIC"]
    result = compiler.run(HERE / "smoke_plugin.c", plugin, *STRICT, *shared)
    if result.returncode:
        yield result.stderr
        return
    if b"VirtualChannelEntry\0" not in plugin.read_bytes():
        yield "the plugin does not export VirtualChannelEntry"
    if compiler.name == "gcc, this machine":
        program = folder / "run_plugin"
        built = compiler.run(HERE / "run_plugin.c", program, *STRICT, str(HERE / "smoke_plugin.c"))
        if built.returncode:
            yield built.stderr
            return
        ran = subprocess.run([str(program)], capture_output=True, text=True, encoding="utf-8", check=False)
        if ran.returncode or ran.stdout != "hello\n":
            yield f"the plugin echoed {ran.stdout!r} and ended with {ran.returncode}"


CHECKS: list[tuple[Callable[[Compiler, Path], Iterator[str]], Callable[[Compiler], bool]]] = [
    (check_headers, lambda compiler: compiler.windows),
    (check_constants, lambda compiler: compiler.windows and not compiler.cxx),
    (check_vendor, lambda compiler: compiler.windows and not compiler.cxx),
    (check_declarations, lambda compiler: compiler.windows and not compiler.cxx),
    (check_plugin, lambda compiler: True),
]


def main() -> int:
    """Run every check with every compiler; the result is the number of failures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--zig", default="zig", help="the command that runs zig")
    parser.add_argument("--all", action="store_true", help="fail where a compiler is missing")
    options = parser.parse_args()
    compilers, missing = find_compilers(options.zig)
    failures = 0
    for name in missing:
        print(f"{name}: not found" + (" (FAILED)" if options.all else ", skipped"))
        failures += options.all
    for check, applies in CHECKS:
        for compiler in compilers:
            if applies(compiler):
                print(f"{check.__name__}, {compiler.name}", flush=True)
                with tempfile.TemporaryDirectory() as folder:
                    for problem in check(compiler, Path(folder)):
                        failures += 1
                        print(f"FAILED: {problem}")
    print(f"FAILED: {failures}" if failures else "all agree")
    return min(failures, 1)


if __name__ == "__main__":
    sys.exit(main())
