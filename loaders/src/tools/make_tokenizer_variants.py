"""Writes src/test/resources/io/tesserae/loaders/tokenizer-variants.json: which of a checkpoint's tokenizer files decide what.

Each variant is the tiny vocabulary with some of its files changed, and what the reference's AutoTokenizer makes of it. Run with
transformers installed, from the module's folder:

    python src/tools/make_tokenizer_variants.py
"""

import json
import os
import tempfile

from transformers import AutoTokenizer

SOURCE = "../testdata/spec-cases/tiny-vocab"
TARGET = "src/test/resources/io/tesserae/loaders/tokenizer-variants.json"
TEXTS = [
    "I like soccer. [SEP] We all love soccer!", "Caf\u00e9 \u00c9T\u00c9 the new house", "we <x> love <e1>  <y>soccer", "\u6211\u7231 London",
    "NEW-YORK [MASK] [mask] new-york", "",
]
CLASSIC = {"tokenizer_class": "BertTokenizer"}


def added(content, **flags):
    return {"content": content, "lstrip": False, "rstrip": False, "single_word": False, "normalized": False, "special": True} | flags


def entry(index, content, **flags):
    return {"id": index} | added(content, **flags)


BERT_PROCESSING = {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}
LITERAL = {"tokenizer_class": "PreTrainedTokenizerFast", "sep_token": "[SEP]", "cls_token": "[CLS]", "pad_token": "[PAD]",
           "mask_token": "[MASK]", "unk_token": "[UNK]"}
CASED = {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": False, "strip_accents": None, "lowercase": False}

# config: the whole tokenizer_config.json (None: no such file); json: changes to tokenizer.json (None: no such file);
# files: further files.
VARIANTS = {
    "vocab.txt alone": dict(config=None, json=None, files={"config.json": {"model_type": "bert"}}),
    "vocab.txt alone, distilbert": dict(config=None, json=None, files={"config.json": {"model_type": "distilbert"}}),
    "vocab.txt and class": dict(config=CLASSIC, json=None),
    "fast class name": dict(config={"tokenizer_class": "BertTokenizerFast"}, json={}),
    "distilbert class": dict(config={"tokenizer_class": "DistilBertTokenizerFast"}, json={}),
    "class in config.json": dict(config={}, json={}, files={"config.json": {"model_type": "bert", "tokenizer_class": "DistilBertTokenizer"}}),
    "json cased, config silent": dict(config=CLASSIC, json={"normalizer": CASED}),
    "json cased, literal": dict(config=LITERAL, json={"normalizer": CASED}),
    "config cased": dict(config=CLASSIC | {"do_lower_case": False, "tokenize_chinese_chars": False}, json={}),
    "config keeps accents": dict(config=CLASSIC | {"strip_accents": False}, json={}),
    "literal, bert processing": dict(config=LITERAL, json={"post_processor": BERT_PROCESSING}),
    "bert class ignores processing": dict(config=CLASSIC, json={"post_processor": None}),
    "literal, no processing": dict(config=LITERAL, json={"post_processor": None}),
    "added in tokenizer.json": dict(config=CLASSIC, json={"added_tokens+": [entry(2000, "<x>"), entry(2001, "New-York", normalized=True, special=False)]}),
    "added in tokenizer.json, literal": dict(config=LITERAL, json={"added_tokens+": [entry(2000, "<x>"), entry(2001, "New-York", normalized=True, special=False)]}),
    "decoder hides tokenizer.json": dict(
        config=CLASSIC | {"added_tokens_decoder": {"2005": added("<x>"), "2001": added("<e1>", lstrip=True, rstrip=True)}},
        json={"added_tokens+": [entry(2000, "<y>")]}),
    "decoder and literal": dict(
        config=LITERAL | {"added_tokens_decoder": {"2005": added("<x>"), "2001": added("<e1>", lstrip=True, rstrip=True)}},
        json={"added_tokens+": [entry(2000, "<y>")]}),
    "added_tokens.json": dict(config=CLASSIC, json=None, files={"added_tokens.json": {"<x>": 2000, "<e1>": 2001, "New-York": 2002}}),
    "special_tokens_map.json": dict(
        config=CLASSIC, json=None,
        files={"special_tokens_map.json": {"mask_token": {"content": "[MASK]", "lstrip": True, "rstrip": False, "normalized": False, "single_word": False},
                                           "additional_special_tokens": ["<e1>", "<x>"], "sep_token": "[SEP]"}}),
    "extra_special_tokens": dict(config=CLASSIC | {"extra_special_tokens": ["<e1>"]}, json={}),
    "additional_special_tokens": dict(config=CLASSIC | {"additional_special_tokens": ["<e1>", "<y>"], "extra_special_tokens": []}, json={}),
    "a role of its own": dict(config=CLASSIC | {"image_token": "<x>", "extra_special_tokens": {"eye_token": "<e1>"}}, json={}),
    "bos token": dict(config=CLASSIC | {"bos_token": "<y>", "extra_special_tokens": ["<x>"]}, json={}),
    "other separators": dict(config=CLASSIC | {"sep_token": "the", "cls_token": "<x>"}, json={}),
    "old model_max_length": dict(config=CLASSIC | {"max_len": 7}, json={}),
    "no limit": dict(config=CLASSIC | {"model_max_length": 1000000000000000019884624838656}, json={}),
    "truncation in tokenizer.json": dict(
        config=CLASSIC | {"model_max_length": 6},
        json={"truncation": {"direction": "Left", "max_length": 5, "strategy": "LongestFirst", "stride": 0},
              "padding": {"strategy": {"Fixed": 12}, "direction": "Left", "pad_to_multiple_of": None, "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"}}),
    "left": dict(config=CLASSIC | {"truncation_side": "left", "padding_side": "left", "model_max_length": 6}, json={}),
    "specials are text": dict(config=CLASSIC | {"split_special_tokens": True}, json={}),
    "token as object": dict(config=CLASSIC | {"mask_token": {"__type": "AddedToken"} | {k: v for k, v in added("[MASK]", lstrip=True).items() if k != "special"}}, json=None),
    "untyped model": dict(config=CLASSIC, json={"model-": "type"}),
}


def build(folder, variant):
    source = json.load(open(f"{SOURCE}/tokenizer.json"))
    changes = variant["json"]
    if changes is None:
        open(f"{folder}/vocab.txt", "wb").write(open(f"{SOURCE}/vocab.txt", "rb").read())
    else:
        for key, value in changes.items():
            if key.endswith("+"):
                source[key[:-1]] += value
            elif key == "model-":
                del source["model"][value]
            else:
                source[key] = value
        json.dump(source, open(f"{folder}/tokenizer.json", "w"))
    if variant["config"] is not None:
        json.dump(variant["config"], open(f"{folder}/tokenizer_config.json", "w"))
    for name, content in variant.get("files", {}).items():
        json.dump(content, open(f"{folder}/{name}", "w"))
    if "config.json" not in variant.get("files", {}):
        json.dump({"model_type": "bert"}, open(f"{folder}/config.json", "w"))


def main():
    out = []
    for name, variant in VARIANTS.items():
        with tempfile.TemporaryDirectory() as folder:
            build(folder, variant)
            t = AutoTokenizer.from_pretrained(folder)
        encoded = [t(text) for text in TEXTS]
        limit = t.model_max_length
        out.append({
            "name": name, **{"config": None, "json": None, "files": {}, **variant},
            "expected": {
                "ids": [e["input_ids"] for e in encoded],
                "types": "token_type_ids" in encoded[0],
                "length": len(t),
                "model_max_length": limit if limit < 2**31 else None,
                "padding_side": t.padding_side,
                "truncation_side": t.truncation_side,
                "skipped": [t.decode(e["input_ids"], skip_special_tokens=True) for e in encoded],
            },
        })
    with open(TARGET, "w", newline="\n") as file:
        file.write("{\"texts\": " + json.dumps(TEXTS) + ",\n\"variants\": [\n")
        file.write(",\n".join(json.dumps(v) for v in out))
        file.write("\n]}\n")


main()
