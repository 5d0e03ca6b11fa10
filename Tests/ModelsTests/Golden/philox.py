"""The project's random numbers in NumPy: Philox4x32-10 and what is drawn from it
(kernels/common/philox.cl).
"""

import numpy as np

# The streams of Sources/Models/Training/RandomStream.swift.
INITIALIZATION, SHUFFLE, LATENT_NOISE, ADVERSARIAL_NOISE = 0, 1, 2, 5
DISCRIMINATOR_DROPOUT, GENERATOR_STEP_DROPOUT, ENCODER_DROPOUT = 16, 32, 48
# Outside the program's streams: the bytes of the golden images.
IMAGES = 1000
LABELS = 1001


def words(seed, stream, step, count):
    """The words of elements 0 … count − 1, as uint32."""
    blocks = (count + 3) // 4
    c = [
        np.arange(blocks, dtype=np.uint64),
        *(np.full(blocks, v, np.uint64) for v in (step, stream, 0)),
    ]
    key = [seed & 0xFFFFFFFF, seed >> 32]
    mask = np.uint64(0xFFFFFFFF)
    for _ in range(10):
        a, b = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        c = [
            (b >> np.uint64(32)) ^ c[1] ^ np.uint64(key[0]),
            b & mask,
            (a >> np.uint64(32)) ^ c[3] ^ np.uint64(key[1]),
            a & mask,
        ]
        key = [(key[0] + 0x9E3779B9) & 0xFFFFFFFF, (key[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return np.stack(c, 1).reshape(-1)[:count].astype(np.uint32)


def uniform(seed, stream, step, count, bound):
    """U(−bound, bound) as the device rounds it: one fused multiply-add in float32."""
    bound = np.float64(np.float32(bound))
    u = (words(seed, stream, step, count) >> 8).astype(np.float64) * 2.0**-24
    return (2 * bound * u - bound).astype(np.float32).astype(np.float64)


def normal(seed, stream, step, count):
    """Standard normals by Box and Muller, from the device's uniforms, in float64."""
    w = words(seed, stream, step, count + count % 2).reshape(-1, 2)
    radius = np.sqrt(-2 * np.log(((w[:, 0] >> 9) + 0.5) * 2.0**-23))
    turn = 2 * np.pi * (w[:, 1] >> 8) * 2.0**-24
    return np.stack([radius * np.cos(turn), radius * np.sin(turn)], 1).reshape(-1)[:count]


def permutation(count, seed, epoch):
    """The order of images in an epoch: a Feistel network on the index (kernels/common/batch.cl)."""
    keys = [int(k) for k in words(seed, SHUFFLE, epoch, 6)]
    half = 0
    while 4**half < count:
        half += 1
    mask = 2**half - 1

    def scramble(v):
        v = ((v ^ v >> 16) * 0x85EBCA6B) & 0xFFFFFFFF
        v = ((v ^ v >> 13) * 0xC2B2AE35) & 0xFFFFFFFF
        return v ^ v >> 16

    def permute(index):
        while True:
            left, right = index >> half, index & mask
            for key in keys:
                left, right = right, left ^ (scramble(right ^ key) & mask)
            index = left << half | right
            if index < count:
                return index

    return [permute(i) for i in range(count)]


def mask(seed, stream, step, rows, columns, p):
    """Dropout's factors, (rows, columns): 1 / (1 − p) for kept elements, 0 for the others
    (kernels/common/dropout.cl).
    """
    kept = words(seed, stream, step, rows * columns) >= round(p * 2**32)
    return (kept / (1 - p)).reshape(rows, columns)
