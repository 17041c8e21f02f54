"""Precision, recall and F1 over the threshold as an SVG, written by hand: no library draws here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
WIDTH, HEIGHT = 780, 460
LEFT, RIGHT, TOP, BOTTOM = 64, 96, 44, 56
_LINES: Final = (("precision", "#1b5e9c"), ("recall", "#b3541e"), ("F1", "#2d6a3e"))


def write_chart(
    path: Path, *, title: str, bits: Floats, precision: Floats, recall: Floats, marks: Sequence[tuple[float, str]]
) -> None:
    """`bits` falls, as metrics.curve gives it. `marks` are thresholds with a word beside each."""
    low, high = -12.0, 12.0
    grid = np.linspace(low, high, 121)
    at = np.searchsorted(-bits, -grid, side="right") - 1
    p, r = precision[np.maximum(at, 0)], recall[np.maximum(at, 0)]
    values = {"precision": p, "recall": r, "F1": 2 * p * r / np.maximum(p + r, 1e-12)}
    floor = max(0.0, np.floor(min(float(line.min()) for line in values.values()) * 20) / 20)
    x = _Scale(low, high, LEFT, WIDTH - RIGHT)
    y = _Scale(floor, 1.0, HEIGHT - BOTTOM, TOP)
    parts = [_text(LEFT, 24, title, size=16, weight="600"), *_axes(floor, low, high)]
    for at_bits, word in marks:
        parts.append(_line(x(at_bits), TOP, x(at_bits), HEIGHT - BOTTOM, "#777", dash="4 4"))
        parts.append(_text(x(at_bits) - 5, HEIGHT - BOTTOM - 8, word, size=12, fill="#555", anchor="end"))
    ends = _apart([y(float(values[name][-1])) for name, _ in _LINES])
    for (name, colour), end in zip(_LINES, ends, strict=True):
        points = " ".join(f"{x(b):.1f},{y(float(v)):.1f}" for b, v in zip(grid, values[name], strict=True))
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2.5" points="{points}"/>')
        parts.append(_text(WIDTH - RIGHT + 8, end + 4, name, size=14, fill=colour, weight="600"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_page(parts), encoding="utf-8")


def _axes(floor: float, low: float, high: float) -> list[str]:
    x, y = _Scale(low, high, LEFT, WIDTH - RIGHT), _Scale(floor, 1.0, HEIGHT - BOTTOM, TOP)
    parts = []
    step = 0.05 if 1 - floor > 0.12 else 0.01
    for value in np.arange(floor, 1 + step / 2, step):
        parts.append(_line(LEFT, y(value), WIDTH - RIGHT, y(value), "#ddd"))
        parts.append(_text(LEFT - 8, y(value) + 4, f"{value:.2f}", size=12, anchor="end"))
    for bits in range(int(low), int(high) + 1, 4):
        parts.append(_line(x(bits), HEIGHT - BOTTOM, x(bits), HEIGHT - BOTTOM + 5, "#333"))
        parts.append(_text(x(bits), HEIGHT - BOTTOM + 20, f"{bits:+d}" if bits else "0", size=12, anchor="middle"))
    parts.append(_line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, "#333"))
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(_text(middle, HEIGHT - 12, "threshold, bits of evidence", size=13, anchor="middle"))
    return parts


def _apart(heights: list[float], least: float = 18.0) -> list[float]:
    """The words at the lines' ends, moved so that none covers another."""
    order = sorted(range(len(heights)), key=lambda one: heights[one])
    placed = list(heights)
    for before, after in zip(order, order[1:], strict=False):
        placed[after] = max(placed[after], placed[before] + least)
    return placed


class _Scale:
    """A linear scale from values to pixels."""

    def __init__(self, low: float, high: float, first: float, last: float) -> None:
        self.low, self.first = low, first
        self.factor = (last - first) / (high - low)

    def __call__(self, value: float) -> float:
        return self.first + (value - self.low) * self.factor


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, *, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{dashes}/>'


def _text(
    x: float, y: float, words: str, *, size: int, anchor: str = "start", fill: str = "#222", weight: str = "400"
) -> str:
    words = words.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{fill}"'
        f' font-weight="{weight}">{words}</text>'
    )


def _page(parts: list[str]) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        f' font-family="Roboto, Arial, sans-serif">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n'
    )
