"""Makes the files of arrays beside it, which the tests read.

    python3 -m venv ~/numpy && ~/numpy/bin/pip install numpy
    ~/numpy/bin/python make.py

Pixel i of an array of images, counted in C order, is (7 i + 3) % 256; label i is 3 i % 10.
"""

import io
import pathlib
import tarfile
import zipfile

import numpy as np

FOLDER = pathlib.Path(__file__).parent
LABELS = np.arange(5) * 3 % 10


def images(*shape):
    return ((np.arange(np.prod(shape)) * 7 + 3) % 256).astype(np.uint8).reshape(shape)


def save(name, array, version=None):
    with open(FOLDER / f"{name}.npy", "wb") as file:
        np.lib.format.write_array(file, array, version=version)


class Unseekable:
    """A stream such as a pipe, to which zipfile writes sizes after the data."""

    def __init__(self, file):
        self.file = file

    def write(self, data):
        return self.file.write(data)

    def flush(self):
        self.file.flush()

    def read(self):
        """Only tells NumPy that this is a file and no path."""
        raise OSError


def npy_files():
    save("grey", images(5, 4, 6))
    save("grey-channel", images(5, 4, 6, 1))
    save("colour", images(5, 4, 6, 3))
    save("version-2", images(5, 4, 6), version=(2, 0))
    save("version-3", images(5, 4, 6), version=(3, 0))
    save("fortran", np.asfortranarray(images(5, 4, 6)))
    save("channels-first", images(5, 3, 4, 6))
    save("alpha", images(5, 4, 6, 4))
    save("flat", images(5, 24))
    save("one-picture", images(4, 6, 3))
    save("none", images(0, 4, 6))
    save("thin", images(5, 0, 6))
    save("float32", images(5, 4, 6).astype(np.float32))
    save("bool", images(5, 4, 6) > 99)
    save("text", np.array(["a", "bc"]))
    save("object", np.array([None, 1], dtype=object))
    save("fields", np.zeros(2, dtype=[("image", "u1", (4, 6)), ("label", "u1")]))
    save("date", np.array(["2020-01-01"], dtype="M8[D]"))
    for kind in ["|u1", "|i1", "<u2", ">u2", "<i2", ">i2", "<i4", ">i4", "<i8", ">i8", "<u8"]:
        name = f"labels-{kind[1:]}{'-big' if kind[0] == '>' else ''}"
        save(name, LABELS.astype(kind))
    save("labels-bool", LABELS > 4)
    save("labels-column", LABELS.reshape(5, 1))
    save("labels-one-hot", np.eye(10, dtype=np.uint8)[LABELS])
    save("labels-300", np.array([0, 255, 300]))
    save("labels-negative", np.array([0, -1], dtype=np.int8))
    save("labels-huge", np.array([2**64 - 1], dtype=np.uint64))
    save("labels-float", LABELS.astype(np.float64))


def npz_files():
    keras = {
        "x_train": images(5, 4, 6), "y_train": LABELS.astype(np.uint8),
        "x_test": images(2, 4, 6), "y_test": LABELS[:2].astype(np.uint8),
    }
    np.savez(FOLDER / "keras.npz", **keras)
    np.savez_compressed(FOLDER / "keras-compressed.npz", **keras)
    with open(FOLDER / "stream.npz", "wb") as file:
        np.savez_compressed(Unseekable(file), **keras)
    limit, zipfile.ZIP64_LIMIT = zipfile.ZIP64_LIMIT, 50
    np.savez_compressed(FOLDER / "zip64.npz", **keras)
    zipfile.ZIP64_LIMIT = limit
    np.savez_compressed(
        FOLDER / "medmnist.npz", train_images=images(5, 4, 6, 3), train_labels=LABELS[:, None],
        val_images=images(2, 4, 6, 3), val_labels=LABELS[:2, None],
        test_images=images(1, 4, 6, 3), test_labels=LABELS[:1, None])
    np.savez(FOLDER / "nameless.npz", images(5, 4, 6), LABELS)
    np.savez_compressed(FOLDER / "bomb.npz", images=np.zeros((1, 1000, 1000), np.uint8))


def cifar_archive():
    """Three records in two batches and a test batch, as a tar file of GNU's format with folders."""
    values = images(4, 3, 32, 32) // 64
    labels = np.array([7, 0, 9, 2], dtype=np.uint8)
    records = np.concatenate([labels[:, None], values.reshape(4, -1)], axis=1)
    names = "".join(f"class-{i}\n" for i in range(10)) + "\n"
    files = {
        "data_batch_1.bin": records[:2].tobytes(), "data_batch_4.bin": records[2:3].tobytes(),
        "test_batch.bin": records[3:].tobytes(), "batches.meta.txt": names.encode(),
        "readme.html": b"<html>",
    }
    with tarfile.open(FOLDER / "cifar.tar.gz", "w:gz", format=tarfile.GNU_FORMAT) as tar:
        folder = tarfile.TarInfo("cifar-10-batches-bin")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        for name, data in files.items():
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))


npy_files()
npz_files()
cifar_archive()
