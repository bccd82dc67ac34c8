"""What every test shares: the fixtures of the stand-in and of windows, and how many examples hypothesis tries."""

import gc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import none

pytest_plugins = ["helpers.standin", "helpers.windows", "helpers.call_log"]

# The stand-in's fixture lasts for all examples of a test: each example scripts its own table anew.
settings.register_profile(
    "standin",
    deadline=None,
    max_examples=100,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("standin")


@pytest.fixture(scope="session")
def _first_example() -> None:
    """Let hypothesis make its generator of random numbers while the collector still shows who holds it."""
    given(none())(lambda _: None)()


@pytest.fixture(scope="module", autouse=True)
def _spared(_first_example: None) -> None:
    """Spare the garbage collector what imports have made so far: nearly each test lets it look for leftovers."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Let the interpreter end as usual: some libraries count what is left."""
    gc.unfreeze()
