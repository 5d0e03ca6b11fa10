#!/usr/bin/env python3
"""Times gputrain's training steps beside PyTorch's and JAX's, in turns, and prints a table in Markdown.

    scripts/bench-vs-pytorch [--models …] [--rounds N] [--steps N] [--jax] [--device cuda [--tf32]]

Times of a shared machine wander, so each round runs every program once and a ratio is that of neighbours; the
table has the medians over the rounds. PyTorch's mode is the fastest of three, chosen for each model before the
first round.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODELS = ("linear-gan", "dcgan", "linear-vae", "conv-vae")


def median_ms(*command):
    """The median step time that a program prints as JSON."""
    environment = {**os.environ, "POCL_AFFINITY": os.environ.get("POCL_AFFINITY", "1")}
    result = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return json.loads(result.stdout.splitlines()[-1])["median_ms"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gputrain", default=HERE.parent / ".build/release/gputrain")
    parser.add_argument("--models", nargs="+", choices=MODELS, default=MODELS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, help="of each program in a round (default 200, convolutional 10)")
    parser.add_argument("--jax", action="store_true", help="time JAX on the linear models too")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="where both run")
    parser.add_argument("--tf32", action="store_true", help="let PyTorch round operands to TF32 on a GPU")
    options = parser.parse_args()
    place = ["--device", options.device] + (["--tf32"] if options.tf32 else [])
    our_place = ["--device", "gpu" if options.device == "cuda" else "cpu"]

    print("| model | gputrain, ms | PyTorch, ms | mode | ratio (of the rounds) | JAX, ms | ratio |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for model in options.models:
        linear = model.startswith("linear")
        steps = str(options.steps or (200 if linear else 10))

        def pytorch(mode, steps=steps):
            return median_ms(sys.executable, HERE / "pytorch_step.py", model, "--mode", mode, "--steps", steps, *place)

        modes = ("eager", "compile") if linear else ("eager", "channels_last", "compile")
        best = min(modes, key=pytorch)
        ours, theirs, jax = [], [], []
        for _ in range(options.rounds):
            ours.append(median_ms(options.gputrain, "bench", model, "--steps", steps, "--json", *our_place))
            theirs.append(pytorch(best))
            if options.jax and linear:
                jax.append(median_ms(sys.executable, HERE / "jax_step.py", model, "--steps", steps))
        ratios = [b / a for a, b in zip(ours, theirs)]
        cells = [model, f"{statistics.median(ours):.2f}", f"{statistics.median(theirs):.2f}", best,
                 f"{statistics.median(ratios):.2f} ({' '.join(f'{r:.2f}' for r in ratios)})"]
        cells += ([f"{statistics.median(jax):.2f}",
                   f"{statistics.median(b / a for a, b in zip(ours, jax)):.2f}"] if jax else ["–", "–"])
        print("| " + " | ".join(cells) + " |", flush=True)


main()
