// The map: images over a plane of the latent space, and a point to drag.
"use strict";

class LatentMap {
  // The coordinates at the edges, in deviations of the prior.
  static reach = 3.5;

  constructor(place, painter, changed) {
    this.place = place;
    this.painter = painter;
    this.changed = changed;
    this.frame = element("map");
    this.canvas = element("map-images");
    // A quick network fills a finer grid.
    this.side = painter.network.work < 3e6 ? 15 : 7;
    this.canvas.width = this.side * painter.model.image.width;
    this.canvas.height = this.side * painter.model.image.height;
    this.context = this.canvas.getContext("2d");
    this.base = null;
    this.listen();
  }

  listen() {
    const { frame } = this;
    frame.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      frame.setPointerCapture(event.pointerId);
      this.follow(event);
    });
    frame.addEventListener("pointermove", (event) => {
      if (frame.hasPointerCapture(event.pointerId)) this.follow(event);
    });
    const steps = {
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
    };
    frame.addEventListener("keydown", (event) => {
      const step = steps[event.key];
      if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const size = event.shiftKey ? 0.5 : 0.1;
      const [x, y] = this.position(this.place.z);
      this.move(x + size * step[0], y + size * step[1]);
    });
  }

  follow(event) {
    const box = this.frame.getBoundingClientRect();
    const across = (event.clientX - box.left) / box.width;
    const up = 1 - (event.clientY - box.top) / box.height;
    const coordinate = (part) => Number(((2 * part - 1) * LatentMap.reach).toFixed(2));
    this.move(coordinate(across), coordinate(up));
  }

  move(x, y) {
    const limit = (value) => Math.max(-LatentMap.reach, Math.min(LatentMap.reach, value));
    this.place.z = this.place.onMap(limit(x), limit(y));
    this.changed();
  }

  // The coordinates of a latent on the map.
  position(z) {
    return this.place.axes.map((axis) => dot(z, this.place.model.directions[axis].vector));
  }

  // Shows where a latent lies; one beyond an edge is shown at the edge.
  put(mark, z) {
    const [x, y] = this.position(z).map((value) => {
      const part = (value / LatentMap.reach + 1) / 2;
      return 100 * Math.max(0, Math.min(1, part));
    });
    mark.style.left = `${x}%`;
    mark.style.top = `${100 - y}%`;
  }

  show() {
    const { place } = this;
    this.put(element("point"), place.z);
    for (const name of ["a", "b"]) this.put(element(`mark-${name}`), place.saved[name].z);
    const lines = this.position(place.z).map((value, axis) => {
      const { name } = place.model.directions[place.axes[axis]];
      return make("span", {}, `${axis === 0 ? "→" : "↑"} ${name}: ${fixed(value)}`);
    });
    element("map-caption").replaceChildren(...lines);
    this.showImages();
  }

  // Draws the images of the plane, those near the point first, unless it drew this plane last.
  showImages() {
    const { place, side } = this;
    const middle = place.onMap(0, 0);
    const base = [place.label, ...place.axes, ...Array.from(middle, (v) => v.toFixed(3))].join();
    if (base === this.base) return;
    this.base = base;
    const { height, width } = place.model.image;
    const step = 2 * LatentMap.reach / side;
    const [x, y] = this.position(place.z);
    const images = [];
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        const at = [(column + 0.5) * step - LatentMap.reach, LatentMap.reach - (row + 0.5) * step];
        images.push({
          z: place.onMap(...at), label: place.label, context: this.context,
          x: column * width, y: row * height, distance: Math.hypot(at[0] - x, at[1] - y),
        });
      }
    }
    this.painter.draw("map", images.sort((a, b) => a.distance - b.distance));
  }
}
