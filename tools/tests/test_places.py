"""Locks and half-made folders."""

import subprocess
import sys
from pathlib import Path

import pytest

from devkit import downloads, places
from devkit.console import Failure


def test_lock_keeps_others_out(tmp_path: Path) -> None:
    """Another process does not get a lock that we hold, and gets it afterwards."""
    path = tmp_path / "thing"
    program = (
        "import sys; from pathlib import Path; from devkit import places\n"
        "with places.locked(Path(sys.argv[1]), wait=False) as ours: print(ours)"
    )

    def other() -> str:
        tools = Path(places.__file__).parents[1]
        command = [sys.executable, "-c", program, str(path)]
        return subprocess.run(command, cwd=tools, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()

    with places.locked(path):
        assert other() == "False"
    assert other() == "True"


def test_half_made_folder_is_made_again(tmp_path: Path) -> None:
    """A folder counts only once it was filled to the end, and nothing of a broken try is left in it."""
    folder = tmp_path / "folder"
    with pytest.raises(KeyboardInterrupt), places.filling(folder):
        (folder / "old").touch()
        raise KeyboardInterrupt
    assert not places.is_whole(folder)
    with places.filling(folder):
        (folder / "new").touch()
    assert places.is_whole(folder)
    assert not (folder / "old").exists()


def test_wrong_download_is_refused(tmp_path: Path) -> None:
    """A file with another checksum ends with its name."""
    path = tmp_path / "python.jar"
    path.write_bytes(b"something else")
    with pytest.raises(Failure, match=r"python\.jar is not the file that is pinned"):
        downloads.verify(path, "0" * 64)
