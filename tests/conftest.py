"""What every test shares: the fixtures of the stand-in and of windows, and how many examples hypothesis tries."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["helpers.standin", "helpers.windows"]

# The stand-in's fixture lasts for all examples of a test: each example scripts its own table anew.
settings.register_profile(
    "standin",
    deadline=None,
    max_examples=100,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("standin")
