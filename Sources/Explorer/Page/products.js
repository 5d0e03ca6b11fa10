// Linear layers and convolutions, which take nearly all of the time.
"use strict";

// Computes a linear layer, a convolution or a transposed one as sums over contiguous channels.
//
// Inputs get a border of zeros, so that no sum needs a check. In a phase of the output, which is
// every outputStep-th row and column from the first ones, all pixels use the same taps: a tap is a
// place in the weights and in the input. A convolution has one phase, a transposed one stride².
// The weights are (output channels, taps, input channels).
class Products {
  constructor(stage, numbers) {
    const { kernel, stride, padding, transposed } = stage;
    [this.height, this.width, this.inputs] = stage.input;
    [this.outputHeight, this.outputWidth, this.outputs] = stage.output;
    this.border = transposed ? kernel : padding;
    this.rowLength = (this.width + 2 * this.border) * this.inputs;
    this.padded = new Float32Array((this.height + 2 * this.border) * this.rowLength);
    this.result = new Float32Array(this.outputHeight * this.outputWidth * this.outputs);
    this.weights = numbers.read(stage.weight);
    this.bias = stage.bias ? numbers.read(stage.bias) : new Float32Array(this.outputs);
    this.span = kernel * kernel * this.inputs;
    this.inputStep = transposed ? 1 : stride;
    this.outputStep = transposed ? stride : 1;
    this.work = this.weights.length * (transposed
      ? this.height * this.width : this.outputHeight * this.outputWidth);
    this.phases = [];
    for (let row = 0; row < this.outputStep; row++) {
      for (let column = 0; column < this.outputStep; column++) {
        const rows = this.taps(stage, row);
        const columns = this.taps(stage, column);
        this.phases.push({ row, column, taps: rows.flatMap((r) => columns.map((c) => ({
          weight: (r.tap * kernel + c.tap) * this.inputs,
          input: r.place * this.rowLength + c.place * this.inputs,
        }))) });
      }
    }
  }

  // The taps of a phase in one direction, each with its place in the padded input.
  taps({ kernel, stride, padding, transposed }, phase) {
    const all = Array.from({ length: kernel }, (_, tap) => tap);
    if (!transposed) return all.map((tap) => ({ tap, place: tap }));
    return all.filter((tap) => (phase + padding - tap) % stride === 0)
      .map((tap) => ({ tap, place: (phase + padding - tap) / stride + this.border }));
  }

  run(x) {
    const length = this.width * this.inputs;
    for (let row = 0; row < this.height; row++) {
      const place = (row + this.border) * this.rowLength + this.border * this.inputs;
      this.padded.set(x.subarray(row * length, (row + 1) * length), place);
    }
    for (const phase of this.phases) this.runPhase(phase);
    return this.result;
  }

  // Computes a phase in tiles of 4 pixels of a row and 2 channels, whose sums stay in registers. A
  // tile that reaches over an edge computes the last pixel or channel again.
  runPhase({ row, column, taps }) {
    const { bias, inputs, inputStep, outputs, outputStep, padded, result, rowLength } = this;
    const { span, weights } = this;
    const columns = Math.ceil((this.outputWidth - column) / outputStep);
    const [step, last] = [inputStep * inputs, columns - 1];
    for (let c = 0; c < outputs; c += 2) {
      const other = Math.min(c + 1, outputs - 1);
      for (let y = row, top = 0; y < this.outputHeight; y += outputStep, top++) {
        const start = top * inputStep * rowLength;
        const line = y * this.outputWidth + column;
        for (let i = 0; i < columns; i += 4) {
          const i1 = Math.min(i + 1, last);
          const i2 = Math.min(i + 2, last);
          const i3 = Math.min(i + 3, last);
          let s00 = bias[c], s10 = s00, s20 = s00, s30 = s00;
          let s01 = bias[other], s11 = s01, s21 = s01, s31 = s01;
          for (const { weight, input } of taps) {
            let p0 = start + input + i * step;
            let [p1, p2, p3] = [p0 + (i1 - i) * step, p0 + (i2 - i) * step, p0 + (i3 - i) * step];
            let w0 = c * span + weight;
            let w1 = other * span + weight;
            for (const end = w0 + inputs; w0 < end; w0++, w1++, p0++, p1++, p2++, p3++) {
              const a = weights[w0], b = weights[w1];
              const x0 = padded[p0], x1 = padded[p1], x2 = padded[p2], x3 = padded[p3];
              s00 += a * x0; s01 += b * x0;
              s10 += a * x1; s11 += b * x1;
              s20 += a * x2; s21 += b * x2;
              s30 += a * x3; s31 += b * x3;
            }
          }
          const q0 = (line + i * outputStep) * outputs;
          const q1 = (line + i1 * outputStep) * outputs;
          const q2 = (line + i2 * outputStep) * outputs;
          const q3 = (line + i3 * outputStep) * outputs;
          result[q0 + c] = s00; result[q0 + other] = s01;
          result[q1 + c] = s10; result[q1 + other] = s11;
          result[q2 + c] = s20; result[q2 + other] = s21;
          result[q3 + c] = s30; result[q3 + other] = s31;
        }
      }
    }
  }
}
