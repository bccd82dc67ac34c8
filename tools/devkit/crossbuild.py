"""Runs setup.py on this machine for Windows' Python: another compiler, other headers, other tags; nothing else.

Started as a program by wheel.py, with the Python that has setuptools and Cython:
crossbuild.py TAG PLATFORM INCLUDE LIBS COMPILER… -- SETUP-ARGUMENTS…
"""

import functools
import os
import runpy
import sys

import setuptools
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext

split = sys.argv.index("--")
tag, platform, include, libs, *compiler = sys.argv[1:split]
arguments = sys.argv[split + 1 :]


class CrossBuildExt(build_ext):
    """Compiles and links for the target."""

    def finalize_options(self) -> None:
        super().finalize_options()
        self.include_dirs = [include]
        self.library_dirs = [libs]

    def build_extensions(self) -> None:
        self.compiler.set_executables(
            compiler_so=[*compiler, "-O2", "-g0", "-Wall", "-fno-strict-aliasing"], linker_so=[*compiler, "-shared", "-s", "-Wl,--no-insert-timestamp"]
        )
        super().build_extensions()

    def get_libraries(self, ext: setuptools.Extension) -> list[str]:
        return [*ext.libraries, tag.replace("cp", "python")]


class CrossBdistWheel(bdist_wheel):
    """Names the target in the wheel."""

    def get_tag(self) -> tuple[str, str, str]:
        return tag, tag, platform


os.environ["SETUPTOOLS_EXT_SUFFIX"] = f".{tag}-{platform}.pyd"
os.environ["SOURCE_DATE_EPOCH"] = "1577836800"  # the same sources give the same wheel
commands = {"build_ext": CrossBuildExt, "bdist_wheel": CrossBdistWheel}
setuptools.setup = functools.partial(setuptools.setup, cmdclass=commands)
sys.argv = ["setup.py", *arguments]
runpy.run_path("setup.py", run_name="__main__")
