"""Computes the distances of an evaluation again, in float64 by NumPy and SciPy, from the features that it wrote.

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


with open(sys.argv[1], encoding="utf-8") as file:
    evaluation = json.load(file)
tensors = load_file(sys.argv[2])
images, training = (tensors[name].astype(float) for name in ("features", "training_features"))
count = max(10, -(-len(images) // 1000))
size = len(images) // count
blocks = [
    kernel_distance(images[i * size : (i + 1) * size], training[i * size : (i + 1) * size]) for i in range(count)]
for name, value in [
    ("frechet_distance", frechet_distance(images, training)),
    ("kernel_distance", np.mean(blocks)),
    ("kernel_distance_standard_error", np.std(blocks, ddof=1) / np.sqrt(count)),
]:
    if abs(evaluation[name] - value) > 1e-3 * abs(value):
        sys.exit(f"scripts/test-readers: {name} is {evaluation[name]}, and by NumPy {value}")
    print(f"{name}: {evaluation[name]}, by NumPy {value}")
