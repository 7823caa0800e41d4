"""Writes trajectories/: 100 steps of training of tiny models, as PyTorch and transformers take them.

Needs transformers 5.18 and torch; run from anywhere:

    python make_trajectory_fixtures.py

Each starts from a fixture's weights and goes over five batches again and again, always in the same order. AdamW with a learning rate of
10^-3, betas 0.9 and 0.999, epsilon 10^-8, and a decay of 0.01 for all but biases and norms, as transformers' Trainer has it; a linear
schedule with 10 steps of warm-up, whose first step has a rate of 0; the gradient's global norm is clipped to 1; no dropout. All in
float64. The script stops unless the same in float32 agrees, and prints how well.

`cases.json` names fixture and loss, as in gradients/ (see make_gradient_fixtures.py), and `decay`, the product over the steps of
1 - rate * 0.01. `CASE.safetensors.gz` has

- `in.*`: what the model is fed, [5, rows, ...], and `labels` likewise where there are any,
- `losses`, `gradient_norms` (before they are clipped) and `learning_rates`, of the step that they belong to, F64 [100],
- `change.NAME`, for each parameter by the name in the fixture's file, in 11 bits (see training_fixtures.py): what it is at the end, less
  `decay` times what it was. So the embeddings of tokens that do not occur are zero here. This holds for parameters without decay, too.

The biases of keys have no gradient, since softmax cancels what is the same for all keys. In float32 rounding gives them a tiny one, of
which AdamW makes steps of ordinary size. They have no effect; leave them out of a comparison. Here they are as they were.
"""

import json

import numpy
import torch
import transformers
from torch.nn import functional
from transformers.trainer_pt_utils import get_parameter_names

from make_gradient_fixtures import IGNORED, LOSSES, tensor_of
from training_fixtures import HERE, by_stored_name, in_16_bits, model_of, stored_names, write

FOLDER = HERE / "trajectories"
STEPS, WARM_UP, RATE, DECAY = 100, 10, 1e-3, 0.01
BATCHES, ROWS, LONGEST = 5, 4, 12
NO_DROPOUT = dict.fromkeys((
    "dropout", "attention_dropout", "seq_classif_dropout", "hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout"), 0.0)
CLASS, SEPARATOR, MASK, FIRST_WORD = 2, 3, 4, 5  # any ids would do


def texts(vocabulary, seed, rows=ROWS, types=False):
    """Random tokens between two that are always the same, of 4 to LONGEST tokens, one of each batch as long as can be."""
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(FIRST_WORD, vocabulary, (BATCHES, rows, LONGEST), generator=generator)
    lengths = torch.randint(4, LONGEST + 1, (BATCHES, rows), generator=generator)
    lengths[:, 1] = LONGEST
    positions = torch.arange(LONGEST).expand_as(ids)
    ids = torch.where(positions == 0, CLASS, torch.where(positions == lengths[..., None] - 1, SEPARATOR, ids))
    mask = (positions < lengths[..., None]).long()
    inputs = {"input_ids": ids * mask, "attention_mask": mask}
    return inputs | ({"token_type_ids": mask * (positions * 2 > lengths[..., None]).long()} if types else {})


def of_words(inputs, labels):
    """A label for words only: none for padding, and none for the first and the last token."""
    return torch.where((inputs["attention_mask"] == 1) & (inputs["input_ids"] >= FIRST_WORD), labels, IGNORED)


def pictures(size, blocks, seed):
    """Squares of few shades, so that the file is small."""
    shades = torch.randint(-8, 9, (BATCHES, ROWS, 3, blocks, blocks), generator=torch.Generator().manual_seed(seed)) / 8.0
    return shades.repeat_interleave(size // blocks, -1).repeat_interleave(size // blocks, -2)


def text_classification():
    inputs = texts(818, 1)
    return "distilbert-mnli", "cross_entropy", inputs, inputs["input_ids"][..., 1] % 3, {}


def token_classification():
    inputs = texts(818, 2, types=True)
    return "bert-ner", "cross_entropy", inputs, of_words(inputs, inputs["input_ids"] % 5), {}


def masked_words():
    inputs = texts(120, 3, types=True)
    ids = inputs["input_ids"]
    chosen = torch.rand(ids.shape, generator=torch.Generator().manual_seed(3)) < 0.3
    chosen[..., 1] = True
    labels = of_words(inputs, torch.where(chosen, ids, IGNORED))
    return "head-bert-masked", "cross_entropy", inputs | {"input_ids": torch.where(labels == IGNORED, ids, MASK)}, labels, {}


def image_classification():
    labels = torch.randint(0, 5, (BATCHES, ROWS), generator=torch.Generator().manual_seed(4))
    return "vit-classify", "cross_entropy", {"pixel_values": pictures(32, 8, 4)}, labels, {}


def contrastive():
    inputs = texts(120, 5, 2 * ROWS, types=True)
    for values in inputs.values():  # two anchors are the same, so the loss stays away from zero, where float32 has few digits of it
        values[:, 2] = values[:, 0]
    return "head-bert-base-without-pooler", "multiple_negatives_ranking", inputs, None, {"scale": 20.0}


def captioning():
    inputs = texts(99, 6)
    labels = torch.where(inputs["attention_mask"] == 1, inputs["input_ids"], IGNORED)
    return "blip/caption", "next_word", {"pixel_values": pictures(12, 12, 6)} | inputs, labels, {"label_smoothing": 0.0}


CASES = {
    "text-classification": text_classification, "token-classification": token_classification, "masked-words": masked_words,
    "image-classification": image_classification, "contrastive": contrastive, "captioning": captioning}


def groups(model):
    """As transformers' Trainer forms them."""
    forbidden = [r"bias", r"layernorm", r"rmsnorm", r"(?:^|\.)norm(?:$|\.)", r"_norm(?:$|\.)"]
    decayed = set(get_parameter_names(model, [torch.nn.LayerNorm], forbidden))
    parameters = list(model.named_parameters())
    return [{"params": [p for name, p in parameters if name in decayed], "weight_decay": DECAY},
            {"params": [p for name, p in parameters if name not in decayed], "weight_decay": 0.0}]


def train(case, inputs, labels, dtype):
    """Losses, norms and rates of the steps; what the weights were, and what they are."""
    more = {"label_smoothing": case["label_smoothing"]} if "label_smoothing" in case else {}
    model = model_of(case["fixture"], dtype=dtype, attention=None, **NO_DROPOUT, **more).train()
    start = {parameter: parameter.detach().clone() for parameter in model.parameters()}
    optimizer = torch.optim.AdamW(groups(model), lr=RATE, betas=(0.9, 0.999), eps=1e-8)
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, WARM_UP, STEPS)
    losses, norms, rates = [], [], []
    for step in range(STEPS):
        batch = {name: values[step % BATCHES] for name, values in inputs.items()}
        batch = {name: values.to(dtype) if values.is_floating_point() else values for name, values in batch.items()}
        optimizer.zero_grad()
        loss = LOSSES[case["loss"]](model, batch, case, None if labels is None else labels[step % BATCHES])
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0).item())
        rates.append(schedule.get_last_lr()[0])
        losses.append(loss.item())
        optimizer.step()
        schedule.step()
    return losses, norms, rates, start, model


def difference(name, double, single):
    """The largest, of the largest magnitude."""
    apart = abs(single.detach().double() - double.detach())
    if name.endswith("qkv.bias"):
        apart.chunk(3)[1].zero_()
    return (apart.max() / abs(double).max()).item()


def main():
    index, size = [], 0
    for name, build in CASES.items():
        fixture, loss, inputs, labels, more = build()
        case = {"name": name, "fixture": fixture, "loss": loss} | more
        losses, norms, rates, start, model = train(case, inputs, labels, torch.float64)
        single = train(case, inputs, labels, torch.float32)
        of_losses = max(abs(a - b) / abs(a) for a, b in zip(losses, single[0]))
        keys = ("key.bias", "k_lin.bias", "k_proj.bias")
        ends = [dict(m.named_parameters()) for m in (model, single[4])]
        of_weights = max(difference(n, p, ends[1][n]) for n, p in ends[0].items() if p.grad is not None and not n.endswith(keys))
        assert of_losses < 2e-4 and of_weights < 1e-4, (name, of_losses, of_weights)

        decay = float(numpy.prod([1 - rate * DECAY for rate in rates]))
        change = by_stored_name(model, lambda p: None if p.grad is None else p.detach() - decay * start[p])
        assert set(change) <= stored_names(fixture)
        tensors = {f"in.{key}": values.numpy() for key, values in inputs.items()}
        tensors |= {} if labels is None else {"labels": labels.numpy()}
        tensors |= {"losses": losses, "gradient_norms": norms, "learning_rates": rates}
        tensors = {key: numpy.asarray(values) for key, values in tensors.items()}
        tensors |= in_16_bits({f"change.{key}": change[key] for key in sorted(change)}, 1023)
        written = write(FOLDER / f"{name}.safetensors.gz", tensors)
        index.append(case | {"decay": decay})
        size += written
        print(f"{name}: loss {losses[0]:.4f} to {losses[-1]:.4f}, norms {min(norms):.2f} to {max(norms):.2f}, {written} bytes; "
              f"float32 differs by {of_losses:.1e} in losses, {of_weights:.1e} in weights", flush=True)
    lines = ",\n".join(json.dumps(case) for case in index)
    (FOLDER / "cases.json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(index)} cases, {size} bytes")


if __name__ == "__main__":
    main()
