"""Makes the fixtures as small as they are kept: packs expected.safetensors into expected.safetensors.gz, which is what tests read,
packs the weights of fixtures that nobody but tests opens, the largest of them in planes (see packed.py) and with their tokenizers,
and leaves the spaces out of each other tokenizer.json.

What the reference made of padding and of masked tokens is of no meaning, no test compares it, and it does not compress:
it becomes zero. (A Perceiver has states of its latents, and none of them is padding.) What a model says twice is kept once: the last of the hidden states, where it is the last hidden state
to the bit. Of the largest files, what other fixtures show as well is not kept either, see SHOWN_ELSEWHERE. Everything
else stays as it is, to the bit. Run after a script that writes fixtures, from this folder:

    python pack_expected.py
"""

import json
from pathlib import Path

from packed import pack
from safetensors.numpy import load_file, save

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

# Weights that only tests read, through Packed.checkpoint. Not the smallest fixture of a family, which fuzzing takes as it is.
PACKED_WEIGHTS = ("activation-*", "head-*", "odd-*", "mpnet/*", "electra/*", "gato/*", "jat/*")
OPENED_AS_THEY_ARE = {
    "head-bert-no-layers", "odd-head-size-1", "mpnet/base", "mpnet/base-without-pooler",
    "electra/choice", "electra/choice-tanh", "electra/discriminator"}
IN_PLANES = {
    "bert-nli-legacy-names", "bert-squad", "distilbert-mlm", "distilbert-multilabel", "distilbert-ner", "distilbert-sinusoidal-relu",
    "distilbert-squad", "electra/base-other-size", "electra/masked", "electra/masked-own-decoder", "electra/sequence", "electra/token",
    "head-bert-masked-own-decoder", "jat/caption", "jat/continuous", "jat/grid", "mpnet/base-other-size", "mpnet/masked",
    "mpnet/masked-own-decoder", "mpnet/sentence", "mpnet/sequence", "odd-head-size-33", "odd-narrow-feed-forward", "odd-no-mask-given", "odd-one-token", "odd-seventeen-labels",
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


FIXTURES = Path("fixtures")
for path in sorted(FIXTURES.glob("**/expected.safetensors")):
    tensors = load_file(path)
    tensors = said_once(tensors if path.parent.parent.name == "perceiver" else without_padding(tensors))
    kept = {name: values for name, values in tensors.items() if name not in SHOWN_ELSEWHERE.get(path.parent.name, [])}
    pack(path, save(kept))
for folder in sorted(folder for pattern in PACKED_WEIGHTS for folder in FIXTURES.glob(pattern)):
    weights = folder / "model.safetensors"
    name = folder.relative_to(FIXTURES).as_posix()
    if weights.exists() and name not in OPENED_AS_THEY_ARE | IN_PLANES:
        pack(weights, weights.read_bytes())
for path in sorted(Path(".").glob("**/tokenizer.json")):
    if path.parent.name == "distilbert-sst2":  # one as it was written; tests know its size
        continue
    text = path.read_text(encoding="utf-8")
    path.write_text(json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
for folder in sorted(FIXTURES / name for name in IN_PLANES):
    for path in (folder / "model.safetensors", folder / "tokenizer.json", folder / "vocab.txt"):
        if path.exists():
            pack(path, path.read_bytes(), planes=path.name == "model.safetensors")
