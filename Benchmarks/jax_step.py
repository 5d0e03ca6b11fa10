#!/usr/bin/env python3
"""Times a training step of one of the linear models in JAX under jit: one JSON object on stdout.

    python jax_step.py linear-gan|linear-vae [--steps N]

The same networks, losses and order of updates as `gputrain bench`, on a batch that is in memory already.
Convolutions are left out: on a CPU XLA takes several times as long for them as PyTorch.
"""

import argparse
import json
import statistics
import time

import jax
import jax.numpy as jnp
import optax

GENERATOR, DISCRIMINATOR = (100, 128, 256, 512, 784), (784, 512, 256, 128, 1)
ENCODER, DECODER = (784, 512, 128, 32), (16, 128, 512, 784)


def leaky(x):
    return jnp.where(x > 0, x, 0.2 * x)


def parameters(key, sizes):
    keys = jax.random.split(key, len(sizes))
    return [(jax.random.uniform(k, (a, b), minval=-a ** -0.5, maxval=a ** -0.5), jnp.zeros(b))
            for k, a, b in zip(keys, sizes, sizes[1:])]


def run(layers, x, activation, key=None):
    """A chain of linear layers; with a key 40 % of each hidden output are dropped."""
    for place, (w, b) in enumerate(layers):
        x = x @ w + b
        if place == len(layers) - 1:
            return x
        x = activation(x)
        if key is not None:
            key, use = jax.random.split(key)
            x = jnp.where(jax.random.bernoulli(use, 0.6, x.shape), x / 0.6, 0)


def cross_entropy(logits, targets):
    return jax.nn.softplus(logits) - logits * targets


def update(adam, gradients, state, layers):
    changes, state = adam.update(gradients, state)
    return optax.apply_updates(layers, changes), state


def gan(key):
    batch, adam = 128, optax.adam(2e-4)
    images = jax.random.uniform(key, (batch, 784), minval=-1)
    g, d = parameters(key, GENERATOR), parameters(key, DISCRIMINATOR)

    @jax.jit
    def step(g, d, g_state, d_state, key):
        key, noise1, noise2, drop1, drop2, drop3 = jax.random.split(key, 6)
        made = jnp.tanh(run(g, jax.random.normal(noise1, (batch, 100)), leaky))

        def d_loss(d):
            return (cross_entropy(run(d, images, leaky, drop1), 1).mean()
                    + cross_entropy(run(d, made, leaky, drop2), 0).mean())

        d, d_state = update(adam, jax.grad(d_loss)(d), d_state, d)

        def g_loss(g):
            fakes = jnp.tanh(run(g, jax.random.normal(noise2, (batch, 100)), leaky))
            return cross_entropy(run(d, fakes, leaky, drop3), 1).mean()

        loss, gradients = jax.value_and_grad(g_loss)(g)
        g, g_state = update(adam, gradients, g_state, g)
        return (g, d, g_state, d_state, key), loss
    return step, (g, d, adam.init(g), adam.init(d), key)


def vae(key):
    batch, adam = 64, optax.adam(1e-4)
    images = jax.random.uniform(key, (batch, 784))
    layers = parameters(key, ENCODER), parameters(key, DECODER)

    @jax.jit
    def step(layers, state, key):
        key, noise = jax.random.split(key)

        def loss(layers):
            mean, log_variance = jnp.split(run(layers[0], images, jax.nn.relu), 2, axis=1)
            z = mean + jax.random.normal(noise, mean.shape) * jnp.exp(0.5 * log_variance)
            kl = -0.5 * (1 + log_variance - mean * mean - jnp.exp(log_variance)).sum()
            return cross_entropy(run(layers[1], z, jax.nn.relu), images).sum() + kl

        value, gradients = jax.value_and_grad(loss)(layers)
        layers, state = update(adam, gradients, state, layers)
        return (layers, state, key), value
    return step, (layers, adam.init(layers), key)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model", choices=("linear-gan", "linear-vae"))
    parser.add_argument("--steps", type=int, default=100)
    options = parser.parse_args()
    step, state = (gan if options.model == "linear-gan" else vae)(jax.random.PRNGKey(1))

    def timed():
        nonlocal state
        start = time.perf_counter()
        state, loss = step(*state)
        loss.block_until_ready()
        return (time.perf_counter() - start) * 1e3
    for _ in range(max(5, options.steps // 5)):
        timed()
    times = [timed() for _ in range(options.steps)]
    print(json.dumps({"model": options.model, "mode": "jit", "steps": options.steps,
                      "median_ms": statistics.median(times), "min_ms": min(times), "max_ms": max(times)}))


main()
