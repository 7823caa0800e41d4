"""Writes images/real-pixel-values.tsv: for every picture that the published DeiT-tiny is tested with, the SHA-256 of the
pixel values (float32, little-endian, [3, 224, 224]) that transformers' processor for Pillow makes of it.

    python make_pixel_digests.py FOLDER_WITH_deit-tiny_AND_images

The pictures are other people's and not in this repository; their digests are enough to compare with.
Needs torch, transformers and pillow.
"""

import hashlib
import json
import sys
import warnings
from pathlib import Path

import numpy
from transformers.image_utils import load_image
from transformers.models.deit.image_processing_pil_deit import DeiTImageProcessorPil

HERE = Path(__file__).parent


def main() -> None:
    real = Path(sys.argv[1])
    processor = DeiTImageProcessorPil.from_pretrained(real / "deit-tiny")
    with open(HERE / "images" / "real-pixel-values.tsv", "w") as file:
        for name in sorted(json.load(open(real / "deit-tiny" / "expected.json"))):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                pixels = processor(load_image(str(real / name)), return_tensors="np")["pixel_values"][0]
            digest = hashlib.sha256(numpy.ascontiguousarray(pixels, dtype="<f4").tobytes()).hexdigest()
            file.write(f"{name}\t{digest}\n")


if __name__ == "__main__":
    main()
