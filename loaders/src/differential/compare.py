"""Encodes the same texts with the reference and with Tesserae, for each kind of tokenizer, and shows where they differ. Not part of the build.

    python loaders/src/differential/compare.py [--kinds bert roberta ...] [--count 100000] [--size 6000] [--points] [--texts FILE ...] [--keep FOLDER]

Wants a Python with transformers 5.18 and sentencepiece, JDK 25 in JAVA_HOME, and the project compiled: CLASS_PATH in the environment names its
classes and gson's. The vocabularies are trained by kinds.py. A case compares ids, token types, the mask of special tokens, offsets, word
ids and sequence ids; of a tokenizer in Python, ids and texts that are decoded. One case of four has a pair, one of eight of the others is truncated (pairs are not: tokenizers
0.23 stops tokenizing them too early, huggingface/tokenizers issue 2091).

--points asks for every code point of Unicode but surrogates, in four surroundings: alone, between letters, behind a space, and between a letter
and an accent. Those without a character have the four in one text, with spaces between.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
import unicodedata
from pathlib import Path

os.environ |= {"TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error"}
HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(HERE), str(ROOT / "tokenizer/src/differential")]

from transformers import AutoTokenizer  # noqa: E402

import kinds  # noqa: E402
from kinds import BERT, KINDS, PRIVATE, ROBERTA, SPACES, write_kinds  # noqa: E402
from texts import Texts  # noqa: E402

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
FIELDS = ["ids", "types", "special", "offsets", "words", "sequences"]
SHOWN = 6
CHUNK = 2000


def random_cases(r: random.Random, lines: list[str], count: int):
    words = [word for line in r.sample(lines, min(500, len(lines))) for word in line.split()]
    texts = Texts(r, words + (BERT + ROBERTA + PRIVATE + SPACES + [" </s> ", "\u2581", "\u2581\u2581", "[unused1]", "<|endoftext|>"]) * 20, lines)
    for _ in range(count):
        text = texts.text()
        pair = texts.short() if r.random() < 0.25 else ""
        yield text, pair, r.randint(3, 30) if not pair and r.random() < 0.125 else 0


def points():
    for point in range(0x110000):
        if 0xD800 <= point < 0xE000:
            continue
        c = chr(point)
        surroundings = [c, f"a{c}b", f" {c}", f"e{c}\u0301"]
        if unicodedata.category(c) in ("Cn", "Co"):
            yield " ".join(surroundings), "", 0
        else:
            for text in surroundings:
                yield text, "", 0


def write_cases(path: Path, cases) -> int:
    count = 0
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        for text, pair, length in cases:
            out.write(f"{text.translate(ESCAPES)}\t{pair.translate(ESCAPES)}\t{length or ''}\n")
            count += 1
    return count


def read_cases(path: Path):
    with open(path, encoding="utf-8", newline="\n") as file:
        for line in file:
            text, pair, length = line[:-1].split("\t")
            yield unescaped(text), unescaped(pair), int(length or 0)


def unescaped(field: str) -> str:
    if "\\" not in field:
        return field
    parts = field.split("\\\\")
    return "\\".join(part.replace("\\t", "\t").replace("\\n", "\n").replace("\\r", "\r") for part in parts)


def answer_of(e) -> str:
    return f"{e.ids}{e.type_ids}{e.special_tokens_mask}{e.offsets}{e.word_ids}{e.sequence_ids}"


def reference(tokenizer, cases):
    """Answers in order; a line for each."""
    chunk = []

    def flush():
        answers = [None] * len(chunk)
        plain = [i for i, (_, _, length) in enumerate(chunk) if not length]
        tokenizer.no_truncation()
        inputs = [(chunk[i][0], chunk[i][1]) if chunk[i][1] else chunk[i][0] for i in plain]
        for i, encoding in zip(plain, tokenizer.encode_batch(inputs)):
            answers[i] = answer_of(encoding)
        for i, (text, pair, length) in enumerate(chunk):
            if length:
                tokenizer.enable_truncation(length)
                answers[i] = answer_of(tokenizer.encode(text, pair or None))
        chunk.clear()
        return answers

    for case in cases:
        chunk.append(case)
        if len(chunk) == CHUNK:
            yield from flush()
    yield from flush()


def python_reference(tokenizer, cases):
    """Answers of a tokenizer in Python, which knows no offsets: ids, and what they are as a text, with special tokens and without."""
    for text, pair, length in cases:
        options = dict(truncation=True, max_length=length) if length else {}
        ids = tokenizer(text, pair or None, **options)["input_ids"]
        yield [str(ids), *(tokenizer.decode(ids, skip_special_tokens=skips) for skips in (False, True))]


def compare_python(tokenizer, name: str, cases: Path, answers: Path, show: int) -> tuple[int, int]:
    count = different = 0
    with open(answers, encoding="utf-8", newline="\n") as file:
        for case, expected in zip(read_cases(cases), python_reference(tokenizer, read_cases(cases))):
            fields = file.readline()[:-1].split("\t")
            actual = [fields[0].split("][")[0] + "]", unescaped(fields[1]), unescaped(fields[2])]
            actual[0] = actual[0].replace("]]", "]")
            count += 1
            if expected != actual:
                different += 1
                if different <= show:
                    print(f"DIFFERENT {name}: {ascii(case)[:600]}")
                    for one, other in zip(expected, actual):
                        if one != other:
                            print(f"      reference {ascii(one)[:400]}\n      tesserae  {ascii(other)[:400]}")
    return count, different


def compare(folder: Path, cases: Path, answers: Path, show: int) -> tuple[int, int]:
    """How many cases there were, and how many differ."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    if not tokenizer.is_fast:
        return compare_python(tokenizer, folder.name, cases, answers, show)
    tokenizer = tokenizer.backend_tokenizer
    count = different = 0
    with open(answers, encoding="utf-8", newline="\n") as file:
        for case, expected in zip(read_cases(cases), reference(tokenizer, read_cases(cases))):
            actual = file.readline()[:-1].split("\t")[0]
            count += 1
            if expected != actual:
                different += 1
                if different <= show:
                    print(f"DIFFERENT {folder.name}: {ascii(case)[:600]}")
                    for name, one, other in zip(FIELDS, expected[1:].split("]["), actual[1:].split("][")):
                        if one != other:
                            print(f"    {name}\n      reference {one[:400]}\n      tesserae  {other[:400]}")
    return count, different


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--count", type=int, default=100000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=kinds.SIZE, help="of the vocabularies")
    parser.add_argument("--points", action="store_true")
    parser.add_argument("--reading", default="CLASS", help="how Tesserae reads the files: CLASS, as transformers 5 does, or another")
    parser.add_argument("--only", nargs="+", help="these folders of kinds.py alone")
    parser.add_argument("--texts", nargs="+", type=Path, default=[], help="real texts, one a line")
    parser.add_argument("--keep", type=Path, help="a folder for the tokenizers, cases and answers; those that are there are used")
    options = parser.parse_args()
    benchmarks = ROOT / "benchmarks/src/main/resources/io/tesserae/benchmarks"
    files = [benchmarks / "english.txt", benchmarks / "multilingual.txt", *options.texts]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    kinds.SIZE = options.size
    failed = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        made = write_kinds(folder / "tokenizers", lines, options.kinds)
        if options.only:
            made = [path for path in made if path.name in options.only]
        cases = folder / ("points.cases" if options.points else "random.cases")
        write_cases(cases, points() if options.points else random_cases(random.Random(options.seed), lines, options.count))
        for path in made:
            answers = folder / (path.name + ".answers")
            command = [Path(os.environ["JAVA_HOME"]) / "bin/java", "-Xmx1g", "-XX:+UseSerialGC", "-cp", os.environ["CLASS_PATH"]]
            subprocess.run([*command, HERE / "Answers.java", options.reading, cases, path, answers], check=True)
            begin = time.time()
            count, different = compare(path, cases, answers, SHOWN)
            print(f"{path.name:20} {count:9} cases {different:7} different ({time.time() - begin:.0f} s)", flush=True)
            failed += different
            answers.unlink()
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
