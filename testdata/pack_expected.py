"""Packs fixtures/*/expected.safetensors into expected.safetensors.gz, which is what is kept and what tests read.

What the reference made of padding and of masked tokens is of no meaning, no test compares it, and it does not compress:
it becomes zero. Everything else stays as it is, to the bit. Run after a script that writes fixtures, from this folder:

    python pack_expected.py
"""

import gzip
from pathlib import Path

from safetensors.numpy import load_file, save

PADDED = ("hidden_states", "last_hidden_state", "start_logits", "end_logits", "attentions")


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
        if kind == "attentions":  # [rows, heads, length, length]
            keep = real[:, None, :, None] & real[:, None, None, :]
        else:  # [rows, length] or [rows, length, width]
            keep = real.reshape(real.shape + (1,) * (values.ndim - 2))
        tensors[name] = (values * keep).astype(values.dtype)
    return tensors


for path in sorted(Path("fixtures").glob("**/expected.safetensors")):
    packed = gzip.compress(save(without_padding(load_file(path))), 9, mtime=0)
    path.with_name(path.name + ".gz").write_bytes(packed)
    path.unlink()
