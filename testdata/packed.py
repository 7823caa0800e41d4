"""Reads and writes what lies here compressed: `X.gz`, and safetensors files in planes, `X.planes.gz`, or in steps, `X.steps.gz`.

Of random numbers, the exponents alone compress. In planes they lie together: after the file's header come the first bytes of all numbers
of four bytes, then the second ones, and so on.

In steps, answers are whole numbers of a power of two: after the file's header comes a block for each tensor, first two integers. If the
second is BYTES, then as many bytes follow as the first says; otherwise that many integers in four planes, of which each is worth
2^second. Integers are unsigned there: 0, -1, 1, -2, 2 are counted as 0, 1, 2, 3, 4. `Packed` is the same in Java.
"""

import gzip
import json
import struct
import tempfile
from contextlib import contextmanager
from pathlib import Path

import numpy

PLANES = 4
BYTES = 2**31 - 1
ENDINGS = (".planes.gz", ".steps.gz", ".gz")


def read(path):
    """The bytes of a file that may lie compressed beside its name."""
    if path.exists():
        return path.read_bytes()
    for ending, unpack in ((".gz", bytes), (".steps.gz", of_steps), (".planes.gz", of_planes)):
        compressed = path.with_name(path.name + ending)
        if compressed.exists():
            return unpack(gzip.decompress(compressed.read_bytes()))
    raise FileNotFoundError(path)


def unpacked_name(name):
    return name.removesuffix(".gz").removesuffix(".planes").removesuffix(".steps")


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
    write_packed(path, ".planes.gz" if planes else ".gz", in_planes(data) if planes else data)


def pack_in_steps(path, data, exponents):
    """Writes a safetensors file; exponents has that of each tensor, by its name, whose float32 numbers are multiples of 2^exponent."""
    write_packed(path, ".steps.gz", in_steps(data, exponents))


def write_packed(path, ending, data):
    path.with_name(path.name + ending).write_bytes(gzip.compress(data, 9, mtime=0))
    for other in {*ENDINGS, ""} - {ending}:
        path.with_name(path.name + other).unlink(missing_ok=True)


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


def in_steps(data, exponents):
    start = header(data)
    blocks = [data[:start]]
    for name, begin, end in sorted(tensors_of(data), key=lambda tensor: tensor[1:]):
        values = data[start + begin:start + end]
        if name in exponents:
            steps = numpy.ldexp(numpy.frombuffer(values, "<f4").astype(numpy.float64), -exponents[name])
            integers = steps.astype(numpy.int64)
            assert (integers == steps).all() and abs(integers).max() < 2**24, name
            unsigned = ((integers << 1) ^ (integers >> 63)).astype("<u4").tobytes()
            blocks.append(struct.pack("<ii", len(steps), exponents[name]))
            blocks += [unsigned[plane::PLANES] for plane in range(PLANES)]
        else:
            blocks += [struct.pack("<ii", len(values), BYTES), values]
    return b"".join(blocks)


def of_steps(blocks):
    start = header(blocks)
    data = [blocks[:start]]
    while start < len(blocks):
        count, exponent = struct.unpack_from("<ii", blocks, start)
        start += 8
        end = start + count * (1 if exponent == BYTES else PLANES)
        values = blocks[start:end]
        if exponent != BYTES:
            unsigned = numpy.frombuffer(values, numpy.uint8).reshape(PLANES, count).T.copy().view("<u4")[:, 0].astype(numpy.int64)
            values = numpy.ldexp(((unsigned >> 1) ^ -(unsigned & 1)).astype(numpy.float64), exponent).astype("<f4").tobytes()
        data.append(values)
        start = end
    return b"".join(data)


def tensors_of(data):
    """Name, begin and end of each tensor of a safetensors file."""
    for name, entry in json.loads(data[8:header(data)]).items():
        if name != "__metadata__":
            yield name, *entry["data_offsets"]


def header(data):
    """The length of a safetensors file's header, with the eight bytes that say it."""
    return 8 + int.from_bytes(data[:8], "little")
