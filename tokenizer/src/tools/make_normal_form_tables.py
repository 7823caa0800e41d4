"""Writes src/main/resources/io/tesserae/tokenizer/text/normal-form-tables.txt and grapheme-tables.txt: how the reference composes
characters, how it takes compatibility characters apart, and which characters it takes for one with their neighbours.

As for make_unicode_tables.py, the tables are found by asking the reference, never from a Unicode database. Run it in an environment
with `tokenizers` installed, from the module's folder:

    python src/tools/make_normal_form_tables.py
"""

import struct

import tokenizers
from tokenizers.normalizers import NFC, NFD, NFKC, NFKD, Precompiled

FOLDER = "src/main/resources/io/tesserae/tokenizer/text/"
CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
HANGUL = range(0xAC00, 0xD7A4)  # by arithmetic


def ranges(points):
    out = []
    for c in points:
        if out and out[-1][1] == c - 1:
            out[-1][1] = c
        else:
            out.append([c, c])
    return [f"{first:04X}" if first == last else f"{first:04X}-{last:04X}" for first, last in out]


def write(name, sections):
    with open(FOLDER + name, "w", encoding="ascii", newline="\n") as out:
        out.write(f"# Written by src/tools/make_normal_form_tables.py from tokenizers {tokenizers.__version__}. Not to be edited.\n")
        for section, items in sections.items():
            out.write(f"[{section}]\n")
            line = ""
            for item in items:
                if len(line) + len(item) + 1 > 120:
                    out.write(line + "\n")
                    line = ""
                line = f"{line} {item}" if line else item
            out.write(line + "\n")
    print(name, {section: len(items) for section, items in sections.items()})


def spelt(text):
    return "+".join(f"{ord(c):04X}" for c in text)


def normal_forms():
    nfc, nfd, nfkc, nfkd = (form.normalize_str for form in (NFC(), NFD(), NFKC(), NFKD()))
    compatible, compositions = [], []
    for c in CODE_POINTS:
        s = chr(c)
        if c in HANGUL:
            continue
        canonical = nfd(s)
        if nfkd(s) != canonical:
            compatible.append(f"{c:04X}={spelt(nfkd(s))}")
        if canonical != s and nfc(s) == s:  # not excluded from composition
            first, last = nfc(canonical[:-1]), canonical[-1]
            assert len(first) == 1 and nfc(first + last) == s, hex(c)
            compositions.append(f"{c:04X}={spelt(first + last)}")
    write("normal-form-tables.txt", {"composition": compositions, "compatible": compatible})


def lead_bytes():
    """A map that puts an x in place of every character, and of every grapheme of fewer than 6 bytes: its first byte is a key."""
    value = 1 << 10
    units = [0] * (value + 256)
    units[0] = 256 << 10
    for byte in range(1, 256):
        at = 256 ^ byte
        units[at] = (at ^ value) << 10 | 1 << 8 | byte
    units[value] = 1 << 31
    return Precompiled(struct.pack("<I", 4 * len(units)) + struct.pack(f"<{len(units)}I", *units) + b"x\0")


def graphemes():
    """Short enough, a text shows by its number of x whether it is one grapheme; in a long one the last mark, of two bytes, shows whether
    it stands with one character before it or with more."""
    count = lambda text: len(precompiled.normalize_str(text))
    precompiled = lead_bytes()
    heart, joiner, mark, consonant, linker = "\u2665", "\u200d", "\u0301", "\u0915", "\u094d"
    joins = lambda text: count(text) == len(text)  # the mark at the end belongs to more than one character
    found = {name: [] for name in ("joined", "extends", "prepended", "control", "pictograph", "consonant", "linker", "between")}
    for c in CODE_POINTS:
        s = chr(c)
        joined = count("a" + s) == 1
        is_control = count(s + mark + mark) == 2
        if joined:
            found["joined"].append(c)
            if joins(heart + s + joiner + heart + mark):
                found["extends"].append(c)
        if count(s + "a") == 1:
            found["prepended"].append(c)
        if is_control:
            found["control"].append(c)
        if joins(s + mark + joiner + heart + mark):
            found["pictograph"].append(c)
        if not joined and not is_control and joins(s + linker + consonant + mark):
            found["consonant"].append(c)
            assert len(s.encode()) == 4 or joins(consonant + linker + s + mark), hex(c)
        if joined and joins(consonant + s + consonant + mark):
            found["linker"].append(c)
        if joined and joins(consonant + s + linker + consonant + mark) and joins(consonant + linker + s + consonant + mark):
            found["between"].append(c)
    assert count("\r\n") == 1 and count("\n\r") == 2
    write("grapheme-tables.txt", {name: ranges(points) for name, points in found.items()})


normal_forms()
graphemes()
