"""Settings of the documentation: Sphinx runs on the Windows interpreter that has the package installed."""

import sys
from importlib.metadata import version as installed_version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "wtsfast"
author = "wtsfast contributors"
copyright = "2026, wtsfast contributors"  # noqa: A001 - Sphinx wants this name
version = release = installed_version("wtsfast")

extensions = ["myst_parser", "sphinx.ext.autodoc", "wts_functions"]
exclude_patterns = ["_build", "_ext"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
autodoc_typehints = "signature"
autoclass_content = "class"
python_maximum_signature_line_length = 100
add_module_names = False

html_theme = "furo"
html_title = f"wtsfast {release}"
html_copy_source = False
