"""Writes src/main/resources/io/tesserae/tokenizer/text/unicode-tables.txt: what the reference tokenizer thinks of every code point.

The tables are found by asking the reference (Hugging Face tokenizers, version below), never from a Unicode database:
its parts follow different Unicode versions, so no single database gives the same answers. Run it in an environment with
`tokenizers` installed, from the module's folder:

    python src/tools/make_unicode_tables.py ../testdata/spec-cases/unicode-classes.json.gz

The classes in that file (found the same way, independently) are compared with those found here.
"""

import gzip
import json
import sys
import unicodedata

import tokenizers
from tokenizers import AddedToken, Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import NFD, BertNormalizer, Lowercase, StripAccents
from tokenizers.pre_tokenizers import BertPreTokenizer, ByteLevel, Digits, Punctuation, Whitespace, WhitespaceSplit

TARGET = "src/main/resources/io/tesserae/tokenizer/text/unicode-tables.txt"
CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
HANGUL = range(0xAC00, 0xD7A4)  # decomposed by arithmetic

clean = BertNormalizer(clean_text=True, handle_chinese_chars=False, strip_accents=False, lowercase=False)
strip = BertNormalizer(clean_text=False, handle_chinese_chars=False, strip_accents=True, lowercase=False)
chinese = BertNormalizer(clean_text=False, handle_chinese_chars=True, strip_accents=False, lowercase=False)
nfd = NFD()
lower = Lowercase()
pre = BertPreTokenizer()


def classes():
    found = {"removed": [], "space": [], "chinese": [], "whitespace": [], "punctuation": []}
    for c in CODE_POINTS:
        s = chr(c)
        cleaned = clean.normalize_str("a" + s + "b")
        if cleaned == "ab":
            found["removed"].append(c)
        elif cleaned == "a b":
            found["space"].append(c)
        else:
            assert cleaned == "a" + s + "b", hex(c)
        if chinese.normalize_str(s) == " " + s + " ":
            found["chinese"].append(c)
        words = [w for w, _ in pre.pre_tokenize_str("a" + s + "b")]
        if words == ["a", "b"]:
            found["whitespace"].append(c)
        elif words == ["a", s, "b"]:
            found["punctuation"].append(c)
        else:
            assert words == ["a" + s + "b"], hex(c)
    return found


def word_characters():
    """What counts as a word character beside an added token that wants to stand alone."""
    tokenizer = Tokenizer(WordLevel({"?": 0}, unk_token="?"))
    tokenizer.add_tokens([AddedToken("<>", single_word=True, normalized=False)])
    marker = tokenizer.token_to_id("<>")
    after, before = [], []
    for first in range(0, len(CODE_POINTS), 4096):
        chunk = CODE_POINTS[first : first + 4096]
        for c, e in zip(chunk, tokenizer.encode_batch(["<>" + chr(c) for c in chunk])):
            if marker not in e.ids:
                after.append(c)
        for c, e in zip(chunk, tokenizer.encode_batch([chr(c) + "<>" for c in chunk])):
            if marker not in e.ids:
                before.append(c)
    assert after == before
    return after


def splits(pre_tokenizer, parts):
    """The characters that cut the text around them into so many words."""
    return [c for c in CODE_POINTS if len(pre_tokenizer.pre_tokenize_str("a" + chr(c) + "b")) == parts]


def byte_level_kinds():
    """Letters, numbers, others, whitespace as the pattern of byte-level vocabularies has them: what goes on in one word with an
    "a", a "1", a "."; and what goes on with none."""
    pre_tokenizer = ByteLevel(add_prefix_space=False, use_regex=True)
    joins = lambda before, c: len(pre_tokenizer.pre_tokenize_str(before + chr(c))) == 1
    found = {"letter": [], "number": [], "other": [], "whitespace": []}
    for c in CODE_POINTS:
        kinds = [kind for kind, before in (("letter", "a"), ("number", "1"), ("other", ".")) if joins(before, c)]
        assert len(kinds) <= 1, hex(c)
        found[kinds[0] if kinds else "whitespace"].append(c)
    return found


def combining_classes():
    """Canonical combining classes, by trying which marks change places."""
    marks = {}  # one mark of each class; an old one, of which nobody doubts the class, where there is one
    for database in (unicodedata.ucd_3_2_0, unicodedata):
        for c in range(0x300, 0x3100):
            if database.combining(chr(c)) and not database.decomposition(chr(c)):
                marks.setdefault(database.combining(chr(c)), chr(c))
    marks = sorted(marks.items())
    swaps = lambda a, b: nfd.normalize_str(a + b) != a + b
    lowest, highest = marks[0][1], marks[-1][1]
    found = {}
    for c in CODE_POINTS:
        s = chr(c)
        if nfd.normalize_str(s) != s:
            continue
        if not swaps(s, lowest) and not swaps(highest, s) and s not in (lowest, highest):
            continue
        above = [k for k, m in marks if m != s and swaps(s, m)]
        below = [k for k, m in marks if m != s and swaps(m, s)]
        equal = [k for k, _ in marks if k > max(above, default=0) and k < min(below, default=255)]
        assert len(equal) <= 1, (hex(c), equal)
        found[c] = equal[0] if equal else max(above) + 1  # alone in its class (U+FB1E): only the order matters
        assert found[c] < min(below, default=255), hex(c)
    return found


def ranges(points):
    out = []
    for c in points:
        if out and out[-1][1] == c - 1:
            out[-1][1] = c
        else:
            out.append([c, c])
    return out


def span(first, last):
    return f"{first:04X}" if first == last else f"{first:04X}-{last:04X}"


def lower_runs(mapping):
    """Runs of code points that move by the same distance, each step 1 or 2 apart: `0041-005A+32`, `0100-012E/2+1`."""
    runs, points, i = [], sorted(mapping), 0
    while i < len(points):
        best = (i, 1)
        for step in (1, 2):
            j = i
            while (
                j + 1 < len(points)
                and points[j + 1] == points[j] + step
                and mapping[points[j + 1]] - points[j + 1] == mapping[points[i]] - points[i]
            ):
                j += 1
            if j > best[0]:
                best = (j, step)
        j, step = best
        stride = "/2" if step == 2 else ""
        runs.append(f"{span(points[i], points[j])}{stride}{mapping[points[i]] - points[i]:+d}")
        i = j + 1
    return runs


def main():
    found = classes()
    reference = json.loads(gzip.decompress(open(sys.argv[1], "rb").read()))
    reference = reference[0] if isinstance(reference, list) else reference
    names = {
        "removed": "clean_text_removed",
        "space": "clean_text_to_space",
        "chinese": "chinese_spaced",
        "whitespace": "pretokenizer_whitespace",
        "punctuation": "punctuation",
    }
    for name, other in names.items():
        listed = [[int(a, 16), int(b, 16)] for a, b in reference[other]]
        assert ranges(found[name]) == listed, name

    decompositions = {}
    for c in CODE_POINTS:
        d = nfd.normalize_str(chr(c))
        if d != chr(c) and c not in HANGUL:
            decompositions[c] = d
    accents = [c for c in CODE_POINTS if c not in decompositions and strip.normalize_str(chr(c)) == ""]
    combining = combining_classes()
    for c, d in decompositions.items():
        assert strip.normalize_str(chr(c)) == "".join(x for x in d if ord(x) not in set_of(accents)), hex(c)
        starters = [ord(x) not in combining for x in d]
        assert starters == sorted(starters, reverse=True), hex(c)  # nothing decomposes to a mark and then a starter

    lowered = {}
    for c in CODE_POINTS:
        l = lower.normalize_str(chr(c))
        if c == 0x130:
            assert l == "i\u0307"  # the only one that grows: written out in Normalizer
        elif l != chr(c):
            assert len(l) == 1, hex(c)
            lowered[c] = ord(l)

    sections = {name: [span(a, b) for a, b in ranges(points)] for name, points in found.items()}
    word = word_characters()
    assert word == splits(Whitespace(), 1)
    assert found["whitespace"] == splits(Whitespace(), 2) == splits(WhitespaceSplit(), 2)
    assert found["punctuation"] == splits(Punctuation(), 3)
    sections["word"] = [span(a, b) for a, b in ranges(word)]
    sections["digit"] = [span(a, b) for a, b in ranges(splits(Digits(individual_digits=True), 3))]
    byte_level = byte_level_kinds()
    assert byte_level["whitespace"] == found["whitespace"]
    for name in ("letter", "number"):  # numbers by another Unicode than the digits above
        sections[name] = [span(a, b) for a, b in ranges(byte_level[name])]
    sections["mark"] = [span(a, b) for a, b in ranges([c for c in CODE_POINTS if StripAccents().normalize_str(chr(c)) == ""])]
    sections["accent"] = [span(a, b) for a, b in ranges(accents)]
    by_class = {}
    for c, k in combining.items():
        by_class.setdefault(k, []).append(c)
    sections["combining"] = [f"{span(a, b)}={k}" for k in sorted(by_class) for a, b in ranges(by_class[k])]
    sections["lower"] = lower_runs(lowered)
    sections["decomposition"] = [
        f"{c:04X}=" + "+".join(f"{ord(x):04X}" for x in d) for c, d in sorted(decompositions.items())
    ]
    with open(TARGET, "w", encoding="ascii", newline="\n") as out:
        out.write(f"# Written by src/tools/make_unicode_tables.py from tokenizers {tokenizers.__version__}. Not to be edited.\n")
        for name, items in sections.items():
            out.write(f"[{name}]\n")
            line = ""
            for item in items:
                if len(line) + len(item) + 1 > 120:
                    out.write(line + "\n")
                    line = ""
                line = f"{line} {item}" if line else item
            out.write(line + "\n")
    print({name: len(items) for name, items in sections.items()}, "kept marks", len(set(combining) - set(accents)))


_sets = {}


def set_of(points):
    return _sets.setdefault(id(points), frozenset(points))


main()
