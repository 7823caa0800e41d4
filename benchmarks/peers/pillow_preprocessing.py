"""Times what PreprocessingBenchmark times, in Python: Pillow's resize alone, and transformers' image processors (PIL backend).

    python pillow_preprocessing.py [--size 4000x3000 ...] [--seconds 2]

Prints the median and the fastest run in milliseconds. The picture is noise, already decoded; both libraries use one thread.
Needs Pillow, numpy and transformers.
"""

import argparse
import statistics
import time

import numpy
from PIL import Image
from transformers.models.bit.image_processing_pil_bit import BitImageProcessorPil
from transformers.models.deit.image_processing_pil_deit import DeiTImageProcessorPil
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil


def measure(run, seconds: float) -> tuple[float, float]:
    for _ in range(2):
        run()
    times = []
    end = time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times), min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", nargs="+", default=["4000x3000", "640x480", "32x32"])
    parser.add_argument("--seconds", type=float, default=2)
    arguments = parser.parse_args()
    processors = {
        "VIT": (ViTImageProcessorPil(), lambda width, height: (224, 224), Image.Resampling.BILINEAR),
        "DEIT": (DeiTImageProcessorPil(), lambda width, height: (256, 256), Image.Resampling.BICUBIC),
        "DINOV2": (
            BitImageProcessorPil(size={"shortest_edge": 256}),
            lambda width, height: (256 * width // min(width, height), 256 * height // min(width, height)),
            Image.Resampling.BICUBIC,
        ),
    }
    for size in arguments.size:
        width, height = map(int, size.split("x"))
        pixels = numpy.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=numpy.uint8)
        image = Image.fromarray(pixels)
        for name, (processor, target, resample) in processors.items():
            resize = measure(lambda: image.resize(target(width, height), resample), arguments.seconds)
            whole = measure(lambda: processor(image, return_tensors="np"), arguments.seconds)
            print(
                f"{size:>10} {name:7} Pillow's resize {resize[0]:8.3f} ms (least {resize[1]:8.3f})"
                f"   transformers {whole[0]:8.3f} ms (least {whole[1]:8.3f})",
                flush=True,
            )


if __name__ == "__main__":
    main()
