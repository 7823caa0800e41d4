"""Writes question-answers.json.gz: what the question answering pipeline of transformers 4.57 says of varied questions.

Transformers 5 has that pipeline no more, so its rules are spelled out here in numpy, on the logits of the reference's model. The
windows are cut here too: tokenizers 0.23 loses those that overflow (its issue 2091), where 0.22 had them all. That the rules are
the right ones shows first: question-answering-goldens.json.gz holds answers of the real
pipeline, and the script stops if it does not get the same. Run with transformers installed, from this folder:

    python make_question_answers.py
"""

import gzip
import json
from pathlib import Path

import numpy as np
import packed
import torch
import transformers

MODEL = "fixtures/distilbert-squad"
GOLDENS_MODEL = "fixtures/bert-squad"


def softmax(values):
    exponentials = np.exp(values - values.max())
    return exponentials / exponentials.sum()


def spans_of(start, end, most, max_answer_len):
    """All pairs that are in order and not too far apart, best first, as many as are wanted."""
    scores = np.tril(np.triu(np.outer(start, end)), max_answer_len - 1)
    flat = scores.reshape(-1)
    for index in np.argsort(-flat, kind="stable")[:most]:
        yield *np.unravel_index(index, scores.shape), flat[index]


def windows_of(encoding, length, stride):
    """Windows over a pair, as indices of its tokens: all of the first text, and so much of the second as fits."""
    sequences = encoding.sequence_ids(0)
    second = [index for index, sequence in enumerate(sequences) if sequence == 1]
    before = list(range(second[0] if second else len(sequences) - 1))
    room = length - len(before) - 1
    assert room > stride, "no room for the context"
    begin = 0
    while True:
        yield before + second[begin : begin + room] + [len(sequences) - 1]
        if begin + room >= len(second):
            return
        begin += room - stride


def answers_of(
    encoding, windows, starts, ends, context, top_k=1, max_answer_len=15, handle_impossible_answer=False, align_to_words=True
):
    answers = []
    null_score = 1000000
    for window, start, end in zip(windows, starts, ends):
        possible = np.array([encoding.sequence_ids(0)[token] == 1 for token in window])
        words = [encoding.token_to_word(0, token) if here else None for token, here in zip(window, possible)]
        with_first = possible.copy()
        with_first[0] = True
        start = softmax(np.where(with_first, np.float32(start), np.float32(-10000)))
        end = softmax(np.where(with_first, np.float32(end), np.float32(-10000)))
        null_score = min(null_score, (start[0] * end[0]).item())
        start[0] = end[0] = 0
        for first, last, score in spans_of(start, end, 2 * top_k + 10 if align_to_words else top_k, max_answer_len):
            if not (possible[first] and possible[last]) or score == 0:
                continue
            offsets = encoding[0].offsets
            if align_to_words:  # as far as this window has the words' tokens
                begin = min(offsets[window[i]][0] for i in range(len(window)) if words[i] == words[first])
                finish = max(offsets[window[i]][1] for i in range(len(window)) if words[i] == words[last])
            else:
                begin, finish = offsets[window[first]][0], offsets[window[last]][1]
            text = context[begin:finish]
            same = [answer for answer in answers if answer["answer"].lower() == text.lower()]
            if same:
                same[0]["score"] += score.item()
            else:
                answers.append({"score": score.item(), "start": int(begin), "end": int(finish), "answer": text})
    if handle_impossible_answer:
        answers.append({"score": null_score, "start": 0, "end": 0, "answer": ""})
    return sorted(answers, key=lambda answer: -answer["score"])[:top_k]


def ask(folder, question, context, max_seq_len=None, doc_stride=None, **arguments):
    with packed.checkpoint(Path(folder)) as unpacked:
        tokenizer = transformers.AutoTokenizer.from_pretrained(unpacked)
        model = transformers.AutoModelForQuestionAnswering.from_pretrained(unpacked).eval()
    length = max_seq_len or min(tokenizer.model_max_length, 384)
    stride = min(length // 2, 128) if doc_stride is None else doc_stride
    encoding = tokenizer(question, context)
    windows = list(windows_of(encoding, length, stride))
    starts, ends = [], []
    for window in windows:
        feed = {key: torch.tensor([[encoding[key][token] for token in window]]) for key in tokenizer.model_input_names}
        if model.config.model_type == "distilbert":
            feed.pop("token_type_ids", None)
        with torch.inference_mode():
            output = model(**feed)
        starts.append(output.start_logits[0].numpy())
        ends.append(output.end_logits[0].numpy())
    return answers_of(encoding, windows, starts, ends, context, **arguments)


def check_goldens():
    with gzip.open("question-answering-goldens.json.gz", "rt", encoding="utf-8") as file:
        cases = json.load(file)["cases"]
    for case in cases:
        for variant in case["variants"]:
            found = ask(
                GOLDENS_MODEL, case["question"], case["context"], case["max_seq_len"], case["doc_stride"], **variant["call"]
            )
            wanted = variant["output"] if isinstance(variant["output"], list) else [variant["output"]]
            assert len(found) == len(wanted), (case["question"], variant, found)
            for ours, theirs in zip(found, wanted):
                assert abs(ours["score"] - theirs["score"]) < 1e-6, (variant, found)
                assert {**ours, "score": 0} == {**theirs, "score": 0}, (variant, found)


LONG = (
    "The library stood at the corner of the square. In the year 1912 a fire took the roof, and with it some four thousand "
    "books. Anna Weber, who had the keys, carried the oldest map of the town out in her coat. Thirty years later she gave it "
    "back. The new roof was paid for by the fishermen, and every winter they still come to read there. "
)
CASES = [
    ("Who carried the map?", LONG, {}),
    ("Who carried the map?", LONG, {"top_k": 5}),
    ("Who carried the map?", LONG, {"top_k": 3, "max_seq_len": 30, "doc_stride": 10}),
    ("When did the roof burn?", LONG * 3, {"top_k": 4}),
    ("When did the roof burn?", LONG * 3, {"top_k": 4, "doc_stride": 0}),
    ("When did the roof burn?", LONG * 2, {"top_k": 4, "handle_impossible_answer": True}),
    ("Who paid?", LONG, {"top_k": 6, "max_answer_len": 1}),
    ("Who paid?", LONG, {"top_k": 6, "max_answer_len": 40}),
    ("Who paid?", LONG, {"top_k": 6, "align_to_words": False}),
    ("Who paid?", LONG, {"top_k": 1, "align_to_words": False}),
    ("Where do they read?", LONG, {"handle_impossible_answer": True}),
    ("She loves me not.", "She loves me.", {"top_k": 10}),
    ("Joe is old.", "Joe lived for a very long time.", {"top_k": 3}),
    ("Nobody plays.", "A man is playing a guitar on the stage of a small theatre.", {}),
    ("?", "x", {"top_k": 5}),
    ("?", "x", {"top_k": 5, "handle_impossible_answer": True}),
    ("What?", "The the THE the The", {"top_k": 4}),
    ("Was kostet das?", "Cr\u00e8me br\u00fbl\u00e9e \u2014 na\u00efve caf\u00e9, \u6771\u4eac tower & 100% fun?!", {"top_k": 5}),
    ("Which face?", "\U0001f600 a smile \U0001f44d\U0001f3fd and a \U0001d54f here \U0001f600", {"top_k": 5}),
    ("e\u0301?", "cafe\u0301 \u1e9e \ufb01lm \u0130stanbul 1,234.56 \u20ac", {"top_k": 5, "align_to_words": False}),
    ("What is [MASK]?", "Here is [SEP] and [CLS] and [UNK] in a text.", {"top_k": 5}),
    ("How?", "supercalifragilisticexpialidocious antidisestablishmentarianism unhappiness", {"top_k": 3, "max_answer_len": 3}),
    ("How?", "supercalifragilisticexpialidocious antidisestablishmentarianism unhappiness", {"top_k": 3, "align_to_words": False}),
    ("What is said of the word? " * 2, "word " * 200, {"top_k": 3}),
    ("A long question about nothing in particular, asked twice or more often", LONG, {"top_k": 2, "max_seq_len": 40, "doc_stride": 5}),
    ("Who?", " \t\n ", {"top_k": 2}),
    ("Who?", " \t\n ", {"top_k": 2, "handle_impossible_answer": True}),
]

if __name__ == "__main__":
    check_goldens()
    cases = [
        {"question": question, "context": context, "arguments": arguments, "answers": ask(MODEL, question, context, **arguments)}
        for question, context, arguments in CASES
    ]
    text = json.dumps({"transformers": transformers.__version__, "cases": cases}, indent=1) + "\n"
    with open("question-answers.json.gz", "wb") as file:
        file.write(gzip.compress(text.encode(), 9, mtime=0))
    print(len(cases), "cases")
