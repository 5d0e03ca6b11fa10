"""Compares the images that the pages of `gputrain explore` compute with those of `gputrain sample`.

    check.py [--screenshots FOLDER] RUN …

A page gets latents and classes through its address. With weights in 32 bits its images must be the
same to 1e-4 of the range of pixels; with those of 16 bits to 2/255, because the program accepts
1/255 at latents of its own. The last run's page is also used by keyboard and pointer.

gputrain must be in PATH. Temporary files go into the current folder.
"""

import argparse
import pathlib
import subprocess

import numpy
from safetensors.numpy import load_file, save_file

from browser import Browser

COUNT = 20  # of images; two of each digit of a conditional model


def fail(text):
    raise SystemExit(f"check-explore: {text}")


def gputrain(*words):
    done = subprocess.run(["gputrain", *map(str, words)], capture_output=True, text=True)
    if done.returncode:
        fail(f"gputrain {' '.join(map(str, words))}: {done.stderr}")


def settled(browser):
    browser.wait("explorer !== null && explorer.painter.isDone && explorer.image !== null")


def image(browser, fragment):
    """Returns the image of an address."""
    browser.run(f"explorer.image = null; location.hash = {fragment!r}")
    browser.wait("explorer.image !== null")
    return numpy.array(browser.run("Array.from(explorer.image)"))


def check_pixels(browser, values):
    """Compares the canvas with the numbers of its image, which are in [0, 1]."""
    pixels = numpy.array(browser.run("""(() => {
      const { width, height } = explorer.canvas;
      return Array.from(explorer.context.getImageData(0, 0, width, height).data);
    })()""")).reshape(-1, 4)
    channels = len(values) // len(pixels)
    expected = numpy.broadcast_to(values.reshape(-1, channels), (len(pixels), 3))
    if numpy.abs(pixels[:, :3] - 255 * expected).max() > 0.501 or (pixels[:, 3] != 255).any():
        fail("the canvas does not show the image's numbers")


def compare(browser, run):
    """Compares the pages of a run with its samples; returns the largest differences."""
    gputrain("explore", run, "--out", "half.html")
    gputrain("explore", run, "--exact", "--out", "exact.html")
    browser.open("exact.html")
    settled(browser)
    latent = browser.run("explorer.model.latent")
    classes = browser.run("explorer.model.classes")
    z = numpy.random.default_rng(1).standard_normal((COUNT, latent), dtype=numpy.float32)
    save_file({"z": z}, "z.safetensors")
    gputrain("sample", run, "--latents", "z.safetensors", "--tensors", "drawn.safetensors")
    drawn = load_file("drawn.safetensors")
    low, high = browser.run("[explorer.model.image.low, explorer.model.image.high]")
    fragments = ["#z=" + ",".join(map(str, row.tolist())) for row in z]
    if classes:
        fragments = [f"{text}&class={classes[label]}"
                     for text, label in zip(fragments, drawn["labels"])]
    worst = []
    for page, most in ("exact.html", 1e-4), ("half.html", 2 / 255):
        browser.open(page)
        settled(browser)
        made = numpy.array([image(browser, text) for text in fragments])
        expected = drawn["images"].reshape(COUNT, -1)
        check_pixels(browser, (made[-1] - low) / (high - low))
        worst.append(numpy.abs(made - expected).max() / (high - low))
        if not worst[-1] <= most:
            fail(f"{run}: {page}: a pixel differs by {worst[-1]:.1e} of the range")
        if numpy.abs(expected - expected[0]).max() < 1e-3 * (high - low):
            fail(f"{run}: all images are alike, which shows nothing")
    return worst


def speed(browser):
    """Returns the images that the page computes in a second."""
    return browser.run("""
      (() => {
        const z = explorer.place.z;
        for (let i = 0; i < 5; i++) explorer.network.run(z, 0);
        const start = performance.now();
        let count = 0;
        while (performance.now() - start < 2000) { explorer.network.run(z, 0); count++; }
        return 1000 * count / (performance.now() - start);
      })()""")


def check_silence(browser, run):
    """Fails if the page asked for another file, or reported an error."""
    for event in browser.events:
        url = event.get("params", {}).get("request", {}).get("url", "file:///")
        if not url.startswith("file:///"):
            fail(f"{run}: the page requests {url}")
        if event["method"] in ("Runtime.exceptionThrown", "Log.entryAdded"):
            fail(f"{run}: {event['params']}")


def map_box(browser):
    return browser.run("""(() => {
      const box = document.getElementById("map").getBoundingClientRect();
      return [box.left, box.top, box.width, box.height];
    })()""")


def use(browser, run):
    """Uses a page as a person would."""
    def place():
        return numpy.array(browser.run("Array.from(explorer.place.z)"))

    def expect(holds, what):
        if not holds:
            fail(f"{run}: {what}")

    browser.window(1280, 800)
    browser.open("half.html")
    settled(browser)
    browser.press("c")
    expect(not place().any(), "C does not go to the centre")
    browser.run("document.getElementById('map').focus()")
    browser.press("ArrowRight")
    browser.press("ArrowUp", modifiers=8)
    position = browser.run("explorer.parts[0].position(explorer.place.z)")
    expect(numpy.allclose(position, [0.1, 0.5], atol=1e-6), f"arrows move the point to {position}")
    browser.press("B", modifiers=8)
    saved = place()
    browser.press("r")
    expect(numpy.abs(place() - saved).max() > 0.01, "R does not draw a latent")
    browser.press("A", modifiers=8)
    start = place()
    browser.press("b")
    expect(numpy.array_equal(place(), saved), "B does not go back")
    for part, end in ("0", start), ("1", saved):
        browser.run(f"""(() => {{
          const path = document.getElementById("path");
          path.value = {part}; path.dispatchEvent(new Event("input"));
        }})()""")
        expect(numpy.array_equal(place(), end), f"the path at {part} is not at its end")
    left, top, width, height = map_box(browser)
    for kind, part in ("mousePressed", 0.25), ("mouseMoved", 0.5), ("mouseReleased", 0.5):
        browser.call("Input.dispatchMouseEvent", type=kind, button="left", buttons=1, clickCount=1,
                     x=left + part * width, y=top + 0.5 * height)
    position = browser.run("explorer.parts[0].position(explorer.place.z)")
    expect(numpy.allclose(position, 0, atol=0.03), f"the point is dragged to {position}")
    browser.window(390, 844, touch=True)
    left, top, width, height = map_box(browser)
    for kind, part in ("touchStart", 0.25), ("touchMove", 0.75), ("touchEnd", None):
        points = [] if part is None else [{"x": left + part * width, "y": top + part * height}]
        browser.call("Input.dispatchTouchEvent", type=kind, touchPoints=points)
    position = browser.run("explorer.parts[0].position(explorer.place.z)")
    # Half of the way from the middle to the edge, which is at 3.5: to the right, and down.
    expect(numpy.allclose(position, [1.75, -1.75], atol=0.05), f"a finger drags to {position}")
    # The link brings the same image back.
    settled(browser)
    before = numpy.array(browser.run("Array.from(explorer.image)"))
    browser.run("explorer.keep()")
    fragment = browser.run("location.hash")
    browser.press("r")
    browser.run("explorer.keep()")
    expect(numpy.abs(image(browser, fragment) - before).max() < 1e-3, "the link has another image")
    check_silence(browser, run)


def photograph(browser, run, folder):
    for width, height in (1280, 800), (390, 844):
        for scheme in "light", "dark":
            browser.window(width, height, scheme, touch=width < 500)
            browser.open("half.html")
            settled(browser)
            if browser.run("document.documentElement.scrollWidth > innerWidth"):
                fail(f"{run}: the page is wider than {width} pixels")
            name = f"{pathlib.Path(run).name}-{width}-{scheme}.png"
            browser.screenshot(pathlib.Path(folder, name))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--screenshots", help="the folder for pictures of the pages")
    parser.add_argument("runs", nargs="+")
    options = parser.parse_args()
    with Browser() as browser:
        for run in options.runs:
            exact, half = compare(browser, run)
            rate = speed(browser)
            check_silence(browser, run)
            print(f"{run}: the images differ by {exact:.0e}, with 16 bits by {255 * half:.2f}/255; "
                  f"{rate:.0f} images a second", flush=True)
            if options.screenshots:
                pathlib.Path(options.screenshots).mkdir(parents=True, exist_ok=True)
                photograph(browser, run, options.screenshots)
        use(browser, options.runs[-1])


main()
