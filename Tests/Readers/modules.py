"""Compares the modules of Examples/pytorch/model.py with gputrain, for each model file.

    modules.py MODEL.yaml …

The layers must have the outputs and the parameters that `models check` prints. Models of images of
28×28×1 are trained for an epoch of a few images; the modules with their checkpoint's weights must
give the same images, and the same means and log variances or logits, to 1e-5. gputrain must load
the weights that PyTorch saves, and draw the same images to the bit.

The modules compute in float64, so that PyTorch's own rounding does not matter. gputrain must be in
PATH. Temporary files go into the current folder.
"""

import json
import pathlib
import subprocess
import sys

import torch
from safetensors.torch import load_file

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Examples/pytorch"))
import model as models

COUNT = 20  # of images


def gputrain(*words):
    done = subprocess.run(["gputrain", *map(str, words)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"scripts/test-readers: gputrain {' '.join(map(str, words))}: {done.stderr}")
    return done.stdout


def check_layers(path):
    """Compares the outputs and the parameters of the networks' layers."""
    checked = json.loads(gputrain("models", "check", path, "--json"))
    for part in checked["networks"]:
        network = models.read(path)[part["role"]]
        last = part["layers"][-1]["output"]
        output = network.output
        images = part["role"] not in models.IMAGE_ROLES
        expected = checked["image"] if images else last
        made = [*output[1:], output[0]] if len(output) == 3 else list(output)
        count = sum(x.numel() for x in network.parameters())
        if made != expected or count != part["parameters"]:
            sys.exit(f"scripts/test-readers: {path}: {part['role']} gives {made}, and has {count} "
                     f"parameters; gputrain says {expected} and {part['parameters']}")


def difference(a, b):
    return (a.double().flatten() - b.double().flatten()).abs().max().item()


def check_numbers(path, name):
    """Trains the model, and compares what the modules compute with what gputrain does."""
    run, weights = f"runs/{name}", f"{name}.safetensors"
    gputrain("train", path, "--dataset", "synthetic-digits", "--limit", 256, "--epochs", 1,
             "--batch-size", 64, "--out", run)
    networks = models.read(f"{run}/checkpoints/last.safetensors").load()
    torch.manual_seed(1)
    z = torch.randn(COUNT, networks.latent)
    models.save_file({"z": z}, "z.safetensors")
    gputrain("sample", run, "--latents", "z.safetensors", "--tensors", "drawn.safetensors")
    gputrain("reconstruct", run, "--count", COUNT, "--tensors", "seen.safetensors")
    drawn, seen = load_file("drawn.safetensors"), load_file("seen.safetensors")
    # The classes of models that are conditional on them.
    asked, shown = drawn.get("labels"), seen.get("labels")
    drawn = drawn["images"]
    for network in networks.values():
        network.double().eval()
    maker, taker = networks.values()
    if networks.description["kind"] == "vae":
        maker, taker = taker, maker
    with torch.no_grad():
        differences = [difference(maker(z.double(), asked), drawn)]
        taken = taker(seen["images"].double().unsqueeze(1), shown)
        if "logits" in seen:
            differences.append(difference(taken, seen["logits"]))
        else:
            mean, log_variance = taken.chunk(2, dim=1)
            differences += [
                difference(mean, seen["mean"]), difference(log_variance, seen["log_variance"]),
                difference(maker(mean, shown), seen["reconstructions"]),
            ]
    # Another file, so that the weights are not simply read again.
    networks.save(weights)
    gputrain("sample", weights, "--latents", "z.safetensors", "--tensors", "again.safetensors")
    again = load_file("again.safetensors")["images"]
    if max(differences) > 1e-5 or not torch.equal(again, drawn):
        sys.exit(f"scripts/test-readers: {path}: the modules differ by {differences}, the images "
                 f"of the weights that PyTorch saved by {difference(again, drawn)}")
    return max(differences)


def main(*paths):
    for path in paths:
        check_layers(path)
        description = models.read(path).description
        if list(description["image"].values()) == [28, 28, 1]:
            worst = check_numbers(path, description["name"])
            print(f"{path}: the modules give the same numbers, to {worst:.0e}")
        else:
            print(f"{path}: the modules have the same layers")


main(*sys.argv[1:])
