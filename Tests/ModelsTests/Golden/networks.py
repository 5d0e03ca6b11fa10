"""The networks of the tests in PyTorch, without their last activation. The caller gives dropout."""

import torch
from torch import nn
from torch.nn import functional as F


class LinearGenerator(nn.Sequential):
    def __init__(self):
        super().__init__(
            nn.Linear(100, 128),
            nn.LeakyReLU(0.2),
            nn.Linear(128, 256),
            nn.LeakyReLU(0.2),
            nn.Linear(256, 512),
            nn.LeakyReLU(0.2),
            nn.Linear(512, 784),
        )


class LinearDiscriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Linear(a, b) for a, b in ((784, 512), (512, 256), (256, 128), (128, 1))
        )

    def forward(self, x, dropout):
        for stage, layer in enumerate(self.layers[:-1]):
            x = dropout(F.leaky_relu(layer(x), 0.2), stage, 0.4)
        return self.layers[-1](x)


class ConvDecoder(nn.Module):
    def __init__(self, latent):
        super().__init__()
        self.fc = nn.Linear(latent, 12544)
        self.fc.output_map = (7, 7, 256)
        self.layers = nn.ModuleList(
            nn.ConvTranspose2d(a, b, 3, stride, 1, stride - 1)
            for a, b, stride in ((256, 128, 2), (128, 64, 1), (64, 32, 1), (32, 1, 2))
        )

    def forward(self, z, dropout=None):
        x = self.fc(z).reshape(-1, 256, 7, 7)
        for layer in self.layers[:-1]:
            x = F.relu(layer(x))
        return self.layers[-1](x)


class ConvEncoder(nn.Module):
    def __init__(self, outputs):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Conv2d(a, b, 3, stride, 1)
            for a, b, stride in ((1, 32, 2), (32, 64, 1), (64, 128, 1), (128, 256, 2))
        )
        self.fc = nn.Linear(12544, outputs)
        self.fc.input_map = (7, 7, 256)

    def forward(self, x, dropout):
        x = x.reshape(-1, 1, 28, 28)
        for stage, layer in enumerate(self.layers):
            x = dropout(F.leaky_relu(layer(x), 0.2), stage, 0.25)
        return self.fc(x.flatten(1))


class GroupedNorm1d(nn.BatchNorm1d):
    """Normalizes equal groups of rows apart, as if each were a batch of its own."""

    groups = 1

    def forward(self, x):
        normalize = super().forward
        return torch.cat([normalize(part) for part in x.chunk(self.groups)])


class GroupedNorm2d(nn.BatchNorm2d):
    """The same for maps."""

    groups = 1

    def forward(self, x):
        normalize = super().forward
        return torch.cat([normalize(part) for part in x.chunk(self.groups)])


def set_groups(network, groups):
    for layer in network.modules():
        if isinstance(layer, (GroupedNorm1d, GroupedNorm2d)):
            layer.groups = groups


class NormalizedGenerator(nn.Module):
    deviation = 0.02  # of the weights

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(100, 7 * 7 * 6, bias=False)
        self.fc.output_map = (7, 7, 6)
        self.norm0 = GroupedNorm2d(6)
        self.conv1 = nn.Conv2d(6, 5, 3, 1, 1, bias=False)
        self.norm1 = GroupedNorm2d(5)
        self.conv2 = nn.ConvTranspose2d(5, 1, 4, 2, 1)

    def forward(self, z, dropout=None):
        x = F.relu(self.norm0(self.fc(z).reshape(-1, 6, 7, 7)))
        x = self.conv1(F.interpolate(x, scale_factor=2, mode="nearest"))
        return self.conv2(F.silu(self.norm1(x)))


class NormalizedDiscriminator(nn.Module):
    deviation = 0.02

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 4, 2, 1)
        self.conv2 = nn.Conv2d(4, 8, 4, 2, 1, bias=False)
        self.norm = GroupedNorm2d(8)
        self.fc = nn.Linear(8 * 7 * 7, 1)
        self.fc.input_map = (7, 7, 8)

    def forward(self, x, dropout):
        x = dropout(F.silu(self.conv1(x.reshape(-1, 1, 28, 28))), 1, 0.25)
        x = dropout(F.leaky_relu(self.norm(self.conv2(x)), 0.2), 3, 0.25)
        return self.fc(x.flatten(1))


class ConditionalGenerator(nn.Sequential):
    """The networks of conditional-gan.yaml and conditional-vae.yaml. The caller joins labels."""

    def __init__(self):
        super().__init__(
            nn.Linear(110, 256, bias=False),
            GroupedNorm1d(256),
            nn.LeakyReLU(0.2),
            nn.Linear(256, 512, bias=False),
            GroupedNorm1d(512),
            nn.LeakyReLU(0.2),
            nn.Linear(512, 784),
        )


class ConditionalDiscriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Linear(a, b) for a, b in ((794, 512), (512, 256), (256, 1))
        )

    def forward(self, x, dropout):
        for stage, layer in enumerate(self.layers[:-1]):
            x = dropout(F.leaky_relu(layer(x), 0.2), stage, 0.3)
        return self.layers[-1](x)


class ConditionalEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(11, 32, 3, 2, 1)
        self.conv2 = nn.Conv2d(32, 64, 3, 2, 1)
        self.fc = nn.Linear(64 * 7 * 7, 16)
        self.fc.input_map = (7, 7, 64)

    def forward(self, x, dropout):
        x = F.relu(self.conv1(x.reshape(-1, 28, 28, 11).permute(0, 3, 1, 2)))
        return self.fc(F.relu(self.conv2(x)).flatten(1))


class ConditionalDecoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(18, 64 * 7 * 7)
        self.fc.output_map = (7, 7, 64)
        self.conv1 = nn.ConvTranspose2d(64, 32, 3, 2, 1, 1)
        self.conv2 = nn.ConvTranspose2d(32, 1, 3, 2, 1, 1)

    def forward(self, z, dropout=None):
        x = F.relu(self.fc(z)).reshape(-1, 64, 7, 7)
        return self.conv2(F.relu(self.conv1(x)))


class OddEncoder(nn.Module):
    """Takes images of 33×31×3, packed as (row, column, channel)."""

    def __init__(self):
        super().__init__()
        # Without a bias: its gradient would be zero but for rounding, which Adam enlarges.
        self.conv1 = nn.Conv2d(3, 4, 5, 3, 0, bias=False)
        self.norm1 = GroupedNorm2d(4)
        self.conv2 = nn.Conv2d(4, 6, 4, 2, 1)
        self.fc1 = nn.Linear(6 * 5 * 4, 10, bias=False)
        self.fc1.input_map = (5, 4, 6)
        self.norm2 = GroupedNorm1d(10)
        self.fc2 = nn.Linear(10, 8)

    def forward(self, x, dropout):
        x = x.reshape(-1, 33, 31, 3).permute(0, 3, 1, 2)
        x = dropout(F.leaky_relu(self.norm1(self.conv1(x)), 0.1), 1, 0.25)
        x = torch.tanh(self.conv2(x)).flatten(1)
        return self.fc2(dropout(F.relu(self.norm2(self.fc1(x))), 4, 0.25))


class OddDecoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 16 * 15 * 2, bias=False)
        self.fc.output_map = (16, 15, 2)
        self.norm = GroupedNorm2d(2)
        self.up1 = nn.ConvTranspose2d(2, 5, 5, 1, 2)
        self.up2 = nn.ConvTranspose2d(5, 3, 4, 1, 1)

    def forward(self, z, dropout=None):
        x = F.relu(self.norm(self.fc(z).reshape(-1, 2, 16, 15)))
        x = F.interpolate(F.silu(self.up1(x)), scale_factor=2, mode="nearest")
        return self.up2(x).permute(0, 2, 3, 1)


class NarrowGenerator64(nn.Module):
    """Radford et al.'s generator of images of 64×64×3, with 4 base channels. The images are packed
    as (row, column, channel).
    """

    deviation = 0.02

    def __init__(self):
        super().__init__()
        self.conv1 = nn.ConvTranspose2d(100, 32, 4, 1, 0, bias=False)
        self.norm1 = GroupedNorm2d(32)
        self.conv2 = nn.ConvTranspose2d(32, 16, 4, 2, 1, bias=False)
        self.norm2 = GroupedNorm2d(16)
        self.conv3 = nn.ConvTranspose2d(16, 8, 4, 2, 1, bias=False)
        self.norm3 = GroupedNorm2d(8)
        self.conv4 = nn.ConvTranspose2d(8, 4, 4, 2, 1, bias=False)
        self.norm4 = GroupedNorm2d(4)
        self.conv5 = nn.ConvTranspose2d(4, 3, 4, 2, 1)

    def forward(self, z, dropout=None):
        x = F.relu(self.norm1(self.conv1(z.reshape(-1, 100, 1, 1))))
        x = F.relu(self.norm2(self.conv2(x)))
        x = F.relu(self.norm3(self.conv3(x)))
        x = F.relu(self.norm4(self.conv4(x)))
        return self.conv5(x).permute(0, 2, 3, 1)


class NarrowDiscriminator64(nn.Module):
    deviation = 0.02

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 4, 2, 1)
        self.conv2 = nn.Conv2d(4, 8, 4, 2, 1, bias=False)
        self.norm2 = GroupedNorm2d(8)
        self.conv3 = nn.Conv2d(8, 16, 4, 2, 1, bias=False)
        self.norm3 = GroupedNorm2d(16)
        self.conv4 = nn.Conv2d(16, 32, 4, 2, 1, bias=False)
        self.norm4 = GroupedNorm2d(32)
        self.conv5 = nn.Conv2d(32, 1, 4, 1, 0)

    def forward(self, x, dropout=None):
        x = F.leaky_relu(self.conv1(x.reshape(-1, 64, 64, 3).permute(0, 3, 1, 2)), 0.2)
        x = F.leaky_relu(self.norm2(self.conv2(x)), 0.2)
        x = F.leaky_relu(self.norm3(self.conv3(x)), 0.2)
        x = F.leaky_relu(self.norm4(self.conv4(x)), 0.2)
        return self.conv5(x).reshape(-1, 1)


def parameters_on_device(network):
    """Each parameter with the axes it has on the device, their order in PyTorch, and its fan-in,
    which is None for normalizations.

    The device holds linear weights as [in][out], convolutions as [kh][kw][ci][co], transposed ones
    as the convolution whose data gradient they are, and maps as (row, column, channel).
    """
    for layer in network.modules():
        if isinstance(layer, nn.Linear):
            inputs = getattr(layer, "input_map", (layer.in_features,))
            outputs = getattr(layer, "output_map", (layer.out_features,))
            first = [2, 0, 1] if len(inputs) == 3 else [0]
            last = [2, 0, 1] if len(outputs) == 3 else [0]
            order = [len(inputs) + i for i in last] + first
            yield layer.weight, inputs + outputs, order, layer.in_features
            if layer.bias is not None:
                yield layer.bias, outputs, last, layer.in_features
        elif isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
            yield layer.weight, layer.weight.shape, [0], None
            yield layer.bias, layer.bias.shape, [0], None
        elif isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
            a, b, height, width = layer.weight.shape
            # PyTorch takes axis 1 of the weight for the fan-in of both kinds.
            yield layer.weight, (height, width, b, a), [3, 2, 0, 1], b * height * width
            if layer.bias is not None:
                yield layer.bias, layer.bias.shape, [0], b * height * width
