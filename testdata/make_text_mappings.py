"""Writes text-mappings.json: what BatchEncoding says about the ways between texts, words and tokens, for every char and word.

    python testdata/make_text_mappings.py    (with transformers 5.18)
"""
import json
import pathlib

from transformers import BertTokenizer

here = pathlib.Path(__file__).parent
tokenizer = BertTokenizer.from_pretrained(here / "spec-cases" / "tiny-vocab")

INPUTS = [
    ("I like soccer.", None, {}),
    ("  We all love soccer!  ", "Café déjà-vu, naïve.", {}),
    ("soc\u200bcer \ufeff e\u0301te \U0001F600 x", "\u4e2d\u6587 [SEP] a", {}),
    ("I like soccer. We all love soccer very much.", "I like it", {"truncation": "only_first", "max_length": 10}),
    ("", None, {}),
    (["I", "like", "soccer!"], ["We", "", "all"], {"is_split_into_words": True}),
    ("no special tokens", "at all", {"add_special_tokens": False}),
]


def span(value):
    return None if value is None else [value[0], value[1]]


cases = []
for text, pair, options in INPUTS:
    encoding = tokenizer(text, pair, **options)
    sequences = []
    for sequence, source in enumerate([text, pair]):
        if source is None:
            continue
        length = max((len(word) for word in source), default=0) if isinstance(source, list) else len(source)
        words = range(max((w for w in encoding.word_ids() if w is not None), default=-1) + 2)
        sequences.append({
            "char_to_token": [encoding.char_to_token(i, sequence_index=sequence) for i in range(length + 1)],
            "char_to_word": [encoding.char_to_word(i, sequence_index=sequence) for i in range(length + 1)]
            if encoding.char_to_token else None,
            "word_to_tokens": [span(encoding.word_to_tokens(w, sequence_index=sequence)) for w in words],
            "word_to_chars": [span(encoding.word_to_chars(w, sequence_index=sequence))
                              if encoding.word_to_tokens(w, sequence_index=sequence) else None for w in words],
        })
    cases.append({"text": text, "pair": pair, "options": options, "ids": encoding["input_ids"], "sequences": sequences})

target = here.parent / "tokenizer" / "src" / "test" / "resources" / "io" / "tesserae" / "tokenizer" / "text-mappings.json"
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text(json.dumps(cases, ensure_ascii=True, indent=None, separators=(", ", ": ")).replace('}, {"text"', '},\n{"text"') + "\n")
