#!/usr/bin/env python3
"""Makes small PNG and JPEG files of all kinds, and pictures.json: their pixels by Pillow, and
pictures that torchvision and Pillow resized.

    python3 -m venv ~/torch && ~/torch/bin/pip install torch torchvision numpy pillow
    cd Tests/ImagesTests/Pictures && ~/torch/bin/python make.py
"""

import base64
import io
import json
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps
from torchvision.transforms import CenterCrop, Compose, InterpolationMode, Resize

WIDTH, HEIGHT = 13, 9
random = np.random.default_rng(7)
decoded, resized = [], []


def packed(picture):
    """A picture of shades or colours as JSON."""
    values = np.asarray(picture, dtype=np.uint8)
    values = values.reshape(*values.shape[:2], -1)
    return {"shape": values.shape, "pixels": base64.b64encode(values.tobytes()).decode()}


def save(name, content):
    with open(name, "wb") as file:
        file.write(content)


def pillow_pixels(content, background):
    """The pixels by Pillow: upright, without alpha, in grey or in colour."""
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    # Pillow makes RGBA of grey with alpha in 16 bits.
    is_grey = picture.mode in ("1", "L", "LA") or content[25] == GREY_ALPHA and content[0] == 0x89
    if picture.mode in ("LA", "PA", "RGBA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        canvas = Image.new("RGB", picture.size, background)
        canvas.paste(picture, mask=picture.getchannel("A"))
        return canvas.convert("L" if is_grey and len(set(background)) == 1 else "RGB")
    return picture.convert("L" if is_grey else "RGB")


def add(name, content, background=(255, 255, 255), expected=None, has_alpha=False):
    """Adds a file. Without `expected`, its pixels are Pillow's."""
    save(name, content)
    pixels = pillow_pixels(content, background) if expected is None else expected
    decoded.append(
        {"name": name, "background": background, "hasAlpha": has_alpha, **packed(pixels)}
    )


# PNG files are written by hand, since Pillow writes few kinds.


def chunk(kind, content):
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum


PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2)]
PASSES += [(0, 1, 1, 2)]


def png(kind, depth, values, chunks=b"", interlaced=False, trailer=b""):
    """A PNG file of (height, width, samples) numbers."""
    height, width = values.shape[:2]
    rows = b""
    for x, y, step_x, step_y in PASSES if interlaced else [(0, 0, 1, 1)]:
        for row in values[y::step_y, x::step_x]:
            numbers = row.reshape(-1)
            if len(numbers):
                bits = "".join(f"{number:0{depth}b}" for number in numbers)
                bits += "0" * (-len(bits) % 8)
                rows += b"\0" + bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, int(interlaced))
    body = chunk(b"IHDR", header) + chunks + chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + body + trailer + chunk(b"IEND", b"")


GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
SAMPLES = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
COLOURED = (200, 30, 90)


def noise(kind, depth):
    return random.integers(0, 1 << depth, (HEIGHT, WIDTH, SAMPLES[kind]))


def transparent(*numbers):
    return chunk(b"tRNS", struct.pack(f">{len(numbers)}H", *numbers))


for depth in (1, 2, 4, 8):
    for laced in (False, True):
        suffix = "-laced" if laced else ""
        add(f"grey{depth}{suffix}.png", png(GREY, depth, noise(GREY, depth), interlaced=laced))
        colours = random.integers(0, 256, (1 << depth if depth < 8 else 40, 3))
        places = noise(PALETTE, depth) % len(colours)
        palette = chunk(b"PLTE", colours.astype(np.uint8).tobytes())
        alphas = random.integers(0, 256, len(colours) // 2 + 1).astype(np.uint8)
        alphas = chunk(b"tRNS", alphas.tobytes())
        add(f"palette{depth}{suffix}.png", png(PALETTE, depth, places, palette, laced))
        if not laced:
            add(f"palette{depth}-alpha.png", png(PALETTE, depth, places, palette + alphas),
                has_alpha=True)
for depth in (8, 16):
    for laced in (False, True):
        suffix = "-laced" if laced else ""
        add(f"rgb{depth}{suffix}.png", png(RGB, depth, noise(RGB, depth), interlaced=laced))
        add(f"rgba{depth}{suffix}.png", png(RGBA, depth, noise(RGBA, depth), interlaced=laced),
            has_alpha=True)
    values = noise(GREY_ALPHA, depth)
    add(f"grey{depth}-alpha.png", png(GREY_ALPHA, depth, values), has_alpha=True)
    add(f"grey{depth}-alpha-on-black.png", png(GREY_ALPHA, depth, values), (0, 0, 0),
        has_alpha=True)
    add(f"grey{depth}-alpha-on-colour.png", png(GREY_ALPHA, depth, values), COLOURED,
        has_alpha=True)
    add(f"rgba{depth}-on-colour.png", png(RGBA, depth, noise(RGBA, depth)), COLOURED,
        has_alpha=True)

# One grey and one colour that are transparent. Pillow compares numbers of fewer or more bits than
# 8 with the bytes that it made of them, and clips 16 bits of grey to 255. So these pixels are
# computed here.
values = noise(GREY, 8)
add("grey8-key.png", png(GREY, 8, values, transparent(int(values[4, 4, 0]))), has_alpha=True)
values = noise(GREY, 2)
add("grey2-key.png", png(GREY, 2, values, transparent(2)),
    expected=np.where(values == 2, 255, values * 85), has_alpha=True)
for laced in (False, True):
    values = noise(GREY, 16)
    add(f"grey16{'-laced' if laced else ''}.png", png(GREY, 16, values, interlaced=laced),
        expected=values >> 8)
values[0, :5, 0] = [0x1200, 0x1234, 0x12FF, 0x1233, 0x1234]
add("grey16-key.png", png(GREY, 16, values, transparent(0x1234)),
    expected=np.where(values == 0x1234, 255, values >> 8), has_alpha=True)
values = noise(RGB, 8)
add("rgb8-key.png", png(RGB, 8, values, transparent(*map(int, values[3, 3]))), has_alpha=True)
values = noise(RGB, 16)
values[0, 0], values[0, 1] = [0x1234, 0x5678, 0x9ABC], [0x1234, 0x5678, 0x9ABD]
add("rgb16-key.png", png(RGB, 16, values, transparent(0x1234, 0x5678, 0x9ABC)),
    expected=np.where((values == values[0, 0]).all(2, keepdims=True), 255, values >> 8),
    has_alpha=True)

# JPEG files.


def smooth(width=WIDTH, height=HEIGHT, channels=3):
    """A picture with edges and slopes."""
    y, x = np.mgrid[:height, :width]
    waves = [np.sin(x * (0.3 + 0.2 * c) + y * (0.5 - 0.1 * c) + c) for c in range(channels)]
    values = 128 + 120 * np.stack(waves, 2) * np.where(x + y < width, 1, 0.4)[..., None]
    return np.clip(values, 0, 255).astype(np.uint8)


def jpeg(picture, mode=None, **options):
    file = io.BytesIO()
    Image.fromarray(picture.squeeze(), mode).save(file, "JPEG", **options)
    return file.getvalue()


def patched(content, marker, offset, values):
    """Sets bytes of a segment's content."""
    place = content.index(marker) + 4 + offset
    return content[:place] + bytes(values) + content[place + len(values) :]


add("grey.jpg", jpeg(smooth(channels=1), quality=85))
add("grey-progressive.jpg", jpeg(smooth(channels=1), quality=85, progressive=True))
for name, sampling in [("444", "4:4:4"), ("422", "4:2:2"), ("420", "4:2:0")]:
    for progressive in (False, True):
        add(f"{name}{'-progressive' if progressive else ''}.jpg",
            jpeg(smooth(), quality=80, subsampling=sampling, progressive=progressive))
add("restarts.jpg", jpeg(smooth(), quality=80, restart_marker_blocks=1))
# 16×16 pixels have as many blocks with one sampling as with the other.
wide = jpeg(smooth(16, 16), quality=80, subsampling="4:2:2")
add("440.jpg", patched(wide, b"\xff\xc0", 7, [0x12]))
add("rgb.jpg", jpeg(smooth(), quality=80, keep_rgb=True))
cmyk = jpeg(smooth(channels=4), "CMYK", quality=80)
add("cmyk.jpg", cmyk)
add("ycck.jpg", patched(cmyk, b"\xff\xee", 11, [2]))


def exif(order, number):
    """EXIF data with the orientation after another entry."""
    entries = [(0x10F, 2, 2, b"x\0\0\0"), (0x112, 3, 1, struct.pack(order + "HH", number, 0))]
    content = struct.pack(order + "HIH", 42, 8, len(entries))
    for tag, kind, count, value in entries:
        content += struct.pack(order + "HHI", tag, kind, count) + value
    return {"<": b"II", ">": b"MM"}[order] + content + bytes(4)


for number in range(1, 9):
    data = exif("<>"[number % 2], number)
    add(f"turned{number}.jpg",
        jpeg(smooth(7, 5), quality=90, subsampling="4:4:4", exif=b"Exif\0\0" + data))
colours = random.integers(0, 256, (3, 5, 3))
add("turned6.png", png(RGB, 8, colours, chunk(b"eXIf", exif("<", 6))))
add("turned5-late.png", png(RGB, 8, colours, trailer=chunk(b"eXIf", exif(">", 5))))

# Resized pictures.

SOURCES = [("colour", 37, 23, 3), ("grey", 19, 43, 1), ("row", 40, 1, 1), ("even", 36, 24, 3)]
SIZES = [(8, 8), (7, 7), (16, 16), (23, 23), (12, 5), (5, 12), (40, 30)]
for name, width, height, channels in SOURCES:
    values = random.integers(0, 256, (height, width, channels)).astype(np.uint8)
    source = Image.fromarray(values.squeeze(2) if channels == 1 else values)
    file = io.BytesIO()
    source.save(file, "PNG")
    save(f"resize-{name}.png", file.getvalue())
    for rows, columns in SIZES:
        if rows == columns:
            resize = Resize(rows, InterpolationMode.BILINEAR)
        elif columns * height >= rows * width:
            resize = Resize((columns * height // width, columns), InterpolationMode.BILINEAR)
        else:
            resize = Resize((rows, rows * width // height), InterpolationMode.BILINEAR)
        result = Compose([resize, CenterCrop((rows, columns))])(source)
        resized.append({"name": f"resize-{name}.png", **packed(result)})

with open("pictures.json", "w") as file:
    file.write('{"decoded": [\n')
    file.write(",\n".join(json.dumps(picture) for picture in decoded))
    file.write('\n], "resized": [\n')
    file.write(",\n".join(json.dumps(picture) for picture in resized))
    file.write("\n]}\n")
