// Runs a decoder or a generator: from a latent, and a class of a conditional model, to an image.
//
// A map is an array of rows of pixels of channels; features are a map of one pixel.
// PageNetwork.swift writes the stages, and says what each holds.
"use strict";

// The functions that a stage may end in.
const activations = {
  identity: () => null,
  relu: () => (x) => (x > 0 ? x : 0),
  leaky: (slope) => (x) => (x > 0 ? x : slope * x),
  silu: () => (x) => x / (1 + Math.exp(-x)),
  tanh: () => Math.tanh,
  sigmoid: () => (x) => 1 / (1 + Math.exp(-x)),
};

// The numbers of the page: parts of its bytes, of 16 or 32 bits each.
class Numbers {
  constructor(base64) {
    const text = atob(base64.trim());
    this.bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) this.bytes[i] = text.charCodeAt(i);
  }

  read({ at, count, bits }) {
    const buffer = this.bytes.slice(at, at + count * bits / 8).buffer;
    return bits === 32 ? new Float32Array(buffer) : Numbers.single(new Uint16Array(buffer));
  }

  // Converts finite numbers of IEEE's binary16: a sign, five bits of an exponent, ten of a
  // fraction.
  static single(halves) {
    return Float32Array.from(halves, (half) => {
      const exponent = (half >> 10) & 31;
      const fraction = (half & 1023) / 1024;
      const size = exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15);
      return half & 0x8000 ? -size : size;
    });
  }
}

// Multiplies each channel by a number and adds another: a normalization by running statistics.
class Scaling {
  constructor({ scale, shift }, numbers) {
    this.scale = numbers.read(scale);
    this.shift = numbers.read(shift);
  }

  run(x) {
    const channels = this.scale.length;
    for (let i = 0; i < x.length; i += channels) {
      for (let c = 0; c < channels; c++) x[i + c] = x[i + c] * this.scale[c] + this.shift[c];
    }
    return x;
  }
}

// Repeats each pixel of a map in `factor` rows and columns.
class Upsampling {
  constructor({ input, factor }) {
    [this.height, this.width, this.channels] = input;
    this.factor = factor;
    this.result = new Float32Array(this.height * this.width * this.channels * factor * factor);
  }

  run(x) {
    const { channels, factor, height, result, width } = this;
    const length = width * factor * channels;
    for (let row = 0; row < height; row++) {
      const line = row * factor * length;
      for (let column = 0; column < width; column++) {
        const place = (row * width + column) * channels;
        const pixel = x.subarray(place, place + channels);
        for (let i = 0; i < factor; i++) {
          result.set(pixel, line + (column * factor + i) * channels);
        }
      }
      for (let i = 1; i < factor; i++) {
        result.copyWithin(line + i * length, line, line + length);
      }
    }
    return result;
  }
}

// The layers of a stage, by their kinds.
const layers = {
  products: (stage, numbers) => new Products(stage, numbers),
  scaling: (stage, numbers) => new Scaling(stage, numbers),
  upsampling: (stage) => new Upsampling(stage),
  none: () => ({ run: (x) => x }),
};

// A network of the stages of a model.
class Network {
  constructor(model, numbers) {
    this.latent = model.latent;
    this.input = new Float32Array(model.latent + model.classes.length);
    this.stages = model.stages.map((stage) => ({
      layer: layers[stage.kind](stage, numbers),
      activation: activations[stage.activation](stage.slope),
    }));
    // The products of an image.
    this.work = this.stages.reduce((sum, { layer }) => sum + (layer.work ?? 0), 0);
  }

  // Returns the image of a latent and a class, (height, width, channels), which is valid until the
  // next one is computed.
  run(z, label) {
    // The code of the class follows the latent.
    this.input.fill(0);
    this.input.set(z);
    if (this.input.length > this.latent) this.input[this.latent + label] = 1;
    let x = this.input;
    for (const { layer, activation } of this.stages) {
      x = layer.run(x);
      if (activation) for (let i = 0; i < x.length; i++) x[i] = activation(x[i]);
    }
    return x;
  }
}
