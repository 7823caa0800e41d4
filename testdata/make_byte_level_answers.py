"""Writes byte-level-answers.json.gz: what the reference's pipelines answer with RoBERTa's and ModernBERT's tokenizers, from the text to the
scores and places. Tokenizers and models are tiny: the vocabulary is trained here, and weights are those of a formula, which the test has too.

    python testdata/make_byte_level_answers.py    (with transformers 5.18)

For each family its tokenizer's files; encodings of texts and pairs; and for each task a configuration, the shapes of the weights, and
answers. Questions are answered by the rules of make_question_answers.py.
"""

import gzip
import json
import os
import tempfile
from pathlib import Path

os.environ |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error"}

import numpy
import torch
import transformers as T
from make_question_answers import answers_of, windows_of
from make_token_task_answers import plain, rounded
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

TARGET = Path(__file__).parent / "byte-level-answers.json.gz"
LINES = [
    "the cat sat on the mat and the dog ran under the old bridge",
    "My name is Sarah and I live in London with Wolfgang",
    "Crème brûlée, naïve café: it costs 1,234 euros, don't you know?",
    "Anna Weber carried the oldest map of the town out in her coat",
]
TEXTS = [
    "the cat sat on the mat", " the  cat", "Sarah lives in London.", "  two   spaces\tand\u00a0others\n\n  here  ", "don't DON'T it's we'll",
    "cafe\u0301 na\u00efve cafe\u0301s \u1e9e \ufb01lm \u0130", "\U0001f600\U0001f44d\U0001f3fd Sarah\U0001f600London", "\u6771\u4eac \ud55c\uad6d\uc5b4", "", " ",
    "   x", "1,234 + 56", "a <mask> b<mask>c", "a [MASK] b[MASK]c", "<s> </s><pad><unk>", "[CLS] [SEP][PAD] [unused0] x", "\u0301e \u0301\u0301",
]
MASKED = ["the {} sat on the mat", "My name is {}.", "x {}{} y", "Cafe\u0301 {} na\u00efve", "{}", "the\u00a0 {}\U0001f600"]
PAIRS = [("the cat", "sat on"), ("Who?", " the dog  "), ("e\u0301", "\U0001f600 x"), ("the cat sat on the mat", "and the dog ran under the old bridge")]
QUESTIONS = [
    ("Who carried the map?", "Anna Weber carried the oldest map of the town out in her coat.", {"top_k": 4}),
    ("Where?", "Sarah lives in London,  with Wolfgang.", {"top_k": 3, "align_to_words": False}),
    ("Which cafe\u0301?", "the \U0001f600 cafe\u0301 na\u00efve \u6771\u4eac, 1,234 euros", {"top_k": 4}),
    ("What?", "the cat sat on the mat and the dog ran under the old bridge", {"top_k": 3, "handle_impossible_answer": True}),
]
STRATEGIES = ["none", "simple", "first", "average", "max"]
LABELS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]


def trained(special):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=320 + len(special), special_tokens=special, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(LINES * 2, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    return model["vocab"], [" ".join(merge) for merge in model["merges"]]


def roberta_files():
    """vocab.json and merges.txt, and a mask as published files have it."""
    vocabulary, merges = trained(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    mask = {"content": "<mask>", "lstrip": True, "rstrip": False, "normalized": False, "single_word": False, "special": True, "__type": "AddedToken"}
    config = {"tokenizer_class": "RobertaTokenizer", "model_max_length": 62, "mask_token": mask}
    return {"vocab.json": vocabulary, "merges.txt": "#version: 0.2\n" + "\n".join(merges) + "\n", "tokenizer_config.json": config}


def modern_bert_files():
    vocabulary, merges = trained(["<|padding|>"])
    contents = ["<|endoftext|>", "[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"]
    added = [("<|padding|>", True)] + [(" " * n, False) for n in range(5, 1, -1)] + [(content, True) for content in contents] + [("[unused0]", False)]
    tokens, place = [], len(vocabulary)
    for content, special in added:
        number = vocabulary.get(content, place)
        place += number == place
        flags = {"single_word": False, "lstrip": content == "[MASK]", "rstrip": False, "normalized": not special, "special": special}
        tokens.append({"id": number, "content": content, **flags})
    ids = {token["content"]: token["id"] for token in tokens}
    piece, text = lambda token: {"SpecialToken": {"id": token, "type_id": 0}}, lambda name: {"Sequence": {"id": name, "type_id": 0}}
    single = [piece("[CLS]"), text("A"), piece("[SEP]")]
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    special = {token: {"id": token, "ids": [ids[token]], "tokens": [token]} for token in ("[CLS]", "[SEP]")}
    content = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": tokens, "normalizer": {"type": "NFC"}, "pre_tokenizer": level,
        "post_processor": {"type": "TemplateProcessing", "single": single, "pair": single + [text("B"), piece("[SEP]")], "special_tokens": special},
        "decoder": level, "model": {"type": "BPE", "dropout": None, "unk_token": None, "fuse_unk": False, "byte_fallback": False, "vocab": vocabulary, "merges": merges},
    }
    decoder = {str(token["id"]): {key: value for key, value in token.items() if key != "id"} for token in tokens}
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "added_tokens_decoder": decoder, "clean_up_tokenization_spaces": True, "model_max_length": 62}
    config |= {"cls_token": "[CLS]", "mask_token": "[MASK]", "pad_token": "[PAD]", "sep_token": "[SEP]", "unk_token": "[UNK]"}
    return {"tokenizer.json": content, "tokenizer_config.json": config | {"model_input_names": ["input_ids", "attention_mask"]}}


def weights(model):
    """Whole numbers of 1/32, by each tensor's place among the sorted names, and each number's in the tensor; those of norms are around 1."""
    state, tied = model.state_dict(), model._tied_weights_keys or {}
    names = [name for name in sorted(state) if name not in tied]
    for number, name in enumerate(names):
        mixed = (numpy.arange(state[name].numel(), dtype=numpy.uint64) * 2654435761 + number * 40503 + 12345) % (1 << 32)
        mixed = mixed * 2246822519 % (1 << 32)
        values = (((mixed >> 16) % 33).astype(numpy.float32) - 16) / 32 + ("norm" in name.lower() and name.endswith("weight"))
        state[name].copy_(torch.from_numpy(values.astype(numpy.float32)).reshape(state[name].shape))
    return {name: list(state[name].shape) for name in names}


def config_of(family, tokenizer, names):
    sizes = dict(vocab_size=len(tokenizer), hidden_size=16, num_attention_heads=2, intermediate_size=12, num_hidden_layers=2, attn_implementation="eager")
    labels = {"id2label": dict(enumerate(names)), "label2id": {label: i for i, label in enumerate(names)}}
    ids = dict(pad_token_id=tokenizer.pad_token_id, bos_token_id=tokenizer.cls_token_id, eos_token_id=tokenizer.sep_token_id)
    if family == "Roberta":
        return T.RobertaConfig(max_position_embeddings=64, type_vocab_size=1, **sizes, **labels, **ids)
    return T.ModernBertConfig(
        max_position_embeddings=64, local_attention=8, cls_token_id=ids["bos_token_id"], sep_token_id=ids["eos_token_id"], **sizes, **labels, **ids
    )


def encodings(tokenizer, texts, pairs):
    for text, pair in [(text, None) for text in texts] + pairs:
        found = tokenizer(text, pair, return_offsets_mapping=True, return_special_tokens_mask=True)
        ids = found["input_ids"]
        yield {
            "text": text, "pair": pair, "ids": ids, "offsets": [place for span in found["offset_mapping"] for place in span],
            "special": found["special_tokens_mask"], "words": [-1 if word is None else word for word in found.word_ids()],
            "sequences": [-1 if one is None else one for one in found.sequence_ids()],
            "decoded": tokenizer.decode(ids), "skipped": tokenizer.decode(ids, skip_special_tokens=True)}


def question_answers(model, tokenizer, questions):
    for question, context, arguments in questions:
        encoding = tokenizer(question, context)
        windows = list(windows_of(encoding, tokenizer.model_max_length, 20))
        starts, ends = [], []
        for window in windows:
            with torch.inference_mode():
                output = model(**{key: torch.tensor([[encoding[key][token] for token in window]]) for key in tokenizer.model_input_names})
            starts.append(output.start_logits[0].numpy())
            ends.append(output.end_logits[0].numpy())
        yield {"question": question, "context": context, "arguments": arguments, "stride": 20, "answers": answers_of(encoding, windows, starts, ends, context, **arguments)}


def task(family, kind, head, tokenizer):
    model = getattr(T, family + head)(config_of(family, tokenizer, ["A", "B"] if kind == "question-answering" else LABELS)).eval()
    shapes = weights(model)
    if kind == "fill-mask":
        pipeline = T.pipeline(kind, model=model, tokenizer=tokenizer, device="cpu")
        texts = [text.replace("{}", tokenizer.mask_token) for text in MASKED]
        answers = [{"text": text, "answer": pipeline(text)} for text in texts]
    elif kind == "token-classification":
        pipeline = T.pipeline(kind, model=model, tokenizer=tokenizer, device="cpu")
        answers = [{"text": text, "strategy": strategy, "answer": pipeline(text, aggregation_strategy=strategy)} for text in TEXTS for strategy in STRATEGIES]
    else:
        answers = list(question_answers(model, tokenizer, QUESTIONS))
    config = json.loads(model.config.to_json_string())
    return {"task": kind, "config": config | {"architectures": [family + head]}, "tensors": shapes, "answers": rounded(plain(answers))}


def main():
    families = []
    for family, files in (("Roberta", roberta_files()), ("ModernBert", modern_bert_files())):
        with tempfile.TemporaryDirectory() as folder:
            for name, content in files.items():
                Path(folder, name).write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
            tokenizer = T.AutoTokenizer.from_pretrained(folder)
        heads = {"fill-mask": "ForMaskedLM", "token-classification": "ForTokenClassification", "question-answering": "ForQuestionAnswering"}
        tasks = [task(family, kind, head, tokenizer) for kind, head in heads.items()]
        families.append({"family": family, "files": files, "encodings": list(encodings(tokenizer, TEXTS, PAIRS)), "tasks": tasks})
    text = json.dumps({"transformers": T.__version__, "families": families}, separators=(",", ":")) + "\n"
    TARGET.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(TARGET.stat().st_size, "bytes")


if __name__ == "__main__":
    with torch.no_grad():
        main()
