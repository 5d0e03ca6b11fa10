"""Compares runs' checkpoints with the paper author's PyTorch classes: these load the last
checkpoint, and must give the same images and outputs.

The classes compute in float64, so that PyTorch's own rounding does not matter.

    classes.py RUN …

gputrain must be in PATH. Temporary files go into the current folder.
"""

import json
import subprocess
import sys

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional as F

IMAGES = 100  # the number of validation images, and of samples


class LinearGenerator(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Sequential(
            nn.Linear(100, 128), nn.LeakyReLU(0.2), nn.Linear(128, 256), nn.LeakyReLU(0.2),
            nn.Linear(256, 512), nn.LeakyReLU(0.2), nn.Linear(512, 784), nn.Tanh())

    def forward(self, z):
        return self.out(z)


class LinearDiscriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Sequential(
            nn.Linear(784, 512), nn.LeakyReLU(0.2), nn.Dropout(0.4),
            nn.Linear(512, 256), nn.LeakyReLU(0.2), nn.Dropout(0.4),
            nn.Linear(256, 128), nn.LeakyReLU(0.2), nn.Dropout(0.4), nn.Linear(128, 1))

    def forward(self, x):
        return self.out(x.flatten(1))


def add_convolutions(module):
    shapes = (1, 32, 2), (32, 64, 1), (64, 128, 1), (128, 256, 2)
    for i, (inputs, outputs, stride) in enumerate(shapes):
        setattr(module, f"conv{i}", nn.Conv2d(inputs, outputs, 3, stride, 1))
    module.dropout = nn.Dropout2d(0.25)


def convolve(module, x):
    x = x.view(-1, 1, 28, 28)
    for layer in (module.conv0, module.conv1, module.conv2, module.conv3):
        x = module.dropout(F.leaky_relu(layer(x), 0.2))
    return module.fc(x.flatten(1))


def add_transposed_convolutions(module):
    shapes = (256, 128, 2), (128, 64, 1), (64, 32, 1), (32, 1, 2)
    for i, (inputs, outputs, stride) in enumerate(shapes, 1):
        layer = nn.ConvTranspose2d(inputs, outputs, 3, stride, 1, stride - 1)
        setattr(module, f"trans_conv{i}", layer)


def deconvolve(module, x):
    x = x.view(-1, 256, 7, 7)
    for layer in (module.trans_conv1, module.trans_conv2, module.trans_conv3):
        x = F.relu(layer(x))
    return module.trans_conv4(x)


class ConvGenerator(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(100, 7 * 7 * 256)
        add_transposed_convolutions(self)

    def forward(self, z):
        return torch.tanh(deconvolve(self, self.fc(z)))


class ConvDiscriminator(nn.Module):
    def __init__(self):
        super().__init__()
        add_convolutions(self)
        self.fc = nn.Linear(7 * 7 * 256, 1)

    def forward(self, x):
        return convolve(self, x)


class LinearVAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 128), nn.ReLU(), nn.Linear(128, 32))
        self.decoder = nn.Sequential(
            nn.Linear(16, 128), nn.ReLU(), nn.Linear(128, 512), nn.ReLU(), nn.Linear(512, 784),
            nn.Sigmoid())

    def encode(self, x):
        return self.encoder(x.flatten(1))

    def decode(self, z):
        return self.decoder(z)


class ConvVAE(nn.Module):
    def __init__(self):
        super().__init__()
        add_convolutions(self)
        self.fc = nn.Linear(7 * 7 * 256, 32)
        self.fc1 = nn.Linear(16, 7 * 7 * 256)
        add_transposed_convolutions(self)

    def encode(self, x):
        return convolve(self, x)

    def decode(self, z):
        return torch.sigmoid(deconvolve(self, self.fc1(z)))


GANS = {
    "linear-gan": (LinearGenerator, LinearDiscriminator),
    "dcgan": (ConvGenerator, ConvDiscriminator),
}
VAES = {"linear-vae": LinearVAE, "conv-vae": ConvVAE}


def gputrain(*arguments):
    subprocess.run(["gputrain", *arguments], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def load(module, weights, prefix=""):
    module.load_state_dict({name.removeprefix(prefix): tensor for name, tensor in weights.items()
                            if name.startswith(prefix)})
    return module.double().eval()


def compare(name, ours, theirs, largest):
    difference = (ours - theirs.view_as(ours)).abs().max().item()
    print(f"  {name}: {difference:.1e}")
    return difference <= largest


def check(run):
    """Returns whether all outputs of the run's last checkpoint agree."""
    path = f"{run}/checkpoints/last.safetensors"
    with safe_open(path, framework="pt") as file:
        model = file.metadata()["model"]
    with open(f"{run}/run.json") as file:
        print(f"{model}, on {json.load(file)['dataset']}:")
    weights = {name: tensor for name, tensor in load_file(path).items()
               if not name.startswith("optimizer.")}
    if model in GANS:
        prefixes = "generator.", "discriminator."
        generator, discriminator = (load(make(), weights, prefix)
                                    for make, prefix in zip(GANS[model], prefixes))
        latent, decode = 100, generator
        networks = ("generator.", generator), ("discriminator.", discriminator)
        saved = {prefix + name: tensor for prefix, network in networks
                 for name, tensor in network.state_dict().items()}
    else:
        vae = load(VAES[model](), weights)
        latent, decode, saved = 16, vae.decode, vae.state_dict()

    z = torch.randn(IMAGES, latent, generator=torch.Generator().manual_seed(7))
    save_file({"z": z}, "z.safetensors")
    save_file({name: tensor.float().contiguous() for name, tensor in saved.items()},
              "weights.safetensors")
    gputrain("sample", path, "--latents", "z.safetensors", "--tensors", "samples.safetensors")
    gputrain("sample", "weights.safetensors", "--model", model, "--latents", "z.safetensors",
             "--tensors", "again.safetensors")
    gputrain("reconstruct", run, "--count", str(IMAGES), "--tensors", "reconstructed.safetensors")
    samples = load_file("samples.safetensors")["images"]
    outputs = load_file("reconstructed.safetensors")
    z, images = z.double(), outputs["images"].double()
    with torch.no_grad():
        right = [compare("samples", samples, decode(z), 1e-5),
                 compare("samples of the weights that PyTorch saved",
                         load_file("again.safetensors")["images"], samples, 0)]
        if model in GANS:
            right.append(compare("logits", outputs["logits"], discriminator(images), 1e-4))
        else:
            mean, log_variance = vae.encode(images).split(16, dim=1)
            right += [compare("means", outputs["mean"], mean, 1e-4),
                      compare("log variances", outputs["log_variance"], log_variance, 1e-4),
                      compare("reconstructions", outputs["reconstructions"], decode(mean), 1e-5)]
    return all(right)


agree = all([check(run) for run in sys.argv[1:]])
sys.exit(0 if agree else "a run's checkpoint gives other outputs in PyTorch")
