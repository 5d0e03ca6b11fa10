// Draws images, the most urgent first, a few at a time, so that the page stays responsive.
"use strict";

class Painter {
  constructor(model, network) {
    this.model = model;
    this.network = network;
    // The images still to draw, by what they are for, in the order of urgency.
    this.queues = { image: [], neighbours: [], map: [] };
    this.isScheduled = false;
    // The time that an image takes, and what to do with it when all are drawn.
    this.milliseconds = null;
    this.rest = () => {};
  }

  // Replaces the images to draw for one use. Each is a latent, a class, the context of a canvas and
  // the place of the upper left corner in it; `done` may take the image's numbers.
  draw(use, images) {
    this.queues[use] = images;
    this.schedule();
  }

  get isDone() {
    return Object.values(this.queues).every((queue) => queue.length === 0);
  }

  schedule() {
    if (this.isScheduled || this.isDone) return;
    this.isScheduled = true;
    setTimeout(() => this.work());
  }

  // Draws for some milliseconds, then lets the browser show it and take events.
  work() {
    this.isScheduled = false;
    const start = performance.now();
    while (!this.isDone && performance.now() - start < 12) {
      const queue = Object.values(this.queues).find((images) => images.length > 0);
      this.paint(queue.shift());
    }
    if (this.isDone) this.rest();
    this.schedule();
  }

  paint({ z, label, context, x, y, done }) {
    const start = performance.now();
    const values = this.network.run(z, label);
    // A running mean: the first images take longer, until the browser has compiled the scripts.
    const time = performance.now() - start;
    this.milliseconds = 0.8 * (this.milliseconds ?? time) + 0.2 * time;
    context.putImageData(this.pixels(values), x, y);
    done?.(values);
  }

  // Converts numbers in the model's range to pixels: one channel is grey, three are red, green and
  // blue, and any other number of channels is shown as its mean, in grey.
  pixels(values) {
    const { height, width, channels, low, high } = this.model.image;
    const picture = new ImageData(width, height);
    const byte = (value) => Math.round(255 * (value - low) / (high - low));
    for (let i = 0; i < height * width; i++) {
      const pixel = values.subarray(i * channels, (i + 1) * channels);
      const mean = channels === 3 ? 0 : pixel.reduce((sum, value) => sum + value, 0) / channels;
      for (let c = 0; c < 3; c++) {
        picture.data[4 * i + c] = byte(channels === 3 ? pixel[c] : mean);
      }
      picture.data[4 * i + 3] = 255;
    }
    return picture;
  }
}
