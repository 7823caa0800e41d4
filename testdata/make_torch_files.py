"""Writes loaders/src/test/resources/io/tesserae/loaders/torch: small files of torch.save, of every type of numbers that a weight may have.

    python make_torch_files.py

Needs torch.
"""

from collections import OrderedDict
from pathlib import Path

import torch

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


if __name__ == "__main__":
    main()
