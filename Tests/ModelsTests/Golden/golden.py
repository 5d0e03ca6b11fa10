#!/usr/bin/env python3
"""Makes golden.json: the losses of the first steps of each model in PyTorch and float64, from the same
first weights, batches and noise as the program's.

    python3 -m venv ~/torch && ~/torch/bin/pip install torch numpy
    ~/torch/bin/python golden.py > golden.json
"""

import json

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import philox

SEED, IMAGES, STEPS = 1, 200, 5


def images():
    """(IMAGES, 784) random bytes."""
    words = philox.words(SEED, philox.IMAGES, 0, IMAGES * 784)
    return (words & 255).astype(np.float64).reshape(IMAGES, 784)


def batches(size):
    """The rows of each step's images: shuffled anew in each epoch, the short last batch kept."""
    epoch = 0
    while True:
        order = philox.permutation(IMAGES, SEED, epoch)
        for start in range(0, IMAGES, size):
            yield order[start:start + size]
        epoch += 1


def initialize(model):
    """Draws all parameters, in their order, in the device's layouts (linear weights [in][out])."""
    with torch.no_grad():
        place = 0
        for layer in model.modules():
            if not isinstance(layer, nn.Linear):
                continue
            bound = 1 / np.sqrt(layer.in_features)
            for parameter, shape in (layer.weight, layer.weight.shape[::-1]), (layer.bias, layer.bias.shape):
                values = philox.uniform(SEED, philox.INITIALIZATION, place, parameter.numel(), bound)
                parameter.copy_(torch.tensor(values.reshape(shape).T))
                place += 1


class LinearVAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 128), nn.ReLU(), nn.Linear(128, 32))
        self.decoder = nn.Sequential(nn.Linear(16, 128), nn.ReLU(), nn.Linear(128, 512), nn.ReLU(), nn.Linear(512, 784))


def train_vae(model, batch, rate):
    """Losses of the first steps, per image: reconstruction and divergence."""
    initialize(model)
    optimizer = torch.optim.Adam(model.parameters(), rate)
    data, losses = images() / 255, []
    for step, rows in zip(range(1, STEPS + 1), batches(batch)):
        x = torch.tensor(data[rows])
        encoded = model.encoder(x)
        mean, log_variance = encoded[:, :16], encoded[:, 16:]
        noise = torch.tensor(philox.normal(SEED, philox.LATENT_NOISE, step, mean.numel())).reshape(mean.shape)
        logits = model.decoder(mean + noise * torch.exp(log_variance / 2)).reshape(x.shape)
        reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        kl = -0.5 * torch.sum(1 + log_variance - mean ** 2 - torch.exp(log_variance))
        optimizer.zero_grad()
        (reconstruction + kl).backward()
        optimizer.step()
        losses.append([reconstruction.item() / len(rows), kl.item() / len(rows)])
    return losses


def main():
    torch.set_default_dtype(torch.float64)
    golden = {"linear-vae": train_vae(LinearVAE(), 64, 1e-4)}
    print(json.dumps(dict(seed=SEED, images=IMAGES, losses=golden), indent=1))


if __name__ == "__main__":
    main()
