// The controls beside the map: sliders, classes, the path between A and B, and neighbours.
"use strict";

// A slider for each direction.
class Sliders {
  // The ends of a slider, in deviations of the prior.
  static reach = 4;

  constructor(place, changed) {
    this.place = place;
    this.sliders = place.model.directions.map(({ name, share }, index) => {
      const id = `slider-${index}`;
      const input = make("input", {
        type: "range", id, min: -Sliders.reach, max: Sliders.reach, step: 0.05,
      });
      const value = make("output", { htmlFor: id });
      value.setAttribute("aria-live", "off");
      input.addEventListener("input", () => {
        place.z = place.moved([[index, input.valueAsNumber - place.coordinate(index)]]);
        changed();
      });
      const percent = share < 0.01 ? "<1 %" : `${Math.round(100 * share)} %`;
      const label = make(
        "label", { htmlFor: id }, name, make("span", { className: "share" }, percent));
      element("slider-list").append(make("div", { className: "slider" }, label, input, value));
      return { input, value };
    });
    const isPrincipal = place.model.directions.length < place.model.latent;
    element("sliders-title").textContent = isPrincipal ? "Directions" : "Latents";
    element("sliders-note").textContent = (isPrincipal
      ? `Directions in the space of ${place.model.latent} latents; the first changes images most`
      : "The first latent changes images most")
      + ". The percentages are shares of the change.";
  }

  show() {
    this.sliders.forEach(({ input, value }, index) => {
      const coordinate = this.place.coordinate(index);
      input.value = coordinate;
      value.textContent = fixed(coordinate);
    });
  }
}

// The choice of a class, for a conditional model.
class Classes {
  constructor(place, changed) {
    this.place = place;
    const names = place.model.classes;
    element("classes").hidden = names.length === 0;
    this.inputs = names.map((name, index) => {
      const input = make("input", { type: "radio", name: "class" });
      input.addEventListener("change", () => {
        place.label = index;
        changed();
      });
      const label = make("label", { className: "choice" }, input, make("span", {}, name));
      element("classes").append(label);
      return input;
    });
  }

  show() {
    if (this.inputs.length > 0) this.inputs[this.place.label].checked = true;
  }
}

// The two directions of the map.
class Axes {
  constructor(place, changed) {
    this.place = place;
    this.selects = ["axis-x", "axis-y"].map((id, axis) => {
      const select = element(id);
      select.append(...place.model.directions.map(({ name }, index) =>
        make("option", { value: index, textContent: name })));
      select.addEventListener("change", () => {
        place.axes[axis] = Number(select.value);
        changed();
      });
      return select;
    });
    element("axes").hidden = place.model.directions.length <= 2;
  }

  show() {
    this.selects.forEach((select, axis) => { select.value = this.place.axes[axis]; });
  }
}

// The images around the point, in the plane of the map.
class Neighbours {
  static side = 5;

  constructor(place, painter, changed) {
    this.place = place;
    this.painter = painter;
    const { height, width } = place.model.image;
    const half = (Neighbours.side - 1) / 2;
    this.cells = Array.from({ length: Neighbours.side ** 2 }, (_, index) => {
      const across = index % Neighbours.side - half;
      const up = half - Math.floor(index / Neighbours.side);
      const canvas = make("canvas", { width, height });
      const steps = [across && `${Math.abs(across)} ${across < 0 ? "left" : "right"}`,
        up && `${Math.abs(up)} ${up < 0 ? "down" : "up"}`].filter(Boolean).join(", ");
      const button = make("button", {}, canvas);
      button.setAttribute("aria-label", steps ? `Neighbour: ${steps}` : "The image itself");
      if (!steps) button.className = "middle";
      button.addEventListener("click", () => {
        place.z = this.latent(across, up);
        changed();
      });
      element("neighbours").append(button);
      return { across, up, context: canvas.getContext("2d") };
    });
    this.cells.sort((a, b) => Math.hypot(a.across, a.up) - Math.hypot(b.across, b.up));
    element("distance").addEventListener("change", () => this.show());
  }

  latent(across, up) {
    const distance = Number(element("distance").value);
    const [x, y] = this.place.axes;
    return this.place.moved([[x, distance * across], [y, distance * up]]);
  }

  show() {
    this.painter.draw("neighbours", this.cells.map(({ across, up, context }) => ({
      z: this.latent(across, up), label: this.place.label, context, x: 0, y: 0,
    })));
  }
}
