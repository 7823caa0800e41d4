"""Writes gradients/: for a model of every family and head the loss of a small batch, and its gradient by every parameter, as PyTorch's
autograd computes them in float64.

Needs transformers 5.18 and torch; run from anywhere:

    python make_gradient_fixtures.py [--all FOLDER]

`cases.json` lists the cases. A case feeds the fixture's model the first `rows` of the `in.*` tensors in the fixture's
expected.safetensors.gz; what its mask leaves out is padding. Dropout is off. `loss` says what is computed:

- `cross_entropy`, `binary_cross_entropy`, `mean_squared_error`: the mean over rows (over rows and labels) of the logits' loss. For logits
  of tokens, and of masked words, the mean over tokens whose label is not -100.
- `answer`: the mean of the cross entropies of the starts and of the ends, each over the real tokens of its text. transformers' own loss
  lets the logits of the padding take part as well, so that it depends on how a batch is padded.
- `discriminator`: the mean over real tokens of the binary cross entropy.
- `next_word`: of a captioner; each position's logits against the label of the next one; the mean over labels that are not -100, with
  `label_smoothing`. BlipForConditionalGeneration computes it so, with `label_smoothing` from its text_config: 0 there by default, and 0.1
  in the paper's training. The labels are the ids, and -100 for the padding; the first one is never a target.
- `distillation_soft`, `distillation_hard`: as DeiT was trained; 1 - `alpha` times the cross entropy of the class token's logits, and
  `alpha` times the distillation token's: against the teacher's largest logit, or the Kullback-Leibler divergence at `temperature` T from
  the teacher's, times T * T, the mean over all numbers (not rows).
- `multiple_negatives_ranking`: the rows are first `rows / 2` anchors, then as many positives; mean pooling over real tokens, all cosines
  times `scale`, and the cross entropy of finding one's own positive.
- `cosine_similarity`: the same layout; the mean squared difference of the pairs' cosines to the labels.
- `sines`: of a model without a head. The sum over i of sin(i) times number i of `output`, where the numbers are counted from 0 over the
  vectors of real tokens, row after row; of all vectors where there is no mask.

`CASE.safetensors.gz` has `grad.NAME` in 16 bits each, see training_fixtures.py; a parameter that the loss does not depend on is missing.
NAME is the name in the fixture's file of weights. A tied decoder's gradient is part of its embeddings'. Where a gradient is zero in
exact arithmetic (a bias of keys, which softmax cancels), it is recorded as zero.

So that the files are small, cases that are not in WHOLE lack the gradients of the layers' matrices and of the patches' matrix
(`"matrices_of_layers": false`); a case of the same family has them. All have the vectors of the layers, and everything outside of them,
of which the embeddings' gradients come through all layers. With --all the files of all cases are whole, and FOLDER keeps them.
"""

import argparse
import json
import re
from pathlib import Path

import torch
from torch.nn import functional

from training_fixtures import HERE, by_stored_name, in_16_bits, inputs_of, model_of, stored_names, write

IGNORED = -100
MATRIX = re.compile(r"(^|\.)(layers?\.\d+\.|patch_embeddings\.)")

# One of every family and of every kind of layer.
WHOLE = {
    "distilbert-single-label", "bert-base-pooler", "mpnet-sequence", "electra-base", "vit-classify", "dinov2-swiglu", "dinov2-registers",
    "blip-vision", "blip-caption"}


def random_labels(shape, many, seed):
    return torch.randint(0, many, shape, generator=torch.Generator().manual_seed(seed))


def real_vectors(values, mask):
    """[rows, length, width] as [real tokens, width]"""
    return values.flatten(0, -2) if mask is None or values.dim() < 3 else values[mask.bool()]


def mean_pooled(hidden_states, mask):
    weights = mask.unsqueeze(-1).to(hidden_states.dtype)
    return (hidden_states * weights).sum(1) / weights.sum(1)


def own_loss(model, inputs, case, tensor):
    """What transformers computes when it is given labels."""
    return model(**inputs, labels=tensor).loss


def answer(model, inputs, case, tensor):
    output, padding = model(**inputs), inputs["attention_mask"] == 0
    logits = [values.masked_fill(padding, float("-inf")) for values in (output.start_logits, output.end_logits)]
    return sum(functional.cross_entropy(values, tensor[:, i]) for i, values in enumerate(logits)) / 2


def distillation(model, inputs, case, tensor):
    output = model(**inputs)
    base = functional.cross_entropy(output.cls_logits, tensor)
    student, teacher = output.distillation_logits, torch.tensor(case["teacher_logits"], dtype=torch.float64)
    if case["loss"] == "distillation_hard":
        second = functional.cross_entropy(student, teacher.argmax(dim=1))
    else:
        T = case["temperature"]
        soft = [functional.log_softmax(logits / T, dim=1) for logits in (student, teacher)]
        second = functional.kl_div(*soft, reduction="sum", log_target=True) * (T * T) / student.numel()
    return base * (1 - case["alpha"]) + second * case["alpha"]


def pairs(model, inputs, case, tensor):
    embeddings = mean_pooled(model(**inputs).last_hidden_state, inputs["attention_mask"])
    anchors, positives = embeddings.chunk(2)
    if case["loss"] == "cosine_similarity":
        return functional.mse_loss(functional.cosine_similarity(anchors, positives), tensor)
    scores = functional.normalize(anchors) @ functional.normalize(positives).T * case["scale"]
    return functional.cross_entropy(scores, torch.arange(len(anchors)))


def sines(model, inputs, case, tensor):
    values = real_vectors(getattr(model(**inputs), case["output"]), inputs.get("attention_mask"))
    return (torch.sin(torch.arange(values.numel(), dtype=torch.float64)).view(values.shape) * values).sum()


LOSSES = {
    "cross_entropy": own_loss, "binary_cross_entropy": own_loss, "mean_squared_error": own_loss, "discriminator": own_loss,
    "answer": answer, "next_word": own_loss, "distillation_soft": distillation, "distillation_hard": distillation,
    "multiple_negatives_ranking": pairs, "cosine_similarity": pairs, "sines": sines,
}


def of_tokens(fixture, rows, many, seed, share=1.0):
    """A label for each token, none for padding, for the first and the last token, and for 1 - share of the others."""
    inputs = inputs_of(fixture, rows)
    mask, labels = inputs["attention_mask"].bool(), random_labels(inputs["input_ids"].shape, many, seed)
    keep = torch.rand(labels.shape, generator=torch.Generator().manual_seed(seed)) < share
    keep[:, 0] = False
    for row, length in enumerate(mask.sum(1).tolist()):
        keep[row, length - 1] = False
    assert (keep & mask).any()
    return torch.where(keep & mask, labels, IGNORED).tolist()


def real_numbers(shape, seed):
    """Few digits, so that the file is short."""
    return (torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) * 2).round(decimals=3).tolist()


def captions(fixture, rows):
    inputs = inputs_of(fixture, rows)
    return torch.where(inputs["attention_mask"] == 1, inputs["input_ids"], IGNORED).tolist()


def cases():
    """Name, fixture, rows, loss, labels, and what else there is to say."""
    yield "distilbert-single-label", "distilbert-mnli", 3, "cross_entropy", [2, 0, 1], {}
    yield "distilbert-multi-label", "distilbert-multilabel", 3, "binary_cross_entropy", [[1, 0, 0, 1], [0, 0, 0, 0], [1, 1, 1, 0]], {}
    yield "distilbert-regression", "distilbert-regression", 3, "mean_squared_error", [0.5, -1.25, 3.0], {}
    yield "distilbert-sinusoidal-relu", "distilbert-sinusoidal-relu", 2, "cross_entropy", [1, 0], {}
    yield "distilbert-base", "distilbert-base", 2, "sines", None, {"output": "last_hidden_state"}
    yield "distilbert-token", "head-distilbert-token", 3, "cross_entropy", of_tokens("head-distilbert-token", 3, 5, 1), {}
    yield "distilbert-answer", "head-distilbert-answer", 3, "answer", [[1, 4], [0, 0], [3, 9]], {}
    yield "distilbert-choice", "head-distilbert-choice", 2, "cross_entropy", [2, 0], {}
    for name in "head-distilbert-masked", "head-distilbert-masked-untied":
        yield name[5:], name, 3, "cross_entropy", of_tokens(name, 3, 120, 2, 0.3), {}
    yield "bert-base-tokens", "head-bert-base-without-pooler", 3, "sines", None, {"output": "last_hidden_state"}
    yield "bert-base-pooler", "head-bert-one-token-type", 2, "sines", None, {"output": "pooler_output"}
    yield "bert-sequence", "head-bert-sequence", 3, "cross_entropy", [4, 0, 2], {}
    yield "bert-token", "bert-ner", 3, "cross_entropy", of_tokens("bert-ner", 3, 5, 3), {}
    yield "bert-answer", "head-bert-answer", 3, "answer", [[1, 4], [0, 0], [3, 8]], {}
    for name in "head-bert-masked", "head-bert-masked-untied", "head-bert-masked-own-decoder":
        yield name[5:], name, 3, "cross_entropy", of_tokens(name, 3, 120, 4, 0.3), {}
    yield "bert-next-sentence", "head-bert-next-sentence", 3, "cross_entropy", [1, 0, 0], {}
    yield "bert-choice", "head-bert-choice", 2, "cross_entropy", [1, 2], {}
    yield "bert-pairs-ranked", "sentence-embedding", 6, "multiple_negatives_ranking", None, {"scale": 20.0}
    yield "bert-pairs-cosine", "sentence-embedding", 6, "cosine_similarity", [0.9, 0.1, 0.5], {}
    yield "mpnet-base", "mpnet/base", 1, "sines", None, {"output": "last_hidden_state"}
    yield "mpnet-base-pooler", "mpnet/base-other-size", 3, "sines", None, {"output": "pooler_output"}
    yield "mpnet-sequence", "mpnet/sequence", 3, "cross_entropy", [3, 3, 1], {}
    yield "mpnet-token", "mpnet/token", 3, "cross_entropy", of_tokens("mpnet/token", 3, 5, 5), {}
    yield "mpnet-answer", "mpnet/answer", 3, "answer", [[2, 4], [0, 0], [5, 6]], {}
    for name in "masked", "masked-untied", "masked-own-decoder":
        vocabulary = 400 if name == "masked" else 120
        yield f"mpnet-{name}", f"mpnet/{name}", 3, "cross_entropy", of_tokens(f"mpnet/{name}", 3, vocabulary, 6, 0.5), {}
    yield "mpnet-choice", "mpnet/choice", 2, "cross_entropy", [1, 2], {}
    yield "electra-base", "electra/base", 3, "sines", None, {"output": "last_hidden_state"}
    discriminated = of_tokens("electra/discriminator", 3, 2, 7)
    yield "electra-discriminator", "electra/discriminator", 3, "discriminator", [[max(0, a) for a in row] for row in discriminated], {}
    yield "electra-sequence", "electra/sequence", 3, "cross_entropy", [3, 3, 1], {}
    yield "electra-token", "electra/token", 3, "cross_entropy", of_tokens("electra/token", 3, 5, 8), {}
    yield "electra-answer", "electra/answer", 3, "answer", [[2, 4], [0, 0], [5, 6]], {}
    for name in "masked", "masked-untied", "masked-own-decoder":
        vocabulary = 400 if name == "masked" else 120
        yield f"electra-{name}", f"electra/{name}", 3, "cross_entropy", of_tokens(f"electra/{name}", 3, vocabulary, 9, 0.5), {}
    yield "electra-choice", "electra/choice", 2, "cross_entropy", [1, 2], {}
    yield "electra-choice-tanh", "electra/choice-tanh", 2, "cross_entropy", [0, 1], {}
    yield "vit-base", "vit-base", 2, "sines", None, {"output": "last_hidden_state"}
    yield "vit-base-pooler", "vit-base", 2, "sines", None, {"output": "pooler_output"}
    yield "vit-classify", "vit-classify", 3, "cross_entropy", [4, 1, 1], {}
    yield "deit-average", "deit-distilled", 3, "cross_entropy", [2, 0, 3], {}
    teacher = {"teacher_logits": real_numbers((3, 5), 10), "alpha": 0.5}
    yield "deit-hard", "deit-distilled", 3, "distillation_hard", [2, 0, 3], teacher
    yield "deit-soft", "deit-distilled", 3, "distillation_soft", [2, 0, 3], teacher | {"alpha": 0.3, "temperature": 3.0}
    yield "dinov2-classify", "dinov2-classify", 3, "cross_entropy", [4, 1, 1], {}
    yield "dinov2-swiglu", "dinov2-swiglu", 2, "sines", None, {"output": "last_hidden_state"}
    yield "dinov2-registers", "dinov2-registers", 2, "cross_entropy", [2, 0], {}
    yield "blip-vision", "blip/vision", 2, "sines", None, {"output": "last_hidden_state"}
    for name, smoothing in {"blip-caption": 0.0, "blip-caption-smoothed": 0.1}.items():
        yield name, "blip/caption", 2, "next_word", captions("blip/caption", 2), {"label_smoothing": smoothing}


def tensor_of(labels, loss):
    if labels is None:
        return None
    real = loss in ("binary_cross_entropy", "mean_squared_error", "cosine_similarity", "discriminator")
    return torch.tensor(labels, dtype=torch.float64 if real else torch.int64)


def computed(case, labels):
    """The loss, and the gradients by the names in the fixture's file of weights."""
    smoothing = {"label_smoothing": case["label_smoothing"]} if "label_smoothing" in case else {}
    model, inputs = model_of(case["fixture"], **smoothing), inputs_of(case["fixture"], case["rows"])
    if case["name"] == "deit-average":  # what a distilled model answers; transformers' class has no loss of it
        value = functional.cross_entropy(model(**inputs).logits, torch.tensor(labels))
    else:
        value = LOSSES[case["loss"]](model, inputs, case, tensor_of(labels, case["loss"]))
    value.backward()
    expected = sum(parameter.numel() for parameter in model.parameters() if parameter.grad is not None)
    gradients = by_stored_name(model, lambda parameter: parameter.grad)
    found = sum(values.numel() for values in gradients.values())
    unknown = set(gradients) - stored_names(case["fixture"])
    assert not unknown and found == expected, (case["name"], unknown, found, expected)
    return value.item(), {f"grad.{name}": gradients[name] for name in sorted(gradients)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--all", metavar="FOLDER", type=Path)
    everything = parser.parse_args().all
    folder, index, size = everything or HERE / "gradients", [], 0
    for name, fixture, rows, loss, labels, more in cases():
        case = {"name": name, "fixture": fixture, "rows": min(rows, len(next(iter(inputs_of(fixture, rows).values())))), "loss": loss} | more
        value, gradients = computed(case, labels)
        without = sorted(stored_names(fixture) - {key[5:] for key in gradients})
        whole = everything is not None or name in WHOLE
        kept = {key: g for key, g in gradients.items() if whole or g.dim() == 1 or not MATRIX.search(key)}
        case |= {"labels": labels} if labels is not None else {}
        index.append(case | {"value": value, "without_gradient": without, "matrices_of_layers": whole})
        written = write(folder / f"{name}.safetensors.gz", in_16_bits(kept))
        size += written
        print(f"{name}: loss {value:.6f}, {len(kept)} of {len(gradients)} gradients, {written} bytes; none for {without}", flush=True)
    lines = ",\n".join(json.dumps(case) for case in index)
    (folder / "cases.json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(index)} cases, {size} bytes")


if __name__ == "__main__":
    main()
