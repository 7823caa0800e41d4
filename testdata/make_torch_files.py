"""Writes loaders/src/test/resources/io/tesserae/loaders/torch: small files of torch.save, of every type of numbers that a weight may have;
and tiny random encoders whose weights are there twice, as pytorch_model.bin and as model.safetensors.

    python make_torch_files.py

Needs torch, transformers 5.18 and huggingface_hub.
"""

import gzip
import io
import json

from collections import OrderedDict
from pathlib import Path

import safetensors.torch
import torch
import transformers as T
from huggingface_hub import split_torch_state_dict_into_shards

TARGET = Path(__file__).parent.parent / "loaders/src/test/resources/io/tesserae/loaders/torch"


def tensors():
    base = torch.arange(12, dtype=torch.float32)
    return {
        "whole": torch.tensor([[0.5, -1.25, 3e-5], [1e30, 0, -2]]),
        "turned": torch.arange(6, dtype=torch.float32).reshape(2, 3).t(),
        "rows": base[3:9].view(2, 3),
        "every_second": base[1::2],
        "half": torch.tensor([1.5, -0.25, 65504]).half(),
        "brain": torch.tensor([[1.5, -0.25], [3.0, 1e30]]).bfloat16(),
        "double": torch.tensor([1 / 3, -2], dtype=torch.float64),
        "scalar": torch.tensor(7.0),
        "nothing": torch.zeros(0, 4),
        "ids": torch.arange(3),
        "parameter": torch.nn.Parameter(torch.tensor([4.0, 5.0])),
        "größe": torch.tensor([1.0]),
    }


def sizes(**more):
    return {"vocab_size": 13, "hidden_size": 4, "num_attention_heads": 2, "intermediate_size": 6, "num_hidden_layers": 1,
            "max_position_embeddings": 12, **more}


def draw(model, dtype, seed):
    """Weights near 0, norms too: whole multiples of 1/64, which compress and are exact in every type."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randint(-40, 41, parameter.shape, generator=generator) / 64)
    return model.to(dtype).eval()


def compressed(path, data):
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(data, 9, mtime=0))


def pickled(state):
    buffer = io.BytesIO()
    torch.save(state, buffer)
    return buffer.getvalue()


def checkpoint(name, model, size_of_shard=None):
    """As torch wrote checkpoints before safetensors: with the buffer of positions, and weights that are tied twice."""
    folder = TARGET / name
    folder.mkdir(exist_ok=True)
    model.config.architectures = [type(model).__name__]
    (folder / "config.json").write_text(model.config.to_json_string())
    state = model.state_dict()  # an OrderedDict with an attribute, _metadata
    single = {key: value.contiguous() for key, value in state.items() if ".decoder." not in key}
    compressed(folder / "model.safetensors", safetensors.torch.save(single, {"format": "pt"}))
    base = next((key for key in state if key.endswith("embeddings.word_embeddings.weight")))
    positions = torch.arange(model.config.max_position_embeddings).expand((1, -1))
    state[base.replace("word_embeddings.weight", "position_ids")] = positions
    if size_of_shard is None:
        compressed(folder / "pytorch_model.bin", pickled(state))
        return
    split = split_torch_state_dict_into_shards(
        state, filename_pattern="pytorch_model{suffix}.bin", max_shard_size=size_of_shard)
    for file, names in split.filename_to_tensors.items():
        compressed(folder / file, pickled({key: state[key].clone() for key in names}))
    index = {"metadata": split.metadata, "weight_map": split.tensor_to_filename}
    (folder / "pytorch_model.bin.index.json").write_text(json.dumps(index, indent=1) + "\n")


def main():
    TARGET.mkdir(parents=True, exist_ok=True)
    torch.save(tensors(), TARGET / "tensors.pt")
    linear = torch.nn.Linear(3, 2)
    with torch.no_grad():
        linear.weight.copy_(torch.arange(6).reshape(2, 3))
        linear.bias.copy_(torch.tensor([-1.0, 1.0]))
    torch.save(linear.state_dict(), TARGET / "linear.pt")
    torch.save(linear.state_dict(), TARGET / "linear-protocol-4.pt", pickle_protocol=4)
    torch.save(linear.state_dict(), TARGET / "linear-old.pt", _use_new_zipfile_serialization=False)
    torch.save(linear, TARGET / "module.pt")
    torch.save(OrderedDict(epoch=3, weight=torch.tensor([1.0])), TARGET / "epoch.pt")
    torch.save({"a": torch.zeros(1, 3).expand(1000, 3)}, TARGET / "expanded.pt")
    checkpoint("bert-masked", draw(T.BertForMaskedLM(T.BertConfig(**sizes())), torch.float32, 1))
    checkpoint("xlm-roberta-half", draw(T.XLMRobertaModel(T.XLMRobertaConfig(**sizes(type_vocab_size=1))), torch.float16, 2))
    checkpoint("bert-brain-shards", draw(T.BertModel(T.BertConfig(**sizes())), torch.bfloat16, 3), 400)


if __name__ == "__main__":
    main()
