"""Draws docs/speed/chart.svg with matplotlib; the same figures give the same file.

Started by `tools/dev.py bench --write-docs`, and with --check by lint.
"""

import sys
import tempfile
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from goals import Run, number
from headline import ROWS, SERIES, floor, microseconds
from pages import FIGURES, USUAL, read

# Text stays text, and nothing in the file depends on chance or on the day.
mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "wtsfast", "font.family": "sans-serif", "font.size": 10})

COLOURS = dict(zip(SERIES, ("#111827", "#2563eb", "#0d9488", "#d97706", "#dc2626", "#9ca3af"), strict=True))
GREY = "#6b7280"


def draw(run: Run, path: Path) -> None:
    """Draw one line of dots for each thing to do, on a logarithmic scale: dots, since such bars have no foot."""
    lines = microseconds(run)
    figure = Figure(figsize=(8.6, 4.8), facecolor="white")
    axes = figure.subplots()
    # Room to the left, since the reader's fonts may be wider than ours.
    figure.set_layout_engine("constrained", rect=(0.03, 0, 0.97, 1))
    for place, (_, times) in enumerate(lines):
        axes.plot([min(times.values()), max(times.values())], [place, place], color="#e5e7eb", linewidth=3, zorder=1)
        for series, time in times.items():
            axes.scatter(time, place, s=70, color=COLOURS[series], zorder=3)
            above = {"textcoords": "offset points", "xytext": (0, 7), "ha": "center"}
            axes.annotate(number(time), (time, place), fontsize=8, color=COLOURS[series], **above)
    if a := floor(run):
        axes.axvline(a, color=GREY, linewidth=1, linestyle="--", zorder=0)
        axes.annotate(
            "C reads every row", (a, -0.75), xytext=(4, 0), textcoords="offset points", fontsize=8, color=GREY
        )
    for series, colour in COLOURS.items():
        axes.scatter([], [], s=70, color=colour, label=series)
    figure.legend(loc="outside lower center", ncols=len(COLOURS), frameon=False)
    axes.set(xscale="log", ylim=(len(lines) - 0.4, -0.95), xlabel="microseconds; further left is better")
    axes.set_title(f"Time added to the call, {ROWS:,} processes", loc="left", fontsize=11)
    axes.set_yticks(range(len(lines)), [line.title for line, _ in lines])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,g}")
    axes.tick_params(which="both", length=0)
    axes.grid(axis="x", color="#f3f4f6")
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)
    figure.savefig(path, metadata={"Date": None, "Creator": None})


def main() -> int:
    """Draw the chart, or check that the committed one is what would be drawn."""
    chart = FIGURES / "chart.svg"
    if "--check" not in sys.argv:
        draw(read(USUAL), chart)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        drawn = Path(folder, "chart.svg")
        draw(read(USUAL), drawn)
        if drawn.read_text(encoding="utf-8") == chart.read_text(encoding="utf-8"):
            return 0
    print("docs/speed/chart.svg does not agree with the figures beside it: run tools/dev.py bench --docs-only")
    return 1


if __name__ == "__main__":
    sys.exit(main())
