"""Makes the fixtures as small as they are kept: packs expected.safetensors into expected.safetensors.steps.gz, which is what tests read,
packs the weights of fixtures that nobody but tests opens, the largest of them in planes (see packed.py) and with their tokenizers,
and leaves the spaces out of each other tokenizer.json.

What the reference made of padding and of masked tokens is of no meaning, no test compares it, and it does not compress:
it becomes zero. (A Perceiver has states of its latents, and none of them is padding.) What a model says twice is kept once: the last of the hidden states, where it is the last hidden state
to the bit. Of the largest files, what other fixtures show as well is not kept either, see SHOWN_ELSEWHERE.

The reference's answers are float32 sums with errors of their own, of some 10^-6 of the largest number of a tensor. So each answer is
rounded to the nearest of 2^19 to 2^20 steps from zero to that number: an error of 9.5 * 10^-7 of it at most, of which tests allow 10^-5
or more; half as many for the families of COARSER, of which they allow 2 * 10^-5. They are kept in these steps (see packed.py). Not so what tests compare more closely, see EXACT, and what the models are given.
Everything else stays as it is, to the bit. Run after a script that writes fixtures, from this folder:

    python pack_expected.py
"""

import gzip
import json
import math
from pathlib import Path

import numpy
from packed import ENDINGS, in_planes, pack, pack_in_steps, read
from safetensors.numpy import load, save

PADDED = ("hidden_states", "last_hidden_state", "start_logits", "end_logits", "attentions", "cross_attentions")

# The tests compare the hidden states that are made of these maps; the maps themselves, of both layers, are compared in distilbert-base,
# bert-base and odd-one-token, and in blip/vision; of one layer in vit-base, deit-distilled and odd-mask-with-holes. The embeddings of odd-every-length are what
# its layer is computed from, and those of every other fixture are compared.
SHOWN_ELSEWHERE = {
    "distilbert-sst2": ["out.attentions.0", "out.attentions.1"],
    "deit-distilled": ["out.attentions.1"],
    "vit-base": ["out.attentions.1"],
    "odd-mask-with-holes": ["out.attentions.1"],
    "odd-every-length": ["out.hidden_states.0"],
}

STEP_BITS = 19
COARSER = ("gato", "jat")
EXACT = ("out.sentence_embedding", "out.processor.")
FEW = 16  # numbers of which it does not matter how they lie

# Weights that only tests read, through Packed.checkpoint. Not the smallest fixture of a family, which fuzzing takes as it is.
PACKED_WEIGHTS = ("activation-*", "head-*", "odd-*", "mpnet/*", "electra/*", "gato/*", "jat/*")
OPENED_AS_THEY_ARE = {
    "head-bert-no-layers", "odd-head-size-1", "mpnet/base", "mpnet/base-without-pooler",
    "electra/choice", "electra/choice-tanh", "electra/discriminator"}
READ_BY_FUZZING = {"gato/classic", "jat/grid"}  # the smallest of their families, compressed as they are
IN_PLANES = {
    "bert-nli-legacy-names", "bert-squad", "distilbert-fp16", "distilbert-mlm", "distilbert-multilabel", "distilbert-ner",
    "distilbert-sinusoidal-relu",
    "electra/base-other-size", "electra/masked", "electra/masked-own-decoder", "electra/sequence", "electra/token",
    "head-bert-masked-own-decoder", "mpnet/base-other-size", "mpnet/masked", "mpnet/masked-own-decoder", "mpnet/sentence",
    "mpnet/sequence", "odd-head-size-33", "odd-narrow-feed-forward", "odd-no-mask-given", "odd-one-token", "odd-seventeen-labels",
    "odd-wide-feed-forward", "vit-interpolate-positions"}


def said_once(tensors):
    """Without the last of the hidden states, where it is the result too."""
    layers = [int(name.split(".")[2]) for name in tensors if name.startswith("out.hidden_states.")]
    result = tensors.get("out.last_hidden_state")
    if layers and result is not None:
        last = f"out.hidden_states.{max(layers)}"
        if tensors[last].tobytes() == result.tobytes():
            return {name: values for name, values in tensors.items() if name != last}
    return tensors


def without_padding(tensors):
    mask = tensors.get("in.attention_mask")
    if mask is None:
        return tensors
    length = mask.shape[-1]
    real = mask.reshape(-1, length) != 0  # [rows, length]
    for name, values in tensors.items():
        kind = name.split(".")[1]
        of_tokens = kind in PADDED or kind == "logits" and values.ndim == 3
        if not name.startswith("out.") or not of_tokens:
            continue
        if kind == "cross_attentions":  # [rows, heads, length, of the pictures]
            keep = real[:, None, :, None]
        elif kind == "attentions":  # [rows, heads, length, length]
            keep = real[:, None, :, None] & real[:, None, None, :]
        else:  # [rows, length] or [rows, length, width]
            keep = real.reshape(real.shape + (1,) * (values.ndim - 2))
        tensors[name] = (values * keep).astype(values.dtype)
    return tensors


def without_padding_of_cases(tensors):
    """The same where each case has a mask of its own: of tokens, after those of a picture, or of steps, each of one or two tokens."""
    for key, mask in [(name, values) for name, values in tensors.items() if name.startswith("in.") and name.endswith(".attention_mask")]:
        case = key.split(".")[1]
        for name, values in tensors.items():
            kind = name.split(".")[2:3]
            if not name.startswith(f"out.{case}.") or values.ndim < 3 or ".step" in name or ".stages." in name:
                continue
            axis = 2 if kind == ["attentions"] else 1
            tokens = values.shape[axis]
            if f"in.{case}.rewards" in tensors:
                real = mask.repeat(tokens // mask.shape[1], axis=1)
            else:
                real = numpy.pad(mask, ((0, 0), (tokens - mask.shape[1], 0)), constant_values=1)
            shape = [1] * values.ndim
            shape[0], shape[axis] = real.shape
            tensors[name] = (values * real.reshape(shape)).astype(values.dtype)
    return tensors


def in_steps(tensors, step_bits):
    """The tensors with answers rounded, and the exponents of their steps."""
    exponents = {}
    for name, values in tensors.items():
        largest = abs(values).max(initial=0) if values.dtype == numpy.float32 and name.startswith("out.") else 0
        if values.size < FEW or not 0 < largest < math.inf or name.startswith(EXACT):
            continue
        exponents[name] = math.frexp(largest)[1] - 1 - step_bits
        tensors[name] = numpy.ldexp(numpy.rint(numpy.ldexp(values.astype(numpy.float64), -exponents[name])), exponents[name]).astype("f4")
    return tensors, exponents


def exists(path):
    return any(path.with_name(path.name + ending).exists() for ending in ("", *ENDINGS))


def smaller_in_planes(data):
    """Not where large matrices repeat."""
    return len(gzip.compress(in_planes(data), 9)) < len(gzip.compress(data, 9))


FIXTURES = Path("fixtures")
names = {"expected.safetensors" + ending for ending in ("", *ENDINGS)}
for path in sorted({path.with_name("expected.safetensors") for name in names for path in FIXTURES.glob(f"**/{name}")}):
    tensors = load(read(path))
    tensors = said_once(tensors if path.parent.parent.name == "perceiver" else without_padding_of_cases(without_padding(tensors)))
    kept = {name: values for name, values in tensors.items() if name not in SHOWN_ELSEWHERE.get(path.parent.name, [])}
    kept, exponents = in_steps(kept, STEP_BITS - (path.parent.parent.name in COARSER))
    pack_in_steps(path, save(kept), exponents)
for folder in sorted(folder for pattern in PACKED_WEIGHTS for folder in FIXTURES.glob(pattern)):
    weights = folder / "model.safetensors"
    name = folder.relative_to(FIXTURES).as_posix()
    if exists(weights) and name not in OPENED_AS_THEY_ARE | IN_PLANES:
        data = read(weights)
        pack(weights, data, planes=name not in READ_BY_FUZZING and smaller_in_planes(data))
for path in sorted(Path(".").glob("**/tokenizer.json")):
    if path.parent.name == "distilbert-sst2":  # one as it was written; tests know its size
        continue
    text = path.read_text(encoding="utf-8")
    path.write_text(json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
for folder in sorted(FIXTURES / name for name in IN_PLANES):
    for path in (folder / "model.safetensors", folder / "tokenizer.json", folder / "vocab.txt"):
        if path.exists():
            pack(path, path.read_bytes(), planes=path.name == "model.safetensors")
