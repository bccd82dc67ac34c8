"""The parts of tools/dev.py: one idea a file, Python's standard library only."""
