"""Writes the flow between two generated pictures that are larger than the model takes: flow-answer.flo.

    python make_flow_answer.py

The model is transformers' PerceiverForOpticalFlow with the weights of fixtures/perceiver/flow, and what is before and behind it is DeepMind's example
(make_flow_cases.py). Needs torch, transformers 5.18, numpy and Pillow.
"""

import gzip
from pathlib import Path

import numpy
import torch
from make_flow_cases import optical_flow, pixels
from safetensors.torch import load
from transformers import PerceiverConfig, PerceiverForOpticalFlow

FOLDER = Path(__file__).parent / "fixtures" / "perceiver" / "flow"
OVERLAP = 2


def main() -> None:
    torch.set_num_threads(1)
    reference = PerceiverForOpticalFlow(PerceiverConfig.from_pretrained(FOLDER, attn_implementation="eager")).eval()
    weights = load(gzip.decompress((FOLDER / "model.safetensors.gz").read_bytes()))
    reference.load_state_dict({name: weight.float() for name, weight in weights.items()})

    def model(patches):
        with torch.no_grad():
            return reference(inputs=torch.from_numpy(numpy.ascontiguousarray(patches))[None]).logits[0].numpy()

    tile = tuple(reference.config.train_size)
    flow = optical_flow(pixels(0, 3, 25, 32), pixels(2, 4, 25, 32), tile, OVERLAP, model).astype("<f4")
    header = numpy.float32(202021.25).tobytes() + numpy.array([flow.shape[1], flow.shape[0]], "<i4").tobytes()
    (Path(__file__).parent / "flow-answer.flo").write_bytes(header + flow.tobytes())
    print(flow.shape, numpy.abs(flow).max())


if __name__ == "__main__":
    main()
