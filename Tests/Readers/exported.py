"""Compares the ONNX models that gputrain exports with gputrain itself, in ONNX Runtime.

    exported.py MODEL …

A MODEL is the name of a model or its file. Each is trained for an epoch of a few digits, and both
of its networks are exported. ONNX's checker must accept the files. Their images, means, log
variances and logits must be those of `sample --tensors` and `reconstruct --tensors`, to 1e-5, in
one batch and one by one.

gputrain must be in PATH. Temporary files go into the current folder.
"""

import json
import subprocess
import sys

import numpy as np
import onnx
import onnxruntime
from safetensors.numpy import load_file, save_file

COUNT = 20  # of images


def fail(message):
    sys.exit(f"scripts/check-onnx: {message}")


def gputrain(*words):
    done = subprocess.run(["gputrain", *map(str, words)], capture_output=True, text=True)
    if done.returncode:
        fail(f"gputrain {' '.join(map(str, words))}: {done.stderr}")
    return done.stdout


def channels_first(images):
    """Returns (n, channels, height, width) of what --tensors has."""
    return images[:, None] if images.ndim == 3 else images.transpose(0, 3, 1, 2)


def export(run, name, *options):
    """Exports a network, and checks the file. Returns it for ONNX Runtime, with its metadata."""
    path = f"{name}.onnx"
    gputrain("export", run, "--onnx", path, *options)
    onnx.checker.check_model(path, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session, session.get_modelmeta().custom_metadata_map


def run(session, inputs):
    """Runs a network on a batch, and on each example alone, which must give the same numbers."""
    taken = {x.name for x in session.get_inputs()}
    inputs = {name: value for name, value in inputs.items() if name in taken}
    names = [y.name for y in session.get_outputs()]
    outputs = dict(zip(names, session.run(None, inputs)))
    for y in session.get_outputs():
        sizes = [size for size in y.shape if isinstance(size, int)]
        if outputs[y.name].shape != (COUNT, *sizes):
            fail(f"{y.name} has the shape {outputs[y.name].shape}, and the file says {y.shape}")
    for index in range(COUNT):
        one = session.run(None, {x: value[index:index + 1] for x, value in inputs.items()})
        for name, value in zip(names, one):
            if difference(value[0], outputs[name][index]) > 1e-5:
                fail(f"{name} of one example differs from that in a batch")
    return outputs


def difference(a, b):
    return float(np.abs(a.astype(np.float64) - b).max())


def check(model):
    checked = json.loads(gputrain("models", "check", model, "--json"))
    name, (height, width, channels) = checked["name"], checked["image"]
    folder = f"runs/{name}"
    gputrain("train", model, "--dataset", "synthetic-digits", "--limit", 256,
             "--image-size", f"{width}x{height}", "--channels", channels, "--epochs", 1,
             "--batch-size", 64, "--out", folder, "--overwrite")
    maker, metadata = export(folder, name)
    description = json.loads(metadata["model_description"])
    other = {"vae": "encoder", "gan": "discriminator"}[description["kind"]]
    taker, _ = export(folder, f"{name}-{other}", "--network", other)
    if (metadata["model"], metadata["epoch"]) != (name, "1"):
        fail(f"{name}: the metadata are {metadata}")

    z = np.random.default_rng(1).standard_normal((COUNT, description["latent"]), np.float32)
    save_file({"z": z}, "z.safetensors")
    gputrain("sample", folder, "--latents", "z.safetensors", "--tensors", "drawn.safetensors")
    gputrain("reconstruct", folder, "--count", COUNT, "--tensors", "seen.safetensors")
    drawn, seen = load_file("drawn.safetensors"), load_file("seen.safetensors")

    def inputs(tensors, **values):
        labels = tensors.get("labels")
        return values if labels is None else {**values, "labels": labels.astype(np.int64)}

    made = run(maker, inputs(drawn, z=z))["images"]
    differences = {"images": difference(made, channels_first(drawn["images"]))}
    taken = run(taker, inputs(seen, images=channels_first(seen["images"])))
    for output, value in taken.items():
        differences[output] = difference(value, seen[output])
    if "mean" in taken:
        again = run(maker, inputs(seen, z=taken["mean"]))["images"]
        differences["reconstructions"] = difference(again, channels_first(seen["reconstructions"]))
    if max(differences.values()) > 1e-5:
        fail(f"{model}: ONNX Runtime differs by {differences}")
    print(f"{model}: ONNX Runtime gives the same numbers, to {max(differences.values()):.0e}",
          flush=True)


for model in sys.argv[1:]:
    check(model)
