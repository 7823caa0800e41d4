"""Writes loaders/src/test/resources/io/tesserae/loaders/perceiver-tokenizer-cases.json.gz: what transformers' PerceiverTokenizer makes of texts,
pairs of texts and ids, with each of several tokenizer_config.json.

    python make_perceiver_tokenizer_cases.py            (needs transformers 5.18)

Random texts of all scripts with special tokens among them; the seed is fixed. A case is of one of three kinds: a text or a pair, maybe with a
truncation; the same, padded; ids to decode. "long" is there where the reference returns more tokens than it was asked for.
"""

import gzip
import json
import os
import random
import tempfile
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "critical"
import transformers as T

TARGET = Path(__file__).parent.parent / "loaders/src/test/resources/io/tesserae/loaders/perceiver-tokenizer-cases.json.gz"
PLAIN = {"tokenizer_class": "PerceiverTokenizer"}
SIX = {str(i): {"content": c} for i, c in enumerate(["[PAD]", "[BOS]", "[EOS]", "[MASK]", "[CLS]", "[SEP]"])}
FLAGS = {
    "262": {"content": "<l>", "lstrip": True},
    "263": {"content": "<r>", "rstrip": True, "special": True},
    "264": {"content": "<w>", "single_word": True},
    "265": {"content": "  "},
    "266": {"content": "<lw>", "lstrip": True, "single_word": True},
    "267": {"content": "<rw>", "rstrip": True, "single_word": True},
    "268": {"content": "東"},
}
SETTINGS = [
    {"tokenizer_config": PLAIN},
    {"config": {"model_type": "bert", "tokenizer_class": "PerceiverTokenizer"}},
    {"tokenizer_config": {**PLAIN, "model_max_length": 12, "truncation_side": "left", "padding_side": "left"}},
    {"tokenizer_config": {**PLAIN, "mask_token": "<m>", "model_max_length": None}},
    {"tokenizer_config": {**PLAIN, "mask_token": "<m>", "added_tokens_decoder": SIX}},
    {"tokenizer_config": {**PLAIN, "extra_special_tokens": ["<x>", "z"], "unk_token": "<u>", "image_token": "<i>"}},
    {
        "tokenizer_config": PLAIN,
        "special_tokens_map": {"mask_token": {"content": "[MASK]", "lstrip": True}, "additional_special_tokens": ["<x>"]},
        "added_tokens": {"<l>": 262, "<r>": 263},
    },
    {"tokenizer_config": {**PLAIN, "added_tokens_decoder": {**SIX, **FLAGS}}},
    {"tokenizer_config": {**PLAIN, "split_special_tokens": True, "extra_special_tokens": ["<x>"]}},
    {"tokenizer_config": {**PLAIN, "clean_up_tokenization_spaces": True}},
]
WORDS = "[PAD] [BOS] [EOS] [MASK] [CLS] [SEP] [mask] [MASK <m> <x> <u> <i> <l> <r> <w> <lw> <rw> 東 z don't n't . é e\u0301 한국 مرحبا 🙂 👩‍👧 \ufffd \ufeff \x80 ÿ ½".split(" ")
GAPS = [" "] * 5 + ["", "", "", "  ", "\n", "\t", " \n", "\u00a0", "\x1c", "\x85", "\x00"]
BLOCKS = [(0, 127), (128, 0x7FF), (0x800, 0xD7FF), (0xE000, 0xFFFF), (0x10000, 0x10FFFF)]


def text(r):
    out = ""
    for _ in range(r.choice([0, 1, 1, 2, 3, 5])):
        letters = "".join(chr(r.randint(*r.choice(BLOCKS))) for _ in range(r.randint(1, 4)))
        out += (r.choice(WORDS) if r.random() < 0.75 else letters) + r.choice(GAPS)
    return out


def case(r, tokenizer):
    if r.random() < 0.3:
        ids = []
        for _ in range(r.randint(1, 8)):
            ids += r.choice([[r.choice(list(tokenizer.added_tokens_decoder))], [r.randint(6, 261)], [b + 6 for b in "é東🙂 .".encode()[r.randint(0, 5) :]]])
        return {"ids": ids, "text": tokenizer.decode(ids), "skipped": tokenizer.decode(ids, skip_special_tokens=True)}
    settings = {"add_special_tokens": r.random() < 0.8}
    if r.random() < 0.5:
        settings["truncation"] = r.choice(["longest_first", "longest_first", "only_first", "only_second"])
        settings["max_length"] = r.choice([None, 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 13, 20])
    elif r.random() < 0.3:
        settings.update(padding="max_length", max_length=r.randint(1, 12), truncation=False)
    texts = [text(r), text(r)][: r.choice([1, 1, 2])]
    encoding = tokenizer(*texts, return_token_type_ids=True, **settings)
    ids = encoding["input_ids"]
    answer = {"texts": texts, "settings": settings, "ids": ids, "types": encoding["token_type_ids"], "mask": encoding["attention_mask"]}
    limit = settings.get("max_length")
    if settings.get("truncation"):
        limit = tokenizer.model_max_length if limit is None else limit
        if len(ids) > limit:
            answer = {"texts": texts, "settings": settings, "long": len(ids)}
    return answer


def main():
    r = random.Random(1)
    answers = []
    for setting in SETTINGS:
        with tempfile.TemporaryDirectory() as folder:
            for name, content in setting.items():
                Path(folder, name + ".json").write_text(json.dumps(content))
            tokenizer = T.AutoTokenizer.from_pretrained(folder)
            limit = min(tokenizer.model_max_length, 2**31 - 1)
            special = {name: tokenizer.convert_tokens_to_ids(token) for name, token in tokenizer.special_tokens_map.items() if isinstance(token, str)}
            cases = [case(r, tokenizer) for _ in range(32)]
            answers.append({"files": setting, "size": len(tokenizer), "limit": limit, "special": special, "cases": cases})
    TARGET.write_bytes(gzip.compress((json.dumps(answers, separators=(",", ":")) + "\n").encode("ascii"), mtime=0))
    print(TARGET.stat().st_size, "bytes")


main()
