"""Asks transformers and Tesserae the same questions, and shows where the answers differ. Not part of the build.

    python tokenizer/src/differential/compare.py [--seed 1] [--count 3000] [--kinds single pair ...] [--keep FOLDER]

Wants the python of an environment with `transformers` (5.18), and a JDK 25. Compiles the tokenizer itself. Exit status 1 if there is a
difference; counts per kind and vocabulary are printed in any case.

The vocabularies: the two tiny ones of `testdata`, published ones where the machine has them (`--published`), and one made here in which
nearly every character is a token. Every kind of `cases.py` is asked `--count` times of each. A case compares ids, token types, masks, word
ids, sequence ids, offsets in code points and in UTF-16, tokens, and all that of every overflowing window; or the decoded text; or
that both refuse. Texts are those of `texts.py`: random ones from every script and plane, and real ones, damaged.

Left out are cases in which the reference has no answer: where two added tokens are the same once they are normalized it finds either, by
chance, and Tesserae refuses to be built; and it panics ("bad split") at some added tokens that swallow the whitespace between each other.

Truncation is asked of tokenizers 0.22.2, which pip brings into a folder of its own under `target` (`--older` names another): later versions
stop tokenizing too early (huggingface/tokenizers issue 2091).
"""

import argparse
import contextlib
import glob
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from cases import KINDS, Cases, plain
from texts import write_character_vocabulary

HERE = Path(__file__).resolve().parent
TOKENIZER = HERE.parents[1]
ROOT = TOKENIZER.parent
FIELDS = ["ids", "types", "attention", "special", "words", "sequences", "offsets", "UTF-16 offsets", "tokens"]
ASKED_OF_THE_OLDER = {"words", "truncation", "padding"}
SHOWN = 5  # differences of each kind and vocabulary that are shown in full


def java_home() -> Path:
    """Of a JDK 25 or newer."""
    homes = [os.environ.get("JAVA_HOME", "")] + sorted(glob.glob("/usr/lib/jvm/*"))
    for home in filter(None, homes):
        release = Path(home) / "release"
        if release.is_file() and (Path(home) / "bin/javac").is_file():
            version = next((x for x in release.read_text().splitlines() if x.startswith("JAVA_VERSION=")), "")
            if int(version.split('"')[1].split(".")[0]) >= 25:
                return Path(home)
    sys.exit("found no JDK 25; set JAVA_HOME to one")


def compile_tokenizer(java: Path, classes: Path) -> str:
    """The class path of the tokenizer as its sources are now."""
    sources = TOKENIZER / "src/main/java"
    subprocess.run([java / "bin/javac", "-d", classes, *sorted(sources.rglob("*.java"))], check=True)
    return f"{classes}{os.pathsep}{TOKENIZER / 'src/main/resources'}"


def older_library(folder: Path) -> Path:
    if (folder / "tokenizers").is_dir():
        return folder
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, "tokenizers==0.22.2"]
    if subprocess.run(command, stdout=subprocess.DEVNULL).returncode:
        sys.exit("pip cannot get tokenizers 0.22.2; give a folder that has it as --older")
    return folder


def vocabularies(published: Path, made: Path) -> list[tuple[Path, bool]]:
    """Each with whether it is of lower-case words."""
    specs = ROOT / "testdata/spec-cases"
    found = [(specs / "tiny-vocab/vocab.txt", True), (specs / "tiny-vocab-cased/vocab.txt", False)]
    for name, lower in (("bert-base-uncased", True), ("bert-base-cased", False), ("bert-base-multilingual-cased", False)):
        path = published / name / "vocab.txt"
        if path.is_file():
            found.append((path, lower))
        else:
            print(f"{path} is not here: left out")
    made.parent.mkdir()
    write_character_vocabulary(made)
    return found + [(made, True)]


def real_texts(published: Path) -> list[str]:
    benchmarks = ROOT / "benchmarks/src/main/resources/io/tesserae/benchmarks"
    files = [benchmarks / "english.txt", benchmarks / "multilingual.txt"]
    files += [published.parent / name for name in ("sst2/train.tsv", "sst2/dev.tsv", "nli/SICK.txt", "nli/RTE-train.tsv")]
    return [line for file in files if file.is_file() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def write_cases(folder: Path, options, known: list[tuple[Path, bool]], lines: list[str]) -> dict[str, list[tuple[str, str]]]:
    """Two files, for the current and the older reference; returns the kind and vocabulary of every line of each."""
    labels = {"current": [], "older": []}
    with open(folder / "current.cases", "w") as current, open(folder / "older.cases", "w") as older:
        for vocabulary, lower in known:
            cases = Cases(options.seed, vocabulary, lower, options.count, lines)
            for kind in options.kinds:
                which = "older" if kind in ASKED_OF_THE_OLDER else "current"
                for case in KINDS[kind](cases):
                    (older if which == "older" else current).write(case + "\n")
                    labels[which].append((kind, vocabulary.parent.name))
    return labels


def answer(folder: Path, java: Path, class_path: str, older: Path) -> None:
    """Both sides, each in processes of its own."""
    for which in "current", "older":
        cases = folder / f"{which}.cases"
        path = {"PYTHONPATH": str(older)} if which == "older" else {}
        with open(folder / f"{which}.complaints", "w") as complaints:  # Rust reports its panics there
            reference = subprocess.Popen(
                [sys.executable, HERE / "reference.py", cases, folder / f"{which}.reference"], env=os.environ | path, stderr=complaints
            )
            subprocess.run(
                [java / "bin/java", "-Xmx2g", "-cp", class_path, HERE / "Answer.java", cases, folder / f"{which}.tesserae"], check=True
            )
            if reference.wait():
                sys.exit(f"the reference failed: {Path(complaints.name).read_text()[-2000:]}")


def same(expected: str, actual: str) -> bool:
    return expected == actual or expected.startswith("refused") and actual.startswith("refused")


def show(tokenizer: str, case: str, expected: str, actual: str) -> None:
    print("DIFFERENT", readable(tokenizer), "\n   ", readable(case))
    if expected.startswith("refused") or actual.startswith("refused") or case.startswith("decode"):
        print("    reference", readable(expected)[:500], "\n    tesserae ", readable(actual)[:500])
        return
    windows = [[w.split(";") for w in side.replace("&", "|").split("|")] for side in (expected, actual)]
    if len(windows[0]) != len(windows[1]):
        print(f"    windows: reference {len(windows[0])}, tesserae {len(windows[1])}")
    for number, (ours, theirs) in enumerate(zip(windows[1], windows[0])):
        for name, reference, tesserae in zip(FIELDS, theirs, ours):
            if reference != tesserae:
                print(f"    window {number}, {name}:\n      reference {readable(reference)[:800]}\n      tesserae  {readable(tesserae)[:800]}")


def readable(line: str) -> str:
    def word(text: str) -> str:
        try:
            return ascii(plain(text)) if text.startswith("x") else text
        except ValueError:
            return text

    return " ".join(
        "=".join(",".join(":".join(map(word, item.split(":"))) for item in part.split(",")) for part in field.split("=")) for field in line.split(" ")
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=3000, help="cases of each kind for each vocabulary")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--published", type=Path, default=ROOT.parent / "shared/real/tokenizers", help="folders with a vocab.txt")
    parser.add_argument("--older", type=Path, help="a folder with tokenizers 0.22.2, as pip install --target makes it")
    parser.add_argument("--keep", type=Path, help="a folder for the cases and answers")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        java = java_home()
        class_path = compile_tokenizer(java, Path(temporary) / "classes")
        older = options.older or older_library(TOKENIZER / "target/tokenizers-0.22.2")
        known = vocabularies(options.published, Path(temporary) / "characters" / "vocab.txt")
        labels = write_cases(folder, options, known, real_texts(options.published))
        answer(folder, java, class_path, older)
        sys.exit(report(folder, labels) > 0)


def report(folder: Path, labels: dict[str, list[tuple[str, str]]]) -> int:
    """Prints differences and counts; returns how many differences there are."""
    compared, refused, left_out, different = Counter(), Counter(), Counter(), Counter()
    for which, lines in labels.items():
        tokenizer, by_chance = "", False
        names = (folder / f"{which}.{side}" for side in ("cases", "reference", "tesserae"))
        with contextlib.ExitStack() as stack:
            files = [stack.enter_context(open(name)) for name in names]
            for label, *row in zip(lines, *files, strict=True):
                case, expected, actual = (item.rstrip("\n") for item in row)
                if case.startswith("tokenizer "):
                    tokenizer = case
                    by_chance = actual.startswith("refused") and actual.endswith("once they are normalized")
                else:
                    compared[label] += 1
                if by_chance or "bad split" in expected[:80]:
                    left_out[label] += not case.startswith("tokenizer ")
                    continue
                refused[label] += expected.startswith("refused")
                if not same(expected, actual):
                    different[label] += 1
                    if different[label] <= SHOWN:
                        show(tokenizer, case, expected, actual)
    compared -= left_out
    print(f"{'kind':12} {'vocabulary':28} {'compared':>8} {'both refuse':>12} {'left out':>9} {'different':>10}")
    for label in sorted(compared):
        counts = f"{compared[label]:8} {refused[label]:12} {left_out[label]:9} {different[label]:10}"
        print(f"{label[0]:12} {label[1]:28} {counts}")
    print(f"{compared.total()} cases compared, {different.total()} different, {left_out.total()} left out")
    return different.total()


if __name__ == "__main__":
    main()
