#!/usr/bin/env python3
"""Makes golden.json: the losses of the first steps of each model in PyTorch and float64.

The initial weights, the batches, the noise and the dropout masks are the program's.

    python3 -m venv ~/torch && ~/torch/bin/pip install torch numpy
    ~/torch/bin/python golden.py > golden.json
"""

import json

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import philox
from networks import (
    ConditionalDecoder,
    ConditionalDiscriminator,
    ConditionalEncoder,
    ConditionalGenerator,
    ConvDecoder,
    ConvEncoder,
    LinearDiscriminator,
    LinearGenerator,
    NarrowDiscriminator64,
    NarrowGenerator64,
    NormalizedDiscriminator,
    NormalizedGenerator,
    OddDecoder,
    OddEncoder,
    parameters_on_device,
    set_groups,
)

SEED, IMAGES, STEPS, SMALL = 1, 200, 5, 6
# Of the networks that are not the paper's: a step on a short batch, and a second epoch.
FEW_IMAGES, BATCH = 20, 8


def images(low, high, count=IMAGES, pixels=784):
    """(count, pixels) random bytes, scaled."""
    words = philox.words(SEED, philox.IMAGES, 0, count * pixels)
    return (words & 255).astype(np.float64).reshape(count, pixels) / 255 * (high - low) + low


def labels(count=FEW_IMAGES, classes=10):
    """(count) random labels below `classes`."""
    return torch.tensor(philox.words(SEED, philox.LABELS, 0, count).astype(np.int64) % classes)


def join(x, shown, channels):
    """Appends the one-hot code of each row's label to the channels of each position. If there are
    fewer labels than rows, they repeat.
    """
    if shown is None:
        return x
    positions = x.reshape(len(x), -1, channels)
    codes = F.one_hot(shown.repeat(len(x) // len(shown)), 10).to(x.dtype)
    return torch.cat([positions, codes[:, None].expand(-1, positions.shape[1], -1)], 2).flatten(1)


def batches(size, count):
    """The rows of each step's images, shuffled anew in each epoch, with the short last batch."""
    epoch = 0
    while True:
        order = philox.permutation(count, SEED, epoch)
        for start in range(0, count, size):
            yield order[start : start + size]
        epoch += 1


def initialize(*networks):
    """Draws all parameters, in their order, element by element as they lie on the device."""
    with torch.no_grad():
        place = 0
        for parameter, axes, order, fan_in, deviation in (
            (*p, getattr(n, "deviation", None)) for n in networks for p in parameters_on_device(n)
        ):
            drawn = SEED, philox.INITIALIZATION, place, parameter.numel()
            place += 1
            # A normalization's weight is all ones, and its bias all zeros.
            mean = parameter[0].item() if fan_in is None else 0
            if deviation and (parameter.dim() > 1 or mean == 1):
                values = mean + deviation * philox.normal(*drawn)
            elif fan_in is None:
                continue
            else:
                values = philox.uniform(*drawn, 1 / np.sqrt(fan_in))
            parameter.copy_(
                torch.tensor(values.reshape(axes).transpose(order).reshape(parameter.shape))
            )


def normal(stream, step, rows, columns):
    return torch.tensor(philox.normal(SEED, stream, step, rows * columns)).reshape(rows, columns)


def drawn(stream, step):
    """The function that a network calls after each stage: dropout with the program's masks, which
    drop whole channels of maps.
    """

    def dropout(x, stage, p):
        mask = torch.tensor(philox.mask(SEED, stream + stage, step, x.shape[0], x.shape[1], p))
        return x * mask.reshape(mask.shape + (1,) * (x.dim() - 2))

    return dropout


def cross_entropy(logits, x):
    """−log p(x | z) if a decoder's output, without its sigmoid, gives p."""
    return F.binary_cross_entropy_with_logits(logits, x, reduction="sum")


def squared_error(outputs, x):
    """The same, without its constant, for normal pixels with the mean tanh(output)."""
    return 0.5 * torch.sum((torch.tanh(outputs) - x) ** 2)


def train_vae(networks, data, batch, rate, beta=1, warmup=1, loss=cross_entropy, labels=None):
    """Losses of the first steps, per image: reconstruction and divergence, whose weight grows to
    `beta` in `warmup` epochs. `labels` join the grey images and the latents.
    """
    encoder, decoder = networks
    initialize(encoder, decoder)
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], rate)
    losses = []
    for step, rows in zip(range(1, STEPS + 1), batches(batch, len(data))):
        x = torch.tensor(data[rows])
        shown = None if labels is None else labels[rows]
        encoded = encoder(join(x, shown, 1), drawn(philox.ENCODER_DROPOUT, step))
        mean, log_variance = encoded.chunk(2, dim=1)
        # A row's numbers begin at a multiple of 4.
        width = -(-mean.shape[1] // 4) * 4
        noise = normal(philox.LATENT_NOISE, step, len(rows), width)[:, : mean.shape[1]]
        z = mean + noise * torch.exp(log_variance / 2)
        outputs = decoder(join(z, shown, z.shape[1])).reshape(x.shape)
        reconstruction = loss(outputs, x)
        kl = -0.5 * torch.sum(1 + log_variance - mean**2 - torch.exp(log_variance))
        optimizer.zero_grad()
        epoch = (step - 1) // -(-len(data) // batch) + 1
        (reconstruction + beta * min(1, epoch / warmup) * kl).backward()
        optimizer.step()
        losses.append([reconstruction.item() / len(rows), kl.item() / len(rows)])
    return losses


def train_gan(networks, data, batch, label=1.0, beta1=0.9, labels=None):
    """Losses of the first steps, per image: d_loss_real, d_loss_fake and g_loss. `label` is the
    target of real images. `labels` join the latents, and the images as features.
    """
    generator, discriminator = networks
    initialize(generator, discriminator)
    generator_optimizer, discriminator_optimizer = (
        torch.optim.Adam(network.parameters(), 2e-4, (beta1, 0.999)) for network in networks
    )
    losses = []

    def loss(logits, target):
        return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))

    for step, rows in zip(range(1, STEPS + 1), batches(batch, len(data))):
        size = len(rows)
        shown = None if labels is None else labels[rows]
        # The latents of G's update come first, then those of the fakes that D learns from.
        z = normal(philox.ADVERSARIAL_NOISE, step, 2 * size, 100)
        set_groups(generator, 2)
        made, fakes = torch.tanh(generator(join(z, shown, 100))).reshape(2, size, -1)
        judged = torch.cat([torch.tensor(data[rows]), fakes.detach()])
        set_groups(discriminator, 2)
        dropout = drawn(philox.DISCRIMINATOR_DROPOUT, step)
        logits = discriminator(join(judged, shown, 784), dropout)
        real, fake = loss(logits[:size], label), loss(logits[size:], 0.0)
        discriminator_optimizer.zero_grad()
        (real + fake).backward()
        discriminator_optimizer.step()

        set_groups(discriminator, 1)
        dropout = drawn(philox.GENERATOR_STEP_DROPOUT, step)
        fooled = loss(discriminator(join(made, shown, 784), dropout), 1.0)
        generator_optimizer.zero_grad()
        fooled.backward()
        generator_optimizer.step()
        losses.append([real.item(), fake.item(), fooled.item()])
    return losses


def running(*networks):
    """The sums of running means and variances, and the numbers of batches, of each network."""
    statistics = []
    for network in networks:
        layers = [n for n in network.modules() if hasattr(n, "running_mean")]
        statistics.append(
            [
                sum(n.running_mean.sum().item() for n in layers),
                sum(n.running_var.sum().item() for n in layers),
                sum(n.num_batches_tracked.item() for n in layers),
            ]
        )
    return statistics


class Chain(nn.Sequential):
    """A network without dropout."""

    def forward(self, x, dropout=None):
        return super().forward(x)


def linear_autoencoder(latent, *widths):
    """An encoder and a decoder of linear layers, with these widths between them."""

    def chain(*widths):
        layers = [nn.Linear(a, b) for a, b in zip(widths, widths[1:])]
        return Chain(*[part for layer in layers for part in (layer, nn.ReLU())][:-1])

    return chain(784, *widths, 2 * latent), chain(latent, *reversed(widths), 784)


def main():
    torch.set_default_dtype(torch.float64)
    golden = {
        "linear-gan": train_gan((LinearGenerator(), LinearDiscriminator()), images(-1, 1), 128),
        "linear-vae": train_vae(linear_autoencoder(16, 512, 128), images(0, 1), 64, 1e-4),
    }
    golden["dcgan"] = train_gan((ConvDecoder(100), ConvEncoder(1)), images(-1, 1), 128)
    # Small batches for the kernels of GPUs, which a CPU runs slowly.
    for batch, name in ((128, "conv-vae"), (SMALL, "conv-vae of small batches")):
        golden[name] = train_vae((ConvEncoder(32), ConvDecoder(16)), images(0, 1), batch, 1e-4)
    pairs = {
        "normalized-gan": (NormalizedGenerator(), NormalizedDiscriminator()),
        "conditional-gan": (ConditionalGenerator(), ConditionalDiscriminator()),
        "odd-vae": (OddEncoder(), OddDecoder()),
        "narrow-dcgan-64": (NarrowGenerator64(), NarrowDiscriminator64()),
    }
    golden["normalized-gan"] = train_gan(
        pairs["normalized-gan"], images(-1, 1, FEW_IMAGES), BATCH, label=0.875
    )
    golden["odd-vae"] = train_vae(
        pairs["odd-vae"], images(0, 1, FEW_IMAGES, 33 * 31 * 3), BATCH, 1e-3, beta=4, warmup=2
    )
    golden["conditional-gan"] = train_gan(
        pairs["conditional-gan"],
        images(-1, 1, FEW_IMAGES),
        BATCH,
        label=0.9,
        beta1=0.5,
        labels=labels(),
    )
    golden["conditional-vae"] = train_vae(
        (ConditionalEncoder(), ConditionalDecoder()),
        images(0, 1, FEW_IMAGES),
        BATCH,
        1e-3,
        beta=2,
        labels=labels(),
    )
    golden["narrow-dcgan-64"] = train_gan(
        pairs["narrow-dcgan-64"], images(-1, 1, FEW_IMAGES, 64 * 64 * 3), BATCH, beta1=0.5
    )
    golden["vae-2d"] = train_vae(
        linear_autoencoder(2, 512, 128), images(0, 1, FEW_IMAGES), BATCH, 1e-3
    )
    golden["gaussian-vae"] = train_vae(
        linear_autoencoder(4, 24),
        images(-1, 1, FEW_IMAGES),
        BATCH,
        1e-3,
        beta=4,
        loss=squared_error,
    )
    statistics = {name: running(*networks) for name, networks in pairs.items()}
    settings = dict(seed=SEED, images=IMAGES, smallBatch=SMALL, fewImages=FEW_IMAGES)
    print(json.dumps(dict(settings, losses=golden, statistics=statistics), indent=1))


if __name__ == "__main__":
    main()
