"""Writes small-picture-answers.json.gz: what the reference's pipelines answer to twenty small pictures of a formula, which the test has too.

    python testdata/make_small_picture_answers.py    (with transformers 5.18)

Hidden states of DINOv3, of which sums are kept in which every token has a part; and which of some labels CLIP and SigLIP find in a picture. The
models are fixtures'. DINOv3's pictures are prepared by make_dinov3_fixtures.py, which does without torchvision. Pictures are ramps, squares, noise, stripes and single colours, from one pixel to some that are long and narrow.
"""

import gzip
import json
import os
from pathlib import Path

os.environ |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error"}

import numpy
import packed
import torch
import transformers
from make_dinov3_fixtures import prepared
from make_piece_answers import features
from make_token_task_answers import plain, rounded
from PIL import Image

TARGET = Path(__file__).parent / "small-picture-answers.json.gz"
SIZES = [(1, 1), (1, 50), (50, 1), (16, 16), (32, 32), (17, 33), (33, 17), (64, 48), (7, 5), (90, 10), (10, 90), (31, 32), (8, 8), (2, 3), (100, 75), (45, 45), (32, 16), (3, 64), (65, 64), (15, 40)]
LABELS = ["a cat", "Two  DOGS", "trees, 42 of them", "caf\u00e9\u3000cre\u0301me", "\u6771\u4eac"]  # no two of characters that a vocabulary does not have: they would be equal


def picture(number):
    width, height = SIZES[number]
    y, x, c = numpy.meshgrid(range(height), range(width), range(3), indexing="ij")
    kinds = [
        x * 5 + y * 3 + c * 40, (x // 4 + y // 4) % 2 * 255, (x * 7919 + y * 104729 + c * 1299709) * (number + 3) // 7, (x + c) % 3 * 127, c * 100 + 55,
    ]
    return Image.fromarray((kinds[number % 5] % 256).astype(numpy.uint8), "RGB")


def pipeline(task, fixture):
    with packed.checkpoint(Path(__file__).parent / "fixtures" / fixture) as folder:
        return transformers.pipeline(task, model=str(folder), device="cpu")


def main():
    pictures = [picture(number) for number in range(len(SIZES))]
    with packed.checkpoint(Path(__file__).parent / "fixtures" / "dinov3" / "base") as folder:
        states = transformers.AutoModel.from_pretrained(folder).eval()
    cases = []
    for number, one in enumerate(pictures):
        pixels = prepared(torch.from_numpy(numpy.array(one)).permute(2, 0, 1), [32, 32], "bilinear")
        found = features(lambda image, **_: states(image[None]).last_hidden_state.tolist(), pixels)
        cases.append({"model": "dinov3/base", "picture": number, "size": SIZES[number], "tokens": found["tokens"], "sums": found["sums"]})
    for model in ("clip/pipeline", "siglip/pipeline"):
        classify = pipeline("zero-shot-image-classification", model)
        for number, one in enumerate(pictures):
            answer = rounded(plain(classify(one, candidate_labels=LABELS)))
            cases.append({"model": model, "picture": number, "size": SIZES[number], "labels": LABELS, "answer": answer})
    text = json.dumps({"transformers": transformers.__version__, "cases": cases}, separators=(",", ":")) + "\n"
    TARGET.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(TARGET.stat().st_size, "bytes")


if __name__ == "__main__":
    with torch.no_grad():
        main()
