"""``python -m wtsfast``: the command line."""

import sys

from wtsfast.cli import main

if __name__ == "__main__":
    sys.exit(main())
