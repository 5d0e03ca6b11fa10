"""Compares what TensorBoard's own reader returns for runs with their other files, to the bit.

    events.py RUN …
"""

import csv
import struct
import sys
from pathlib import Path

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


def bits(number):
    """Returns the bits of the nearest 32-bit float, which is what TensorBoard stores."""
    return struct.pack("f", float(number))


def check(run):
    events = EventAccumulator(str(run), size_guidance={"scalars": 0, "images": 0})
    events.Reload()
    with open(run / "metrics.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    columns = [name for name in rows[0] if name != "epoch"]
    assert sorted(events.Tags()["scalars"]) == sorted(columns), events.Tags()
    for column in columns:
        found = [(event.step, bits(event.value)) for event in events.Scalars(column)]
        assert found == [(int(row["epoch"]), bits(row[column])) for row in rows], column

    folders = [tag for tag in ["samples", "reconstructions"] if any((run / tag).iterdir())]
    assert sorted(events.Tags()["images"]) == sorted(folders), events.Tags()
    pictures = 0
    for tag in folders:
        found = {event.step: event.encoded_image_string for event in events.Images(tag)}
        files = {int(path.stem.removeprefix("epoch-")): path.read_bytes()
                 for path in (run / tag).iterdir()}
        assert found == files, f"{tag}: epochs {sorted(found)} and {sorted(files)}"
        pictures += len(files)
    numbers = len(columns) * len(rows)
    print(f"{run}: {numbers} numbers and {pictures} pictures are those of TensorBoard's reader")


for argument in sys.argv[1:]:
    check(Path(argument))
