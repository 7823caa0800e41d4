"""Writes loss-cases.json: values of losses by themselves, and their gradients by the logits, as PyTorch computes them in float64.

Needs torch; run from anywhere:

    python make_loss_cases.py

A case has `loss`, its arguments, `value`, and `gradient`, of the shape of `logits` (of `first` and `second`, where there are two inputs).
The losses, each with what the reference calls it:

- `cross_entropy` (torch.nn.functional): of [rows, classes]; `label_smoothing`, `weights` of classes, labels of -100 are ignored. The mean
  is weighted by the labels' weights; with smoothing too.
- `binary_cross_entropy` (binary_cross_entropy_with_logits), `mean_squared_error` (mse_loss): the mean over all numbers.
- `cosine_similarity` (sentence-transformers' CosineSimilarityLoss): the mean squared difference of the rows' cosines to `labels`.
- `multiple_negatives_ranking` (sentence-transformers' MultipleNegativesRankingLoss): the cross entropy of `scale` times all cosines,
  where row i of `second` is right for row i of `first`; the mean.
- `distillation_soft`: the Kullback-Leibler divergence of softmax(logits / T) from softmax(teacher / T), times T * T. `reduction` is
  `rows`, the mean over rows, as in transformers' example of DistilBERT ("batchmean"), or `all`, the mean over all numbers, as in DeiT's
  DistillationLoss.
- `distillation_hard`: the cross entropy to the teacher's largest logit.
- `self_distillation`: DINO's DINOLoss. `logits` [crops, rows, outputs] of the student, `teacher` [2, rows, outputs], whose views are the
  student's first two crops. The mean over all pairs of a teacher's view and another crop, and over rows, of the cross entropy between
  softmax((teacher - centre) / teacher_temperature) and softmax(logits / student_temperature). `next_centre` is momentum times `centre`
  and 1 - momentum times the teacher's mean.
"""

import json

import torch
from torch.nn import functional

from training_fixtures import HERE

GENERATOR = torch.Generator().manual_seed(26)


def numbers(*shape, scale=2.0):
    return (torch.randn(shape, generator=GENERATOR, dtype=torch.float64) * scale).round(decimals=3)


def rounded(values):
    """Twelve digits are more than any comparison asks for."""
    return [rounded(value) for value in values] if isinstance(values, list) else float(f"{values:.12g}")


def case(loss, compute, inputs, **arguments):
    leaves = [values.clone().requires_grad_() for values in inputs.values()]
    value = compute(*leaves)
    value.backward()
    gradients = [rounded(leaf.grad.tolist()) for leaf in leaves]
    row = {"loss": loss} | {name: values.tolist() for name, values in inputs.items()}
    row |= {name: a.tolist() if isinstance(a, torch.Tensor) else a for name, a in arguments.items()}
    gradient = {"gradient": gradients[0]} if len(leaves) == 1 else {f"gradient_of_{name}": g for name, g in zip(inputs, gradients)}
    return row | {"value": rounded(value.item())} | gradient


def cross_entropies():
    labels = torch.tensor([2, -100, 0, 3])
    weights = torch.tensor([0.5, 1.0, 2.0, 1.25], dtype=torch.float64)
    for smoothing in 0.0, 0.1:
        for w in None, weights:
            logits = numbers(4, 4)
            compute = lambda x: functional.cross_entropy(x, labels, weight=w, label_smoothing=smoothing)
            yield case("cross_entropy", compute, {"logits": logits}, labels=labels, label_smoothing=smoothing, weights=w)
    large = torch.tensor([[1000.0, -1000.0, 0.0], [88.8, 88.7, -88.8]], dtype=torch.float64)
    compute = lambda x: functional.cross_entropy(x, torch.tensor([2, 0]))
    yield case("cross_entropy", compute, {"logits": large}, labels=[2, 0], label_smoothing=0.0, weights=None)


def of_numbers():
    labels = torch.tensor([[1.0, 0.0, 0.25], [0.0, 1.0, 1.0]], dtype=torch.float64)
    for logits in numbers(2, 3), torch.tensor([[200.0, -200.0, 0.0], [30.0, -30.0, 1e-9]], dtype=torch.float64):
        compute = lambda x: functional.binary_cross_entropy_with_logits(x, labels)
        yield case("binary_cross_entropy", compute, {"logits": logits}, labels=labels)
    labels = numbers(3, 2)
    yield case("mean_squared_error", lambda x: functional.mse_loss(x, labels), {"logits": numbers(3, 2)}, labels=labels)


def of_pairs():
    labels = torch.tensor([1.0, -0.25, 0.5], dtype=torch.float64)
    compute = lambda a, b: functional.mse_loss(functional.cosine_similarity(a, b), labels)
    yield case("cosine_similarity", compute, {"first": numbers(3, 4), "second": numbers(3, 4)}, labels=labels)
    for scale in 1.0, 20.0:
        compute = lambda a, b: functional.cross_entropy(functional.normalize(a) @ functional.normalize(b).T * scale, torch.arange(3))
        yield case("multiple_negatives_ranking", compute, {"first": numbers(3, 4), "second": numbers(3, 4)}, scale=scale)


def distillations():
    for temperature, reduction in (1.0, "all"), (3.0, "all"), (2.0, "rows"):
        teacher, T = numbers(3, 4), temperature

        def soft(x):
            logs = [functional.log_softmax(values / T, dim=1) for values in (x, teacher)]
            many = len(x) if reduction == "rows" else x.numel()
            return functional.kl_div(*logs, reduction="sum", log_target=True) * (T * T) / many

        arguments = {"teacher": teacher, "temperature": temperature, "reduction": reduction}
        yield case("distillation_soft", soft, {"logits": numbers(3, 4)}, **arguments)
    teacher = numbers(3, 4)
    yield case("distillation_hard", lambda x: functional.cross_entropy(x, teacher.argmax(1)), {"logits": numbers(3, 4)}, teacher=teacher)


def self_distillations():
    for crops in 2, 4:
        teacher, centre, momentum = numbers(2, 3, 5), numbers(5, scale=0.5), 0.9
        of_student, of_teacher = 0.1, 0.04

        def dino(x):
            targets = torch.softmax((teacher - centre) / of_teacher, dim=-1)
            logs = torch.log_softmax(x / of_student, dim=-1)
            losses = [-(targets[t] * logs[s]).sum(-1).mean() for t in range(2) for s in range(crops) if s != t]
            return sum(losses) / len(losses)

        arguments = {"teacher": teacher, "centre": centre, "student_temperature": of_student, "teacher_temperature": of_teacher}
        moved = rounded((centre * momentum + teacher.mean((0, 1)) * (1 - momentum)).tolist())
        yield case("self_distillation", dino, {"logits": numbers(crops, 3, 5, scale=0.3)}, **arguments, momentum=momentum, next_centre=moved)


def main():
    rows = [row for build in (cross_entropies, of_numbers, of_pairs, distillations, self_distillations) for row in build()]
    lines = ",\n".join(json.dumps(row) for row in rows)
    (HERE / "loss-cases.json").write_text(f"[\n{lines}\n]\n")
    print(len(rows), "cases:", *(f"{row['loss']} {row['value']:.4f}" for row in rows), sep="\n")


if __name__ == "__main__":
    main()
