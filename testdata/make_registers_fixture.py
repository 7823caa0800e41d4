"""Writes fixtures/dinov2-registers: a small random DINOv2 with registers, and what transformers makes of two pictures.

    python3 testdata/make_registers_fixture.py        (needs transformers 5.18 and torch)
"""

import json
import pathlib

import torch
from safetensors.torch import save_file
from transformers import Dinov2WithRegistersConfig, Dinov2WithRegistersForImageClassification

FOLDER = pathlib.Path(__file__).parent / "fixtures" / "dinov2-registers"

generator = torch.Generator().manual_seed(17)
config = Dinov2WithRegistersConfig(
    hidden_size=24, num_hidden_layers=1, num_attention_heads=3, mlp_ratio=2, image_size=32, patch_size=8,
    num_register_tokens=3, num_labels=3,
)
model = Dinov2WithRegistersForImageClassification(config).eval()
model.set_attn_implementation("eager")
with torch.no_grad():
    for name, parameter in model.named_parameters():
        around_one = "lambda1" in name or "norm" in name and name.endswith("weight")
        matrix = parameter.ndim > 1 and "embeddings." not in name or "projection.weight" in name
        scale = 1.2 / parameter[0].numel() ** 0.5 if matrix else 0.3
        parameter.copy_(around_one + scale * torch.randn(parameter.shape, generator=generator))
    # Neither the model's own size nor square: positions are interpolated, from 4 x 4 to 3 x 5.
    pixel_values = torch.randn(2, 3, 24, 40, generator=generator)
    output = model(pixel_values, output_hidden_states=True, output_attentions=True)

model.save_pretrained(FOLDER)
tensors = {"in.pixel_values": pixel_values, "out.logits": output.logits}
tensors |= {f"out.hidden_states.{i}": state for i, state in enumerate(output.hidden_states)}
tensors |= {f"out.attentions.{i}": attention for i, attention in enumerate(output.attentions)}
save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, FOLDER / "expected.safetensors")
(FOLDER / "expected.json").write_text(json.dumps({"task": None, "inputs": [], "pipeline": None}, indent=1) + "\n")
