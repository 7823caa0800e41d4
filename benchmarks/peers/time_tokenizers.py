"""Times what TokenizerBenchmark times, in the reference's own Rust: the tokenizers library, called from Python on one thread.

    python time_tokenizers.py [--vocabulary bert-base-uncased/vocab.txt] [--cased] [--seconds 2] [--texts FILE]

Prints, for each workload, the median and the fastest run of all its texts in microseconds, the characters a microsecond at the median,
and the tokens (that Tesserae finds the same ones is for DjlTokenizerTest to say). Needs transformers, whose BertTokenizer builds the Rust
tokenizer; of its Python nothing is timed but the call, which with an empty text takes about one microsecond.
"""

import argparse
import os
import statistics
import time
from pathlib import Path

os.environ["TOKENIZERS_PARALLELISM"] = "false"  # one thread, as in the Java benchmark; read when the first batch comes

from transformers import BertTokenizer  # noqa: E402

TEXTS = Path(__file__).parent.parent / "src/main/resources/io/tesserae/benchmarks"
VOCABULARY = Path(__file__).parents[3] / "shared/real/tokenizers/bert-base-uncased/vocab.txt"


def lines(file) -> list[str]:
    return Path(file).read_text(encoding="utf-8").splitlines()


def measure(run, seconds: float) -> list[float]:
    """Microseconds of each run, sorted."""
    for _ in range(20):
        run()
    times = []
    end = time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1e6)
    return sorted(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vocabulary", default=str(VOCABULARY))
    parser.add_argument("--cased", action="store_true", help="do_lower_case=False")
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--texts", help="one text a line, timed as sentences and as a batch besides the built-in ones")
    arguments = parser.parse_args()
    tokenizer = BertTokenizer(vocab=arguments.vocabulary, do_lower_case=not arguments.cased).backend_tokenizer

    english, multilingual = lines(TEXTS / "english.txt"), lines(TEXTS / "multilingual.txt")
    workloads = {
        "SENTENCES": english,
        "PARAGRAPH": [" ".join(english)],
        "MULTILINGUAL": multilingual,
    }
    if arguments.texts:
        workloads["TEXTS"] = lines(arguments.texts)
    for name, texts in workloads.items():
        characters = sum(len(text) for text in texts)
        tokens = sum(len(tokenizer.encode(text).ids) for text in texts)

        def one_by_one():
            for text in texts:
                tokenizer.encode(text)

        runs = {
            "encode": one_by_one,
            "encode_batch": lambda: tokenizer.encode_batch(texts),
            "encode_batch_fast": lambda: tokenizer.encode_batch_fast(texts),  # without offsets
        }
        for call, run in runs.items():
            times = measure(run, arguments.seconds)
            median = statistics.median(times)
            print(
                f"{name:13} {call:18} {median:10.1f} us (least {times[0]:10.1f})"
                f" {characters / median:7.2f} characters a us, {tokens} tokens",
                flush=True,
            )


if __name__ == "__main__":
    main()
