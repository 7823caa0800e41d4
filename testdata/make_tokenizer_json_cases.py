"""Writes tokenizer-json-cases.json: what the reference makes of texts with many a normalizer and pre-tokenizer in tokenizer.json.

    python testdata/make_tokenizer_json_cases.py [TEXTS_PER_CASE [TARGET]]    (with tokenizers 0.23)
"""
import json
import pathlib
import random
import sys

from tokenizers import Tokenizer

here = pathlib.Path(__file__).parent
base = json.loads((here / "spec-cases" / "tiny-vocab" / "tokenizer.json").read_text())
count = int(sys.argv[1]) if len(sys.argv) > 1 else 6
target = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else (
    here.parent / "loaders" / "src" / "test" / "resources" / "io" / "tesserae" / "loaders" / "tokenizer-json-cases.json")

BERT = {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True}
STRIP = {"type": "Strip", "strip_left": True, "strip_right": False}
NFD, LOWER, ACCENTS = {"type": "NFD"}, {"type": "Lowercase"}, {"type": "StripAccents"}
BERT_WORDS, WHITESPACE, SPLIT = {"type": "BertPreTokenizer"}, {"type": "Whitespace"}, {"type": "WhitespaceSplit"}
PUNCTUATION = {"type": "Punctuation", "behavior": "Isolated"}
DIGITS, DIGIT = ({"type": "Digits", "individual_digits": individual} for individual in (False, True))


def normalizers(*steps):
    return {"type": "Sequence", "normalizers": list(steps)}


def pre_tokenizers(*steps):
    return {"type": "Sequence", "pretokenizers": list(steps)}


CASES = [
    (normalizers(NFD, LOWER, ACCENTS), WHITESPACE),
    (normalizers(NFD, LOWER, ACCENTS), pre_tokenizers(SPLIT, PUNCTUATION)),
    (normalizers(NFD, ACCENTS, LOWER), pre_tokenizers(WHITESPACE, DIGIT)),
    (normalizers(BERT, NFD, STRIP), BERT_WORDS),
    (normalizers(NFD, BERT), BERT_WORDS),
    (normalizers(), WHITESPACE),
    (LOWER, pre_tokenizers(SPLIT, DIGITS)),
    (NFD, SPLIT),
    (ACCENTS, PUNCTUATION),
    (STRIP, DIGIT),
    (None, None),
    (dict(BERT, lowercase=False), pre_tokenizers()),
]

WORDS = ["soccer", "We", "all", "LOVE", "playing", "don't", "Café", "e\u0301te\u0301", "na\u00efve", "x_y", "12ab34", "\u0661\u0662",
         "\u00bd", "\u4e2d\u6587", "\uac00\ub098", "[SEP]", "\U0001F600", "a\u0301\u0323b", "q\u0307\u0323", "\u0130I", "\u1e9b\u0323",
         "\u0f73\u0f71", "\u200b", "\ufeff", "\u00ad", "\u2028", "\u3000", "-", "...", "!", "$", "\u20ac5", "\u0915\u093e\u093c",
         "\u01c4", "\U0001d160", "\ufb2c", "\u20dd", "\u0488", "\u0000", "\u0085", "\u03a3\u03a3"]


def text(source):
    return "".join(source.choice(WORDS) + source.choice([" ", " ", "", "  ", "\t", "\n", "\u00a0"])
                   if source.random() < 0.9 else chr(source.choice([source.randrange(0x250), source.randrange(0x300, 0x3100),
                                                                    source.randrange(0xA000, 0xD800), source.randrange(0xE000, 0x1FB00)]))
                   for _ in range(source.randrange(1, 14)))


cases = []
for number, (normalizer, pre_tokenizer) in enumerate(CASES):
    source = random.Random(number)
    tokenizer = Tokenizer.from_str(json.dumps(dict(base, normalizer=normalizer, pre_tokenizer=pre_tokenizer)))
    answers = []
    for _ in range(count):
        sample = text(source)
        encoding = tokenizer.encode(sample)
        answers.append({"text": sample, "ids": encoding.ids, "offsets": [list(o) for o in encoding.offsets],
                        "word_ids": [-1 if w is None else w for w in encoding.word_ids]})
    cases.append({"normalizer": normalizer, "pre_tokenizer": pre_tokenizer, "answers": answers})

target.parent.mkdir(parents=True, exist_ok=True)
target.write_text("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")
