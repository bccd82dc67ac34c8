"""What every test shares: the fixtures of the stand-in and of windows, and how many examples hypothesis tries."""

import gc

from hypothesis import HealthCheck, settings

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


def pytest_collection_finish() -> None:
    """Spare the garbage collector what importing all tests has made: nearly each test lets it look for leftovers."""
    gc.collect()
    gc.freeze()
