"""Runs Sphinx in the Windows interpreter, which alone can import the package that the documentation is read from."""

import _winapi
import sys

from sphinx.cmd.build import main

# Wine 8 lacks this function, which shutil.copy2 calls where it finds it.
if hasattr(_winapi, "CopyFile2"):
    del _winapi.CopyFile2

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
