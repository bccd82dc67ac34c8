"""Build of bench_native, the benchmark's floor in C: `python setup.py build_ext`."""

from pathlib import Path

from setuptools import Extension, setup

SDK = Path("..", "..", "src", "wtsfast", "include")
MACROS = [("UNICODE", None), ("_UNICODE", None), ("_WIN32_WINNT", "0x0603"), ("WIN32_LEAN_AND_MEAN", None)]
SOURCES = ("floor.c", "memory.c", "module.c")

if __name__ == "__main__":
    setup(
        name="bench_native",
        version="0",
        ext_modules=[
            Extension(
                "bench_native",
                list(SOURCES),
                include_dirs=[str(SDK)],
                depends=[*(header.name for header in Path().glob("*.h")), *(str(header) for header in SDK.glob("*.h"))],
                define_macros=MACROS,
                libraries=["wtsapi32", "kernel32"],
            )
        ],
    )
