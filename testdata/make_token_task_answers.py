"""Writes what the reference's pipelines say of varied texts: token-classification-answers.json.gz, entity-grouping-answers.json,
fill-mask-answers.json.gz, zero-shot-answers.json, feature-extraction-answers.json.gz and
bert-text-classification-answers.json.

Run with transformers installed, from this folder, with the tokenizers of 0.22.2: later ones lose the windows of long
texts (huggingface/tokenizers issue 2091). Transformers 5.18 wants a newer one, by the name of its folder alone:

    pip install --no-deps --target old tokenizers==0.22.2 && rm -r old/tokenizers-0.22.2.dist-info
    PYTHONPATH=old python -P make_token_task_answers.py
"""

import gzip
import json
from pathlib import Path

import packed
import tokenizers
import torch
import transformers

NAMES = "Angela Merkel met Joe Biden in Washington, D.C., and Emmanuel Macron in Paris."
LONG = "Sarah lives in London, Wolfgang in Berlin; neither of them has ever seen Tokyo. " * 4

TEXTS = [
    "My name is Sarah and I live in London with Wolfgang.",
    NAMES,
    "",
    " \t\n ",
    "?!",
    "a",
    "[UNK] [MASK] [SEP] [CLS] [PAD]",
    "I like soccer. [SEP] We all love soccer!",
    "[sep][SEP][[SEP]]",
    "word word word word word word",
    "uncaring unlovely antidisestablishmentarianism overacting",
    "Cr\u00e8me br\u00fbl\u00e9e \u2014 na\u00efve caf\u00e9, \u6771\u4eac tower & 100% fun?!",
    "e\u0301t e\u0301 cafe\u0301s Zu\u0308rich \u1e9e \ufb01lm \u0130stanbul",
    "\U0001f600\U0001f600 great \U0001f44d\U0001f3fd Sarah\U0001f600London \U00010330",
    "zero\u200bwidth\u200djoiner\ufeff and \u00adsoft hy\u00adphen",
    "control\u0000char\u0007 and \ufffd replacement",
    "\ud55c\uad6d\uc5b4 \uc601\ud654\ub294 \uc88b\ub2e4",
    "\u0627\u0644\u0641\u064a\u0644\u0645 \u0631\u0627\u0626\u0639 \u042d\u0442\u043e \u0444\u0438\u043b\u044c\u043c",
    "don't can't O'Neill's U.S.A. 1,234.56\u20ac (2024-01-31) @home #1 http://a.b/c?d=e&f",
    "SHOUTING: THE WORST MOVIE EVER MADE!!!",
    "x" * 150 + " Berlin",
    "Berlin" * 30,
    LONG,
    "  two  spaces\u00a0and\u3000wide ones  ",
]

STRATEGIES = ["none", "simple", "first", "average", "max"]


def pipeline(task: str, model: str, **arguments):
    with packed.checkpoint(Path("fixtures") / model) as folder:
        return transformers.pipeline(task, model=str(folder), device="cpu", **arguments)


def plain(answer):
    """An answer with numbers of Python's own."""
    if isinstance(answer, dict):
        return {key: plain(value) for key, value in answer.items()}
    if isinstance(answer, list):
        return [plain(value) for value in answer]
    return answer.item() if hasattr(answer, "item") else answer


def write(file: str, cases: list) -> None:
    text = json.dumps({"transformers": transformers.__version__, "cases": cases}, separators=(",", ":")) + "\n"
    if file.endswith(".gz"):
        Path(file).write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    else:
        Path(file).write_text(text, encoding="utf-8")


def rounded(answer):
    """Numbers to seven digits: more than are compared."""
    if isinstance(answer, dict):
        return {key: rounded(value) for key, value in answer.items()}
    if isinstance(answer, list):
        return [rounded(value) for value in answer]
    return float(f"{answer:.7g}") if isinstance(answer, float) else answer


def token_classification() -> list:
    cases = []
    for number, model in enumerate(["bert-ner", "distilbert-ner"]):
        asked = [(text, {"aggregation_strategy": STRATEGIES[(i + 2 * number) % 5]}) for i, text in enumerate(TEXTS)]
        asked += [(text, {"aggregation_strategy": strategy}) for text in [NAMES, TEXTS[10]] for strategy in STRATEGIES]
        asked += [
            (NAMES, {"aggregation_strategy": "simple", "ignore_labels": []}),
            (NAMES, {"aggregation_strategy": "none", "ignore_labels": ["B-PER", "I-LOC"]}),
            (NAMES, {"aggregation_strategy": "average", "ignore_labels": ["PER"]}),
            (NAMES, {"aggregation_strategy": "max", "ignore_labels": ["O", "PER", "LOC"]}),
            (NAMES, {"aggregation_strategy": "first", "ignore_labels": ["B-PER", "nonsense"], "stride": 3}),
        ]
        for strategy in STRATEGIES[1:]:
            for stride in [0, 20]:
                asked.append((LONG, {"aggregation_strategy": strategy, "stride": stride + number}))
        asked += [
            (LONG, {"aggregation_strategy": "simple", "stride": 61, "ignore_labels": ["O", "LOC"]}),
            ("\U0001f600 Berlin " * 20, {"aggregation_strategy": "first", "stride": 7}),
            ("\U0001f600, x" * 30, {"aggregation_strategy": "max", "stride": 30, "ignore_labels": []}),
        ]
        for text, arguments in asked:
            # A pipeline of its own: a later call's windows would be the earlier one's.
            answer = pipeline("token-classification", model, **arguments)(text)
            # Their order is that of the fields: entity_group, score, word, start, end; or entity, score, index, ...
            rows = [list(entity.values()) for entity in rounded(plain(answer))]
            cases.append({"model": model, "text": text, **arguments, "answer": rows})
    return cases


# Labels of all kinds, also of none that there should be.
LABELS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "PER", "AUX-X-Y", "I-"]


def logit(seed: int, token: int, label: int) -> float:
    """Any number, often the same label's the greatest twice in a row."""
    pair = token // 2
    return (seed + pair * 37 + label * 61) * (pair + 3) % 23 * 0.3 + (seed + token * 11 + label * 5) % 7 * 0.2


def grouping() -> list:
    """What becomes of outputs that no model made: all labels beside each other."""
    group = pipeline("token-classification", "bert-ner")
    group.model.config.id2label = dict(enumerate(LABELS))
    cases = []
    for seed, text in enumerate([TEXTS[0], NAMES, TEXTS[6], TEXTS[10], TEXTS[11], TEXTS[12], TEXTS[13], TEXTS[14], TEXTS[18]]):
        inputs = group.tokenizer(text, return_offsets_mapping=True, return_special_tokens_mask=True, return_tensors="pt")
        tokens = inputs["input_ids"].shape[1]
        logits = torch.tensor([[[logit(seed, token, label) for label in range(len(LABELS))] for token in range(tokens)]])
        for strategy in ["simple", "first", "average", "max"]:
            answer = group.postprocess(
                [{**inputs, "logits": logits, "sentence": text}],
                aggregation_strategy=transformers.pipelines.token_classification.AggregationStrategy(strategy),
            )
            rows = [list(entity.values()) for entity in rounded(plain(answer))]
            cases.append({"text": text, "seed": seed, "aggregation_strategy": strategy, "answer": rows})
    return cases


MASKED = [
    "Paris is the [MASK].",
    "[MASK]",
    "[MASK] is here",
    "The [MASK] is the [MASK].",
    "[MASK][MASK] [MASK]",
    "un[MASK] caf\u00e9 [MASK]ing",
    "I like [MASK]. [SEP] We all love soccer!",
    "[PAD] a [MASK] [PAD] b",
    "[PAD] a [MASK] [PAD] [MASK]",
    "[CLS] [UNK] [MASK] \u6771\u4eac \U0001f600",
    "He said: \"don't [MASK]!\", didn't he?",
    "[mask] [MASK] [MASKS]",
    "a very long time " * 6 + "[MASK]",
    "[MASK] " * 30,
]


def fill_mask() -> list:
    cases = []
    for model in ["bert-mlm", "distilbert-mlm"]:
        fill = pipeline("fill-mask", model)
        asked = [(text, {"top_k": 1 + i % 6}) for i, text in enumerate(MASKED)]
        asked += [(MASKED[0], {}), (MASKED[3], {}), (MASKED[0], {"top_k": 12})]
        for targets in [
            ["river", "city", "zzz"],
            ["river", "river", "city"],
            ["Paris", "uncaring", "##ing", "[SEP]", "[PAD]", "the"],
            ["river, city"],
            [" ", "soccer", ""],
            ["caf\u00e9", "\u6771", "\U0001f600"],
        ]:
            asked.append((MASKED[0], {"targets": targets}))
            asked.append((MASKED[3], {"targets": targets, "top_k": 2}))
        for text, arguments in asked:
            answer = fill(text, **arguments)
            cases.append({"model": model, "text": text, **arguments, "answer": rounded(answer)})
    return cases


def ties_in_order(answer: dict, labels: list) -> dict:
    """Labels with the same score, the last one first: what a stable sort makes, as numpy's is on most machines."""
    ranked = sorted(zip(answer["labels"], answer["scores"]), key=lambda hit: (-hit[1], -labels.index(hit[0])))
    return {"labels": [label for label, _ in ranked], "scores": [score for _, score in ranked]}


def zero_shot() -> list:
    about = {"hypothesis_template": "It is about {}."}
    asked = [
        ("We love soccer", ["sports", "food", "travel"], {}),
        ("We love soccer", ["sports", "food", "travel"], {"multi_label": True}),
        ("We love soccer", "sports, food ,, travel\u00a0,", about),
        ("We love soccer", ["sports"], {}),
        ("We love soccer", ["sports"], {"multi_label": True}),
        ("We love soccer", "sports", about),
        ("We love soccer", ["Sports", "sports", "SPORTS", "food", "Food"], {}),
        ("We love soccer", ["Sports", "food", "sports"], {"multi_label": True}),
        ("We love soccer", ["", "x"], {}),
        ("We love soccer", ["", "x"], {"hypothesis_template": "{}"}),
        ("We love soccer", ["a", "b"], {"hypothesis_template": "{0} or {0}? {{yes}} {{0}}"}),
        (" ", ["nothing", "something"], {}),
        ("?!", ["!", "?"], {}),
        (TEXTS[11], ["caf\u00e9", "\u6771\u4eac", "\U0001f600"], {}),
        (TEXTS[12], ["\u0130stanbul", "Z\u00fcrich"], {"multi_label": True}),
        (TEXTS[6], ["[SEP]", "[MASK] [SEP] x", "[CLS]"], {}),
        (TEXTS[14], ["invisible", "visi\u200bble"], about),
        (LONG, ["short", "long and tedious, going on without an end"], {}),
        (LONG, ["short", "long " * 20], {"multi_label": True}),
        (LONG, ["a", "b " * 53], {}),
        ("short " * 3, ["b " * 50, "c"], {}),
        (NAMES, ["politics", "the weather", "art", "food", "war", "peace", "economy", "law", "music", "people"], {}),
        (NAMES, ["a {} b", "{}", "$1 \\"], {}),
    ]
    cases = []
    for model in ["bert-nli-legacy-names", "distilbert-mnli"]:
        for text, labels, arguments in asked:
            classify = pipeline("zero-shot-classification", model)
            answer = classify(text, candidate_labels=labels, **arguments)
            del answer["sequence"]  # the text
            answer = rounded(answer)
            if isinstance(labels, list):
                answer = ties_in_order(answer, labels)
            cases.append({"model": model, "text": text, "candidate_labels": labels, **arguments, "answer": answer})
    return cases


def feature_extraction() -> list:
    cases = []
    for model in ["bert-base", "distilbert-base", "bert-ner", "distilbert-sst2", "bert-mlm"]:
        extract = pipeline("feature-extraction", model)
        for i, text in enumerate(TEXTS):
            features = extract(text, truncation=True)[0]
            # The whole of a short text's, and of others where it begins and ends.
            shown = features if len(features) <= 4 else [features[0][:8], features[len(features) // 2][-8:], features[-1][:8]]
            cases.append({"model": model, "text": text, "shape": [len(features), len(features[0])], "values": rounded(shown)})
    return cases


def text_classification() -> list:
    """Pairs, of which a BERT model sees by their token types where the second begins."""
    pairs = [(text, TEXTS[(i * 7 + 3) % len(TEXTS)]) for i, text in enumerate(TEXTS)]
    pairs += [(NAMES, NAMES), ("same", "same"), ("", "a"), ("a", ""), ("", ""), (LONG, "short"), ("short", LONG), (LONG, LONG)]
    cases = []
    classify = pipeline("text-classification", "bert-nli-legacy-names")
    for text, pair in pairs:
        asked = {"text": text, "text_pair": pair}
        answers = classify([asked], top_k=None, truncation=True)[0]
        cases.append({"input": asked, "top_k": None, "answers": rounded(answers)})
    for text in TEXTS:
        cases.append({"input": text, "top_k": 2, "answers": rounded(classify([text], top_k=2, truncation=True)[0])})
    return cases


def main() -> None:
    assert tokenizers.__version__.startswith("0.22."), "tokenizers 0.22 is needed; see above"
    transformers.logging.disable_progress_bar()
    transformers.logging.set_verbosity_error()
    write("token-classification-answers.json.gz", token_classification())
    write("entity-grouping-answers.json", grouping())
    write("fill-mask-answers.json.gz", fill_mask())
    write("zero-shot-answers.json", zero_shot())
    write("bert-text-classification-answers.json", text_classification())
    write("feature-extraction-answers.json.gz", feature_extraction())


if __name__ == "__main__":
    main()
