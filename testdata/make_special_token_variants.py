"""Writes special-token-variants.jsonl.gz: what the reference makes of every way to name special tokens, to leave them out, and to decode.

A special token is absent, null, another string, ... in tokenizer_config.json or special_tokens_map.json; beside vocab.txt alone,
or a tokenizer.json with and without added tokens; for each class of tokenizer. Run with transformers installed:

    python testdata/make_special_token_variants.py [--random COUNT SEED TARGET]

The first line holds what all variants share, every other line a variant: its files, and the answers or the error. A token of
the template is shown as the vocabulary has it; the reference shows "None" where it puts the id 2 or 3 for a token that is null.
"""
import copy
import gzip
import itertools
import json
import pathlib
import random
import sys
import tempfile

import transformers
from transformers import AutoTokenizer

transformers.logging.set_verbosity(transformers.logging.CRITICAL)

TARGET = (pathlib.Path(__file__).parent.parent / "loaders" / "src" / "test" / "resources" / "io" / "tesserae" / "loaders"
          / "special-token-variants.jsonl.gz")

# [CLS] is not 2 and [SEP] not 3, which the reference takes where there are none.
VOCABULARY = ["the", "[PAD]", "[UNK]", "a", "[CLS]", "[SEP]", "[MASK]", "[OTHER]", "[", "]", "un", "##k", "m", "##as", "pad", "cl",
              "##s", "se", "##p", "other", "was", "old", "don", "'", "t", ",", ".", "?", "!", "(", ")", "#", "##x", "s", "it", "n",
              "<", ">", "new", "##e", "\u2581the", "\u2581", "x</w>", "<0xC3>", "<0xA9>", "<0xFF>", "<0x+f>", "#a#", "none", "x", "##n't"]
TEXTS = ["The [UNK] was old.", "the [MASK] was [PAD] old, no?", "[CLS] a [SEP] the", "don't ##x, it 's n't ( a ) !",
         "[OTHER]  <new> [mask] [MASK] old", " [MASK]x[PAD] [UNK]  . ", "None [None] the", "the old zzz \U0001f600 \u00e9",
         "the [ MASK ] un##k", "", "was it old?", "[SEP][PAD][CLS]the[UNK]a"]
# Ids to decode, whatever the texts hold.
IDS = [[4, 0, 20, 21, 26, 5, 1, 1], [22, 23, 24, 25, 6, 27, 2, 28], [32, 0, 32, 50, 11], [40, 41, 0, 40, 41, 42, 49, 42],
       [43, 44, 0, 45, 43, 46, 0, 43], [31, 47, 3, 0, 31, 3], [0, 999, 7, 0], []]
TOKENS = ["##x", "the", ".", "##x", "\u2581the", "x</w>", "<0xC3>", "<0xA9>", "!"]

ROLES = {"unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]", "mask_token": "[MASK]"}
CLASSES = ["BertTokenizer", "BertTokenizerFast", "DistilBertTokenizer", "PreTrainedTokenizerFast", None]
VOCABULARY_TXT, WITH_ADDED, WITHOUT_ADDED = "vocab.txt", "added", "bare"
SOURCES = [VOCABULARY_TXT, WITH_ADDED, WITHOUT_ADDED]


def added(content, **flags):
    return {"__type": "AddedToken", "content": content, "lstrip": False, "rstrip": False, "single_word": False, "normalized": False,
            "special": True} | flags


def states(role):
    content = ROLES[role]
    return [None, "[OTHER]", "<new>", added(content, lstrip=True), added(content, rstrip=True, normalized=True, special=False),
            added("<new>", single_word=True, normalized=True), {"content": content, "lstrip": True}]


def token(identity, content, **flags):
    return {"id": identity, "content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
            "special": True} | flags


BERT_ADDED = [token(VOCABULARY.index(content), content) for content in ROLES.values()]
WORD_PIECE = {"type": "WordPiece", "prefix": "##", "cleanup": True}
DEFAULT_DECODER = object()


def tokenizer_json(added_tokens=(), decoder=DEFAULT_DECODER, unk="[UNK]", prefix="##", padding=None):
    special = {name: {"id": name, "ids": [VOCABULARY.index(name)], "tokens": [name]} for name in ("[CLS]", "[SEP]")}
    piece = lambda name, kind, identity: {kind: {"id": name, "type_id": identity}}
    single = [piece("[CLS]", "SpecialToken", 0), piece("A", "Sequence", 0), piece("[SEP]", "SpecialToken", 0)]
    return {"version": "1.0", "truncation": None, "padding": padding, "added_tokens": list(added_tokens),
            "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None,
                           "lowercase": True},
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "post_processor": {"type": "TemplateProcessing", "single": single,
                               "pair": single + [piece("B", "Sequence", 1), piece("[SEP]", "SpecialToken", 1)],
                               "special_tokens": special},
            "decoder": WORD_PIECE if decoder is DEFAULT_DECODER else decoder,
            "model": {"type": "WordPiece", "unk_token": unk, "continuing_subword_prefix": prefix, "max_input_chars_per_word": 100,
                      "vocab": {content: i for i, content in enumerate(VOCABULARY)}}}


def files(tokenizer_class, source, config=None, **other):
    found = dict(other)
    config = dict(config or {})
    if tokenizer_class:
        config["tokenizer_class"] = tokenizer_class
    if tokenizer_class or config:
        found["tokenizer_config.json"] = config
    if source == VOCABULARY_TXT:
        found["vocab.txt"] = "".join(content + "\n" for content in VOCABULARY)
    elif "tokenizer.json" not in found:
        found["tokenizer.json"] = tokenizer_json(BERT_ADDED if source == WITH_ADDED else ())
    return found


def padding(content):
    return {"strategy": "BatchLongest", "direction": "Right", "pad_to_multiple_of": None, "pad_id": VOCABULARY.index(content),
            "pad_type_id": 0, "pad_token": content}


REPLACE = {"type": "Replace", "pattern": {"String": "##"}, "content": ""}
STRIP = {"type": "Strip", "content": "#", "start": 1, "stop": 0}
FUSE = {"type": "Fuse"}
METASPACE = {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True}


def decoders(*steps):
    return {"type": "Sequence", "decoders": list(steps)}


DECODERS = [None, WORD_PIECE, dict(WORD_PIECE, cleanup=False), dict(WORD_PIECE, prefix="x"), dict(WORD_PIECE, prefix=""),
            dict(WORD_PIECE, prefix="#", cleanup=False), {"type": "WordPiece"}, {"type": "WordPiece", "prefix": "##"}, FUSE, STRIP,
            dict(STRIP, start=0, stop=1), dict(STRIP, start=9), REPLACE, dict(REPLACE, content=" - "),
            dict(REPLACE, pattern={"Regex": "##"}), dict(REPLACE, pattern={"String": ""}), {"type": "ByteFallback"}, METASPACE,
            dict(METASPACE, prepend_scheme="never"), dict(METASPACE, prepend_scheme="first", split=False),
            dict(METASPACE, replacement="#"), {"type": "Metaspace", "replacement": "\u2581", "add_prefix_space": True},
            {"type": "Metaspace", "replacement": "\u2581", "add_prefix_space": False}, {"type": "Metaspace", "replacement": "ab"},
            {"type": "BPEDecoder", "suffix": "</w>"}, {"type": "BPEDecoder"}, {"type": "ByteLevel"},
            {"type": "CTC", "pad_token": "[PAD]", "word_delimiter_token": "a", "cleanup": True}, {"type": "Unheard"},
            decoders(), decoders(WORD_PIECE, FUSE), decoders(REPLACE, FUSE, dict(STRIP, content=" ")),
            decoders(WORD_PIECE, {"type": "ByteFallback"}, FUSE, dict(STRIP, content="t", start=1, stop=0)),
            decoders(dict(REPLACE, pattern={"String": "\u2581"}, content=" "), {"type": "ByteFallback"}, FUSE,
                     {"type": "Strip", "content": " ", "start": 1, "stop": 0}),
            decoders({"type": "BPEDecoder", "suffix": "</w>"}, WORD_PIECE), decoders(decoders(WORD_PIECE), METASPACE)]


def variants():
    for tokenizer_class, source in itertools.product(CLASSES, SOURCES):
        name = f"{tokenizer_class} {source}"
        yield f"{name} silent", files(tokenizer_class, source)
        yield f"{name} all named", files(tokenizer_class, source, ROLES)
        yield f"{name} all null", files(tokenizer_class, source, dict.fromkeys(ROLES))
        for role, content in ROLES.items():
            for state in states(role):
                yield f"{name} {role} {state}", files(tokenizer_class, source, {role: state})
            yield f"{name} all but {role}", files(tokenizer_class, source, {r: c for r, c in ROLES.items() if r != role})
            yield f"{name} named, {role} null", files(tokenizer_class, source, ROLES | {role: None})
            for in_config, in_map in [(content, None), (None, content), (None, None), ("[OTHER]", content)]:
                yield f"{name} {role} {in_config}, map {in_map}", files(
                    tokenizer_class, source, {role: in_config}, **{"special_tokens_map.json": {role: in_map}})
            yield f"{name} map alone {role} null", files(
                tokenizer_class, source, {}, **{"special_tokens_map.json": ROLES | {role: None}})
            decoder = {str(t["id"]): {k: v for k, v in t.items() if k != "id"} for t in BERT_ADDED if t["content"] != content}
            for state in (None, content, "<new>"):
                yield f"{name} {role} {state} decoder", files(
                    tokenizer_class, source, ROLES | {role: state, "added_tokens_decoder": decoder},
                    **{"special_tokens_map.json": {role: "[OTHER]"}})
    for tokenizer_class in ("BertTokenizer", "PreTrainedTokenizerFast", None):
        for role, content in ROLES.items():
            own = VOCABULARY.index(content)
            others = [t for t in BERT_ADDED if t["content"] != content]
            for flags in ({"lstrip": True}, {"rstrip": True, "normalized": True}, {"special": False}, {"single_word": True}):
                for config in ({}, {role: None}, {role: content}, {role: content, "added_tokens_decoder": {}}):
                    json_file = tokenizer_json(others + [token(own, content, **flags)])
                    yield f"{tokenizer_class} {role} {flags} in the file, {config}", files(
                        tokenizer_class, None, config, **{"tokenizer.json": json_file})
        for role, content in ROLES.items():
            own = VOCABULARY.index(content)
            others = [t for t in BERT_ADDED if t["content"] != content]
            for in_file, in_config in [(True, False), (False, True), (True, True)]:
                decoder = {str(t["id"]): {k: v for k, v in t.items() if k != "id"}
                           for t in [*others, token(own, content, normalized=in_config)]}
                json_file = tokenizer_json([*others, token(own, content, normalized=in_file)])
                yield f"{tokenizer_class} {content} normalized in the file {in_file}, in the config {in_config}", files(
                    tokenizer_class, None, ROLES | {"added_tokens_decoder": decoder}, **{"tokenizer.json": json_file})
        for unk in ("[UNK]", "[OTHER]", "none", "[NONE]", "[PAD]"):
            for config in ({}, {"unk_token": unk}, {"unk_token": None}, ROLES):
                yield f"{tokenizer_class} model's unk {unk}, {config}", files(
                    tokenizer_class, None, config, **{"tokenizer.json": tokenizer_json(unk=unk)})
        for config in ({}, {"pad_token": None}, {"pad_token": "[OTHER]"}):
            yield f"{tokenizer_class} padding in the file, {config}", files(
                tokenizer_class, None, config, **{"tokenizer.json": tokenizer_json(padding=padding("[PAD]"))})
        for role, content in ROLES.items():
            config = {role: added(content, lstrip=True), "extra_special_tokens": ["[OTHER]", content]}
            yield f"{tokenizer_class} {role} again among the others", files(
                tokenizer_class, None, config, **{"tokenizer.json": tokenizer_json()})
        for decoder in DECODERS:
            json_file = tokenizer_json(BERT_ADDED, decoder=decoder)
            yield f"{tokenizer_class} decoder {decoder}", files(tokenizer_class, None, ROLES, **{"tokenizer.json": json_file})
        absent = tokenizer_json(BERT_ADDED)
        del absent["decoder"]
        yield f"{tokenizer_class} no decoder", files(tokenizer_class, None, ROLES, **{"tokenizer.json": absent})
        for prefix in ("", "x"):
            yield f"{tokenizer_class} model's prefix {prefix}", files(
                tokenizer_class, None, ROLES, **{"tokenizer.json": tokenizer_json(BERT_ADDED, prefix=prefix)})


def random_variants(count, seed):
    source = random.Random(seed)

    def state(role):
        return source.choice([ROLES[role], ROLES[role], None, *states(role)[:-1]])

    for number in range(count):
        config = {role: state(role) for role in ROLES if source.random() < 0.6}
        other = {}
        if source.random() < 0.4:
            strings = lambda role: source.choice([None, ROLES[role], ROLES[role], "[OTHER]", "<new>",
                                                  {k: v for k, v in added(ROLES[role], lstrip=True).items() if k != "__type"}])
            other["special_tokens_map.json"] = {role: strings(role) for role in ROLES if source.random() < 0.5}
        if source.random() < 0.2:
            other["added_tokens.json"] = {"<new>": len(VOCABULARY)}
        if source.random() < 0.3:
            config["added_tokens_decoder"] = {
                str(t["id"]): {k: v for k, v in t.items() if k != "id"} | {"lstrip": source.random() < 0.2}
                for t in BERT_ADDED if source.random() < 0.6}
        if source.random() < 0.1:
            config["extra_special_tokens"] = source.choice([["[OTHER]"], ["<new>", "[MASK]"], None])
        if source.random() < 0.1:
            config["split_special_tokens"] = True
        if source.random() < 0.3:
            other["config.json"] = {"model_type": source.choice(["bert", "distilbert"])}
        kind = source.choice(SOURCES)
        if kind != VOCABULARY_TXT:
            tokens = [token(t["id"], t["content"], lstrip=source.random() < 0.2, rstrip=source.random() < 0.2,
                            normalized=source.random() < 0.2, special=source.random() < 0.8)
                      for t in BERT_ADDED if source.random() < (0.7 if kind == WITH_ADDED else 0)]
            other["tokenizer.json"] = tokenizer_json(
                tokens, source.choice([DEFAULT_DECODER, source.choice(DECODERS)]),
                source.choice(["[UNK]", "[UNK]", "[OTHER]", "[PAD]", "[NONE]"]), "##", source.choice([None, None, padding("[PAD]")]))
        yield f"random {number}", files(source.choice(CLASSES), kind, config, **other)


def attempt(function):
    try:
        return function()
    except BaseException as error:  # a panic of the library in Rust is one
        if isinstance(error, KeyboardInterrupt):
            raise
        return {"error": (str(error).strip().splitlines() or [type(error).__name__])[0][:160]}


def encoded(tokenizer, *texts):
    encoding = tokenizer(*texts, return_special_tokens_mask=True, return_offsets_mapping=True)
    mask = encoding["special_tokens_mask"]
    ids = encoding["input_ids"]
    tokens = [tokenizer.convert_ids_to_tokens(i) if m and t == "None" else t for i, m, t in zip(ids, mask, encoding.tokens())]
    return {"ids": ids, "tokens": tokens, "offsets": [list(o) for o in encoding["offset_mapping"]], "mask": mask,
            "text": tokenizer.decode(ids), "skipped": tokenizer.decode(ids, skip_special_tokens=True),
            "clean": tokenizer.decode(ids, clean_up_tokenization_spaces=True)}


def answers(tokenizer):
    return {"class": type(tokenizer).__name__, "length": len(tokenizer), "types": "token_type_ids" in tokenizer.model_input_names,
            "roles": {role: [getattr(tokenizer, role), getattr(tokenizer, role + "_id")] for role in ROLES},
            "special": sorted(i for i, t in tokenizer.added_tokens_decoder.items() if t.special),
            "texts": [attempt(lambda: encoded(tokenizer, text)) for text in TEXTS],
            "pair": attempt(lambda: encoded(tokenizer, TEXTS[1], TEXTS[3])),
            "padded": attempt(lambda: tokenizer([TEXTS[10], "the"], padding=True)["input_ids"]),
            "decoded": [attempt(lambda: tokenizer.decode(ids)) for ids in IDS],
            "decoded_skipped": [attempt(lambda: tokenizer.decode(ids, skip_special_tokens=True)) for ids in IDS],
            "joined": attempt(lambda: tokenizer.convert_tokens_to_string(list(TOKENS)))}


def record(name, found):
    with tempfile.TemporaryDirectory() as folder:
        for file, content in found.items():
            text = content if isinstance(content, str) else json.dumps(content)
            (pathlib.Path(folder) / file).write_text(text)
        loaded = attempt(lambda: AutoTokenizer.from_pretrained(folder))
        answer = {"error": loaded["error"].replace(folder, "")} if isinstance(loaded, dict) else answers(loaded)
    return {"name": name, "files": {k: v for k, v in found.items() if k != "vocab.txt"}, "vocabulary": "vocab.txt" in found,
            "answer": answer}


if len(sys.argv) > 1 and sys.argv[1] == "--random":
    chosen, target = random_variants(int(sys.argv[2]), int(sys.argv[3])), pathlib.Path(sys.argv[4])
else:
    chosen, target = variants(), TARGET
target.parent.mkdir(parents=True, exist_ok=True)
lines = [{"vocabulary": VOCABULARY, "texts": TEXTS, "ids": IDS, "tokens": TOKENS}]
lines += [record(name, copy.deepcopy(found)) for name, found in chosen]
# Answers that were seen before are named by their line, which keeps the table small.
seen = {}
for number, line in enumerate(lines[1:], 1):
    text = json.dumps(line["answer"], separators=(",", ":"))
    if text in seen:
        line["answer"] = seen[text]
    else:
        seen[text] = number
with open(target, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as out:
    for line in lines:
        out.write((json.dumps(line, separators=(",", ":")) + "\n").encode())
print(len(lines) - 1, "variants,", len(seen), "answers")
