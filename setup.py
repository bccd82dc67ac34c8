"""Build of the extension modules: each src/wtsfast/**/*.pyx is one module of the same dotted name.

Windows takes longer to load ten DLLs than one of their size together, which is also smaller. So modules that are used
together are linked together: those of a package that are not loaded LATE are in the DLL of its module _core, from where
the package's __init__.py brings them up.
"""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

SOURCE = Path("src")
# Cython generates this module, with what each of the others would have a copy of.
SHARED = "wtsfast._core"
LATE = {f"wtsfast.{name}" for name in ("_arrow", "_capi", "_delta", "_distinct", "_kernel", "_totals")}
DIRECTIVES = {
    "language_level": 3,
    "binding": True,
    "embedsignature": False,
    "auto_pickle": False,
    "boundscheck": False,
    "wraparound": False,
    "initializedcheck": False,
    "cdivision": True,
}
MACROS = [
    *(("UNICODE", None), ("_UNICODE", None), ("_WIN32_WINNT", "0x0603"), ("WIN32_LEAN_AND_MEAN", None)),
    ("CYTHON_COMPRESS_STRINGS", "0"),  # the wheel compresses them better, and nothing is unpacked at each import
]

# What the functions of raw add to a call is nothing beside the call: they are made small, and the loops over rows fast.
SMALL = ["/O1"] if sys.platform == "win32" else ["-Os"]


def extension(name: str, path: Path) -> Extension:
    """Describe one module. The linker records only those of the libraries that the module uses."""
    return Extension(
        name,
        [path.as_posix()],
        include_dirs=["src/wtsfast/include"],
        depends=[header.as_posix() for header in sorted(SOURCE.glob("wtsfast/include/*.h"))],
        define_macros=MACROS,
        extra_compile_args=SMALL if name.startswith("wtsfast.raw.") else [],
        libraries=["wtsapi32", "kernel32", "advapi32"],
        # Windows itself then looks for the linked DLLs in System32 only.
        extra_link_args=["/DEPENDENTLOADFLAG:0x800"] if sys.platform == "win32" else [],
    )


def linked(modules: Iterable[Extension]) -> list[Extension]:
    """Put the C of all modules of one DLL into the extension that the DLL is named after."""
    dlls: dict[str, list[Extension]] = {}
    for module in modules:
        core = module.name.rpartition(".")[0] + "._core"
        dlls.setdefault(module.name if module.name in LATE else core, []).append(module)
    for name, members in dlls.items():
        members.sort(key=lambda module: module.name != name)
        members[0].sources = [source for module in members for source in module.sources]
    return [members[0] for members in dlls.values()]


if __name__ == "__main__":
    paths = {".".join(path.relative_to(SOURCE).with_suffix("").parts): path for path in SOURCE.glob("wtsfast/**/*.pyx")}
    paths[SHARED] = SOURCE / "wtsfast" / "_core.c"
    setup(
        ext_modules=linked(
            cythonize(
                [extension(name, path) for name, path in sorted(paths.items())],
                shared_utility_qualified_name=SHARED,
                shared_utility_features_disabled=["MemoryView"],  # no module uses it
                module_name=SHARED,  # the shared one would else be there under two names; the others know theirs
                include_path=["src"],
                build_dir="build/cython",
                nthreads=os.cpu_count(),
                compiler_directives=DIRECTIVES,
            )
        )
    )
