"""Runs a program and tells its whole exit code. For Windows' Python: under Wine only eight bits of a code get out.

A crash has a code like 0xC0000005, and one whose low byte is 0 would look like success.
"""

import subprocess
import sys

code = subprocess.run(sys.argv[1:]).returncode & 0xFFFFFFFF
if code > 255:
    print(f"\ncrashed: the process ended with code 0x{code:08X}", file=sys.stderr, flush=True)
    code = 99
sys.exit(code)
