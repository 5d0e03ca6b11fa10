"""How often DCGAN's discriminator wins, and how good the images become: for the paper's settings and remedies."""

import argparse
import json
import statistics
import subprocess
from pathlib import Path

# The paper's settings; the first moment's weight of Radford et al. (2015); a rate of its own for the discriminator, as
# Heusel et al. (2017) have it, here a quarter of the generator's.
SETTINGS = {
    "paper": [],
    "beta1-0.5": ["--beta1", "0.5"],
    "slow-discriminator": ["--discriminator-learning-rate", "0.00005"],
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gputrain", default=".build/release/gputrain")
    parser.add_argument("--settings", nargs="+", choices=SETTINGS, default=list(SETTINGS))
    parser.add_argument("--seeds", type=int, default=8, help="seeds 1 to this")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--out", type=Path, default=Path("runs/dcgan-seeds"), help="a folder for the runs")
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--limit", type=int, help="train on the first so many images only")
    return parser.parse_args()


def train(options, setting, seed):
    """Trains a run, or what is missing of it; its folder."""
    run = options.out / f"{setting}-{seed}"
    command = [options.gputrain, "train", "dcgan", "--epochs", str(options.epochs), "--out", str(run)]
    if (run / "run.json").exists():
        command.append("--resume")
    else:
        command += ["--seed", str(seed), "--dataset", options.dataset, *SETTINGS[setting]]
        command += ["--limit", str(options.limit)] if options.limit else []
    if int(metadata(run).get("epoch", 0)) < options.epochs:
        subprocess.run(command, check=True)
    return run


def metadata(run):
    """What the run's last checkpoint says of it; nothing where there is none."""
    path = run / "checkpoints" / "last.safetensors"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return json.loads(file.read(int.from_bytes(file.read(8), "little")))["__metadata__"]


def is_lost(run):
    """Whether `train` has warned that the discriminator won."""
    return "discriminator_won" in metadata(run).get("warnings", "").split()


def frechet_distance(options, run):
    """Of 10,000 samples of the last checkpoint; what is kept of it serves too."""
    path = run / "evaluation.json"
    kept = json.loads(path.read_text()) if path.exists() else {}
    if kept.get("epoch") != options.epochs:
        subprocess.run([options.gputrain, "evaluate", str(run)], check=True, stdout=subprocess.DEVNULL)
        kept = json.loads(path.read_text())
    return kept["frechet_distance"]


def main():
    options = arguments()
    print(f"| settings | lost, of {options.seeds} seeds | Fréchet distance of each | median |")
    print("|---|---|---|---|", flush=True)
    for setting in options.settings:
        runs = [train(options, setting, seed) for seed in range(1, options.seeds + 1)]
        distances = [frechet_distance(options, run) for run in runs]
        lost = [is_lost(run) for run in runs]
        cells = [f"{distance:.1f}{' (lost)' if gone else ''}" for distance, gone in zip(distances, lost)]
        print(f"| {setting} | {sum(lost)} | {', '.join(cells)} | {statistics.median(distances):.1f} |", flush=True)


main()
