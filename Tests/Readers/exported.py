"""Compares the ONNX models that gputrain exports with gputrain itself, in ONNX Runtime.

    exported.py MODEL …

A MODEL is the name of a model or its file. Each is trained for a step, and gets random weights and
statistics, so that all of them matter to the results. Both of its networks are exported. ONNX's
checker must accept the files. Their images, means, log variances and logits must be those of
`sample --tensors` and `reconstruct --tensors`, to 1e-5, in one batch and one by one.

gputrain must be in PATH. Temporary files go into the current folder.
"""

import json
import subprocess
import sys

import numpy as np
import onnx
import onnxruntime
from safetensors import safe_open
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
    """Returns the largest difference; of numbers above 1 in relation to the largest of them."""
    return float(np.abs(a.astype(np.float64) - b).max() / max(1, np.abs(b).max()))


def randomize(checkpoint, path):
    """Writes a checkpoint with other weights, under which the outputs depend much on the inputs."""
    random = np.random.default_rng(2)
    with safe_open(checkpoint, framework="numpy") as file:
        metadata = file.metadata()
    tensors = load_file(checkpoint)
    for name, tensor in tensors.items():
        if tensor.dtype != np.float32 or name.startswith("optimizer."):
            continue
        noise = random.standard_normal(tensor.shape)
        if name.endswith("running_var"):
            noise = np.exp(noise / 2)
        elif name.endswith(".weight") and tensor.ndim == 1:
            noise = 1 + noise / 4
        elif tensor.ndim > 1:
            # So layers keep the size of their inputs, roughly, whichever axis has these.
            noise *= np.sqrt(2 * np.sqrt(tensor.shape[0] * tensor.shape[1]) / tensor.size)
        else:
            noise /= 4
        tensors[name] = noise.astype(np.float32)
    save_file(tensors, path, metadata)


def check(model):
    checked = json.loads(gputrain("models", "check", model, "--json"))
    name, (height, width, channels) = checked["name"], checked["image"]
    folder = f"runs/{name}"
    gputrain("train", model, "--dataset", "synthetic-digits", "--limit", 32,
             "--image-size", f"{width}x{height}", "--channels", channels, "--epochs", 1,
             "--batch-size", 32, "--out", folder, "--overwrite")
    weights = f"{folder}/checkpoints/random.safetensors"
    randomize(f"{folder}/checkpoints/last.safetensors", weights)
    maker, metadata = export(weights, name)
    description = json.loads(metadata["model_description"])
    other = {"vae": "encoder", "gan": "discriminator"}[description["kind"]]
    taker, _ = export(weights, f"{name}-{other}", "--network", other)
    if (metadata["model"], metadata["epoch"]) != (name, "1"):
        fail(f"{name}: the metadata are {metadata}")

    z = np.random.default_rng(1).standard_normal((COUNT, description["latent"]), np.float32)
    save_file({"z": z}, "z.safetensors")
    gputrain("sample", weights, "--latents", "z.safetensors", "--tensors", "drawn.safetensors")
    gputrain("reconstruct", weights, "--count", COUNT, "--tensors", "seen.safetensors")
    drawn, seen = load_file("drawn.safetensors"), load_file("seen.safetensors")

    def inputs(tensors, **values):
        labels = tensors.get("labels")
        return values if labels is None else {**values, "labels": labels.astype(np.int64)}

    made = run(maker, inputs(drawn, z=z))["images"]
    differences = {"images": difference(made, channels_first(drawn["images"]))}
    taken = run(taker, inputs(seen, images=channels_first(seen["images"])))
    for output, value in [("images", made), *taken.items()]:
        if value.std(axis=0).mean() < 0.01:
            fail(f"{model}: {output} hardly depend on the input, so the comparison says nothing")
    for output, value in taken.items():
        differences[output] = difference(value, seen[output])
    if "mean" in taken:
        again = run(maker, inputs(seen, z=seen["mean"]))["images"]
        differences["reconstructions"] = difference(again, channels_first(seen["reconstructions"]))
    if max(differences.values()) > 1e-5:
        fail(f"{model}: ONNX Runtime differs by {differences}")
    print(f"{model}: ONNX Runtime gives the same numbers, to {max(differences.values()):.0e}",
          flush=True)


for model in sys.argv[1:]:
    check(model)
