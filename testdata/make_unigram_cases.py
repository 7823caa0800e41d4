"""Writes loaders/src/test/resources/io/tesserae/loaders/unigram-cases.json.gz: what the reference makes of texts and ids with a tiny vocabulary
of pieces with scores, in the settings that tokenizers of SentencePiece's kind have; and what its classes make of the same vocabulary.

    python make_unigram_cases.py

Needs tokenizers and transformers. The vocabulary is trained here, and the map of the normalizer made, from a few rules of NFKC.
"""

import base64
import gzip
import json
import random
import struct
import unicodedata
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import AlbertTokenizer, CamembertTokenizer, DebertaV2Tokenizer, XLMRobertaTokenizer

TARGET = Path(__file__).parent.parent / "loaders/src/test/resources/io/tesserae/loaders/unigram-cases.json.gz"
WORDS = "the red blue circle dogs running under größer naïve café Привет мир שלום سلام नमस्ते ありがとう 東京 안녕 1234 hello, world! don't".split(" ")
MARK = "▁"


def double_array(pairs):
    """The units of a trie in the layout of darts-clone; keys are bytes."""
    root = {}
    for key, value in pairs.items():
        node = root
        for byte in key:
            node = node.setdefault(byte, {})
        node[0] = value  # no key has a zero
    units, taken = {0: 0}, {0}

    def place(node, at):
        base = 1
        while any(base ^ label in taken for label in node):
            base += 1
        taken.update(base ^ label for label in node)
        units[at] |= (at ^ base) << 10 | (1 << 8 if 0 in node else 0)
        for label in node:
            units[base ^ label] = 1 << 31 | node[0] if label == 0 else label
        for label in node:
            if label:
                place(node[label], base ^ label)

    place(root, 0)
    return [units.get(i, 0) for i in range((max(units) | 255) + 1)]


def charsmap(rules):
    texts, places = b"", {}
    for text in dict.fromkeys(rules.values()):
        places[text] = len(texts)
        texts += text.encode() + b"\0"
    units = double_array({key.encode(): places[text] for key, text in rules.items()})
    return struct.pack(f"<I{len(units)}I", 4 * len(units), *units) + texts


COMPATIBLE = "ﬁ½…™ªⅧ㌔ｱ︙Ａ１ﷺ²"
RULES = {c: unicodedata.normalize("NFKC", c) for c in COMPATIBLE}
RULES |= {unicodedata.normalize("NFD", c): c for c in "éïößüñй"} | {"\u0001": "", "\u200b": " ", "\t": " ", "\n": " ", "\r\n": " ", "\u3000": " ", "\U0001F600": ":-)"}
MAP = charsmap(RULES)


def vocabulary():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    r = random.Random(2)
    texts = [" ".join(r.choices(WORDS, k=8)) for _ in range(400)]
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    tokenizer.train_from_iterator(texts, trainers.UnigramTrainer(vocab_size=200, special_tokens=special, unk_token="<unk>", show_progress=False))
    return [[piece, round(score, 3)] for piece, score in json.loads(tokenizer.to_str())["model"]["vocab"]]


def replace(expression, content=" "):
    return {"type": "Replace", "pattern": {"Regex": expression}, "content": content}


def sequence(*steps):
    return {"type": "Sequence", "normalizers": list(steps)}


def cuts(*steps):
    return {"type": "Sequence", "pretokenizers": list(steps)}


def metaspace(scheme="always", split=True):
    return {"type": "Metaspace", "replacement": MARK, "prepend_scheme": scheme, "split": split}


def strip(left=True, right=True):
    return {"type": "Strip", "strip_left": left, "strip_right": right}


def added(id, content, **flags):
    return {"id": id, "content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True, **flags}


PRECOMPILED = {"type": "Precompiled", "precompiled_charsmap": "the map"}  # put in where a file is written
SPACES = {"type": "WhitespaceSplit"}
QUOTES = [{"type": "Replace", "pattern": {"String": quote}, "content": '"'} for quote in ("``", "''")]
BYTE_DECODER = [{"type": "Replace", "pattern": {"String": MARK}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}]
SETTINGS = [
    {"normalizer": PRECOMPILED, "pre_tokenizer": cuts(SPACES, metaspace())},
    {"normalizer": sequence(PRECOMPILED, replace(" {2,}")), "pre_tokenizer": metaspace()},
    {"normalizer": sequence(*QUOTES, {"type": "NFKD"}, {"type": "StripAccents"}, {"type": "Lowercase"}, PRECOMPILED), "pre_tokenizer": cuts(SPACES, metaspace("never"))},
    {"normalizer": sequence(replace(r"\s{2,}|[\n\r\t]"), {"type": "NFC"}, strip(False)), "pre_tokenizer": cuts({"type": "Punctuation", "behavior": "Isolated"}, metaspace("first"))},
    {"normalizer": sequence({"type": "NFKC"}, replace(r"\s+$", "")), "pre_tokenizer": metaspace("first", False), "byte_fallback": True},
    {"normalizer": sequence(strip(), PRECOMPILED, {"type": "NFD"}, replace(r"^\s+", "x")), "pre_tokenizer": metaspace("never")},
    {"normalizer": {"type": "NFKC"}, "pre_tokenizer": {"type": "Metaspace", "replacement": MARK, "add_prefix_space": True}},
    {"normalizer": None, "pre_tokenizer": None},
]
BYTES = [[f"<0x{byte:02X}>", -20.0] for byte in range(256)]


def tokenizer_json(setting, pieces):
    special = {token: {"id": token, "ids": [id], "tokens": [token]} for id, token in ((0, "<s>"), (2, "</s>"))}
    one = lambda token: {"SpecialToken": {"id": token, "type_id": 0}}
    text = lambda name: {"Sequence": {"id": name, "type_id": 0}}
    size = len(pieces)
    bytes_too = setting.get("byte_fallback", False)
    return {
        "version": "1.0",
        "added_tokens": [added(i, pieces[i][0]) for i in range(4)] + [added(size, "<mask>", lstrip=True), added(size + 1, "New York", normalized=True, special=False)],
        "normalizer": setting["normalizer"],
        "pre_tokenizer": setting["pre_tokenizer"],
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [one("<s>"), text("A"), one("</s>")],
            "pair": [one("<s>"), text("A"), one("</s>"), one("</s>"), text("B"), one("</s>")],
            "special_tokens": special,
        },
        "decoder": {"type": "Sequence", "decoders": BYTE_DECODER} if bytes_too else metaspace(),
        "model": {"type": "Unigram", "unk_id": 3, "vocab": pieces, "byte_fallback": bytes_too},
    }


PARTS = WORDS + "<mask> <s> <unk> ▁ ▁▁ New York `` '' e\u0301 e\u0323\u0301 ﬁ ½ Ⅷ ㌔ ｱﾞ ﬁ\u0301 \u0001 \u0001\u0001 \u200b \U0001F600 👩‍👩‍👧 \u1100\u1161\u0301 क्त\u0301 ♥\u200d♥\u0301 \u0600e\u0301 zz ZZ ¼ İ".split(" ")
GAPS = [" "] * 6 + ["", "", "  ", "\n", "\r\n", "\t", "\u3000", " \n "]
BLOCKS = [(32, 126)] * 5 + [(0xA0, 0x24F), (0x300, 0x5FF), (0x900, 0x97F), (0x1100, 0x11FF), (0x2000, 0x24FF), (0xAC00, 0xAD00), (0xF900, 0xFFEF), (0x1D400, 0x1D7FF)]


def text(r):
    out = r.choice(["", "", "", " ", "\u0001"])
    for _ in range(r.choice([1, 2, 3, 5])):
        out += r.choice(PARTS) if r.random() < 0.75 else "".join(chr(r.randint(*r.choice(BLOCKS))) for _ in range(r.randint(1, 4)))
        out += r.choice(GAPS)
    return out


def answer(words, ids, offsets, word_ids):
    return {"text": words, "ids": ids, "offsets": [place for span in offsets for place in span], "words": [-1 if w is None else w for w in word_ids]}


def arranged(name, pieces):
    """As the file of SentencePiece has the pieces, and as the class has them, which puts its own in front."""
    inside = [[piece, round(score * 4) / 4] for piece, score in pieces[4:]]  # 32 bits hold these
    if name == "XLMRobertaTokenizer":
        return [["<unk>", 0.0], ["<s>", 0.0], ["</s>", 0.0]] + inside, [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)] + inside + [("<mask>", 0.0)]
    if name == "CamembertTokenizer":
        own = [("<s>NOTUSED", 0.0), ("<pad>", 0.0), ("</s>NOTUSED", 0.0), ("<unk>", 0.0), ("<unk>NOTUSED", -100.0)]
        return [["<unk>", 0.0], ["<s>", 0.0], ["</s>", 0.0]] + inside, own + [("<s>", 0.0), ("</s>", 0.0)] + inside + [("<mask>", 0.0)]
    unknown = "[UNK]" if name == "DebertaV2Tokenizer" else "<unk>"
    pad = "[PAD]" if name == "DebertaV2Tokenizer" else "<pad>"
    file = [[pad, 0.0], [unknown, 0.0], ["[CLS]", 0.0], ["[SEP]", 0.0], ["[MASK]", 0.0]] + inside
    return file, file


def main():
    r = random.Random(1)
    pieces = vocabulary()
    settings, classes = [], []
    for setting in SETTINGS:
        whole = pieces + BYTES if setting.get("byte_fallback") else pieces
        json_of_it = tokenizer_json(setting, whole)
        encoded = json.dumps(json_of_it).replace("the map", base64.b64encode(MAP).decode())
        tokenizer = Tokenizer.from_str(encoded)
        answers = []
        for words in ["", " ", "a", " a"] + [text(r) for _ in range(26)]:
            encoding = tokenizer.encode(words)
            answers.append(answer(words, encoding.ids, encoding.offsets, encoding.word_ids))
        size = tokenizer.get_vocab_size()
        decoded = []
        for _ in range(6):
            ids = [r.randrange(size) for _ in range(r.randint(1, 8))]
            decoded.append({"ids": ids, "text": tokenizer.decode(ids, skip_special_tokens=False), "skipped": tokenizer.decode(ids)})
        json_of_it["model"].pop("vocab")
        settings.append({"json": json_of_it, "answers": answers, "decoded": decoded})
    for kind in (XLMRobertaTokenizer, CamembertTokenizer, AlbertTokenizer, DebertaV2Tokenizer):
        file, own = arranged(kind.__name__, pieces)
        control = [piece for piece, _ in file[:5] if piece in ("<s>", "</s>", "[CLS]", "[SEP]", "[MASK]", "<pad>", "[PAD]")]
        tokenizer = kind(vocab=[tuple(piece) for piece in own], _spm_precompiled_charsmap=MAP, additional_special_tokens=control)
        answers = []
        for words in ["", " ", "a", " a"] + [text(r) for _ in range(16)]:
            encoding = tokenizer(words, return_offsets_mapping=True)
            answers.append(answer(words, encoding["input_ids"], encoding["offset_mapping"], encoding.word_ids()))
        classes.append({"class": kind.__name__, "own": len(file) - len(pieces) + 4, "first": file[:5], "control": control, "answers": answers, "decoded": []})
    everything = {"vocab": pieces, "map": base64.b64encode(MAP).decode(), "settings": settings, "classes": classes}
    TARGET.write_bytes(gzip.compress((json.dumps(everything, separators=(",", ":")) + "\n").encode("ascii"), mtime=0))
    print(len(pieces), "pieces;", TARGET.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
