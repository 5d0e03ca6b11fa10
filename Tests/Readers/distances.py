"""Recomputes an evaluation's distances, precision and recall from its features, in float64 with
NumPy and SciPy.

    distances.py EVALUATION.json FEATURES.safetensors
"""

import json
import sys

import numpy as np
from safetensors.numpy import load_file
from scipy.linalg import sqrtm


def frechet_distance(a, b):
    """Heusel et al. 2017; each row is the features of an image."""
    covariances = np.cov(a.T), np.cov(b.T)
    difference = a.mean(0) - b.mean(0)
    root = sqrtm(covariances[0] @ covariances[1]).real
    return difference @ difference + np.trace(sum(covariances) - 2 * root)


def kernel_distance(a, b):
    """Bińkowski et al. 2018, unbiased, for two blocks with the same number of rows."""
    def mean(x, y, pairs):
        return (np.sum((x @ y.T / x.shape[1] + 1) ** 3) - (0 if x is not y else own(x))) / pairs

    def own(x):
        return np.sum((np.sum(x * x, 1) / x.shape[1] + 1) ** 3)

    n = len(a)
    return mean(a, a, n * (n - 1)) + mean(b, b, n * (n - 1)) - 2 * mean(a, b, n * n)


def squares(a, b):
    """Returns the squared distance of each row of a to each row of b."""
    return np.maximum(np.sum(a * a, 1)[:, None] + np.sum(b * b, 1) - 2 * (a @ b.T), 0)


def part_within(a, b):
    """Kynkäänniemi et al. 2019: returns the fraction of the rows of a that are nearer to a row of b
    than the third neighbour of that row in b."""
    radii = np.partition(squares(b, b), 3, axis=1)[:, 3]  # index 0 is the row itself
    return np.mean(np.any(squares(a, b) <= radii, axis=1))


def values(images, training):
    """Returns the numbers for the features of images, compared with those of training images."""
    count = max(10, -(-len(images) // 1000))
    size = len(images) // count
    slices = [slice(i * size, (i + 1) * size) for i in range(count)]
    blocks = [kernel_distance(images[rows], training[rows]) for rows in slices]
    first = training[: len(images)]
    return {
        "frechet_distance": frechet_distance(images, training),
        "kernel_distance": np.mean(blocks),
        "kernel_distance_standard_error": np.std(blocks, ddof=1) / np.sqrt(count),
        "precision": part_within(images, first),
        "recall": part_within(first, images),
    }


with open(sys.argv[1], encoding="utf-8") as file:
    evaluation = json.load(file)
tensors = {name: tensor.astype(float) for name, tensor in load_file(sys.argv[2]).items()}
for what, features, measured in [
        ("", tensors["features"], evaluation),
        ("baseline's ", tensors["baseline_features"], evaluation["baseline"])]:
    for name, value in values(features, tensors["training_features"]).items():
        # A point very close to a radius may fall on either side of it.
        allowed = 2 / len(features) if name in ("precision", "recall") else 1e-3 * abs(value)
        if abs(measured[name] - value) > allowed:
            sys.exit(f"scripts/test-readers: {what}{name} is {measured[name]}, by NumPy {value}")
        print(f"{what}{name}: {measured[name]}, by NumPy {value}")
