"""What every test shares: the fixtures of the stand-in and of windows."""

pytest_plugins = ["helpers.standin", "helpers.windows"]
