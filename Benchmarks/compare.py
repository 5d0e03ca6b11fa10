#!/usr/bin/env python3
"""Times training steps of gputrain, PyTorch and JAX in turns, and prints a table in Markdown.

    scripts/bench-vs-pytorch [--models MODEL …] [--rounds N] [--steps N] [--jax] [--every-mode]
                             [--device cuda [--tf32]] [--record NAME]

Times on a shared machine drift. So each round runs every program once, and a ratio is that of two
times of one round. The table has the medians over the rounds.

On a CPU, PyTorch runs in the fastest of its three modes: before the first round, each mode is timed
twice for each model, and the better time counts. JAX runs only the linear models there, as XLA
takes several times as long for convolutions. On a GPU, and with --every-mode, all modes and models
are in the table.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from math import ceil
from pathlib import Path

HERE = Path(__file__).resolve().parent
BATCH = {"linear-gan": 128, "dcgan": 128, "linear-vae": 64, "conv-vae": 128, "dcgan-64": 64}
# The files of models that are not built in, which are timed only if they are named.
FILES = {"dcgan-64": HERE.parent / "Examples/models/dcgan-64.yaml"}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gputrain", default=HERE.parent / ".build/release/gputrain")
    built_in = [model for model in BATCH if model not in FILES]
    parser.add_argument("--models", nargs="+", choices=BATCH, default=built_in)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--steps", type=int, help="of each program in a round (default 200, convolutional 10)"
    )
    parser.add_argument("--jax", action="store_true", help="time JAX too")
    parser.add_argument(
        "--every-mode", action="store_true", help="all of PyTorch's modes, and JAX's convolutions"
    )
    parser.add_argument(
        "--device", choices=("cpu", "cuda"), default="cpu", help="the device of all programs"
    )
    parser.add_argument(
        "--tf32",
        action="store_true",
        help="also all of them with operands rounded to TF32, on a GPU",
    )
    parser.add_argument("--record", help="print the entry of this machine in performance.json")
    return parser.parse_args()


def median_ms(command):
    """The median step time that a program prints as JSON."""
    environment = {**os.environ, "POCL_AFFINITY": os.environ.get("POCL_AFFINITY", "1")}
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment)
    if result.returncode:
        sys.exit(f"compare.py: {' '.join(map(str, command))} ended with {result.returncode}")
    return json.loads(result.stdout.splitlines()[-1])["median_ms"]


def programs(model, precision, options):
    """The commands to compare, by the names of the programs; gputrain's is the first."""
    linear, every = model.startswith("linear"), options.every_mode or options.device == "cuda"
    steps = ["--steps", str(options.steps or (200 if linear else 10))]
    place = ["--device", options.device] + (["--tf32"] if precision == "tf32" else [])
    note = ", TF32" if precision == "tf32" else ""
    our_place = ["--device", "gpu" if options.device == "cuda" else "cpu", "--precision", precision]
    bench = [options.gputrain, "bench", FILES.get(model, model)]
    found = {"gputrain" + note: [*bench, "--json", *steps, *our_place]}
    pytorch = [sys.executable, HERE / "pytorch_step.py", model]
    modes = {
        f"PyTorch {mode}{note}": [*pytorch, "--mode", mode, *steps, *place]
        for mode in (("eager", "compile") if linear else ("eager", "channels_last", "compile"))
    }
    if not every:
        trials = [{mode: median_ms(command) for mode, command in modes.items()} for _ in range(2)]
        best = min(modes, key=lambda mode: min(times[mode] for times in trials))
        modes = {best: modes[best]}
    found.update(modes)
    if options.jax and (linear or every) and model not in FILES:
        found["JAX" + note] = [sys.executable, HERE / "jax_step.py", model, *steps, *place]
    return found


def row(rounds):
    """A model's entry in performance.json: the fastest of PyTorch's modes, and JAX if it ran."""
    ours = next(iter(rounds[0]))
    medians = {name: statistics.median(times[name] for times in rounds) for name in rounds[0]}
    entry = {"ms": medians[ours]}
    others = [name for name in medians if name.startswith("PyTorch")]
    for key, names in [("pytorch", others), ("jax", [name for name in medians if name == "JAX"])]:
        if names:
            name = min(names, key=medians.get)
            entry[key + "_ms"] = medians[name]
            entry[key] = [round(times[name] / times[ours], 2) for times in rounds]
            if key == "pytorch":
                entry["mode"] = name.split()[-1]
    return entry


def main():
    options = arguments()
    record = {}
    print(
        "| model | program | ms a step | s for 60,000 images "
        "| gputrain's speed to it: median (rounds) |"
    )
    print("|---|---|---|---|---|", flush=True)
    for model in options.models:
        for precision in ["float32"] + (["tf32"] if options.tf32 else []):
            commands = programs(model, precision, options)
            rounds = [
                {name: median_ms(command) for name, command in commands.items()}
                for _ in range(options.rounds)
            ]
            if precision == "float32":
                record[model] = row(rounds)
            ours = next(iter(commands))
            for name in commands:
                ms = statistics.median(times[name] for times in rounds)
                ratios = [times[name] / times[ours] for times in rounds]
                speed = " ".join(f"{ratio:.2f}" for ratio in ratios)
                cells = [
                    model,
                    name,
                    f"{ms:.3g}",
                    f"{ms * ceil(60_000 / BATCH[model]) / 1e3:.3g}",
                    "–" if name == ours else f"{statistics.median(ratios):.2f} ({speed})",
                ]
                print("| " + " | ".join(cells) + " |", flush=True)
    if options.record:
        machine = {"name": options.record, "cores": os.cpu_count(), "models": record}
        print(json.dumps(machine, indent=2))


main()
