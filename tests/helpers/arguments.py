"""Arguments that functions of the face must refuse, each with its exception."""

from typing import Final

import pytest

BAD_LEVELS: Final = [
    (2, ValueError),
    (-1, ValueError),
    (1 << 40, ValueError),
    pytest.param(10**5000, ValueError, id="5000 digits"),
    (None, TypeError),
    (True, TypeError),
    (False, TypeError),
    (1.0, TypeError),
    ("1", TypeError),
]
