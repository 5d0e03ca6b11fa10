// Sets up the page: the place in the latent space, the views of it, and the keys.
"use strict";

class Explorer {
  constructor(model, numbers) {
    for (const direction of model.directions) direction.vector = numbers.read(direction.vector);
    this.model = model;
    this.network = new Network(model, numbers);
    this.painter = new Painter(model, this.network);
    this.place = new Place(model);
    this.place.read(location.hash);
    const changed = () => this.show();
    this.parts = [
      new LatentMap(this.place, this.painter, changed), new Sliders(this.place, changed),
      new Classes(this.place, changed), new Axes(this.place, changed),
      new Neighbours(this.place, this.painter, changed),
    ];
    this.canvas = element("image");
    [this.canvas.width, this.canvas.height] = [model.image.width, model.image.height];
    this.context = this.canvas.getContext("2d");
    this.painter.rest = () => {
      const time = this.painter.milliseconds;
      const words = time < 1 ? "less than 1" : Math.round(time);
      element("image-caption").textContent = `Computed here, ${words} ms an image`;
    };
    this.listen();
    this.show();
  }

  // What buttons and keys do.
  actions = {
    random: () => { this.place.z = Place.random(this.model.latent); },
    centre: () => { this.place.z = new Float64Array(this.model.latent); },
    "go-a": () => this.place.recall("a"),
    "go-b": () => this.place.recall("b"),
    "save-a": () => this.place.save("a"),
    "save-b": () => this.place.save("b"),
  };

  listen() {
    for (const name of Object.keys(this.actions)) {
      element(name).addEventListener("click", () => this.act(name));
    }
    element("path").addEventListener("input", (event) => {
      this.place.follow(event.target.valueAsNumber);
      this.show();
    });
    element("copy").addEventListener("click", () => this.copy());
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target.closest("select")) return;
      const end = event.shiftKey ? "save" : "go";
      const keys = { r: "random", c: "centre", a: `${end}-a`, b: `${end}-b` };
      const name = keys[event.key.toLowerCase()];
      if (name) this.act(name);
    });
    window.addEventListener("hashchange", (event) => {
      // NOTE: `keep` may have changed the address since, so location.hash may be older than this.
      this.place.read(new URL(event.newURL).hash);
      this.show();
    });
  }

  act(name) {
    this.actions[name]();
    if (name.startsWith("save")) this.say(`${name.at(-1).toUpperCase()} is set here.`);
    this.show();
  }

  say(text) {
    element("status").textContent = text;
    clearTimeout(this.silence);
    this.silence = setTimeout(() => { element("status").textContent = ""; }, 3000);
  }

  async copy() {
    this.keep();
    try {
      await navigator.clipboard.writeText(location.href);
      this.say("The link is copied.");
    } catch {
      this.say("Copy the page's address.");
    }
  }

  // Writes the place into the page's address.
  keep() {
    clearTimeout(this.keeping);
    this.keeping = null;
    history.replaceState(null, "", this.place.fragment);
  }

  show() {
    const { place } = this;
    this.image = null;
    this.painter.draw("image", [{
      z: place.z, label: place.label, context: this.context, x: 0, y: 0,
      done: (values) => { this.image = values.slice(); },
    }]);
    const { classes } = this.model;
    const shown = classes.length > 0 ? ` of class ${classes[place.label]}` : "";
    this.canvas.setAttribute("aria-label", `The image${shown} at this place`);
    element("path").value = place.part;
    for (const part of this.parts) part.show();
    // Browsers limit how often an address may change.
    this.keeping ??= setTimeout(() => this.keep(), 400);
  }
}

let explorer = null;
try {
  explorer = new Explorer(
    JSON.parse(element("model").textContent), new Numbers(element("numbers").textContent));
} catch (error) {
  element("failure").hidden = false;
  element("failure").textContent = `The page cannot run here: ${error.message}`;
}
