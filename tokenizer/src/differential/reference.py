"""Answers cases with transformers, one line each: `python reference.py CASES ANSWERS`. Answer.java is its twin."""

import importlib.metadata
import os
import sys

os.environ["TOKENIZERS_PARALLELISM"] = "false"

import tokenizers

if tokenizers.__version__ < "0.23":
    # transformers 5.18 refuses to load beside so old a library, though all that is asked of it here works.
    version = importlib.metadata.version
    importlib.metadata.version = lambda name: "0.23.2" if name == "tokenizers" else version(name)

from transformers import BertTokenizer  # noqa: E402
from transformers.utils import logging  # noqa: E402

from cases import hexadecimal, plain  # noqa: E402

logging.set_verbosity_error()


def tokenizer_of(values: dict) -> BertTokenizer:
    tokenizer = BertTokenizer(
        vocab=values["vocabulary"],
        do_lower_case=values["lower"] == "true",
        strip_accents={"none": None, "true": True, "false": False}[values["strip"]],
        tokenize_chinese_chars=values["chinese"] == "true",
        split_special_tokens=values["split"] == "true",
        truncation_side=values["truncation_side"],
        padding_side=values["padding_side"],
    )
    for item in filter(None, values.get("added", "").split(",")):
        content, flags = item.split(":")
        token = tokenizers.AddedToken(
            plain(content),
            single_word="w" in flags,
            lstrip="l" in flags,
            rstrip="r" in flags,
            normalized="n" in flags,
            special="s" in flags,
        )
        tokenizer.add_tokens([token], special_tokens="s" in flags)
    return tokenizer


def settings(values: dict) -> dict:
    call = dict(add_special_tokens=values.get("special") != "false")
    if "truncation" in values:
        call |= dict(truncation=values["truncation"], max_length=int(values["max_length"]), stride=int(values.get("stride", 0)))
    return call | dict(return_overflowing_tokens="overflow" in values)


def encode(tokenizer, values: dict) -> str:
    text = plain(values["text"])
    pair = plain(values["pair"]) if "pair" in values else None
    encoding = tokenizer(text, pair, **settings(values)).encodings[0]
    return windows(encoding, values, lambda sequence, word: pair if sequence else text)


def words(tokenizer, values: dict) -> str:
    lists = [[plain(word) for word in values[name].split(",")] if name in values else None for name in ("text", "pair")]
    encoding = tokenizer(lists[0], lists[1], is_split_into_words=True, **settings(values)).encodings[0]
    return windows(encoding, values, lambda sequence, word: lists[sequence][word])


def batch(tokenizer, values: dict) -> str:
    texts = [plain(text) for text in values["texts"].split(",")]
    call = settings(values) | dict(pad_to_multiple_of=int(values["multiple"]))
    if values["length"] == "longest":
        call |= dict(padding="longest")
    else:
        call |= dict(padding="max_length", max_length=int(values["length"]))
    encodings = iter(tokenizer(texts, **call).encodings)  # each followed by its overflow
    answers = []
    for text in texts:
        encoding = next(encodings)
        if "overflow" in values:
            for _ in encoding.overflowing:
                next(encodings)
        answers.append(windows(encoding, values, lambda sequence, word: text))
    return "&".join(answers)


def decode(tokenizer, values: dict) -> str:
    ids = [int(i) for i in values["ids"].split(",") if i]
    return hexadecimal(
        tokenizer.decode(ids, skip_special_tokens=values["skip"] == "true", clean_up_tokenization_spaces=values["clean"] == "true")
    )


def windows(encoding, values: dict, source) -> str:
    return "|".join(describe(window, source) for window in [encoding] + (encoding.overflowing if "overflow" in values else []))


def describe(encoding, source) -> str:
    """All fields; source finds the text that a token's offsets count in, by sequence and word."""
    utf16 = []
    for (start, end), sequence, word in zip(encoding.offsets, encoding.sequence_ids, encoding.word_ids):
        text = "" if sequence is None else source(sequence, word)
        utf16.append((utf16_length(text, start), utf16_length(text, end)))
    none = lambda value: -1 if value is None else value  # noqa: E731
    fields = [
        encoding.ids,
        encoding.type_ids,
        encoding.attention_mask,
        encoding.special_tokens_mask,
        map(none, encoding.word_ids),
        map(none, encoding.sequence_ids),
        [f"{start}-{end}" for start, end in encoding.offsets],
        [f"{start}-{end}" for start, end in utf16],
        map(hexadecimal, encoding.tokens),
    ]
    return ";".join(",".join(map(str, field)) for field in fields)


def utf16_length(text: str, end: int) -> int:
    if text.isascii():
        return end
    return len(text[:end].encode("utf-16-be")) // 2


def main() -> None:
    tokenizer = None
    with open(sys.argv[1]) as cases, open(sys.argv[2], "w") as answers:
        for case in cases:
            kind, *pairs = case.split()
            values = dict(pair.split("=", 1) for pair in pairs)
            try:
                if kind == "tokenizer":
                    tokenizer = tokenizer_of(values)
                    answer = kind
                else:
                    answer = {"encode": encode, "words": words, "batch": batch, "decode": decode}[kind](tokenizer, values)
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as problem:  # what Rust calls a panic is no Exception
                answer = "refused " + repr(problem).replace("\n", " ")
            answers.write(answer + "\n")


main()
