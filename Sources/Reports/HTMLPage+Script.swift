extension HTMLPage {
  /// The script of all pages: it shows the values of charts, and chooses the large picture of a
  /// reel.
  static let script = #"""

    // Beside the pointer, the values of all lines at the nearest x.
    for (const chart of document.querySelectorAll("svg[data-x]")) {
      const points = [...chart.querySelectorAll("[data-values]")].flatMap((line) => {
        const numbers = line.dataset.values.split(" ");
        const places = line.points
          ? [...line.points].map((point) => point.x) : [line.cx.baseVal.value];
        return places.map((place, i) => ({
          place, x: numbers[2 * i], text: `${line.dataset.name}  ${numbers[2 * i + 1]}`,
        }));
      });
      if (!points.length) continue;
      const tip = document.createElement("div");
      tip.className = "tip";
      tip.hidden = true;
      chart.closest("figure").append(tip);
      const follow = (event) => {
        const frame = chart.getBoundingClientRect();
        const at = (event.clientX - frame.left) * chart.viewBox.baseVal.width / frame.width;
        const distance = (point) => Math.abs(point.place - at);
        const nearest = points.reduce((a, b) => (distance(b) < distance(a) ? b : a));
        const texts = points.filter((point) => point.x === nearest.x).map((point) => point.text);
        tip.textContent = [`${chart.dataset.x} ${nearest.x}`, ...texts].join("\n");
        tip.hidden = false;
        const left = nearest.place * frame.width / chart.viewBox.baseVal.width;
        const isLeft = left + 16 + tip.offsetWidth > frame.width;
        tip.style.left = `${Math.max(0, isLeft ? left - 16 - tip.offsetWidth : left + 16)}px`;
        tip.style.top = `${frame.height / 4}px`;
      };
      // A finger does not move before it touches.
      for (const name of ["pointermove", "pointerdown"]) chart.addEventListener(name, follow);
      chart.addEventListener("pointerleave", () => { tip.hidden = true; });
    }

    for (const reel of document.querySelectorAll(".reel")) {
      const [large, caption, slider] =
        [".large img", "figcaption", "input"].map((name) => reel.querySelector(name));
      const small = [...reel.querySelectorAll(".strip > *")].reverse();
      if (!slider) continue;
      const show = (index) => {
        const image = small[index].querySelector("img");
        [large.src, large.alt, caption.textContent] = [image.src, image.alt, image.alt];
        small.forEach((other, i) => other.classList.toggle("shown", i === index));
        [slider.value, slider.ariaValueText] = [index + 1, image.alt];
      };
      slider.hidden = false;
      slider.addEventListener("input", () => show(slider.value - 1));
      small.forEach((link, index) => link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        show(index);
      }));
      show(small.length - 1);
    }

    """#
}
