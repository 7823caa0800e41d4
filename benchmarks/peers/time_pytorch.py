"""Times a Hugging Face text classifier in PyTorch, on demand, so that a driver can take turns between engines.

    python time_pytorch.py FOLDER [--threads 1] [--compile]

float32, inference mode, scaled_dot_product_attention. Prints "ready" once the model is loaded, then answers each line of
standard input with one line of JSON, until the input ends:
  BATCH LENGTH SECONDS       runs a batch of BATCH x LENGTH tokens for that long, after a warm-up of two runs
  ragged L1,L2,... SECONDS   a batch of sequences of those lengths, padded to the longest, as PyTorch needs it
With SECONDS 0 the batch runs once and the answer holds its logits. Otherwise it holds median_ms and min_ms of one run,
runs, and tokens_per_s (of real tokens, not padding, at the median). Or it holds error. The tokens are those of
io.tesserae.benchmarks.Workload, so that the logits of all engines can be compared. --compile uses torch.compile, which needs a C++ compiler.
Needs torch and transformers.
"""

import argparse
import contextlib
import json
import statistics
import sys
import time
from pathlib import Path


def batch_of(torch, lengths: list[int]) -> dict:
    row, column = torch.arange(len(lengths))[:, None], torch.arange(max(lengths))[None, :]
    attention_mask = (column < torch.tensor(lengths)[:, None]).long()
    return {"input_ids": ((row * 7919 + column * 104729) % 1999 + 1) * attention_mask, "attention_mask": attention_mask}


def measure(torch, model, lengths: list[int], seconds: float) -> dict:
    feed = batch_of(torch, lengths)
    times = []
    with torch.inference_mode():
        if seconds == 0:
            return {"logits": model(**feed).logits.tolist()}
        for _ in range(2):
            model(**feed)
        end = time.perf_counter() + seconds
        while not times or time.perf_counter() < end:
            start = time.perf_counter()
            model(**feed)
            times.append(time.perf_counter() - start)
    median = statistics.median(times)
    return {
        "median_ms": median * 1e3,
        "min_ms": min(times) * 1e3,
        "runs": len(times),
        "tokens_per_s": sum(lengths) / median,
    }


def parse(line: str) -> tuple[list[int], float]:
    first, second, seconds = line.split()
    lengths = [int(length) for length in second.split(",")] if first == "ragged" else [int(second)] * int(first)
    if not lengths or min(lengths) < 1:
        raise ValueError("lengths are 1 or more")
    return lengths, float(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--compile", action="store_true")
    arguments = parser.parse_args()

    # Only answers go to standard output: whatever the libraries say while loading goes to standard error.
    with contextlib.redirect_stdout(sys.stderr):
        import torch
        from transformers import AutoModelForSequenceClassification

        torch.set_num_threads(arguments.threads)
        torch.set_num_interop_threads(1)
        model = AutoModelForSequenceClassification.from_pretrained(
            arguments.folder, attn_implementation="sdpa", dtype=torch.float32
        ).eval()
        if arguments.compile:
            model = torch.compile(model, dynamic=False)
    print("ready", flush=True)

    for line in sys.stdin:
        try:
            with contextlib.redirect_stdout(sys.stderr):
                answer = measure(torch, model, *parse(line))
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}".splitlines()[0], "line": line.strip()}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
