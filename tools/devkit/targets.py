"""What wheels are built for: a version of Python and a machine."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """One kind of wheel, like cp313-cp313-win_amd64."""

    python: str
    machine: str = "amd64"

    @property
    def digits(self) -> str:
        """The version as it stands in file names."""
        return self.python.replace(".", "")

    @property
    def tag(self) -> str:
        """The wheel's Python tag and ABI tag."""
        return f"cp{self.digits}"

    @property
    def platform(self) -> str:
        """The wheel's platform tag."""
        return f"win_{self.machine}"

    def __str__(self) -> str:
        return f"{self.tag}-{self.platform}"
