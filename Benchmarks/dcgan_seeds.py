"""Measures how often DCGAN's discriminator wins, and how good the images become: for the paper's
settings and for remedies.

Each run's result is a row of a CSV file. A run that has a row there is not repeated, so the runs
may be spread over days and machines. A run that was stopped is resumed.
"""

import argparse
import csv
import json
import statistics
import subprocess
from pathlib import Path

# The paper's settings; the first moment's decay rate of Radford et al. (2015); the discriminator's
# own learning rate, as in Heusel et al. (2017), here a quarter of the generator's.
SETTINGS = {
    "paper": [],
    "beta1-0.5": ["--beta1", "0.5"],
    "slow-discriminator": ["--discriminator-learning-rate", "0.00005"],
}
FIELDS = [
    "settings",
    "seed",
    "epochs",
    "dataset",
    "limit",
    "lost",
    "d_loss",
    "g_loss",
    "frechet_distance",
]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gputrain", default=".build/release/gputrain")
    parser.add_argument("--settings", nargs="+", choices=SETTINGS, default=list(SETTINGS))
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(1, 9)))
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument(
        "--out", type=Path, default=Path("runs/dcgan-seeds"), help="a folder for the runs"
    )
    parser.add_argument(
        "--results",
        type=Path,
        default=Path("Benchmarks/dcgan-seeds.csv"),
        help="the CSV file with the results of the runs",
    )
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--limit", type=int, help="train on only the first LIMIT images")
    return parser.parse_args()


def train(options, setting, seed):
    """Trains a run, or the epochs that it still lacks, and returns its folder."""
    run = options.out / f"{setting}-{seed}"
    command = [options.gputrain, "train", "dcgan"]
    command += ["--epochs", str(options.epochs), "--out", str(run)]
    if (run / "run.json").exists():
        command.append("--resume")
    else:
        command += ["--seed", str(seed), "--dataset", options.dataset, *SETTINGS[setting]]
        command += ["--limit", str(options.limit)] if options.limit else []
    if int(metadata(run).get("epoch", 0)) < options.epochs:
        subprocess.run(command, check=True)
    return run


def metadata(run):
    """The metadata of the run's last checkpoint; empty if there is none."""
    path = run / "checkpoints" / "last.safetensors"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return json.loads(file.read(int.from_bytes(file.read(8), "little")))["__metadata__"]


def result(options, setting, seed):
    """The row of a run, with the Fréchet distance of 10,000 samples.

    The run counts as lost if `train` warned that D had won.
    """
    run = train(options, setting, seed)
    subprocess.run([options.gputrain, "evaluate", str(run)], check=True, stdout=subprocess.DEVNULL)
    with (run / "metrics.csv").open() as file:
        last = list(csv.DictReader(file))[-1]
    evaluation = json.loads((run / "evaluation.json").read_text())
    return {
        **key(options, setting, seed),
        "lost": int("discriminator_won" in metadata(run).get("warnings", "").split()),
        "d_loss": last["d_loss"],
        "g_loss": last["g_loss"],
        "frechet_distance": f"{evaluation['frechet_distance']:.2f}",
    }


def key(options, setting, seed):
    """The fields that identify a row, as text."""
    return {
        "settings": setting,
        "seed": str(seed),
        "epochs": str(options.epochs),
        "dataset": options.dataset,
        "limit": str(options.limit or ""),
    }


def known(options):
    """The rows of the CSV file."""
    if not options.results.exists():
        return []
    with options.results.open() as file:
        return list(csv.DictReader(file))


def find(rows, wanted):
    return next(
        (row for row in rows if all(row[name] == value for name, value in wanted.items())), None
    )


def append(path, row):
    begins = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        if begins:
            writer.writeheader()
        writer.writerow(row)


def main():
    options = arguments()
    # Seed by seed, so that the settings can be compared before all runs are done.
    for seed in options.seeds:
        for setting in options.settings:
            if find(known(options), key(options, setting, seed)) is None:
                append(options.results, result(options, setting, seed))
    rows = known(options)
    print(
        f"| settings | lost, of {len(options.seeds)} seeds | Fréchet distance of each | median |\n"
        "|---|---|---|---|"
    )
    for setting in options.settings:
        runs = [find(rows, key(options, setting, seed)) for seed in options.seeds]
        cells = [
            f"{float(run['frechet_distance']):.1f}{' (lost)' if run['lost'] == '1' else ''}"
            for run in runs
        ]
        distances = [float(run["frechet_distance"]) for run in runs]
        print(
            f"| {setting} | {sum(int(run['lost']) for run in runs)} | {', '.join(cells)} "
            f"| {statistics.median(distances):.1f} |"
        )


main()
