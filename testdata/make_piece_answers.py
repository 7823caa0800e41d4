"""Writes piece-answers.json.gz: what the reference's pipelines answer with the tokenizers of XLM-RoBERTa, CamemBERT, ALBERT, DeBERTa-v2 and
NomicBERT, from varied texts to the scores and places.

    python testdata/make_piece_answers.py    (with transformers 5.18)

Like byte-level-answers.json.gz, whose weights of a formula the models have too. The first four have pieces with scores, trained here: two of
them in tokenizer.json, two in the file of SentencePiece, which is written here field by field. NomicBERT has BERT's vocab.txt.
"""

import base64
import gzip
import json
import os
import random
import struct
import tempfile
from pathlib import Path

os.environ |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error"}

import torch
import transformers as T
from make_byte_level_answers import LABELS, STRATEGIES, encodings, question_answers, weights
from make_token_task_answers import plain, rounded
from make_unigram_cases import MAP, WORDS, arranged
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

TARGET = Path(__file__).parent / "piece-answers.json.gz"
LINES = [
    "the cat sat on the mat and the dog ran under the old bridge",
    "My name is Sarah and I live in London with Wolfgang, not in Berlin.",
    "Crème brûlée, naïve café: it costs 1,234 euros, don't you know?",
    "Anna Weber carried the oldest map of the town out in her coat!",
]
LONG = "Sarah lives in London, Wolfgang in Berlin; neither of them has seen the oldest map. " * 4
TEXTS = [
    "My name is Sarah and I live in London with Wolfgang.", "", " ", " \t\n ", "?!", "a", "  two   spaces\tand\u00a0others\n\n  here  ",
    "don't DON'T it's ``quoted''", "Cre\u0300me bru\u0302le\u0301e, nai\u0308ve cafe\u0301s \u1e9e \ufb01lm \u0130 \u01c5 \u00bd",
    "\U0001f600\U0001f44d\U0001f3fd Sarah\U0001f600London \U0001f469\u200d\U0001f469\u200d\U0001f467", "\u6771\u4eac\u306b\u3044\u307e\u3059\u3002 \ud55c\uad6d\uc5b4\uff21\uff11",
    "\u0627\u0644\u0641\u064a\u0644\u0645 \u0631\u0627\u0626\u0639 \u05e9\u05dc\u05d5\u05dd Sarah", "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440! \u0439\u0438\u0306",
    "\u0928\u092e\u0938\u094d\u0924\u0947 \u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35", "control\u0000char\u0007 \u0001 and \ufffd soft\u00ad hy\u200bphen\ufeff", "1,234.56 + 007 \u00b2\u2167 \u0661\u0662", "\u2581under\u2581 _score_ \u2581\u2581",
    "<s> a</s><pad> <unk>[CLS] b[SEP][PAD] [UNK]", "the <mask> sat[MASK]on  <mask> .", "\u0301e \u0301\u0301 \u0627\u0651\u064e", "wordwordword" * 4, "\U0001d54f\U00010330 x", "\u3000wide\u3000\u2003space\u2028line\r\nend",
    LONG,
]
PAIRS = [
    ("the cat", "sat on"), ("Who?", " the dog  "), ("cafe\u0301", "\U0001f600 x"), ("", "the mat"), ("the mat", ""), (" ", " "),
    ("\u6771\u4eac", "\u0627\u0644\u0641\u064a\u0644\u0645"), (LONG, "the cat"), ("the cat", LONG), (LONG, LONG),
]
MASKED = [
    "the {} sat on the mat", "My name is {}.", "x {}{} y", "Cafe\u0301 {} na\u00efve", "{}", "the\u00a0 {}\U0001f600", " {} ", "{},{}", "\u6771\u4eac{}\u3002", "\u0627\u0644 {} \u05e9",
    "a{}b", "the cat \n{}\tran", "don't {}'t", "{} {} {}", "1{}2", "\u0301{}\u0301", "\u2581{}\u2581", "Sarah lives in {}", "\U0001f44d\U0001f3fd{}", "\u0000{}\u0007",
]
QUESTIONS = [
    ("Who carried the map?", LINES[3], {"top_k": 4}),
    ("Where?", "Sarah lives in London,  with Wolfgang.", {"top_k": 3, "align_to_words": False}),
    ("Where?", "Sarah lives in London,  with Wolfgang.", {"top_k": 3}),
    ("Which cafe\u0301?", "the \U0001f600 cafe\u0301 na\u00efve \u6771\u4eac, 1,234 euros", {"top_k": 4}),
    ("What?", LINES[0], {"top_k": 3, "handle_impossible_answer": True}),
    ("Where does Sarah live?", LONG, {"top_k": 5}),
    ("Where does Sarah live?", LONG, {"top_k": 2, "align_to_words": False, "handle_impossible_answer": True}),
    ("?", "x", {"top_k": 3}), (" a ", "  b  c  ", {"top_k": 4}), ("\u6771?", "\u6771\u4eac\u306b\u3044\u307e\u3059 \ud55c\uad6d\uc5b4", {"top_k": 3}),
    ("\u05e9?", "\u0627\u0644\u0641\u064a\u0644\u0645 \u0631\u0627\u0626\u0639 \u05e9\u05dc\u05d5\u05dd", {"top_k": 3}), ("e\u0301", "cre\u0300me bru\u0302le\u0301e \ufb01lm \u00bd", {"top_k": 3, "align_to_words": False}),
    ("tab?", "a\tb\n\nc\r\nd\u00a0e", {"top_k": 4}), ("zero", "con\u0000trol \u0007 soft\u00ad hy\u200bphen", {"top_k": 3}), ("mark", "\u2581a \u2581\u2581 b_", {"top_k": 3}),
    ("special", "<s> a </s> [CLS] b [SEP] <mask>[MASK]", {"top_k": 3}), ("\u0301", "\u0301e \u0301\u0301 x", {"top_k": 3}),
    ("digits", "1,234.56 + 007 \u00b2\u2167", {"top_k": 3}), ("emoji", "\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f44d\U0001f3fd", {"top_k": 3}), ("quotes", "``the cat'' don't", {"top_k": 3}),
]
TOPICS = ["the cat", "London", "caf\u00e9", "\u6771\u4eac", "\U0001f600"]


def trained():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    r = random.Random(3)
    texts = LINES * 30 + [" ".join(r.choices(WORDS, k=8)) for _ in range(100)]
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    tokenizer.train_from_iterator(texts, trainers.UnigramTrainer(vocab_size=300, special_tokens=special, unk_token="<unk>", show_progress=False))
    return json.loads(tokenizer.to_str())["model"]["vocab"]


def varint(number):
    return bytes([number]) if number < 128 else bytes([number & 127 | 128]) + varint(number >> 7)


def field(number, content):
    """One field of a message: a number, or bytes of any kind."""
    return varint(number << 3) + varint(content) if isinstance(content, int) else varint(number << 3 | 2) + varint(len(content)) + content


def sentence_pieces(pieces, unknown):
    """A model of SentencePiece: the pieces with their types, that they have scores, and how texts are normalized."""
    types = {unknown: 2} | dict.fromkeys(["<s>", "</s>", "<pad>", "[PAD]", "[CLS]", "[SEP]", "[MASK]"], 3)
    one = lambda piece, score: field(1, piece.encode()) + varint(2 << 3 | 5) + struct.pack("<f", score) + field(3, types.get(piece, 1))
    model = b"".join(field(1, one(piece, score)) for piece, score in pieces)
    trainer = field(3, 1) + field(4, len(pieces)) + b"".join(field(40 + i, n) for i, n in enumerate([[p for p, _ in pieces].index(unknown)]))
    return model + field(2, trainer) + field(3, field(1, b"own") + field(2, MAP) + field(3, 1) + field(4, 1) + field(5, 1))


def mask(lstrip):
    return {"content": "<mask>", "lstrip": lstrip, "rstrip": False, "normalized": False, "single_word": False, "special": True, "__type": "AddedToken"}


def files_of(family, pieces):
    """A family's tokenizer files; content that is not text as base64."""
    config = {"tokenizer_class": family + "Tokenizer", "model_max_length": 62}
    if family == "NomicBert":
        words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + sorted({c for line in LINES for c in line.lower() if c != " "})
        words += ["##" + c for c in "abcdefghijklmnopqrstuvwxyz0123456789"] + ["the", "cat", "map", "sarah", "london", "cafe", "##ver", "\u6771", "\u0439", "\u0301", "\U0001f600", "\u0627\u0644"]
        return {"vocab.txt": "\n".join(words) + "\n", "tokenizer_config.json": {"tokenizer_class": "BertTokenizer", "model_max_length": 62, "do_lower_case": True}}
    file, own = arranged(family + "Tokenizer", pieces)
    if family in ("XLMRoberta", "Camembert"):
        tokenizer = getattr(T, family + "Tokenizer")(vocab=[tuple(piece) for piece in own], _spm_precompiled_charsmap=MAP, mask_token=T.AddedToken("<mask>", lstrip=True, special=True, normalized=False))
        return {"tokenizer.json": json.loads(tokenizer.backend_tokenizer.to_str()), "tokenizer_config.json": config | {"mask_token": mask(True)}}
    name, unknown = ("spm.model", "[UNK]") if family == "DebertaV2" else ("spiece.model", "<unk>")
    return {name: {"base64": base64.b64encode(sentence_pieces(file, unknown)).decode()}, "tokenizer_config.json": config | {"do_lower_case": family == "Albert"}}


def config_of(family, tokenizer, names):
    sizes = dict(vocab_size=len(tokenizer), hidden_size=16, num_attention_heads=2, intermediate_size=12, num_hidden_layers=2, attn_implementation="eager")
    sizes |= {"id2label": dict(enumerate(names)), "label2id": {label: i for i, label in enumerate(names)}, "max_position_embeddings": 64}
    sizes |= dict(pad_token_id=tokenizer.pad_token_id)
    kind = getattr(T, family + "Config")
    if family in ("XLMRoberta", "Camembert"):
        return kind(type_vocab_size=1, **sizes)
    if family == "DebertaV2":
        distances = dict(relative_attention=True, pos_att_type=["p2c", "c2p"], position_buckets=6, share_att_key=True, norm_rel_ebd="layer_norm")
        return kind(type_vocab_size=0, position_biased_input=False, pooler_hidden_size=16, max_relative_positions=-1, legacy=True, **distances, **sizes)
    return kind(type_vocab_size=2, **({"embedding_size": 7} if family == "Albert" else {}), **sizes)


def features(pipeline, text):
    """A row's numbers, weighted by their places: few numbers that every token has a part in."""
    states = torch.tensor(pipeline(text, truncation=True)[0], dtype=torch.float64)
    places = torch.arange(1, len(states) + 1, dtype=torch.float64)[:, None] / len(states)
    return {"text": text, "tokens": len(states), "sums": [round(number, 5) for number in (states * places).mean(0).tolist()]}


def answers_of(kind, model, tokenizer):
    if kind == "question-answering":
        return list(question_answers(model, tokenizer, QUESTIONS))
    pipeline = T.pipeline(kind, model=model, tokenizer=tokenizer, device="cpu")
    if kind == "fill-mask":
        texts = [text.replace("{}", tokenizer.mask_token) for text in MASKED]
        return [{"text": text, "answer": pipeline(text, top_k=3)} for text in texts]
    if kind == "token-classification":
        asked = [(text, strategy) for i, text in enumerate(TEXTS) for strategy in dict.fromkeys(["simple", STRATEGIES[i % 5]])]
        return [{"text": text, "strategy": strategy, "answer": pipeline(text, aggregation_strategy=strategy)} for text, strategy in asked]
    if kind == "text-classification":
        alone = [{"text": text, "pair": None, "answer": pipeline(text, top_k=None, truncation=True)} for text in TEXTS]
        return alone + [{"text": a, "pair": b, "answer": pipeline({"text": a, "text_pair": b}, top_k=None, truncation=True)} for a, b in PAIRS]
    if kind == "zero-shot-classification":
        asked = [(text, i % 2 == 1) for i, text in enumerate(TEXTS) if text]
        return [{"text": text, "labels": TOPICS, "each": each, "answer": pipeline(text, TOPICS, multi_label=each)} for text, each in asked]
    return [features(pipeline, text) for text in TEXTS]


HEADS = {
    "fill-mask": "ForMaskedLM", "token-classification": "ForTokenClassification", "text-classification": "ForSequenceClassification",
    "question-answering": "ForQuestionAnswering", "zero-shot-classification": "ForSequenceClassification", "feature-extraction": "Model",
}
NAMES = {
    "token-classification": LABELS, "text-classification": ["low", "middle", "high"],
    "zero-shot-classification": ["contradiction", "neutral", "entailment"],
}
FAMILIES = ["XLMRoberta", "Camembert", "Albert", "DebertaV2", "NomicBert"]


def tasks_of(family, tokenizer):
    for kind, head in HEADS.items():
        if not hasattr(T, family + head) or kind.startswith("zero") and family != "DebertaV2":
            continue
        model = getattr(T, family + head)(config_of(family, tokenizer, NAMES.get(kind, ["A", "B"]))).eval()
        shapes = weights(model)
        config = json.loads(model.config.to_json_string()) | {"architectures": [family + head]}
        yield {"task": kind, "config": config, "tensors": shapes, "answers": rounded(plain(answers_of(kind, model, tokenizer)))}


def written(folder, files):
    for name, content in files.items():
        if "base64" in content:
            Path(folder, name).write_bytes(base64.b64decode(content["base64"]))
        else:
            Path(folder, name).write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def main():
    pieces, families = trained(), []
    for family in FAMILIES:
        files = files_of(family, pieces)
        with tempfile.TemporaryDirectory() as folder:
            written(folder, files)
            Path(folder, "config.json").write_text(json.dumps({"model_type": getattr(T, family + "Config").model_type}))
            tokenizer = T.AutoTokenizer.from_pretrained(folder)
        print(family, type(tokenizer).__name__, len(tokenizer))
        families.append({"family": family, "files": files, "encodings": list(encodings(tokenizer, TEXTS, PAIRS)), "tasks": list(tasks_of(family, tokenizer))})
    text = json.dumps({"transformers": T.__version__, "families": families}, separators=(",", ":")) + "\n"
    TARGET.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(TARGET.stat().st_size, "bytes")


if __name__ == "__main__":
    with torch.no_grad():
        main()
