"""What the scripts about training have in common: a fixture as a model of PyTorch, and large tensors in 16 bits each.

A tensor `NAME` is kept as two: `NAME`, I16, and `scale.NAME`, one F32. Its numbers are `NAME * scale.NAME`, to within half of the scale,
which is the largest magnitude divided by 32767; by 1023 where fewer bits do, which leaves more to gzip. Where the numbers are zero but
for rounding, scale and tensor are zero.
"""

import gzip
import tempfile
from pathlib import Path

import numpy
import packed
import torch
import transformers
from safetensors.numpy import load, save

HERE = Path(__file__).resolve().parent
FIXTURES = HERE / "fixtures"

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()


def model_of(fixture, dtype=torch.float64, attention="eager", **changes):
    """The fixture as its class, with these changes of its configuration."""
    with packed.checkpoint(FIXTURES / fixture) as folder:
        config = transformers.AutoConfig.from_pretrained(folder)
        kind = config.architectures[0]
        for name, value in changes.items():
            for part in (config, getattr(config, "text_config", None), getattr(config, "vision_config", None)):
                if part is not None and hasattr(part, name):
                    setattr(part, name, value)
        model, report = getattr(transformers, kind).from_pretrained(
            folder, config=config, dtype=dtype, attn_implementation=attention, output_loading_info=True)
    missing = [name for name in report["missing_keys"] if not name.startswith("pooler.")]  # a pooler that no loss here asks for
    assert not missing and not report["mismatched_keys"], (fixture, report)
    return model.eval()


def stored_names(fixture):
    """The names in the fixture's file of weights."""
    return set(load(packed.read(FIXTURES / fixture / "model.safetensors")))


def by_stored_name(model, tensor_of):
    """What tensor_of(parameter) has for each parameter, a tensor of its shape or nothing, by the names of a file of weights.

    transformers reads some names as others, and merges or splits tensors as it does; so it is asked to save.
    """
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        tensors = {name: tensor_of(parameter) for name, parameter in model.named_parameters()}
        for name, parameter in model.named_parameters():
            parameter.copy_(torch.full_like(parameter, float("nan")) if tensors[name] is None else tensors[name])
        model.save_pretrained(folder)
        saved = load((Path(folder) / "model.safetensors").read_bytes())
    return {name: torch.from_numpy(values) for name, values in saved.items() if not numpy.isnan(values).all()}


def inputs_of(fixture, rows, dtype=torch.float64):
    """The first rows of what the fixture's expected.safetensors says that the model was fed."""
    tensors = load(packed.read(FIXTURES / fixture / "expected.safetensors"))
    inputs = {name[3:]: torch.from_numpy(values[:rows].copy()) for name, values in tensors.items() if name.startswith("in.")}
    return {name: values.to(dtype) if values.is_floating_point() else values for name, values in inputs.items()}


def in_16_bits(tensors, most=32767):
    """As the module's text says; tensors far smaller than all others are rounding (some softmaxes are of 32 bits in a float64 model too)."""
    arrays = {name: values.detach().double().numpy() for name, values in tensors.items()}
    largest = max(abs(values).max() for values in arrays.values())
    coded = {}
    for name, values in arrays.items():
        magnitude = abs(values).max()
        scale = numpy.float32(magnitude / most if magnitude > 1e-6 * largest else 0)
        codes = numpy.zeros(values.shape) if scale == 0 else numpy.clip(numpy.rint(values / numpy.float64(scale)), -most, most)
        coded[name] = codes.astype(numpy.int16)
        coded[f"scale.{name}"] = numpy.array([scale], dtype=numpy.float32)
    return coded


def write(path, tensors):
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gzip.compress(save({name: numpy.ascontiguousarray(values) for name, values in tensors.items()}), 9, mtime=0))
    return path.stat().st_size
