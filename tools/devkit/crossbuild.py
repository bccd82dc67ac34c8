"""Runs setup.py for Windows' Python on another machine: other compiler, headers and tags, and nothing else.

A program for the Python that has setuptools and Cython, started by wheel.py:
crossbuild.py TAG PLATFORM INCLUDE LIBS COMPILER... -- SETUP-ARGUMENTS...
"""

import functools
import os
import runpy
import sys
from pathlib import Path

import setuptools
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext
from setuptools.modified import newer_group

split = sys.argv.index("--")
tag, platform, include, libs, *compiler = sys.argv[1:split]


class CrossBuildExt(build_ext):  # type: ignore[misc]
    """Compiles and links for the target."""

    def finalize_options(self) -> None:
        """Replace the headers and libraries of the Python that we run on."""
        super().finalize_options()
        self.include_dirs = [include]
        self.library_dirs = [libs]

    def build_extensions(self) -> None:
        """Replace the compiler."""
        # Native rows are read through several types of pointers, and sums of what a server says may overflow:
        # Microsoft's compiler minds neither.
        as_microsoft = ["-fno-strict-aliasing", "-fwrapv"]
        compile_with = [*compiler, "-O2", *as_microsoft, "-DNDEBUG", "-Wall", "-Wno-unused-function"]
        if tag == "cp311":  # its headers say that this is 64-bit Windows to Microsoft's compiler alone
            compile_with.append("-DMS_WIN64")
        link_with = [*compiler, "-shared"]
        if platform == "win_amd64":
            # Modules in C have nothing to start or end: without mingw's code for that they are smaller and load faster.
            # A variable of another DLL that is not declared as such would need that code, so it is an error then.
            link_with += ["-nostartfiles", "-Wl,--entry=0", "-Wl,--disable-auto-import"]
        self.compiler.set_executables(compiler_so=compile_with, linker_so=link_with)
        self._spare_unchanged()
        super().build_extensions()
        for library in Path(self.build_lib).rglob("*.lib"):  # zig leaves an import library beside each module
            library.unlink()

    def _spare_unchanged(self) -> None:
        """Compile a file only when it is newer than its object, not whenever another of the same DLL is."""
        compile_one = self.compiler._compile
        headers = {header for ext in self.extensions for header in ext.depends}

        def compile_newer(target: str, source: str, *rest: object) -> None:
            if newer_group([source, *headers], target):
                compile_one(target, source, *rest)

        self.compiler._compile = compile_newer

    def get_libraries(self, ext: setuptools.Extension) -> list[str]:
        """Add Python's DLL, as Windows' compilers do by a pragma."""
        return [*ext.libraries, tag.replace("cp", "python")]


class CrossBdistWheel(bdist_wheel):  # type: ignore[misc]
    """Names the target in the wheel."""

    def get_tag(self) -> tuple[str, str, str]:
        """Give the tags of the target, not of the Python that we run on."""
        return tag, tag, platform


os.environ["SETUPTOOLS_EXT_SUFFIX"] = f".{tag}-{platform}.pyd"
commands = {"build_ext": CrossBuildExt, "bdist_wheel": CrossBdistWheel}
setuptools.setup = functools.partial(setuptools.setup, cmdclass=commands)
sys.argv = ["setup.py", *sys.argv[split + 1 :]]
runpy.run_path("setup.py", run_name="__main__")
