#!/usr/bin/env python3
"""Times a training step of one of the paper's models in JAX under jit: one JSON object on stdout.

    python jax_step.py MODEL [--steps N] [--device cpu|cuda] [--tf32]

The networks, the losses and the order of updates are those of `gputrain bench`. The batch is in
memory already, so that no loading is timed.
"""

import argparse
import json
import os
import statistics
import time

BATCH = {"linear-gan": 128, "dcgan": 128, "linear-vae": 64, "conv-vae": 128}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("model", choices=BATCH)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--tf32", action="store_true")
    return parser.parse_args()


options = arguments()
os.environ["JAX_PLATFORMS"] = options.device
os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")

import jax  # noqa: E402  (reads its environment)
import jax.numpy as jnp  # noqa: E402
import optax  # noqa: E402

jax.config.update("jax_default_matmul_precision", "tensorfloat32" if options.tf32 else "float32")


def leaky(x):
    return jnp.where(x > 0, x, 0.2 * x)


def parameters(key, *shape):
    """A weight and a bias, uniform as in PyTorch."""
    return jax.random.uniform(key, shape, minval=-0.05, maxval=0.05), jnp.zeros(shape[-1])


def dropped(x, probability, key, shape):
    return jnp.where(jax.random.bernoulli(key, 1 - probability, shape), x / (1 - probability), 0)


class Chain:
    """Linear layers of these sizes; an activation and optional dropout follow each but the last."""

    def __init__(self, *sizes, activation, dropout=0):
        self.sizes, self.activation, self.dropout = sizes, activation, dropout

    def draw(self, key):
        return [
            parameters(k, a, b)
            for k, a, b in zip(jax.random.split(key, 9), self.sizes, self.sizes[1:])
        ]

    def __call__(self, layers, x, key):
        for place, (w, b) in enumerate(layers):
            x = x @ w + b
            if place < len(layers) - 1:
                x = self.activation(x)
                if self.dropout:
                    x = dropped(x, self.dropout, jax.random.fold_in(key, place), x.shape)
        return x


def convolution(x, w, stride=1, padding=(1, 1), dilation=1):
    return jax.lax.conv_general_dilated(
        x,
        w,
        (stride, stride),
        (padding, padding),
        (dilation, dilation),
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
    )


class Decoder:
    """A linear layer and four transposed convolutions, with ReLU between these."""

    maps = ((256, 128, 2), (128, 64, 1), (64, 32, 1), (32, 1, 2))

    def __init__(self, latent):
        self.latent = latent

    def draw(self, key):
        keys = jax.random.split(key, 5)
        return [parameters(keys[0], self.latent, 12544)] + [
            parameters(k, 3, 3, a, b) for k, (a, b, _) in zip(keys[1:], self.maps)
        ]

    def __call__(self, layers, z, key):
        x = (z @ layers[0][0] + layers[0][1]).reshape(-1, 7, 7, 256)
        for place, ((w, b), (_, _, stride)) in enumerate(zip(layers[1:], self.maps)):
            x = convolution(x, w, padding=(1, stride), dilation=stride) + b
            x = jax.nn.relu(x) if place < 3 else x
        return x.reshape(-1, 784)


class Encoder:
    """Four convolutions with leaky ReLU and dropout of whole channels, and a linear layer."""

    maps = ((1, 32, 2), (32, 64, 1), (64, 128, 1), (128, 256, 2))

    def __init__(self, outputs):
        self.outputs = outputs

    def draw(self, key):
        keys = jax.random.split(key, 5)
        return [parameters(k, 3, 3, a, b) for k, (a, b, _) in zip(keys, self.maps)] + [
            parameters(keys[4], 12544, self.outputs)
        ]

    def __call__(self, layers, x, key):
        x = x.reshape(-1, 28, 28, 1)
        for place, ((w, b), (_, channels, stride)) in enumerate(zip(layers, self.maps)):
            x = leaky(convolution(x, w, stride) + b)
            x = dropped(x, 0.25, jax.random.fold_in(key, place), (x.shape[0], 1, 1, channels))
        return x.reshape(x.shape[0], -1) @ layers[4][0] + layers[4][1]


NETWORKS = {
    "linear-gan": (
        Chain(100, 128, 256, 512, 784, activation=leaky),
        Chain(784, 512, 256, 128, 1, activation=leaky, dropout=0.4),
    ),
    "dcgan": (Decoder(100), Encoder(1)),
    "linear-vae": (
        Chain(784, 512, 128, 32, activation=jax.nn.relu),
        Chain(16, 128, 512, 784, activation=jax.nn.relu),
    ),
    "conv-vae": (Encoder(32), Decoder(16)),
}


def cross_entropy(logits, targets):
    return jax.nn.softplus(logits) - logits * targets


def update(adam, gradients, state, layers):
    changes, state = adam.update(gradients, state)
    return optax.apply_updates(layers, changes), state


def gan(generator, discriminator, batch, key):
    adam = optax.adam(2e-4)
    images = jax.random.uniform(key, (batch, 784), minval=-1)
    g, d = generator.draw(key), discriminator.draw(key)

    @jax.jit
    def step(g, d, g_state, d_state, key):
        key, noise1, noise2, drop1, drop2, drop3 = jax.random.split(key, 6)
        made = jnp.tanh(generator(g, jax.random.normal(noise1, (batch, 100)), None))

        def d_loss(d):
            return (
                cross_entropy(discriminator(d, images, drop1), 1).mean()
                + cross_entropy(discriminator(d, made, drop2), 0).mean()
            )

        d, d_state = update(adam, jax.grad(d_loss)(d), d_state, d)

        def g_loss(g):
            fakes = jnp.tanh(generator(g, jax.random.normal(noise2, (batch, 100)), None))
            return cross_entropy(discriminator(d, fakes, drop3), 1).mean()

        loss, gradients = jax.value_and_grad(g_loss)(g)
        g, g_state = update(adam, gradients, g_state, g)
        return (g, d, g_state, d_state, key), loss

    return step, (g, d, adam.init(g), adam.init(d), key)


def vae(encoder, decoder, batch, key):
    adam = optax.adam(1e-4)
    images = jax.random.uniform(key, (batch, 784))
    layers = encoder.draw(key), decoder.draw(key)

    @jax.jit
    def step(layers, state, key):
        key, noise, drop = jax.random.split(key, 3)

        def loss(layers):
            mean, log_variance = jnp.split(encoder(layers[0], images, drop), 2, axis=1)
            z = mean + jax.random.normal(noise, mean.shape) * jnp.exp(0.5 * log_variance)
            kl = -0.5 * (1 + log_variance - mean * mean - jnp.exp(log_variance)).sum()
            return cross_entropy(decoder(layers[1], z, None), images).sum() + kl

        value, gradients = jax.value_and_grad(loss)(layers)
        layers, state = update(adam, gradients, state, layers)
        return (layers, state, key), value

    return step, (layers, adam.init(layers), key)


def main():
    make = gan if options.model.endswith("gan") else vae
    step, state = make(*NETWORKS[options.model], BATCH[options.model], jax.random.PRNGKey(1))
    steps = options.steps or (100 if options.model.startswith("linear") else 8)

    def timed():
        nonlocal state
        start = time.perf_counter()
        state, loss = step(*state)
        loss.block_until_ready()
        return (time.perf_counter() - start) * 1e3

    for _ in range(max(5, steps // 5)):
        timed()
    times = [timed() for _ in range(steps)]
    result = {
        "model": options.model,
        "mode": "jit",
        "steps": steps,
        "median_ms": statistics.median(times),
        "min_ms": min(times),
        "max_ms": max(times),
    }
    print(json.dumps(result))


main()
