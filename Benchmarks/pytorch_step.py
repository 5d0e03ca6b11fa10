#!/usr/bin/env python3
"""Times a training step of a model in PyTorch: one JSON object on stdout.

    python pytorch_step.py MODEL [--mode eager|channels_last|compile] [--steps N]
                           [--device cpu|cuda] [--tf32]

The models are those of the paper, and dcgan-64 (Examples/models/dcgan-64.yaml). The networks, the
losses and the order of updates are those of `gputrain bench`. The batch is in memory already, so
that no loading is timed.
"""

import argparse
import json
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F

LINEAR = ("linear-gan", "linear-vae")
BATCH = {"linear-gan": 128, "dcgan": 128, "dcgan-64": 64, "linear-vae": 64, "conv-vae": 128}
# The shapes of images that are not rows of 784 pixels.
IMAGES = {"dcgan-64": (3, 64, 64)}


def chain(*sizes, between):
    """Linear layers of these sizes, with the layers of `between()` after each but the last."""
    layers = []
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b), *between()]
    return nn.Sequential(*layers[: len(layers) - len(between())])


def conv_decoder(latent):
    maps = [
        nn.ConvTranspose2d(a, b, 3, stride, 1, stride - 1)
        for a, b, stride in ((256, 128, 2), (128, 64, 1), (64, 32, 1), (32, 1, 2))
    ]
    return nn.Sequential(
        nn.Linear(latent, 12544),
        nn.Unflatten(1, (256, 7, 7)),
        maps[0],
        nn.ReLU(),
        maps[1],
        nn.ReLU(),
        maps[2],
        nn.ReLU(),
        maps[3],
        nn.Flatten(),
    )


def conv_encoder(outputs):
    layers = [nn.Unflatten(1, (1, 28, 28))]
    for a, b, stride in ((1, 32, 2), (32, 64, 1), (64, 128, 1), (128, 256, 2)):
        layers += [nn.Conv2d(a, b, 3, stride, 1), nn.LeakyReLU(0.2), nn.Dropout2d(0.25)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(12544, outputs))


def radford_generator():
    layers = [nn.Linear(100, 4096, bias=False), nn.Unflatten(1, (256, 4, 4))]
    for a, b in ((256, 128), (128, 64), (64, 32)):
        layers += [nn.BatchNorm2d(a), nn.ReLU(), nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False)]
    return nn.Sequential(
        *layers, nn.BatchNorm2d(32), nn.ReLU(), nn.ConvTranspose2d(32, 3, 4, 2, 1)
    )


def radford_discriminator():
    layers = [nn.Conv2d(3, 32, 4, 2, 1), nn.LeakyReLU(0.2)]
    for a, b in ((32, 64), (64, 128), (128, 256)):
        layers += [nn.Conv2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Conv2d(256, 1, 4), nn.Flatten())


def networks(model):
    """Generator and discriminator, or encoder and decoder, without their last activation."""
    leaky = lambda: [nn.LeakyReLU(0.2)]
    return {
        "linear-gan": lambda: (
            chain(100, 128, 256, 512, 784, between=leaky),
            chain(784, 512, 256, 128, 1, between=lambda: leaky() + [nn.Dropout(0.4)]),
        ),
        "dcgan": lambda: (conv_decoder(100), conv_encoder(1)),
        "dcgan-64": lambda: (radford_generator(), radford_discriminator()),
        "linear-vae": lambda: (
            chain(784, 512, 128, 32, between=lambda: [nn.ReLU()]),
            chain(16, 128, 512, 784, between=lambda: [nn.ReLU()]),
        ),
        "conv-vae": lambda: (conv_encoder(32), conv_decoder(16)),
    }[model]()


def gan_step(generator, discriminator, images):
    batch, device = len(images), images.device
    adams = [torch.optim.Adam(n.parameters(), 2e-4) for n in (generator, discriminator)]
    ones, zeros = torch.ones(batch, 1, device=device), torch.zeros(batch, 1, device=device)

    def fakes():
        return torch.tanh(generator(torch.randn(batch, 100, device=device)))

    def step():
        with torch.no_grad():
            made = fakes()
        adams[1].zero_grad(set_to_none=True)
        loss = F.binary_cross_entropy_with_logits(discriminator(images), ones)
        loss = loss + F.binary_cross_entropy_with_logits(discriminator(made), zeros)
        loss.backward()
        adams[1].step()
        adams[0].zero_grad(set_to_none=True)
        loss = F.binary_cross_entropy_with_logits(discriminator(fakes()), ones)
        loss.backward()
        adams[0].step()
        return loss

    return step


def vae_step(encoder, decoder, images):
    adam = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], 1e-4)

    def step():
        adam.zero_grad(set_to_none=True)
        mean, log_variance = encoder(images).chunk(2, 1)
        z = mean + torch.randn_like(mean) * torch.exp(0.5 * log_variance)
        loss = (
            F.binary_cross_entropy_with_logits(decoder(z), images, reduction="sum")
            - 0.5 * (1 + log_variance - mean * mean - log_variance.exp()).sum()
        )
        loss.backward()
        adam.step()
        return loss

    return step


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model", choices=BATCH)
    parser.add_argument("--mode", choices=("eager", "channels_last", "compile"), default="eager")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--tf32", action="store_true")
    options = parser.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = options.tf32
    steps = options.steps or (100 if options.model in LINEAR else 8)
    first, second = (n.to(options.device) for n in networks(options.model))
    if options.mode == "channels_last":
        first, second = (n.to(memory_format=torch.channels_last) for n in (first, second))
    if options.mode == "compile":
        first, second = torch.compile(first), torch.compile(second)
    images = torch.rand(
        BATCH[options.model], *IMAGES.get(options.model, (784,)), device=options.device
    )
    if options.mode == "channels_last" and images.dim() == 4:
        images = images.to(memory_format=torch.channels_last)
    is_gan = "gan" in options.model
    step = gan_step(first, second, images * 2 - 1) if is_gan else vae_step(first, second, images)

    def timed():
        start = time.perf_counter()
        step().item()  # waits for the device
        return (time.perf_counter() - start) * 1e3

    for _ in range(max(3, steps // 5)):
        timed()
    times = [timed() for _ in range(steps)]
    result = {
        "model": options.model,
        "mode": options.mode,
        "steps": steps,
        "median_ms": statistics.median(times),
        "min_ms": min(times),
        "max_ms": max(times),
    }
    print(json.dumps(result))


main()
