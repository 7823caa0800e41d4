"""Times a Hugging Face classifier of texts or pictures in PyTorch, on demand, so that a driver can take turns between engines.

    python time_pytorch.py FOLDER [--threads 1] [--compile]

float32, inference mode, scaled_dot_product_attention. Prints "ready VERSION" once the model is loaded, then answers each line
WORKLOAD SECONDS of standard input with one line of JSON, until the input ends. A workload is
  8x128     8 sequences of 128 tokens
  3+9+16    sequences of those lengths, padded to the longest, as PyTorch needs it
  4@224     4 pictures of 224 x 224 pixels
  corpus:1,2;3|4   batches of sequences of these ids, each batch padded to its longest sequence
and is run for that long, after a warm-up of two runs (none for a corpus, which is long). The answer holds median_ms and min_ms of one run, and runs; with
SECONDS 0 the batch runs once and the answer holds its logits. Or it holds error. What is in a batch is made by the rules of
io.tesserae.benchmarks.TokenWorkload and ImageWorkload, so that the logits of all engines can be compared. --compile uses
torch.compile, which needs a C++ compiler.
Needs torch and transformers.
"""

import argparse
import contextlib
import json
import statistics
import sys
import time
from pathlib import Path


def token_batch(torch, lengths: list[int]) -> dict:
    row, column = torch.arange(len(lengths))[:, None], torch.arange(max(lengths))[None, :]
    attention_mask = (column < torch.tensor(lengths)[:, None]).long()
    return {"input_ids": ((row * 7919 + column * 104729) % 1999 + 1) * attention_mask, "attention_mask": attention_mask}


def image_batch(torch, images: int, side: int) -> dict:
    values = (torch.arange(images * 3 * side * side) * 7919 % 257 - 128) / 128  # exact in float32
    return {"pixel_values": values.reshape(images, 3, side, side)}


def padded_batch(torch, sequences: list[list[int]]) -> dict:
    longest = max(map(len, sequences))
    padded = [sequence + [0] * (longest - len(sequence)) for sequence in sequences]
    mask = [[1] * len(sequence) + [0] * (longest - len(sequence)) for sequence in sequences]
    return {"input_ids": torch.tensor(padded), "attention_mask": torch.tensor(mask)}


def batches_of(torch, workload: str) -> list[dict]:
    if not workload.startswith("corpus:"):
        return [batch_of(torch, workload)]
    batches = workload.removeprefix("corpus:").split("|")
    return [padded_batch(torch, [[int(i) for i in ids.split(",")] for ids in batch.split(";")]) for batch in batches]


def batch_of(torch, workload: str) -> dict:
    if "@" in workload:
        images, side = map(int, workload.split("@"))
        if min(images, side) < 1:
            raise ValueError("pictures and pixels are 1 or more")
        return image_batch(torch, images, side)
    if "x" in workload:
        batch, length = map(int, workload.split("x"))
        lengths = [length] * batch
    else:
        lengths = [int(length) for length in workload.split("+")]
    if not lengths or min(lengths) < 1:
        raise ValueError("lengths are 1 or more")
    return token_batch(torch, lengths)


def measure(torch, model, workload: str, seconds: float) -> dict:
    batches = batches_of(torch, workload)
    times = []
    with torch.inference_mode():
        if seconds == 0:
            return {"logits": [row for feed in batches for row in model(**feed).logits.tolist()]}

        def run() -> None:
            for feed in batches:
                model(**feed)

        for _ in range(2 if len(batches) == 1 else 0):
            run()
        end = time.perf_counter() + seconds
        while not times or time.perf_counter() < end:
            start = time.perf_counter()
            run()
            times.append(time.perf_counter() - start)
    return {"median_ms": statistics.median(times) * 1e3, "min_ms": min(times) * 1e3, "runs": len(times)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--compile", action="store_true")
    arguments = parser.parse_args()

    # Only answers go to standard output: whatever the libraries say while loading goes to standard error.
    with contextlib.redirect_stdout(sys.stderr):
        import torch
        from transformers import AutoConfig, AutoModelForImageClassification, AutoModelForSequenceClassification
        from transformers.models.auto.modeling_auto import MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING_NAMES

        torch.set_num_threads(arguments.threads)
        torch.set_num_interop_threads(1)
        family = AutoConfig.from_pretrained(arguments.folder).model_type
        takes_pictures = family in MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING_NAMES
        classifier = AutoModelForImageClassification if takes_pictures else AutoModelForSequenceClassification
        model = classifier.from_pretrained(arguments.folder, attn_implementation="sdpa", dtype=torch.float32).eval()
        if arguments.compile:
            model = torch.compile(model, dynamic=False)
    print("ready", torch.__version__.split("+")[0], flush=True)

    for line in sys.stdin:
        try:
            with contextlib.redirect_stdout(sys.stderr):
                workload, seconds = line.split()
                answer = measure(torch, model, workload, float(seconds))
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}".splitlines()[0], "line": line.strip()}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
