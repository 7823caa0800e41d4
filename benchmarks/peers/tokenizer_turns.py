"""Times a checkpoint's tokenizer in Tesserae and in the tokenizers library, on one thread each, in turns.

    python benchmarks/peers/tokenizer_turns.py --folder FOLDER --texts FILE --java 'java -cp CLASS_PATH' [--rounds 5] [--seconds 1]

The folder has a tokenizer.json. A round is a turn of each: as many runs over all texts as fit; the mean of their
processor time, which in Java includes the collector's and the compiler's. The library's run is encode_batch, and
encode_batch_fast, which leaves the offsets out; Tesserae's is encode, text by text. Prints the medians. The first two rounds are not counted.
"""

import argparse
import os
import shlex
import statistics
import subprocess
import time
from pathlib import Path

os.environ |= {"TOKENIZERS_PARALLELISM": "false", "RAYON_NUM_THREADS": "1"}

from tokenizers import Tokenizer  # noqa: E402


def turn(run, seconds: float) -> float:
    """Microseconds of processor time of one run: other programs' turns do not count."""
    runs, begin, before = 0, time.perf_counter(), time.process_time()
    while runs == 0 or time.perf_counter() - begin < seconds:
        run()
        runs += 1
    return (time.process_time() - before) * 1e6 / runs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--java", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1)
    options = parser.parse_args()
    tokenizer = Tokenizer.from_file(str(options.folder / "tokenizer.json"))
    texts = options.texts.read_text(encoding="utf-8").splitlines()
    command = [*shlex.split(options.java), "io.tesserae.benchmarks.TokenizerTurns", options.folder, options.texts, str(options.seconds)]
    java = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    ours = int(java.stdout.readline())
    theirs = sum(len(encoding.ids) for encoding in tokenizer.encode_batch(texts))

    def tesserae() -> float:
        java.stdin.write("\n")
        java.stdin.flush()
        return float(java.stdout.readline())

    turns = {
        "tesserae": tesserae,
        "encode_batch": lambda: turn(lambda: tokenizer.encode_batch(texts), options.seconds),
        "encode_batch_fast": lambda: turn(lambda: tokenizer.encode_batch_fast(texts), options.seconds),
    }
    times = {name: [] for name in turns}
    for _ in range(options.rounds + 2):
        for name, one in turns.items():
            times[name].append(one())
    java.stdin.close()
    java.wait()
    characters = sum(map(len, texts))
    print(f"{len(texts)} texts, {characters} characters, {theirs} tokens" + ("" if ours == theirs else f", but {ours} in Tesserae"))
    medians = {name: statistics.median(found[2:]) for name, found in times.items()}
    for name, median in medians.items():
        print(f"{name:18} {median:10.0f} us {characters / median:7.2f} characters a us, {median / medians['tesserae']:5.2f} times as long as tesserae")


if __name__ == "__main__":
    main()
