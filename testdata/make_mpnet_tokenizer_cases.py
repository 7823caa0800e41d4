"""Writes mpnet-tokenizer-cases.json: what MPNetTokenizer makes of texts, for every way a checkpoint's files may describe it.

    python testdata/make_mpnet_tokenizer_cases.py    (with transformers 5.18)
"""
import json
import pathlib
import tempfile

from transformers import AutoTokenizer

VOCABULARY = ["<s>", "<pad>", "</s>", "<unk>", "the", "cat", "sat", "on", "mat", "##s", "##ting", ",", ".", "<", ">",
              "mask", "hello", "[UNK]", "un", "##k", "[", "]", "/", "s", "The", "Cat", "\u4e2d", "<mask>"]
CONFIG = {"tokenizer_class": "MPNetTokenizer"}
MASK = {"content": "<mask>", "lstrip": True, "normalized": False, "rstrip": False, "single_word": False, "special": True}
PLAIN_MASK = dict(MASK, lstrip=False)
DECODER = {str(i): dict(PLAIN_MASK, content=VOCABULARY[i]) for i in (0, 1, 2, 17)}
VARIANTS = {
    "vocab.txt alone": {"config.json": {"model_type": "mpnet"}},
    "a silent class": {"tokenizer_config.json": CONFIG},
    "the Fast class": {"tokenizer_config.json": {"tokenizer_class": "MPNetTokenizerFast", "do_lower_case": False}},
    "a mask that is a text": {"tokenizer_config.json": dict(CONFIG, mask_token="<mask>", model_max_length=12)},
    "a mask with flags": {"tokenizer_config.json": dict(CONFIG, mask_token=dict(PLAIN_MASK, __type="AddedToken"))},
    "a decoder": {"tokenizer_config.json": dict(CONFIG, added_tokens_decoder=dict(DECODER, **{"27": MASK}))},
    "a map": {"tokenizer_config.json": CONFIG, "special_tokens_map.json": {"mask_token": MASK, "unk_token": "[UNK]"}},
    "another unknown token": {"tokenizer_config.json": dict(CONFIG, unk_token="<unk>")},
}
TEXTS = [("The cat <mask> sat.", None), ("the  <mask> <s> </s> <MASK> <pad>[UNK] zzz", None), ("<mask>  <mask>", None),
         ("[unk] \u4e2d\U0001F600 <mask>", None), ("", None), ("the cat", "sat on\t<mask>"), ("the", " mats "), ("the", "")]
SHORT = [("the cat sat on the mat", "the cats <mask>")]

cases = []
for name, files in VARIANTS.items():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n")
        for file, content in files.items():
            (folder / file).write_text(json.dumps(content))
        tokenizer = AutoTokenizer.from_pretrained(folder)
        answers = []
        for text, pair in TEXTS + SHORT:
            options = {"truncation": True, "max_length": 9} if (text, pair) in SHORT else {}
            encoding = tokenizer(text, pair, return_offsets_mapping=True, return_special_tokens_mask=True, **options)
            answers.append({
                "text": text, "pair": pair, "max_length": options.get("max_length"),
                "ids": encoding["input_ids"], "tokens": encoding.tokens(), "offsets": encoding["offset_mapping"],
                "special": encoding["special_tokens_mask"], "words": encoding.word_ids(),
                "sequences": encoding.sequence_ids(), "decoded": tokenizer.decode(encoding["input_ids"]),
                "skipped": tokenizer.decode(encoding["input_ids"], skip_special_tokens=True)})
        roles = {role: getattr(tokenizer, role + "_token_id") for role in "bos eos unk sep pad cls mask".split()}
        cases.append({"name": name, "files": files, "roles": roles, "answers": answers})

target = (pathlib.Path(__file__).parent.parent / "loaders" / "src" / "test" / "resources" / "io" / "tesserae" / "loaders"
          / "mpnet-tokenizer-cases.json")
target.write_text(json.dumps({"vocabulary": VOCABULARY, "cases": cases}).replace('{"name"', '\n{"name"') + "\n")
