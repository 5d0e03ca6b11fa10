#!/usr/bin/env python3
"""Draws docs/performance.json as two charts, for light and dark pages, and prints its tables.

    Benchmarks/chart.py

A bar is the median over the rounds of how many times as fast as PyTorch gputrain is. The charts
are docs/images/pytorch-light.svg and pytorch-dark.svg. The tables, in Markdown, are those of
docs/performance.md: one for each machine.
"""

import json
from pathlib import Path
from statistics import median

DOCS = Path(__file__).resolve().parent.parent / "docs"
SCALE, LEFT, BAR, GAP = 110, 92, 13, 16
COLOURS = ["#3b6fd4", "#2a9d8f", "#d98c1f", "#b5508c"]


def chart(data, ink, line):
    """The bars of each model, one for each machine, and a line at the speed of PyTorch."""
    machines = data["machines"]
    models = list(machines[0]["models"])
    top = 30 + 18 * ((len(machines) + 1) // 2)
    height = top + len(models) * (len(machines) * BAR + GAP) + 26
    width = LEFT + 5 * SCALE + 34
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family="sans-serif" font-size="12" '
        f'fill="{ink}">',
        f'<text x="{LEFT}" y="16" font-weight="bold">'
        "Training step: times as fast as PyTorch's fastest mode</text>",
    ]
    for number, machine in enumerate(machines):
        x, y = LEFT + 240 * (number % 2), 34 + 18 * (number // 2)
        parts.append(f'<rect x="{x}" y="{y - 9}" width="10" height="10" fill="{COLOURS[number]}"/>')
        label = f"{machine['name']}, {machine['cores']} cores"
        parts.append(f'<text x="{x + 16}" y="{y}">{label}</text>')
    for speed in range(6):
        x = LEFT + speed * SCALE
        dash = ' stroke-dasharray="4 3"' if speed == 1 else ""
        colour = ink if speed == 1 else line
        parts.append(
            f'<line x1="{x}" y1="{top}" x2="{x}" y2="{height - 22}" stroke="{colour}"{dash}/>'
        )
        label = "1 (PyTorch)" if speed == 1 else speed
        parts.append(f'<text x="{x}" y="{height - 6}" text-anchor="middle">{label}</text>')
    y = top
    for model in models:
        middle = y + len(machines) * BAR / 2 + 4
        parts.append(f'<text x="{LEFT - 8}" y="{middle}" text-anchor="end">{model}</text>')
        for number, machine in enumerate(machines):
            speed = median(machine["models"][model]["pytorch"])
            parts.append(
                f'<rect x="{LEFT}" y="{y + 1}" width="{speed * SCALE:.1f}" height="{BAR - 2}" '
                f'fill="{COLOURS[number]}"/>'
            )
            parts.append(
                f'<text x="{LEFT + speed * SCALE + 4:.1f}" y="{y + BAR - 3}" font-size="11">'
                f"{speed:.1f}</text>"
            )
            y += BAR
        y += GAP
    return "\n".join([*parts, "</svg>", ""])


def rounds(speeds):
    return f"{median(speeds):.2f} ({' '.join(f'{speed:.2f}' for speed in speeds)})"


def table(machine):
    yield f"{machine['name']}, {machine['cores']} cores"
    yield ""
    yield "| model | ms a step | PyTorch | mode | times as fast (rounds) | JAX | times as fast |"
    yield "|---|---|---|---|---|---|---|"
    for model, row in machine["models"].items():
        jax = row.get("jax_ms")
        cells = [model, f"{row['ms']:.3g}", f"{row['pytorch_ms']:.3g}", row["mode"]]
        cells += [rounds(row["pytorch"])]
        cells += [f"{jax:.3g}", f"{median(row['jax']):.2f}"] if jax else ["–", "–"]
        yield "| " + " | ".join(cells) + " |"
    yield ""


def main():
    data = json.loads((DOCS / "performance.json").read_text())
    for name, ink, line in [("light", "#1f2328", "#d8dee4"), ("dark", "#e6edf3", "#3d444d")]:
        (DOCS / f"images/pytorch-{name}.svg").write_text(chart(data, ink, line))
    for machine in data["machines"]:
        print("\n".join(table(machine)))


main()
