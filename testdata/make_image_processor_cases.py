"""Writes what transformers' image processors (PIL backend) make of generated pictures: image-processor-cases.json.gz.

    python make_image_processor_cases.py [FILE]

A case is a checkpoint's files and, for each picture [kind, seed, width, height] of make_resize_cases.py, the shape of the
pixel values and the CRC-32 of their little-endian float32 bytes, or null where the reference fails. Needs transformers, torch, Pillow and
numpy, and no torchvision; made with transformers 5.18.
"""

import gzip
import json
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

PREPROCESSOR, PROCESSOR, CONFIG = "preprocessor_config.json", "processor_config.json", "config.json"
IMAGENET = {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
SMALL = {"height": 20, "width": 24}

PICTURES = [[0, 1, 40, 30], [2, 2, 25, 61], [1, 3, 17, 17], [0, 4, 24, 20], [2, 5, 7, 90]]


def vit(**keys):
    return {PREPROCESSOR: {"image_processor_type": "ViTImageProcessor", **keys}}


def deit(**keys):
    return {PREPROCESSOR: {"image_processor_type": "DeiTImageProcessor", **keys}}


def bit(**keys):
    return {PREPROCESSOR: {"image_processor_type": "BitImageProcessor", **keys}}


def blip(**keys):
    return {PREPROCESSOR: {"image_processor_type": "BlipImageProcessor", **keys}}


def perceiver(**keys):
    return {PREPROCESSOR: {"image_processor_type": "PerceiverImageProcessor", **keys}}


def idefics(**keys):
    return {PREPROCESSOR: {"image_processor_type": "IdeficsImageProcessor", **keys}}


CASES = [
    # Nothing but a class: its defaults
    vit(), deit(), bit(), blip(), {PREPROCESSOR: {"image_processor_type": "CLIPImageProcessor"}}, idefics(),
    # How a class is named
    {PREPROCESSOR: {"image_processor_type": "ViTImageProcessorFast", "size": SMALL}},
    {PREPROCESSOR: {"image_processor_type": "DeiTImageProcessorPil", "size": 30, "crop_size": 20}},
    {PREPROCESSOR: {"feature_extractor_type": "ViTFeatureExtractor", "size": 18}},
    {PREPROCESSOR: {"feature_extractor_type": "DeiTFeatureExtractor", "image_processor_type": "DeiTImageProcessor",
                    "size": 30, "crop_size": 20, "resample": 3, **IMAGENET}},
    {PREPROCESSOR: {"size": 18}, CONFIG: {"model_type": "vit"}},
    {PREPROCESSOR: {"size": 18, "crop_size": 18}, CONFIG: {"model_type": "deit"}},
    {PREPROCESSOR: {"size": 18, "crop_size": 18}, CONFIG: {"model_type": "dinov2"}},
    {PREPROCESSOR: {"size": 18}, CONFIG: {"model_type": "vit", "image_processor_type": "BitImageProcessor"}},
    {PREPROCESSOR: {"image_processor_type": "ViTImageProcessor", "size": 9},
     PROCESSOR: {"image_processor": {"image_processor_type": "ViTImageProcessor", "size": 12}, "processor_class": "X"}},
    {PREPROCESSOR: {"image_processor_type": "ViTImageProcessor", "size": 9}, PROCESSOR: {"processor_class": "X"}},
    {PROCESSOR: {"image_processor": {"image_processor_type": "BitImageProcessor", "size": 12}}},
    {PROCESSOR: {"image_processor": {"image_processor_type": "BlipImageProcessor", "size": 12}, "processor_class": "BlipProcessor"}},
    {PREPROCESSOR: {"size": SMALL}, CONFIG: {"model_type": "blip"}},
    # Sizes
    vit(size=SMALL), vit(size=21), vit(size=[20, 24]), vit(size=21, default_to_square=False), vit(size={"shortest_edge": 16}),
    vit(size={"shortest_edge": 16, "longest_edge": 30}), vit(size={"shortest_edge": 17, "longest_edge": 20}),
    vit(size={"shortest_edge": 25, "longest_edge": 33}), vit(size={"max_height": 30, "max_width": 25}),
    vit(size={"max_height": 100, "max_width": 10}), bit(size=21), bit(size=21, default_to_square=True), bit(size=[31, 45]),
    bit(size={"shortest_edge": 37}, crop_size={"height": 30, "width": 36}), bit(size={"shortest_edge": 37}, crop_size=[30, 36]),
    bit(size=None, crop_size=None), bit(do_center_crop=False, size=19), deit(do_center_crop=False, size=SMALL),
    blip(size=SMALL), blip(size=21), blip(size={"shortest_edge": 16}), blip(size=SMALL, do_center_crop=True, crop_size=15),
    # Crops that are larger than what they crop, in one direction or both, by odd and even numbers
    deit(size=20, crop_size=27), deit(size=20, crop_size=26), deit(size={"height": 20, "width": 31}, crop_size=26),
    deit(size={"height": 33, "width": 20}, crop_size={"height": 25, "width": 25}), deit(do_resize=False, crop_size=28),
    bit(size=12, crop_size=40), vit(do_center_crop=True, crop_size=15, size=22), vit(do_center_crop=True),
    # Steps left out
    vit(do_resize=False), vit(do_rescale=False, size=SMALL), vit(do_normalize=False, size=SMALL),
    vit(do_rescale=False, do_normalize=False, size=SMALL), vit(do_rescale=False, size=SMALL, image_mean=127.5, image_std=99),
    deit(do_normalize=False, size=20, crop_size=24), bit(do_convert_rgb=False, size=20, crop_size=18),
    bit(do_resize=None, do_rescale=None, do_normalize=None, do_center_crop=None, size=20, crop_size=18),
    # Numbers
    vit(size=SMALL, **IMAGENET), vit(size=SMALL, image_mean=0.25, image_std=2), vit(size=SMALL, rescale_factor=0.00784313725490196),
    vit(size=SMALL, rescale_factor=0.00392156862745098, image_mean=[0, 1, -0.5], image_std=[1, 0.1, 1e-3]),
    vit(size=SMALL, rescale_factor=1), vit(size=SMALL, rescale_factor=-0.01), *[vit(size=SMALL, resample=f) for f in range(6)],
    *[bit(size=20, crop_size=16, resample=f) for f in range(6)], vit(size=SMALL, image_std=[0.5, -0.5, 0.5]),
    # As some write them: filters by name, whole numbers with a point, a null where there is nothing
    *[vit(size=SMALL, resample=name) for name in ("bicubic", "BILINEAR", "nearest-exact", "lanczos", "PIL.Image.BICUBIC",
                                                  "Resampling.BOX", "InterpolationMode.BICUBIC", "hamming")],
    vit(size={"shortest_edge": 24, "longest_edge": None}), bit(size={"shortest_edge": 24, "longest_edge": None}, crop_size=20),
    vit(size={"shortest_edge": 25, "longest_edge": 33.0}), vit(size={"shortest_edge": None, "longest_edge": 33}),
    vit(size={"height": None, "width": 24}), vit(size={"shortest_edge": 24.0}),
    vit(size=24.0), vit(size={"height": 20, "width": 24, "shortest_edge": None}),
    vit(size={"max_height": 24, "max_width": None}), bit(size=24, crop_size={"height": 20.0, "width": 22.0}),
    bit(size=24, crop_size=[20.0, 22.0]), bit(size=24, crop_size=20.0), bit(size=24, crop_size={"height": 20, "width": None}),
    bit(size=24, crop_size={"shortest_edge": 20}), vit(do_resize=1, do_center_crop=0, size=SMALL), vit(do_rescale=0, size=SMALL),
    vit(do_normalize=0, size=SMALL), vit(size=24, default_to_square=None), vit(size=24, default_to_square=0),
    vit(size=SMALL, resample=None), vit(size=SMALL, rescale_factor=None), vit(size=SMALL, image_mean=None),
    vit(size=SMALL, image_mean=1, image_std=[1, 2, 3]), vit(size=SMALL, crop_size=None, pad_size=None, input_data_format=None),
    # What does no harm
    vit(size=SMALL, processor_class="X", do_pad=None, do_reduce_labels=False, crop_pct=None, size_divisor=None,
        data_format="channels_first", device=None, _valid_processor_keys=["images"], return_tensors=None),
    # A crop before the resizing, by size / crop_size of the shorter side
    perceiver(), {PREPROCESSOR: {"image_processor_type": "PerceiverImageProcessorFast", "size": 20, "crop_size": 24}},
    {PREPROCESSOR: {"crop_size": 25, "do_center_crop": True, "do_normalize": True, "do_resize": True,
                    "feature_extractor_type": "PerceiverFeatureExtractor", "resample": 3, "size": 22, **IMAGENET}},
    perceiver(size=SMALL, crop_size=30), perceiver(size=SMALL, crop_size={"height": 21, "width": 36}), perceiver(size=SMALL, crop_size=140),
    perceiver(size=[20, 24], crop_size=[30, 28]), perceiver(size=20, crop_size=20), perceiver(size=20, crop_size={"height": 20.0, "width": 22.0}),
    perceiver(size=30, crop_size=29), perceiver(size=30, crop_size=20), perceiver(size=SMALL, crop_size={"height": 15, "width": 30}),
    perceiver(size=29, crop_size=7), perceiver(size=6, crop_size=36),
    perceiver(size=SMALL, do_center_crop=False), perceiver(size=SMALL, do_resize=False, crop_size=17),
    perceiver(do_resize=False), perceiver(do_resize=False, do_center_crop=False, size=None, crop_size=None),
    perceiver(do_resize=False, size=None), perceiver(crop_size=None), perceiver(crop_size=None, do_center_crop=None, size=20),
    perceiver(size={"shortest_edge": 20}), perceiver(size={"shortest_edge": 20}, do_center_crop=False), perceiver(size=20, default_to_square=False),
    perceiver(size={"max_height": 30, "max_width": 25}), perceiver(size=SMALL, crop_size={"shortest_edge": 30}),
    perceiver(size={"shortest_edge": 20}, do_resize=False), perceiver(size={"height": 20, "width": None}, do_resize=False),
    perceiver(size=SMALL, crop_size=28, do_normalize=False), perceiver(size=SMALL, crop_size=28, do_rescale=False, resample=2),
    # A square size with a name of its own, which counts before the other
    idefics(image_size=21), idefics(image_size=21, size=SMALL, image_num_channels=3), idefics(size=SMALL), idefics(size=19),
    idefics(image_size=None, size=19), idefics(image_size=None, size=None), idefics(image_size=21.0), idefics(image_size=[20, 24]),
    idefics(image_size=21, do_resize=False), idefics(image_size=21, size=None), idefics(image_size=21, resample=1, do_normalize=False),
    idefics(size={"shortest_edge": 16}), idefics(size={"longest_edge": 16}), idefics(image_size=22, do_center_crop=True, crop_size=15), vit(image_size=21, size=SMALL),
    {PROCESSOR: {"image_processor": {"image_processor_type": "IdeficsImageProcessor", "image_size": 12}, "processor_class": "IdeficsProcessor"}},
    perceiver(size=SMALL, crop_size=28, do_convert_rgb=True), perceiver(size=SMALL, crop_size=28, resample="bicubic"),
]  # fmt: skip


def results(files: dict) -> list:
    answers = []
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_text(json.dumps(content))
        for image in PICTURES:
            try:
                made = AutoImageProcessor.from_pretrained(folder)(picture(*image), return_tensors="np")
                values = (made if isinstance(made, numpy.ndarray) else made["pixel_values"])[0]  # IDEFICS's is bare
                values = values.astype(numpy.float32)
                answers.append([list(values.shape), zlib.crc32(values.astype("<f4").tobytes())])
            except Exception as error:
                print(files, image, type(error).__name__, str(error)[:100], file=sys.stderr)
                answers.append(None)
    return answers


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "image-processor-cases.json.gz"
    lines = ",\n".join(json.dumps({"files": files, "results": results(files)}) for files in CASES)
    text = json.dumps({"pictures": PICTURES})[:-1] + ', "cases": [\n' + lines + "\n]}\n"
    out.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
