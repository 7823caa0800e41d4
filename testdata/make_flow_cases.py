"""Writes what DeepMind's example of optical flow makes of generated pictures, and their usual colours: flow-cases.json.

    python make_flow_cases.py [FILE]

The functions are those of perceiver/colabs/optical_flow.ipynb and perceiver/io_processors.py of deepmind-research, in numpy, with
float32 where JAX has it; the colours are those of Middlebury's colorcode.cpp, as flow_vis computes them. In place of the model is
a formula (see `model`). Pictures are [kind, seed, width, height] of make_resize_cases.py; the CRC-32 is that of little-endian
float32, or of RGB bytes. Needs numpy and Pillow.
"""

import itertools
import json
import sys
import zlib
from pathlib import Path

import numpy
from make_resize_cases import picture

FLOW_SCALE_FACTOR = 20

# Width and height of the pictures and of the tiles, overlap. The example has 496 x 368 with 20.
TILINGS = [
    [14, 10, 14, 10, 3], [14, 17, 14, 10, 3], [25, 10, 14, 10, 3], [25, 19, 14, 10, 3], [32, 20, 14, 10, 3], [45, 39, 16, 12, 4],
    [15, 13, 14, 10, 0], [28, 20, 14, 10, 0], [16, 12, 14, 10, 4], [600, 380, 496, 368, 20],
]  # fmt: skip


def pixels(*generated):
    return numpy.asarray(picture(*generated))


def crc(array) -> int:
    return zlib.crc32(numpy.ascontiguousarray(array).tobytes())


def normalize(image):
    return (image / 255.0 * 2 - 1).astype(numpy.float32)


def patches_for_flow(images):
    """[2, height, width, 3] -> [2, 27, height, width]"""
    _, height, width, _ = images.shape
    padded = numpy.pad(images, [[0, 0], [1, 1], [1, 1], [0, 0]])
    shifted = itertools.product(range(3), range(3), range(3))
    return numpy.stack([padded[:, y : y + height, x : x + width, rgb] for y, x, rgb in shifted], axis=1)


def model(patches):
    """[2, 27, height, width] -> [height, width, 2]; exact in float32"""
    return numpy.stack([patches[0, 12] * numpy.float32(0.5), -patches[1, 2]], axis=-1)


def grid(shape, tile, overlap):
    ys = list(range(0, shape[0], tile[0] - overlap))
    xs = list(range(0, shape[1], tile[1] - overlap))
    ys[-1] = shape[0] - tile[0]
    xs[-1] = shape[1] - tile[1]
    return itertools.product(ys, xs)


def optical_flow(first, second, tile, overlap, model=model):
    images = numpy.stack([normalize(first), normalize(second)])
    height, width = first.shape[:2]
    flows, count = numpy.float32(0), 0
    for y, x in grid((height, width), tile, overlap):
        flow = model(patches_for_flow(images[:, y : y + tile[0], x : x + tile[1]])) * numpy.float32(FLOW_SCALE_FACTOR)
        weights_x, weights_y = numpy.meshgrid(numpy.arange(tile[1]), numpy.arange(tile[0]))
        weights_x = numpy.minimum(weights_x + 1, tile[1] - weights_x)
        weights_y = numpy.minimum(weights_y + 1, tile[0] - weights_y)
        weights = numpy.minimum(weights_x, weights_y)[..., numpy.newaxis].astype(numpy.float32)
        padding = [(y, height - y - tile[0]), (x, width - x - tile[1]), (0, 0)]
        flows = flows + numpy.pad(flow * weights, padding)
        count = count + numpy.pad(weights, padding)
    return flows / count


def colour_wheel():
    wheel = []
    for colours, start, channel, sign in [(15, (255, 0, 0), 1, 1), (6, (255, 255, 0), 0, -1), (4, (0, 255, 0), 2, 1),
                                          (11, (0, 255, 255), 1, -1), (13, (0, 0, 255), 0, 1), (6, (255, 0, 255), 2, -1)]:  # fmt: skip
        for i in range(colours):
            colour = list(start)
            colour[channel] += sign * int(numpy.floor(255 * i / colours))
            wheel.append(colour)
    return numpy.array(wheel, dtype=float)


def flow_to_color(flow):
    u, v = flow[..., 0].astype(float), flow[..., 1].astype(float)
    largest = numpy.max(numpy.sqrt(u * u + v * v)) + 1e-5
    u, v = u / largest, v / largest
    wheel = colour_wheel()
    radius = numpy.sqrt(u * u + v * v)
    position = (numpy.arctan2(-v, -u) / numpy.pi + 1) / 2 * (len(wheel) - 1)
    before = numpy.floor(position).astype(int)
    after = (before + 1) % len(wheel)
    part = (position - before)[..., numpy.newaxis]
    colour = (1 - part) * (wheel[before] / 255) + part * (wheel[after] / 255)
    radius = radius[..., numpy.newaxis]
    colour = numpy.where(radius <= 1, 1 - radius * (1 - colour), colour * 0.75)
    return numpy.floor(255 * colour).astype(numpy.uint8)


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "flow-cases.json"
    images = numpy.stack([normalize(pixels(0, 1, 9, 7)), normalize(pixels(2, 2, 9, 7))])
    tilings = []
    for width, height, tile_width, tile_height, overlap in TILINGS:
        flow = optical_flow(pixels(0, 3, width, height), pixels(2, 4, width, height), (tile_height, tile_width), overlap)
        starts = [list(start) for start in grid((height, width), (tile_height, tile_width), overlap)]
        tilings.append({"sizes": [width, height, tile_width, tile_height, overlap], "starts": starts, "flow": crc(flow)})
    y, x = numpy.mgrid[-20:21, -30:31]
    wheel = flow_to_color(numpy.stack([x, y], axis=-1) / 4)
    cases = {"patches": crc(patches_for_flow(images)), "colours": crc(wheel)}
    lines = ",\n".join(json.dumps(tiling) for tiling in tilings)
    out.write_text(json.dumps(cases)[:-1] + ', "tilings": [\n' + lines + "\n]}\n")


if __name__ == "__main__":
    main()
