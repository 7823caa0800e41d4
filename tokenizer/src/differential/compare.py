"""Encodes many texts with the reference and with Tesserae, and shows where they differ. Not part of the build.

Wants `transformers` installed, a JDK 25 as `java`, and the module compiled (`mvn compile -pl tokenizer`). From the module's folder:

    python src/differential/compare.py [--count 50000] [--seed 1] [--texts FILE...] [VOCAB.txt...]

Texts are random (`--count` for each setting), from pools of characters that are known to be awkward, and the lines of
`--texts`. Each VOCAB.txt is tried uncased and cased; without any, a vocabulary is made in which nearly every character is a
token, so that the alignment of every character shows in the offsets. Random added tokens are tried with that one too.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import unicodedata

from tokenizers import AddedToken
from transformers import BertTokenizer

CLASSES = "target/classes"
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def pools():
    assigned = [c for c in range(0x20, 0x20000) if not 0xD800 <= c <= 0xDFFF]
    marks = [c for c in assigned if unicodedata.combining(chr(c))]
    kept = [c for c in marks if not unicodedata.category(chr(c)) == "Mn" or c in range(0x1AB0, 0x1AFF)]
    new = [c for c in marks if not unicodedata.ucd_3_2_0.combining(chr(c))]
    composed = [c for c in assigned if unicodedata.decomposition(chr(c)) and "<" not in unicodedata.decomposition(chr(c))]
    return [
        [[ord(x) for x in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"], 6],
        [[ord(x) for x in " \t\n\r    "], 4],
        [[ord(x) for x in ".,!?'\"-_()[]{}<>#@$%^&*+=~`|\\/:;"], 2],
        [list(range(0x00, 0x100)), 2],
        [list(range(0x100, 0x250)), 2],
        [marks, 3],
        [new, 3],
        [kept, 3],
        [composed, 3],
        [list(range(0x300, 0x370)), 2],
        [list(range(0x370, 0x600)), 1],
        [list(range(0x600, 0x1100)), 1],
        [list(range(0x1E00, 0x2000)), 1],
        [list(range(0x2000, 0x2070)), 2],
        [list(range(0x4E00, 0xA000)), 1],
        [list(range(0xAC00, 0xD7A4)), 1],
        [list(range(0xF900, 0xFB50)), 1],
        [list(range(0x1100, 0x1200)), 1],
        [list(range(0x10000, 0x11000)), 1],
        [list(range(0x1D100, 0x1D250)), 1],
        [list(range(0x1F300, 0x1F700)), 1],
        [list(range(0x1E900, 0x1E960)), 1],
        [list(range(0x20000, 0x2FA20)), 1],
        [[0, 0xAD, 0x130, 0x131, 0x3A3, 0x3C2, 0x1E9E, 0x200B, 0x200D, 0xFEFF, 0xFFFD, 0x344, 0xF73, 0xF75, 0xF81, 0xE000], 2],
        [[c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF], 1],
    ]


def random_texts(rng, count, extra):
    groups = pools()
    chars = [g for g, _ in groups]
    weights = [w for _, w in groups]
    for _ in range(count):
        focus = rng.choices(range(len(chars)), weights, k=rng.randint(1, 4))
        out = []
        for _ in range(int(rng.expovariate(1 / 25)) + 1):
            if extra and rng.random() < 0.08:
                out.append(rng.choice(extra))
            else:
                out.append(chr(rng.choice(chars[rng.choice(focus)])))
        yield "".join(out)


def write_character_vocabulary(path):
    points = [c for c in range(0x21, 0x20000) if not 0xD800 <= c <= 0xDFFF] + list(range(0x2F800, 0x2FA20))
    whitespace = {c for c in points if chr(c).isspace()}
    tokens = SPECIAL + [p + chr(c) for c in points if c not in whitespace for p in ("", "##")] + ["ab", "##bc", "abc"]
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        out.write("\n".join(tokens) + "\n")


def random_added_tokens(rng):
    contents = ["<x>", "<xy>", "New-York", "caféx", "cat", "in", " y", "ab", "Ünï", "北", "ß!", "a b", "##", "\u0301", "[E1]"]
    seen, tokens = set(), []
    for content in rng.sample(contents, rng.randint(1, 5)):
        flags = "".join(f for f in "wlrn" if rng.random() < 0.4)
        if content == "\u0301":
            flags = flags.replace("n", "")
        if rng.random() < 0.3:
            flags += "s"
        tokens.append((content, "-" + flags))
    return tokens


def hexadecimal(text):
    return text.encode("utf-16-be").hex()


def compare(folder, vocabulary, settings, added, texts):
    lower, strip, chinese, split = settings
    reference = BertTokenizer(
        vocab=vocabulary, do_lower_case=lower, strip_accents=strip, tokenize_chinese_chars=chinese, split_special_tokens=split
    )
    for content, flags in added:
        reference.add_tokens([
            AddedToken(content, single_word="w" in flags, lstrip="l" in flags, rstrip="r" in flags,
                       normalized="n" in flags, special="s" in flags)
        ], special_tokens="s" in flags)
    names = {name: os.path.join(folder, name) for name in ("texts", "added", "result")}
    with open(names["texts"], "w") as out:
        out.writelines(hexadecimal(t) + "\n" for t in texts)
    with open(names["added"], "w") as out:
        out.writelines(f"{hexadecimal(c)} {f}\n" for c, f in added)
    word = lambda b: "null" if b is None else str(b).lower()
    here = os.path.dirname(os.path.abspath(__file__))
    subprocess.run(
        ["java", "-Xmx3g", "-cp", CLASSES, os.path.join(here, "Encode.java"), vocabulary, word(lower), word(strip), word(chinese),
         word(split), names["added"], names["texts"], names["result"]],
        check=True,
    )
    different = 0
    with open(names["result"]) as results:
        for first in range(0, len(texts), 2000):
            chunk = texts[first : first + 2000]
            for text, e in zip(chunk, reference.backend_tokenizer.encode_batch(chunk)):
                expected = " ".join(
                    f"{i},{s},{t},{-1 if w is None else w}" for i, (s, t), w in zip(e.ids, e.offsets, e.word_ids)
                )
                actual = results.readline().strip()
                if actual != expected:
                    different += 1
                    if different <= 3:
                        print("DIFFERENT", settings, added, ascii(text), "\n  reference", expected, "\n  tesserae ", actual)
    return different


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=50000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--added", type=int, default=10, help="sets of random added tokens")
    parser.add_argument("--texts", nargs="*", default=[])
    parser.add_argument("vocabularies", nargs="*")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    lines = [line.rstrip("\n") for name in options.texts for line in open(name, encoding="utf-8")]
    compared = different = 0
    with tempfile.TemporaryDirectory() as folder:
        runs = []
        for vocabulary in options.vocabularies:
            words = [w.strip() for w in open(vocabulary, encoding="utf-8")]
            for settings in ((True, None, True, False), (False, None, True, False)):
                runs.append((vocabulary, settings, [], lines + list(random_texts(rng, options.count, words))))
        characters = os.path.join(folder, "vocab.txt")
        write_character_vocabulary(characters)
        extra = SPECIAL + ["[sep]", "caf\u00e9x", "NEW-YORK", "[S\u200bEP]"]
        for settings in (
            (True, None, True, False), (False, None, True, False), (True, False, True, False), (False, True, True, False),
            (True, None, False, False), (True, None, True, True),
        ):
            runs.append((characters, settings, [], list(random_texts(rng, options.count, extra))))
        for _ in range(options.added):
            added = random_added_tokens(rng)
            pieces = [c for c, _ in added] + [" " + added[0][0] + "  ", added[-1][0].upper(), added[0][0] * 2, "[SEP]", " "]
            settings = (rng.random() < 0.6, rng.choice([None, True, False]), True, rng.random() < 0.3)
            runs.append((characters, settings, added, list(random_texts(rng, options.count // 10, pieces * 3))))
        for vocabulary, settings, added, texts in runs:
            # The reference reads a line of texts as it is; a lone surrogate it would refuse never comes up here.
            found = compare(folder, vocabulary, settings, added, texts)
            compared += len(texts)
            different += found
            print(os.path.basename(os.path.dirname(vocabulary)), settings, len(added), "added:", len(texts), "texts,", found, "different")
    print(f"{compared} texts compared, {different} different")
    sys.exit(different > 0)


main()
