"""Build of the extension modules: each src/wtsfast/**/*.pyx is one module of the same dotted name."""

import os
import sys
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

SOURCE = Path("src")
# Cython generates this module, with what each of the others would have a copy of.
SHARED = "wtsfast._cyutility"
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

# Modules with loops over rows are made fast. What the others add to a call is nothing beside the call: they are made
# small.
FAST = {
    f"wtsfast.{name}"
    for name in ("_arrow", "_delta", "_distinct", "_processes", "_sessions", "_snapshot", "_totals", "sid")
}
SMALL = ["/O1"] if sys.platform == "win32" else ["-Os"]


def extension(path: Path) -> Extension:
    """Describe one module. The linker records only those of the libraries that the module uses."""
    name = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
    return Extension(
        name,
        [path.as_posix()],
        include_dirs=["src/wtsfast/include"],
        depends=[header.as_posix() for header in sorted(SOURCE.glob("wtsfast/include/*.h"))],
        define_macros=MACROS,
        extra_compile_args=[] if name in FAST else SMALL,
        libraries=["wtsapi32", "kernel32", "advapi32"],
        # Windows itself then looks for the linked DLLs in System32 only.
        extra_link_args=["/DEPENDENTLOADFLAG:0x800"] if sys.platform == "win32" else [],
    )


if __name__ == "__main__":
    setup(
        ext_modules=cythonize(
            [
                *map(extension, sorted(SOURCE.glob("wtsfast/**/*.pyx"))),
                Extension(SHARED, ["src/wtsfast/_cyutility.c"], define_macros=MACROS, extra_compile_args=SMALL),
            ],
            shared_utility_qualified_name=SHARED,
            shared_utility_features_disabled=["MemoryView"],  # no module uses it
            module_name=SHARED,  # of the shared module, which would else be there under two names; others know theirs
            include_path=["src"],
            build_dir="build/cython",
            nthreads=os.cpu_count(),
            compiler_directives=DIRECTIVES,
        )
    )
