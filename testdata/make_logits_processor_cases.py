"""Writes logits-processors.txt.gz: what the reference's logits processors make of some scores, one call each.

The scores and the ids are those that the file has already; only the answers are made anew. A line is a tensor: its name, its
shape, its values. Run from this folder:

    python make_logits_processor_cases.py
"""

import gzip

import torch
from transformers.generation import logits_process as L

FILE = "logits-processors.txt.gz"


def read():
    tensors = {}
    for line in gzip.open(FILE, "rt"):
        name, shape, values = line.split(" ", 2)
        kind = torch.int64 if name.endswith("ids") else torch.float32
        tensors[name] = torch.tensor([float(v) for v in values.split()], dtype=kind).reshape([int(d) for d in shape.split("x")])
    return tensors


def write(tensors):
    lines = []
    for name, tensor in tensors.items():
        values = " ".join("NaN" if v != v else str(v).replace("inf", "Infinity") for v in tensor.flatten().tolist())
        lines.append(f"{name} {'x'.join(map(str, tensor.shape))} {values}\n")
    with open(FILE, "wb") as file:
        file.write(gzip.compress("".join(lines).encode(), 9, mtime=0))


def calls(ids):
    length = ids.shape[1]
    yield "temperature", L.TemperatureLogitsWarper(0.7)
    yield "temperature-hot", L.TemperatureLogitsWarper(1.8)
    yield "top-k-1", L.TopKLogitsWarper(1)
    yield "top-k-5", L.TopKLogitsWarper(5)
    yield "top-k-99", L.TopKLogitsWarper(99)
    yield "top-p-0.9", L.TopPLogitsWarper(0.9)
    yield "top-p-0.3", L.TopPLogitsWarper(0.3)
    yield "top-p-0", L.TopPLogitsWarper(0.0)
    yield "top-p-keep3", L.TopPLogitsWarper(0.1, min_tokens_to_keep=3)
    yield "min-p-0.1", L.MinPLogitsWarper(0.1)
    yield "min-p-0.9-keep4", L.MinPLogitsWarper(0.9, min_tokens_to_keep=4)
    yield "typical-0.8", L.TypicalLogitsWarper(0.8)
    yield "typical-0.2-keep3", L.TypicalLogitsWarper(0.2, min_tokens_to_keep=3)
    yield "epsilon", L.EpsilonLogitsWarper(0.03)
    yield "epsilon-keep5", L.EpsilonLogitsWarper(0.5, min_tokens_to_keep=5)
    yield "eta", L.EtaLogitsWarper(0.03)
    yield "top-h", L.TopHLogitsWarper(0.4)
    yield "repetition-1.5", L.RepetitionPenaltyLogitsProcessor(1.5)
    yield "repetition-0.7", L.RepetitionPenaltyLogitsProcessor(0.7)
    yield "encoder-repetition-1.5", L.EncoderRepetitionPenaltyLogitsProcessor(1.5, ids[:, :4])
    yield "no-repeat-1", L.NoRepeatNGramLogitsProcessor(1)
    yield "no-repeat-2", L.NoRepeatNGramLogitsProcessor(2)
    yield "no-repeat-3", L.NoRepeatNGramLogitsProcessor(3)
    yield "no-repeat-50", L.NoRepeatNGramLogitsProcessor(50)
    yield "encoder-no-repeat-1", L.EncoderNoRepeatNGramLogitsProcessor(1, ids[:, :6])
    yield "encoder-no-repeat-2", L.EncoderNoRepeatNGramLogitsProcessor(2, ids[:, :6])
    yield "min-length-hit", L.MinLengthLogitsProcessor(length + 1, [2, 5])
    yield "min-length-passed", L.MinLengthLogitsProcessor(length, [2, 5])
    yield "min-new-tokens", L.MinNewTokensLengthLogitsProcessor(length - 2, 3, 4)
    yield "suppress", L.SuppressTokensLogitsProcessor([1, 7, 9])
    yield "begin-suppress-hit", L.SuppressTokensAtBeginLogitsProcessor([7, 8], length)
    yield "begin-suppress-passed", L.SuppressTokensAtBeginLogitsProcessor([7, 8], length - 1)
    yield "forced-bos-late", L.ForcedBOSTokenLogitsProcessor(6)
    yield "forced-eos-now", L.ForcedEOSTokenLogitsProcessor(length + 1, [2, 5])
    yield "forced-eos-later", L.ForcedEOSTokenLogitsProcessor(length + 2, 2)
    last = int(ids[0, -2]), int(ids[0, -1])
    yield "bias", L.SequenceBiasLogitsProcessor([[[3], -2.5], [[int(ids[1, -1]), 11], 4.0], [[*last, 9], 3.0]])
    yield "bad-words", L.NoBadWordsLogitsProcessor([[7], [int(ids[2, -1]), 10], [4]], 4)
    yield "decay", L.ExponentialDecayLengthPenalty([2, 1.5], [2, 5], length - 5)
    yield "normalise", L.LogitNormalization()
    yield "remove-invalid", L.InfNanRemoveLogitsProcessor()


if __name__ == "__main__":
    tensors = {name: tensor for name, tensor in read().items() if name.startswith("in.")}
    ids, scores = tensors["in.input_ids"], tensors["in.logits"]
    for name, call in calls(ids):
        tensors["out." + name] = call(ids, scores.clone())
    chained = scores.clone()
    for call in (
        L.RepetitionPenaltyLogitsProcessor(1.3),
        L.TemperatureLogitsWarper(0.8),
        L.TopKLogitsWarper(10),
        L.TopPLogitsWarper(0.8),
    ):
        chained = call(ids, chained)
    tensors["out.chain"] = chained
    tensors["out.chain.probabilities"] = chained.softmax(-1)
    tensors["out.forced-bos-first"] = L.ForcedBOSTokenLogitsProcessor(6)(ids[:, :1], scores.clone())
    write(tensors)
