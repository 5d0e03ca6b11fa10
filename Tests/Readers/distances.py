"""Computes an evaluation's distances, precision and recall again, in float64 by NumPy and SciPy, from its features.

    distances.py EVALUATION.json FEATURES.safetensors
"""

import json
import sys

import numpy as np
from safetensors.numpy import load_file
from scipy.linalg import sqrtm


def frechet_distance(a, b):
    """Heusel et al. 2017, of rows of features."""
    covariances = np.cov(a.T), np.cov(b.T)
    difference = a.mean(0) - b.mean(0)
    return difference @ difference + np.trace(sum(covariances) - 2 * sqrtm(covariances[0] @ covariances[1]).real)


def kernel_distance(a, b):
    """Bińkowski et al. 2018, unbiased, of a block of as many rows of each."""
    def mean(x, y, pairs):
        return (np.sum((x @ y.T / x.shape[1] + 1) ** 3) - (0 if x is not y else own(x))) / pairs

    def own(x):
        return np.sum((np.sum(x * x, 1) / x.shape[1] + 1) ** 3)

    n = len(a)
    return mean(a, a, n * (n - 1)) + mean(b, b, n * (n - 1)) - 2 * mean(a, b, n * n)


def squares(a, b):
    """The squared distance of each row of a to each row of b."""
    return np.maximum(np.sum(a * a, 1)[:, None] + np.sum(b * b, 1) - 2 * (a @ b.T), 0)


def part_within(a, b):
    """Kynkäänniemi et al. 2019: the part of the rows of a that are nearer to one of b than its third neighbour in b is."""
    radii = np.partition(squares(b, b), 3, axis=1)[:, 3]  # the smallest is the row itself
    return np.mean(np.any(squares(a, b) <= radii, axis=1))


def values(images, training):
    """What is measured of the features of images beside those of the training images."""
    count = max(10, -(-len(images) // 1000))
    size = len(images) // count
    blocks = [
        kernel_distance(images[i * size : (i + 1) * size], training[i * size : (i + 1) * size]) for i in range(count)]
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
    ("", tensors["features"], evaluation), ("floor's ", tensors["floor_features"], evaluation["floor"])]:
    for name, value in values(features, tensors["training_features"]).items():
        # A point that lies nearly on a radius may be within it or not.
        allowed = 2 / len(features) if name in ("precision", "recall") else 1e-3 * abs(value)
        if abs(measured[name] - value) > allowed:
            sys.exit(f"scripts/test-readers: {what}{name} is {measured[name]}, and by NumPy {value}")
        print(f"{what}{name}: {measured[name]}, by NumPy {value}")
