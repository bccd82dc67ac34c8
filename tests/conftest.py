"""What every test shares: the stand-in's fixtures."""

pytest_plugins = ["helpers.standin"]
