"""Writes what Pillow and torchvision make of generated pictures in training: augmentation-cases.json.

    python make_augmentation_cases.py [--many COUNT] [--out FILE]

A case of pixels is [operation, argument, kind, seed, width, height, crc]: the picture is that of
make_resize_cases.py, the CRC-32 is that of the result's RGB bytes. A case of "crop" is [operation,
[scale, scale, ratio, ratio], [seed, epoch, example, crop], width, height, [left, top, width, height]]:
what torchvision's RandomResizedCrop cuts out where its random numbers are those of RandomNumbers.
With --many there are so many times as many cases, of larger pictures. Needs Pillow, numpy and
torchvision; made with Pillow 12.3 and torchvision 0.29.
"""

import argparse
import json
import random
import zlib
from pathlib import Path
from unittest import mock

import torch
from make_resize_cases import picture
from PIL import Image, ImageFilter, ImageOps
from torchvision.transforms import RandomResizedCrop
from torchvision.transforms import functional

OPERATIONS = {
    "flip": lambda image, _: functional.hflip(image),
    "grayscale": lambda image, _: functional.to_grayscale(image, num_output_channels=3),
    "solarize": lambda image, threshold: ImageOps.solarize(image, threshold),
    "brightness": functional.adjust_brightness,
    "contrast": functional.adjust_contrast,
    "saturation": functional.adjust_saturation,
    "hue": functional.adjust_hue,
    "blur": lambda image, radius: image.filter(ImageFilter.GaussianBlur(radius)),
}
MASK = 0xFFFFFFFF


def threefry(key0: int, key1: int, counter0: int, counter1: int) -> tuple[int, int]:
    """Threefry-2x32 with 20 rounds, as io.tesserae.training.kernel.Draw has it."""
    keys = [key0, key1, 0x1BD11BDA ^ key0 ^ key1]
    x0, x1 = (counter0 + key0) & MASK, (counter1 + key1) & MASK
    for group in range(5):
        for rotation in ((13, 15, 26, 6), (17, 29, 16, 24))[group % 2]:
            x0 = (x0 + x1) & MASK
            x1 = ((x1 << rotation | x1 >> (32 - rotation)) & MASK) ^ x0
        x0 = (x0 + keys[(group + 1) % 3]) & MASK
        x1 = (x1 + keys[(group + 2) % 3] + group + 1) & MASK
    return x0, x1


class RandomNumbers:
    """The numbers of one crop, one after the other."""

    def __init__(self, seed: int, epoch: int, example: int, crop: int) -> None:
        key = threefry(seed & MASK, seed >> 32, epoch & MASK, epoch >> 32)
        self.key = threefry(*key, example, 0)
        self.site = ~crop & MASK
        self.place = 0

    def bits(self) -> int:
        place, self.place = self.place, self.place + 1
        return threefry(*self.key, place // 32 * 16 + place % 16, self.site)[place % 32 // 16]

    def empty(self, _size) -> "RandomNumbers":
        return self

    def uniform_(self, least, most) -> torch.Tensor:
        return least + (most - least) * torch.tensor((self.bits() >> 8) * 2.0**-24, dtype=torch.float64)

    def randint(self, _least, end, size) -> torch.Tensor:
        return torch.tensor(self.bits() * end >> 32)


def crop(ranges, place, width, height):
    numbers = RandomNumbers(*place)
    with mock.patch.object(torch, "empty", numbers.empty), mock.patch.object(torch, "randint", numbers.randint):
        top, left, new_height, new_width = RandomResizedCrop.get_params(
            Image.new("RGB", (width, height)), ranges[:2], ranges[2:]
        )
    return ["crop", ranges, place, width, height, [left, top, new_width, new_height]]


def pixels(operation, argument, kind, seed, width, height):
    changed = OPERATIONS[operation](picture(kind, seed, width, height), argument)
    return [operation, argument, kind, seed, width, height, zlib.crc32(changed.tobytes())]


ARGUMENTS = {
    "flip": [0], "grayscale": [0], "solarize": [128, 0, 256], "brightness": [0.6, 1.4, 0, 1],
    "contrast": [0.6, 1.37, 0], "saturation": [0.8, 1.2, 3.7], "hue": [0.1, -0.1, 0, 0.5, -0.37], "blur": [0.1, 0.5, 1, 1.62, 2, 9.3, 0],
}  # fmt: skip
SHAPES = [(37, 29), (1, 7), (6, 1), (3, 4), (64, 64)]
RANGES = [[0.4, 1, 3 / 4, 4 / 3], [0.05, 0.4, 3 / 4, 4 / 3], [0.9, 1, 3 / 4, 4 / 3], [0.9, 1, 2, 3], [0.9, 1, 0.2, 0.3]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--many", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "augmentation-cases.json")
    arguments = parser.parse_args()
    draw = random.Random(1)
    cases = []
    for _ in range(arguments.many):
        for operation, values in ARGUMENTS.items():
            for number, value in enumerate(values):
                width, height = SHAPES[number % len(SHAPES)]
                if arguments.many > 1:
                    width, height = draw.randint(1, 300), draw.randint(1, 200)
                    value = value * draw.uniform(0.5, 1) if isinstance(value, float) else value
                cases.append(pixels(operation, value, draw.randrange(3), draw.randrange(1000), width, height))
        for ranges in RANGES:
            for width, height in [(640, 427), (64, 64), (100, 900)]:
                place = [draw.getrandbits(40), draw.randrange(100), draw.randrange(10**6), draw.randrange(10)]
                cases.append(crop(ranges, place, width, height))
    arguments.out.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")


if __name__ == "__main__":
    main()
