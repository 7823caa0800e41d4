"""Writes loaders/src/test/resources/io/tesserae/loaders/byte-pair-cases.json.gz: what the tokenizers library makes of texts and ids with a tiny
byte-level vocabulary, testdata/byte-pair, and with each of several settings of tokenizer.json.

    python make_byte_pair_cases.py            (needs tokenizers 0.23)

Random texts of all scripts, kinds of whitespace, contractions and long runs; the seed is fixed.
"""

import gzip
import json
import random
from pathlib import Path

from tokenizers import Tokenizer

HERE = Path(__file__).parent
TARGET = HERE.parent / "loaders/src/test/resources/io/tesserae/loaders/byte-pair-cases.json.gz"
VOCABULARY = json.loads((HERE / "byte-pair/vocab.json").read_text(encoding="utf-8"))
MERGES = (HERE / "byte-pair/merges.txt").read_text(encoding="utf-8").split("\n")[1:-1]
PATTERN = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"


def byte_level(prefix, **more):
    return {"type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": True, **more}


def added(token_id, content, **flags):
    silent = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": False}
    return {"id": token_id, "content": content, **silent, **flags}


END = added(511, "<|endoftext|>", special=True)
SETTINGS = [
    {},
    {"post_processor": byte_level(False)},
    {"pre_tokenizer": byte_level(True), "post_processor": byte_level(True)},
    {
        "pre_tokenizer": byte_level(True),
        "post_processor": {"type": "RobertaProcessing", "sep": ["a", 64], "cls": ["b", 65], "trim_offsets": True, "add_prefix_space": False},
    },
    {
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                {"type": "Split", "pattern": {"Regex": PATTERN}, "behavior": "Isolated", "invert": False},
                byte_level(False, use_regex=False),
            ],
        },
        "ignore_merges": True,
    },
    {
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": True}, byte_level(False)]},
        "post_processor": byte_level(True),
        "added_tokens": [END, added(512, "<m>", lstrip=True, rstrip=True), added(513, "é€", single_word=True, normalized=True)],
    },
    {"pre_tokenizer": None, "unk_token": "<|endoftext|>", "fuse_unk": True},
    {"pre_tokenizer": None, "unk_token": "<|endoftext|>"},
]


def tokenizer_json(setting):
    return {
        "version": "1.0",
        "added_tokens": setting.get("added_tokens", [END]),
        "normalizer": None,
        "pre_tokenizer": setting.get("pre_tokenizer", byte_level(False)),
        "post_processor": setting.get("post_processor"),
        "decoder": byte_level(True),
        "model": {
            "type": "BPE",
            "unk_token": setting.get("unk_token"),
            "fuse_unk": setting.get("fuse_unk", False),
            "ignore_merges": setting.get("ignore_merges", False),
            "vocab": VOCABULARY,
            "merges": MERGES,
        },
    }


BLOCKS = [(32, 126)] * 6 + [(0xA0, 0x24F), (0x300, 0x5FF), (0x600, 0x6FF), (0x900, 0x97F), (0xE00, 0xE7F), (0x1C80, 0x1C8F)]
BLOCKS += [(0x2000, 0x2BFF), (0x3000, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xA7C0, 0xA7DF), (0x10D40, 0x10D80), (0x1F300, 0x1F9FF), (0, 31)]
PIECES = "'s 't 're 've 'm 'll 'd 'S ' ’s <|endoftext|> <|endof <m> é€ 👩‍👩‍👧 👍🏽 🇫🇷 cafe\u0301 1234 x² ½ Ⅷ the a blue circle Ġ".split(" ")
GAPS = [" "] * 6 + ["", "", "  ", "   ", "\n", "\n\n", " \n ", "\t", "\u00a0", "\u2003", "\u3000", "\u0085", "\u200b"]


def text(r):
    out = ""
    for _ in range(r.choice([1, 2, 3, 5, 8])):
        kind = r.random()
        if kind < 0.5:
            out += r.choice(PIECES)
        elif kind < 0.9:
            out += "".join(chr(r.randint(*r.choice(BLOCKS))) for _ in range(r.randint(1, 5)))
        else:
            out += r.choice("abe. é東") * r.choice([3, 20, 60])
        out += r.choice(GAPS)
    return out


def main():
    r = random.Random(1)
    settings = []
    for setting in SETTINGS:
        tokenizer = Tokenizer.from_str(json.dumps(tokenizer_json(setting)))
        answers = []
        for words in ["", " ", "a", " a"] + [text(r) for _ in range(30)]:
            encoding = tokenizer.encode(words)
            offsets = [place for span in encoding.offsets for place in span]
            answers.append({"text": words, "ids": encoding.ids, "offsets": offsets, "words": [-1 if w is None else w for w in encoding.word_ids]})
        settings.append({"setting": setting, "answers": answers})
    tokenizer = Tokenizer.from_str(json.dumps(tokenizer_json({})))
    signs = [i for token, i in VOCABULARY.items() if len(token) == 1 and ord(token) > 126] + [511]
    decoded = []
    for _ in range(100):
        ids = [r.choice(signs) if r.random() < 0.8 else r.randrange(515) for _ in range(r.randint(1, 8))]
        decoded.append({"ids": ids, "text": tokenizer.decode(ids, skip_special_tokens=False), "skipped": tokenizer.decode(ids)})
    text_of_all = json.dumps({"settings": settings, "decoded": decoded}, separators=(",", ":")) + "\n"
    TARGET.write_bytes(gzip.compress(text_of_all.encode("ascii"), mtime=0))


main()
