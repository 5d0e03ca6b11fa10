// The place in the latent space, and its form in the page's address.
"use strict";

// Returns the sum of products of two vectors.
function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

// Returns a latent on the great circle from one to another, as `gputrain interpolate` does. The
// path is straight if they point in the same or in opposite directions, or one is zero.
function spherical(from, to, t) {
  const norms = Math.sqrt(dot(from, from) * dot(to, to));
  const angle = norms > 0 ? Math.acos(Math.max(-1, Math.min(1, dot(from, to) / norms))) : 0;
  const isStraight = Math.sin(angle) < 1e-6;
  const first = isStraight ? 1 - t : Math.sin((1 - t) * angle) / Math.sin(angle);
  const second = isStraight ? t : Math.sin(t * angle) / Math.sin(angle);
  return from.map((value, i) => first * value + second * to[i]);
}

// What the page shows: a latent and a class, the saved places A and B, the position on the path
// between them, and the directions of the map. A saved place has no class until a person sets it.
class Place {
  constructor(model) {
    this.model = model;
    this.z = Place.random(model.latent);
    this.label = 0;
    this.saved = {
      a: { z: this.z.slice(), label: null },
      b: { z: Place.random(model.latent), label: null },
    };
    this.part = 0;
    this.axes = [0, Math.min(1, model.directions.length - 1)];
  }

  // Draws a latent from the standard normal distribution (Box and Muller, 1958), with three digits
  // after the point, so that an address holds it exactly.
  static random(count) {
    return Float64Array.from({ length: count }, () => {
      const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
      return Number((radius * Math.cos(2 * Math.PI * Math.random())).toFixed(3));
    });
  }

  // Returns how far the latent lies along a direction.
  coordinate(direction) {
    return dot(this.z, this.model.directions[direction].vector);
  }

  // Returns the latent after moves along directions, each a pair of a direction and a distance.
  moved(moves) {
    const result = this.z.slice();
    for (const [direction, distance] of moves) {
      const { vector } = this.model.directions[direction];
      for (let i = 0; i < result.length; i++) result[i] += distance * vector[i];
    }
    return result;
  }

  // Returns this latent, moved to the coordinates x and y on the map.
  onMap(x, y) {
    const [across, up] = this.axes;
    const moves = [[across, x - this.coordinate(across)], [up, y - this.coordinate(up)]];
    return this.moved(across === up ? moves.slice(0, 1) : moves);
  }

  save(name) {
    this.saved[name] = { z: this.z.slice(), label: this.label };
  }

  recall(name) {
    const { z, label } = this.saved[name];
    [this.z, this.label, this.part] = [z.slice(), label ?? this.label, name === "a" ? 0 : 1];
  }

  // Moves to a part of the path from A to B. The class is that of the nearer end if it has one.
  follow(part) {
    const { a, b } = this.saved;
    this.part = part;
    this.z = part === 0 ? a.z.slice() : part === 1 ? b.z.slice() : spherical(a.z, b.z, part);
    this.label = (part < 0.5 ? a : b).label ?? this.label;
  }

  // The place as an address's fragment.
  get fragment() {
    const { classes } = this.model;
    const list = (z) => Array.from(z, (value) => String(Number(value.toFixed(4)))).join(",");
    const fields = { z: list(this.z), a: list(this.saved.a.z), b: list(this.saved.b.z) };
    if (classes.length > 0) {
      fields.class = classes[this.label];
      for (const name of ["a", "b"]) {
        const { label } = this.saved[name];
        if (label !== null) fields[`class-${name}`] = classes[label];
      }
    }
    if (this.part > 0) fields.part = this.part;
    fields.map = this.axes.map((axis) => axis + 1).join(",");
    return "#" + Object.entries(fields)
      .map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll("%2C", ",")}`)
      .join("&");
  }

  // Applies a fragment; ignores parts that do not fit the model.
  read(fragment) {
    const { classes, directions, latent } = this.model;
    const fields = new URLSearchParams(fragment.replace(/^#/, "").replaceAll("+", "%2B"));
    const numbers = (name, count) => {
      const values = (fields.get(name) ?? "").split(",").map(Number);
      const fits = fields.has(name) && values.length === count
        && values.every((value) => Math.abs(value) <= 1e6);
      return fits ? values : null;
    };
    const read = (place, z, label) => {
      const values = numbers(z, latent);
      if (values) place.z = Float64Array.from(values);
      const index = classes.indexOf(fields.get(label));
      if (index >= 0) place.label = index;
    };
    read(this, "z", "class");
    read(this.saved.a, "a", "class-a");
    read(this.saved.b, "b", "class-b");
    const [part] = numbers("part", 1) ?? [0];
    this.part = Math.max(0, Math.min(1, part));
    const axes = (numbers("map", 2) ?? []).map((axis) => axis - 1);
    if (axes.length > 0 && axes.every((axis) => directions[axis])) this.axes = axes;
  }
}
