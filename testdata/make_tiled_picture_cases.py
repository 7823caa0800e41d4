"""Writes what transformers' Idefics3 and SmolVLM image processors (PIL backend) make of generated pictures: tiled-picture-cases.json.gz.

    python make_tiled_picture_cases.py [--many COUNT] [--seed SEED] [--out FILE]

A case is a checkpoint's files and, for each picture [kind, seed, width, height] of make_resize_cases.py, the shape of the
pixel values, the rows, the columns and the CRC-32 of their little-endian float32 bytes, or null where the reference fails.
Needs transformers, torch, Pillow and numpy, and no torchvision; made with transformers 5.18.
"""

import argparse
import gzip
import json
import random
import sys
import tempfile
import warnings
import zlib
from pathlib import Path

import numpy
from make_resize_cases import picture
from transformers import AutoImageProcessor, logging

logging.set_verbosity_error()
warnings.filterwarnings("ignore")

PREPROCESSOR, PROCESSOR = "preprocessor_config.json", "processor_config.json"
# Odd sizes; far wider or higher than the other way; single rows and columns
PICTURES = [[0, 1, 40, 30], [2, 2, 25, 61], [1, 3, 17, 17], [0, 4, 24, 20], [2, 5, 7, 90], [1, 6, 300, 2], [0, 7, 1, 49],
            [2, 8, 1, 1], [0, 9, 333, 101], [1, 10, 1, 300], [2, 11, 97, 1], [0, 12, 21, 84]]  # fmt: skip


def idefics3(pictures=None, **keys):
    files = {PREPROCESSOR: {"image_processor_type": "Idefics3ImageProcessor", **keys}}
    return {"files": files, "pictures": pictures or PICTURES}


def small(**keys):
    return idefics3(**{"size": {"longest_edge": 64}, "max_image_size": {"longest_edge": 16}, **keys})


FEW = PICTURES[:3]
PUBLISHED = {"size": {"longest_edge": 2048}, "max_image_size": {"longest_edge": 512}, "resample": 1, "do_pad": True,
             "do_convert_rgb": True, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5],
             "rescale_factor": 0.00392156862745098}  # fmt: skip

CASES = [
    # The class's own settings, those of the published models, and how the class is named
    idefics3([[0, 1, 640, 427], [2, 1, 90, 301]]), idefics3([[2, 2, 500, 333], [1, 3, 31, 2000]], **PUBLISHED),
    idefics3([[2, 2, 640, 480]], **PUBLISHED, do_image_splitting=False),
    {"files": {PREPROCESSOR: {"image_processor_type": "SmolVLMImageProcessorFast", "size": {"longest_edge": 50},
                              "max_image_size": {"longest_edge": 20}, "video_sampling": {"fps": 1}}}, "pictures": PICTURES},
    {"files": {PREPROCESSOR: {"image_processor_type": "Idefics3ImageProcessorPil", "size": {"longest_edge": 50},
                              "max_image_size": {"longest_edge": 20}}}, "pictures": FEW},
    {"files": {PROCESSOR: {"image_processor": {"image_processor_type": "SmolVLMImageProcessor", "size": {"longest_edge": 40},
                                               "max_image_size": {"longest_edge": 9}}, "image_seq_len": 64}}, "pictures": FEW},
    # Sizes: multiples of a tile and not; smaller than a tile; a tile of one pixel
    small(), small(size={"longest_edge": 63}), small(size={"longest_edge": 65}), small(size={"longest_edge": 16}),
    small(size={"longest_edge": 7}), small(size={"longest_edge": 1}), small(size={"longest_edge": 49}),
    small(size={"longest_edge": 98}, max_image_size={"longest_edge": 49}), small(size={"height": 40, "width": 33}),
    small(size={"height": 16, "width": 33}), small(size=30), small(size=[20, 41]), small(max_image_size={"longest_edge": 1}, size={"longest_edge": 9}),
    small(max_image_size={"longest_edge": 100}), small(max_image_size={"longest_edge": 37}),
    # Steps left out
    small(do_resize=False), small(do_resize=False, max_image_size={"longest_edge": 49}), small(do_image_splitting=False), small(do_resize=False, do_image_splitting=False), small(do_pad=False),
    small(do_pad=False, do_image_splitting=False), small(do_rescale=False), small(do_normalize=False),
    small(do_rescale=False, do_normalize=False), small(do_convert_rgb=False), small(do_resize=0, do_image_splitting=1),
    # Nulls
    small(do_resize=None), small(do_image_splitting=None), small(do_rescale=None), small(do_normalize=None), small(do_pad=None),
    small(size=None), small(max_image_size=None), small(resample=None), small(image_mean=None), small(rescale_factor=None),
    # Numbers
    *[small(resample=f) for f in range(6)], small(resample="bicubic"), small(image_mean=[0.48, 0.45, 0.4], image_std=[0.26, 0.27, 0.28]),
    small(image_mean=0.25, image_std=2), small(rescale_factor=0.01), small(image_std=[0.5, -0.5, 0.5]),
    # What is refused, or is not
    small(size={"shortest_edge": 30}), small(size={"shortest_edge": 30, "longest_edge": 60}), small(size={"max_height": 30, "max_width": 30}),
    small(size={"longest_edge": None}), small(size={"longest_edge": 30.0}), small(max_image_size=16), small(max_image_size={"height": 16, "width": 16}),
    small(max_image_size={}), small(max_image_size={"longest_edge": 16.0}),
    small(size={}), small(default_to_square=False), small(size=30, default_to_square=False), small(return_row_col_info=True), small(size={"shortest_edge": 30, "longest_edge": None}),
    small(do_pad=True, pad_size={"height": 90, "width": 90}),
]  # fmt: skip


def random_cases(count: int, draw: random.Random) -> list:
    side = lambda: draw.choice([1, 2, draw.randint(1, 20), draw.randint(1, 300), draw.randint(1, 900)])
    cases = []
    for _ in range(count):
        keys = {"resample": draw.choice([1, 1, 1, 0, 2, 3, 4, 5]), "do_image_splitting": draw.random() < 0.8,
                "do_resize": draw.random() < 0.8, "do_pad": draw.random() < 0.5,
                "max_image_size": {"longest_edge": draw.choice([16, 28, draw.randint(5, 80)])},
                "size": {"longest_edge": draw.choice([64, 112, draw.randint(1, 300)])}}  # fmt: skip
        cases.append(idefics3([[draw.randrange(3), draw.randrange(1000), side(), side()]], **keys))
    return cases


def results(case: dict) -> list:
    answers = []
    with tempfile.TemporaryDirectory() as folder:
        for name, content in case["files"].items():
            (Path(folder) / name).write_text(json.dumps(content))
        for image in case["pictures"]:
            try:
                processor = AutoImageProcessor.from_pretrained(folder)
                made = processor(picture(*image), return_tensors="np", return_row_col_info=True)
                values = made["pixel_values"][0].astype(numpy.float32)
                assert all(numpy.all(mask == 1) for mask in made.get("pixel_attention_mask", [])), "a tile that is not full"
                rows, columns = made["rows"][0][0], made["cols"][0][0]
                answers.append([list(values.shape), int(rows), int(columns), zlib.crc32(values.astype("<f4").tobytes())])
            except Exception as error:
                print(case["files"], image, type(error).__name__, str(error)[:100], file=sys.stderr)
                answers.append(None)
    return answers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--many", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "tiled-picture-cases.json.gz")
    arguments = parser.parse_args()
    cases = CASES if arguments.many is None else random_cases(arguments.many, random.Random(arguments.seed))
    lines = ",\n".join(json.dumps({**case, "results": results(case)}) for case in cases)
    arguments.out.write_bytes(gzip.compress(f"[\n{lines}\n]\n".encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
