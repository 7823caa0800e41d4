"""Loads a checkpoint that Tesserae saved, in transformers, and compares what the model answers with what Tesserae answered.

Needs transformers 5.18 and torch:

    python check_trained_checkpoint.py CHECKPOINT EXPECTED.safetensors[.gz] [--tolerance T]

EXPECTED has `in.*`, what the model is fed (`in.input_ids`, `in.attention_mask`, `in.pixel_values`, ...), and `out.*`, such as
`out.logits` or `out.last_hidden_state`; it is laid out as the fixtures' expected.safetensors. Numbers of padding are left out. The class is
the one that config.json names. Every weight has to be read, and none may be missing. Ends with 1 where a number is further off than T
times the tensor's largest magnitude, or 1 where that is larger. A tokenizer or an image processor in the folder is loaded as well.
"""

import argparse
import gzip
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import load

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()


def real_numbers(name, values, mask):
    """What is not padding, of tensors with a vector or a number for each token."""
    of_tokens = mask is not None and values.shape[: mask.dim()] == mask.shape and (name != "logits" or values.dim() > 2)
    return values[mask.bool()] if of_tokens else values


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("expected", type=Path)
    parser.add_argument("--tolerance", type=float, default=2e-5)
    a = parser.parse_args()
    data = a.expected.read_bytes()
    tensors = load(gzip.decompress(data) if a.expected.suffix == ".gz" else data)
    inputs = {name[3:]: values for name, values in tensors.items() if name.startswith("in.")}
    kind = transformers.AutoConfig.from_pretrained(a.checkpoint).architectures[0]
    model, report = getattr(transformers, kind).from_pretrained(a.checkpoint, dtype=torch.float32, output_loading_info=True)
    if "out.pooler_output" not in tensors:  # a sentence encoder has none, and nobody asks for it
        report["missing_keys"] = {name for name in report["missing_keys"] if not name.startswith("pooler.")}
    unread = {what: sorted(names) for what, names in report.items() if names}
    if unread:
        sys.exit(f"{a.checkpoint}: not read as {kind}: {unread}")
    for file, read in (("tokenizer_config.json", transformers.AutoTokenizer), ("preprocessor_config.json", transformers.AutoImageProcessor)):
        if (a.checkpoint / file).exists():
            print(f"{type(read.from_pretrained(a.checkpoint)).__name__} is read")
    with torch.inference_mode():
        output = model.eval()(**inputs)
    expected = {name[4:]: values for name, values in tensors.items() if name.startswith("out.") and name[4:] in output.keys()}
    if not expected:
        sys.exit(f"{a.expected}: has none of {', '.join('out.' + name for name in output.keys())}")
    wrong = False
    for name, values in expected.items():
        found = output[name]
        if not isinstance(found, torch.Tensor) or found.shape != values.shape:
            sys.exit(f"out.{name}: has shape {list(values.shape)}, the model's has {list(getattr(found, 'shape', []))}")
        mask = inputs.get("attention_mask")
        found, values = (real_numbers(name, numbers, mask) for numbers in (found, values))
        apart, most = (found - values).abs().max().item(), max(1.0, found.abs().max().item())
        # Written so that a number that is not one is wrong.
        bad = not apart <= a.tolerance * most
        wrong |= bad
        print(f"{kind}: {name} {list(values.shape)} differs by {apart:.2e} at most, of {most:.3g}: {'too much' if bad else 'agrees'}")
    sys.exit(wrong)


if __name__ == "__main__":
    main()
