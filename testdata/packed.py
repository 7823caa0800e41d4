"""Reads and writes what lies here compressed: `X.gz`, and safetensors files in planes, `X.planes.gz`.

Of random numbers, the exponents alone compress. In planes they lie together: after the file's header come the first bytes of all numbers
of four bytes, then the second ones, and so on. `Packed` is the same in Java.
"""

import gzip
import tempfile
from contextlib import contextmanager
from pathlib import Path

PLANES = 4


def read(path):
    """The bytes of a file that may lie compressed beside its name."""
    if path.exists():
        return path.read_bytes()
    compressed = path.with_name(path.name + ".gz")
    if compressed.exists():
        return gzip.decompress(compressed.read_bytes())
    return of_planes(gzip.decompress(path.with_name(path.name + ".planes.gz").read_bytes()))


def unpacked_name(name):
    return name.removesuffix(".gz").removesuffix(".planes")


@contextmanager
def checkpoint(folder):
    """A fixture's folder; or, where its weights lie compressed, a copy with all its files unpacked, for as long as it is needed."""
    if (folder / "model.safetensors").exists() or not any(folder.glob("model.safetensors.*gz")):
        yield folder
        return
    with tempfile.TemporaryDirectory() as copy:
        for file in folder.rglob("*"):
            if file.is_file():
                target = Path(copy) / file.relative_to(folder).with_name(unpacked_name(file.name))
                target.parent.mkdir(exist_ok=True)
                target.write_bytes(read(file.with_name(target.name)))
        yield Path(copy)


def pack(path, data, planes=False):
    """Writes data compressed beside the name, and deletes what lies under it."""
    compressed = gzip.compress(in_planes(data) if planes else data, 9, mtime=0)
    path.with_name(path.name + (".planes.gz" if planes else ".gz")).write_bytes(compressed)
    path.with_name(path.name + (".gz" if planes else ".planes.gz")).unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def in_planes(data):
    start = header(data)
    return data[:start] + b"".join(data[start + plane::PLANES] for plane in range(PLANES))


def of_planes(planes):
    data = bytearray(planes)
    start = taken = header(planes)
    for plane in range(PLANES):
        count = len(range(start + plane, len(data), PLANES))
        data[start + plane::PLANES] = planes[taken:taken + count]
        taken += count
    return bytes(data)


def header(data):
    """The length of a safetensors file's header, with the eight bytes that say it."""
    return 8 + int.from_bytes(data[:8], "little")
