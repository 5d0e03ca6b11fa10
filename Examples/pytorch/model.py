#!/usr/bin/env python3
"""A model of gputrain as PyTorch modules: the same layers, with the weights of its checkpoints.

    python model.py FILE                  prints the networks of a model file or of a checkpoint
    python model.py CHECKPOINT WEIGHTS    reads a checkpoint into the networks, and saves their
                                          weights into another file, which gputrain loads

As a module:

    import model
    networks = model.read("runs/mine/checkpoints/last.safetensors").load()
    networks["decoder"].eval()
    images = networks["decoder"](torch.randn(25, networks.latent))    # (25, channels, 28, 28)
    networks.save("weights.safetensors")    # gputrain sample weights.safetensors

The networks of a model that is conditional on classes take labels too: decoder(z, labels).

Maps are (channels, height, width), as PyTorch has them. It needs torch, safetensors and PyYAML.
"""

import json
import pathlib
import sys

import torch
import yaml
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent / "models"
ROLES = {"vae": ("encoder", "decoder"), "gan": ("generator", "discriminator")}
IMAGE_ROLES = "encoder", "discriminator"
KEYS = {"name", "kind", "image", "latent", "labels", "prefixes", "initial_deviations", "training"}


class FromImages(nn.Module):
    """Images as rows of all pixels, (row, column, channel), which a first linear layer takes."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


class ToImages(nn.Module):
    """The reverse: rows that a last linear layer makes, as images."""

    def __init__(self, height, width, channels):
        super().__init__()
        self.shape = height, width, channels

    def forward(self, x):
        return x.reshape(-1, *self.shape).permute(0, 3, 1, 2)


class JoinLabels(nn.Module):
    """Appends the one-hot code of an example's label to its features, or as maps to its maps."""

    def __init__(self, classes):
        super().__init__()
        self.classes = classes
        self.labels = torch.zeros(1, dtype=torch.long)

    def forward(self, x):
        codes = nn.functional.one_hot(self.labels.long(), self.classes).to(x)
        codes = codes.reshape(*codes.shape, *[1] * (x.dim() - 2))
        return torch.cat([x, codes.expand(-1, -1, *x.shape[2:])], 1)


class Network(nn.Sequential):
    """The layers of a network. `names` has the full name of each module that has parameters."""

    def __init__(self, layers, prefix, shape, image=None, classes=0):
        """`layers` are those of the model file, and `shape` is that of the input: (features) or
        (channels, height, width). `image`, (height, width, channels), is the shape of an output
        that is an image, else None. `classes` is the number of classes whose labels join inputs.
        """
        super().__init__()
        self.names = {}
        if layers and "linear" in layers[0] and len(shape) == 3:
            shape = self.add(FromImages(), shape)
        if classes:
            shape = self.add(JoinLabels(classes), shape)
        for layer in layers:
            (word, fields), = [(layer, None)] if isinstance(layer, str) else layer.items()
            name = fields if word == "batch_norm" else None
            if isinstance(fields, dict):
                name = fields.get("name")
            for module in modules(word, fields, shape):
                shape = self.add(module, shape)
            if name is not None:
                self.names[".".join(part for part in (prefix, name) if part)] = module
        if image and len(shape) == 1:
            shape = self.add(ToImages(*image), shape)
        self.output = shape

    def forward(self, x, labels=None):
        for module in self:
            if isinstance(module, JoinLabels):
                module.labels = labels
            x = module(x)
        return x

    def add(self, module, shape):
        """Appends a module, and returns the shape of its output for this one of the input."""
        self.append(module)
        with torch.no_grad():
            was_training = module.training
            output = module.eval()(torch.zeros(1, *shape))
            module.train(was_training)
        return tuple(output.shape[1:])

    def weights(self):
        """The parameters and buffers, by the names that gputrain gives them."""
        return {
            f"{name}.{key}": tensor
            for name, module in self.names.items()
            for key, tensor in module.state_dict().items()
        }

    def initialize(self, deviation):
        """Draws the weights again, from a normal distribution with this deviation."""
        for module in self.names.values():
            is_norm = isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d))
            nn.init.normal_(module.weight, 1.0 if is_norm else 0.0, deviation)


def modules(word, fields, shape):
    """The modules of a layer of a model file for an input of this shape. `fields` is a mapping, a
    value, or None if the file has only the word.
    """
    f = fields
    if word == "linear":
        size = torch.Size(shape).numel()
        flatten = [nn.Flatten()] if len(shape) > 1 else []
        return flatten + [nn.Linear(size, f["to"], f.get("bias", True))]
    if word in ("conv2d", "conv_transpose2d"):
        kernel, stride, padding = f.get("kernel", 3), f.get("stride", 1), f.get("padding", 1)
        sizes, bias = (shape[0], f["to"], kernel, stride, padding), f.get("bias", True)
        if word == "conv2d":
            return [nn.Conv2d(*sizes, bias=bias)]
        added = f.get("output_padding", stride + 2 * padding - kernel)
        return [nn.ConvTranspose2d(*sizes, added, bias=bias)]
    if word == "batch_norm":
        return [(nn.BatchNorm2d if len(shape) == 3 else nn.BatchNorm1d)(shape[0])]
    if word == "reshape":
        if len(fields) == 1:
            return [nn.Unflatten(1, fields)]
        height, width, channels = fields
        return [nn.Unflatten(1, (channels, height, width))]
    if word in ("relu", "silu", "tanh", "sigmoid"):
        return [{"relu": nn.ReLU, "silu": nn.SiLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}[word]()]
    if word == "leaky_relu":
        return [nn.LeakyReLU(0.2 if fields is None else fields)]
    if word == "upsample":
        return [nn.Upsample(scale_factor=2 if fields is None else fields)]
    if word in ("dropout", "dropout2d"):
        return [(nn.Dropout if word == "dropout" else nn.Dropout2d)(fields)]
    raise ValueError(f"there is no layer '{word}'")


class Model(dict):
    """The networks of a model by their roles, such as `decoder`, from its description."""

    def __init__(self, description, path):
        """`path` is the file that it was read from."""
        self.description, self.path = description, path
        roles = ROLES[description["kind"]]
        unknown = set(description) - KEYS - set(roles)
        if unknown:
            raise ValueError(f"{path} has keys that are not known: {', '.join(sorted(unknown))}")
        self.name, self.latent = description["name"], description["latent"]
        self.classes = description.get("labels", 0)
        image = [description["image"][axis] for axis in ("height", "width", "channels")]
        for role in roles:
            prefix = description.get("prefixes", {}).get(role, role)
            takes_images = role in IMAGE_ROLES
            shape = (image[2], *image[:2]) if takes_images else (self.latent,)
            self[role] = Network(
                description[role], prefix, shape, None if takes_images else image, self.classes)
            if role in description.get("initial_deviations", {}):
                self[role].initialize(description["initial_deviations"][role])

    def weights(self):
        """The parameters and buffers of all networks, by the names that gputrain gives them."""
        return {name: x for network in self.values() for name, x in network.weights().items()}

    def load(self, path=None):
        """Reads the weights of a checkpoint, by default of the file that the model was read from.
        The file may have others too, such as Adam's moments.
        """
        with safe_open(path or self.path, framework="pt") as file, torch.no_grad():
            for name, tensor in self.weights().items():
                tensor.copy_(file.get_tensor(name))
        return self

    def save(self, path):
        """Writes the weights with the model's description, so that gputrain needs no --model."""
        metadata = {"format": "pt", "model": self.name}
        if not is_built_in(self.description):
            metadata["model_description"] = json.dumps(self.description, sort_keys=True)
        weights = {name: x.detach().contiguous() for name, x in self.weights().items()}
        for name, tensor in weights.items():
            if tensor.is_floating_point():
                weights[name] = tensor.float()
        save_file(weights, path, metadata)


BUILT_IN = "linear-gan", "dcgan", "linear-vae", "conv-vae"


def is_built_in(description):
    """Whether gputrain has the model under its name; then a checkpoint does not describe it."""
    return description["name"] in BUILT_IN


def read(path):
    """The model of a model file, or of a checkpoint, which describes it or names a built-in one."""
    if not str(path).endswith(".safetensors"):
        with open(path, encoding="utf-8") as file:
            return Model(yaml.safe_load(file), path)
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata() or {}
    if "model_description" in metadata:
        return Model(json.loads(metadata["model_description"]), path)
    name = metadata.get("model")
    if name not in BUILT_IN:
        raise ValueError(f"{path} does not describe its model")
    with open(EXAMPLES / f"{name}.yaml", encoding="utf-8") as file:
        return Model(yaml.safe_load(file), path)


def main(path, target=None):
    model = read(path)
    for role, network in model.items():
        print(f"{role}: {network}")
    if target:
        model.load().save(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
