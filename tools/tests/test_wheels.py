"""cibuildwheel's settings in pyproject.toml choose the wheels that a release is meant to have."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHONS = ("cp311", "cp312", "cp313", "cp314", "cp315", "cp314t", "cp315t")
MACHINES = ("win_amd64", "win_arm64")


def test_the_wheels_of_a_release() -> None:
    """Each Python from 3.11 on, the free-threaded ones from 3.14 on, for both machines."""
    command = [sys.executable, "-m", "cibuildwheel", "--print-build-identifiers", "--platform", "windows"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert sorted(listed) == sorted(f"{python}-{machine}" for python in PYTHONS for machine in MACHINES)
