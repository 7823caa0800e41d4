"""Writes loaders/src/test/resources/io/tesserae/loaders/llama-tokenizer-cases.json.gz: what the reference makes of texts and ids with a tiny vocabulary
of LLaMA's type, which is trained here and stands in that file, and with each of several settings of tokenizer.json; with the patterns of Llama 3,
Qwen2 and SmolLM over the vocabulary testdata/byte-pair; and what transformers' class LlamaTokenizer makes of the same files.

    python make_llama_tokenizer_cases.py            (needs tokenizers 0.23, transformers 5.18)

Random texts of all scripts, kinds of whitespace, marks and added tokens; the seed is fixed.
"""

import gzip
import json
import os
import random
import tempfile
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"

from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import LlamaTokenizer

HERE = Path(__file__).parent
TARGET = HERE.parent / "loaders/src/test/resources/io/tesserae/loaders/llama-tokenizer-cases.json.gz"
BYTE_VOCABULARY = json.loads((HERE / "byte-pair/vocab.json").read_text(encoding="utf-8"))
BYTE_MERGES = (HERE / "byte-pair/merges.txt").read_text(encoding="utf-8").split("\n")[1:-1]
LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN2 = LLAMA3.replace("{1,3}", "")
SENTENCES = [
    "the blue circle is on the left of the red square",
    "a picture of the dog and the cat in the street",
    "what is in this image? it shows two dogs running.",
    "we'll see the house and the tree near the river",
    "User: how many circles are there? Assistant: three",
    "crème brûlée and naïve café",
]


def trained():
    """The vocabulary and its merges: special tokens, bytes, characters and what was merged; runs of spaces last, as in published files."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ["<unk>", "<s>", "</s>"] + [f"<0x{value:02X}>" for value in range(256)]
    trainer = trainers.BpeTrainer(vocab_size=480, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(SENTENCES, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    vocabulary, merges = model["vocab"], model["merges"]
    for left, right in [("▁▁", "▁▁"), ("▁", "▁")]:
        for piece in (left, right, left + right):
            vocabulary.setdefault(piece, len(vocabulary))
        merges.append([left, right])
    return vocabulary, merges


VOCABULARY, MERGES = trained()


def added(token_id, content, **flags):
    silent = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": False}
    return {"id": token_id, "content": content, **silent, **flags}


def replace(pattern, content):
    return {"type": "Replace", "pattern": {"String": pattern}, "content": content}


def sequence(*normalizers):
    return {"type": "Sequence", "normalizers": list(normalizers)}


def metaspace(scheme, split, **more):
    return {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": split, **more}


def byte_level(pattern=None, digits=None, **more):
    before = {"type": "Digits", "individual_digits": digits}
    if pattern:
        before = {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}
    last = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": pattern is None}
    return {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [before, last]}, "normalizer": None, "bytes": True, **more}


NEXT = len(VOCABULARY)
SPECIAL = [added(i, content, special=True) for i, content in enumerate(["<unk>", "<s>", "</s>"])]
FURTHER = [
    added(NEXT, "<x>", normalized=True),
    added(NEXT + 1, "<l>", lstrip=True, rstrip=True),
    added(NEXT + 2, "the red", normalized=True, single_word=True),
    added(NEXT + 3, "<n>", normalized=True, lstrip=True, special=True),
]
PREPEND = {"type": "Prepend", "prepend": "▁"}
DECODER = [replace("▁", " "), {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]
WITHOUT = {"no_bytes": True}
SETTINGS = [
    {},
    {"added_tokens": SPECIAL + FURTHER},
    {"added_tokens": [{**token, "normalized": True} for token in SPECIAL]},
    {"normalizer": None, "pre_tokenizer": metaspace("first", False), "decoder": metaspace("first", False)},
    {"normalizer": None, "pre_tokenizer": metaspace("always", True), "decoder": metaspace("always", True), "added_tokens": SPECIAL + FURTHER},
    {"normalizer": None, "pre_tokenizer": metaspace("never", True), "decoder": metaspace("never", True), "ignore_merges": True},
    {"normalizer": None, "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "add_prefix_space": True}},
    {"normalizer": sequence({"type": "Lowercase"}, replace("ing", "▁🙂▁"), PREPEND, replace("''", '"'), replace("\u0301", ""))},
    {"normalizer": {"type": "Prepend", "prepend": "▁▁x"}, "pre_tokenizer": metaspace("first", True)},
    {"byte_fallback": False},
    {**WITHOUT},
    {**WITHOUT, "fuse_unk": False},
    byte_level(LLAMA3, ignore_merges=True),
    byte_level(QWEN2),
    byte_level(digits=True),
    byte_level(digits=False),
]
CLASSES = [{}, {"legacy": True}, {"add_prefix_space": False, "add_bos_token": False}]


def tokenizer_json(setting):
    of_bytes = setting.get("bytes", False)
    vocabulary = BYTE_VOCABULARY if of_bytes else VOCABULARY
    if setting.get("no_bytes"):
        vocabulary = {token: i for token, i in vocabulary.items() if not token.startswith("<0x")}
    template = {
        "type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}},
    }
    return {
        "version": "1.0",
        "added_tokens": setting.get("added_tokens", [added(511, "<s>", special=True)] if of_bytes else SPECIAL),
        "normalizer": setting.get("normalizer", sequence(PREPEND, replace(" ", "▁"))),
        "pre_tokenizer": setting.get("pre_tokenizer"),
        "post_processor": None if of_bytes else template,
        "decoder": setting.get("decoder", {"type": "Sequence", "decoders": DECODER}),
        "model": {
            "type": "BPE",
            "unk_token": None if of_bytes else "<unk>",
            "fuse_unk": setting.get("fuse_unk", True),
            "byte_fallback": setting.get("byte_fallback", True),
            "ignore_merges": setting.get("ignore_merges", False),
            "vocab": vocabulary,
            "merges": BYTE_MERGES if of_bytes else MERGES,
        },
    }


def without_vocabulary(setting):
    """The file, and the name of what is to be put into its model."""
    json_of_it = tokenizer_json(setting)
    json_of_it["model"] = {key: value for key, value in json_of_it["model"].items() if key not in ("vocab", "merges")}
    name = "byte-pair" if setting.get("bytes") else "llama without bytes" if setting.get("no_bytes") else "llama"
    return {"vocabulary": name, "json": json_of_it}


BLOCKS = [(32, 126)] * 6 + [(0xA0, 0x24F), (0x300, 0x5FF), (0x900, 0x97F), (0x2000, 0x2BFF), (0x3000, 0x30FF), (0x4E00, 0x9FFF)]
BLOCKS += [(0xAC00, 0xD7A3), (0x1F300, 0x1F9FF), (0, 31)]
PIECES = "the red blue circle dogs running 's 'S 'ſ 'LL 've ▁ ▁▁ <0x41> <0x0A> <s> </s> <unk> <x> <l> <n> ▁<x> 👩‍👩‍👧 👍🏽 🇫🇷 cafe\u0301 '' 1234567 x² Ⅷ café".split(" ")
PIECES += ["the red", "naïve"]
GAPS = [" "] * 6 + ["", "", "  ", "   ", "\n", "\n\n", " \n ", "\r\n", "\t", "\u00a0", "\u3000", "\u200b"]


def text(r):
    out = r.choice(["", "", " "])
    for _ in range(r.choice([1, 2, 3, 5, 8])):
        kind = r.random()
        if kind < 0.6:
            out += r.choice(PIECES)
        elif kind < 0.93:
            out += "".join(chr(r.randint(*r.choice(BLOCKS))) for _ in range(r.randint(1, 4)))
        else:
            out += r.choice("abe. é東1\n") * r.choice([3, 20, 60])
        out += r.choice(GAPS)
    return out


def answer(words, ids, offsets, word_ids):
    places = [place for span in offsets for place in span]
    return {"text": words, "ids": ids, "offsets": places, "words": [-1 if w is None else w for w in word_ids]}


def decoded(r, tokenizer, size, signs):
    ids = [r.choice(signs) if r.random() < 0.8 else r.randrange(size) for _ in range(r.randint(1, 8))]
    return {"ids": ids, "text": tokenizer.decode(ids, skip_special_tokens=False), "skipped": tokenizer.decode(ids, skip_special_tokens=True)}


def main():
    r = random.Random(1)
    signs = [VOCABULARY[token] for token in ["▁", "▁▁", "▁the", "<s>", "<0x41>", "<0xC3>", "<0xA9>", "<0xF0>", "<0x9F>", "<0x99>", "<0x82>"]]
    settings = []
    for setting in SETTINGS:
        tokenizer = Tokenizer.from_str(json.dumps(tokenizer_json(setting)))
        answers = []
        for words in ["", " ", "a", " a"] + [text(r) for _ in range(18)]:
            encoding = tokenizer.encode(words)
            answers.append(answer(words, encoding.ids, encoding.offsets, encoding.word_ids))
        size = tokenizer.get_vocab_size()
        settings.append({**without_vocabulary(setting), "answers": answers, "decoded": [decoded(r, tokenizer, size, signs) for _ in range(8)]})
    classes = []
    for config in CLASSES:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "tokenizer.json").write_text(json.dumps(tokenizer_json({})), encoding="utf-8")
            Path(folder, "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
            tokenizer = LlamaTokenizer.from_pretrained(folder)
        answers = []
        for words in ["", " ", "a", " a"] + [text(r) for _ in range(16)]:
            encoding = tokenizer(words, return_offsets_mapping=True)
            answers.append(answer(words, encoding["input_ids"], encoding["offset_mapping"], encoding.word_ids()))
        classes.append({**without_vocabulary({}), "config": config, "answers": answers, "decoded": [decoded(r, tokenizer, len(tokenizer), signs) for _ in range(8)]})
    everything = {"vocab": VOCABULARY, "merges": MERGES, "settings": settings, "classes": classes}
    TARGET.write_bytes(gzip.compress((json.dumps(everything, separators=(",", ":")) + "\n").encode("ascii"), mtime=0))


main()
