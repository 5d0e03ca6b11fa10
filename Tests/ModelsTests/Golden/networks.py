"""The networks of the paper in PyTorch, without their last activation. The caller gives dropout."""

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


def parameters_on_device(network):
    """Each parameter with the axes it has on the device, their order in PyTorch, and its fan-in.

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
            yield layer.bias, outputs, last, layer.in_features
        elif isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
            a, b, height, width = layer.weight.shape
            # PyTorch takes axis 1 of the weight for the fan-in of both kinds.
            yield layer.weight, (height, width, b, a), [3, 2, 0, 1], b * height * width
            yield layer.bias, layer.bias.shape, [0], b * height * width
