"""Tests of the list of files that a release must have."""

import tomllib

from check_wheels import expected
from devkit.places import ROOT


def test_a_release_has_one_sdist_and_fourteen_wheels() -> None:
    """Seven builds of Python on two machines."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        settings = tomllib.load(file)["tool"]["cibuildwheel"]
    names = expected("1.2.3", settings)
    pythons = ["cp311", "cp312", "cp313", "cp314", "cp314t", "cp315", "cp315t"]
    tags = [f"{abi.removesuffix('t')}-{abi}" for abi in pythons]
    wheels = {f"wtsfast-1.2.3-{tag}-{platform}.whl" for tag in tags for platform in ("win_amd64", "win_arm64")}
    assert len(wheels) == 14
    assert names == wheels | {"wtsfast-1.2.3.tar.gz"}
