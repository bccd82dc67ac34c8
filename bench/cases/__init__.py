"""The cases, by subject. Each module enters its contenders when it is imported."""
