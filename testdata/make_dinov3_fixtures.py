"""Writes fixtures/dinov3: two tiny random DINOv3s of two seeds and sizes, each with what the reference makes of pictures; and
smooth-resize-cases.json, what its image processor makes of generated pictures.

    python make_dinov3_fixtures.py [SEED [OUT_DIR]]        (needs transformers 5.18 and torch; then pack_expected.py)

The numbers of matrices and pictures are few, see few_numbers.py. transformers has this image processor for torchvision only. This
script does without: it calls what torchvision calls for pictures of floats, PyTorch's `interpolate` with antialiasing.
"""

import json
import os
import sys

import numpy
import torch
import transformers as T
from decoder_fixtures import write
from few_numbers import narrow, one_of_fifteen
from make_resize_cases import picture

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 0
OUT = sys.argv[2] if len(sys.argv) > 2 else "fixtures"
PROCESSOR = {"image_processor_type": "DINOv3ViTImageProcessorFast", "do_resize": True, "do_rescale": True, "do_normalize": True,
             "do_center_crop": None, "crop_size": None, "resample": 2, "size": {"height": 32, "width": 32}, "default_to_square": True}
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def draw(model, seed):
    """Weights of ordinary size: norms and layer scales near 1, biases near 0, none of them exactly."""
    generator = torch.Generator().manual_seed(1000 * SEED + seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            values = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() >= 2 and "token" not in name:
                fan = parameter[0].numel()
                parameter.copy_(one_of_fifteen(values * 1.6 / fan**0.5, fan))
            elif "norm" in name and name.endswith("weight") or "lambda" in name:
                parameter.copy_(narrow(1 + 0.2 * values))
            else:
                parameter.copy_(narrow(0.3 * values))
    return model.eval()


def pictures(*shape):
    generator = torch.Generator().manual_seed(SEED + 5)
    return {"pixel_values": (2 * torch.randn(shape, generator=generator)).round() / 2}


def write_fixtures():
    folder = os.path.join(OUT, "dinov3")
    base = T.DINOv3ViTConfig(
        hidden_size=24 + 12 * (SEED % 3), num_attention_heads=3, intermediate_size=20 + SEED, num_hidden_layers=2, patch_size=8, image_size=32,
        num_register_tokens=3)
    write(os.path.join(folder, "base"), draw(T.DINOv3ViTModel(base), 1), pictures(2, 3, 24, 32), idle=["mask_token"])
    with open(os.path.join(folder, "base", "preprocessor_config.json"), "w", encoding="utf-8") as file:
        json.dump(PROCESSOR, file, indent=2)
    gated = T.DINOv3ViTConfig(
        hidden_size=24 + 8 * (SEED % 3), num_attention_heads=2, intermediate_size=17 + SEED, num_hidden_layers=3, patch_size=[8, 5],
        image_size=[24, 20], use_gated_mlp=True, hidden_act="silu", rope_theta=30.0, query_bias=False, key_bias=True, proj_bias=False,
        mlp_bias=False, layer_norm_eps=1e-3)
    # Pictures with pixels that are in no patch.
    write(os.path.join(folder, "gated"), draw(T.DINOv3ViTModel(gated), 2), pictures(2, 3, 35, 22), idle=["mask_token", "register_tokens"],
          keep=lambda name: "attentions" not in name)


def prepared(pixels, size, mode, factor=0.00392156862745098, normalise=True):
    """transformers' DINOv3ViTImageProcessor._preprocess, with torchvision's functions for pictures of floats written out."""
    image = pixels * factor
    if size and list(image.shape[-2:]) != size:
        image = torch.nn.functional.interpolate(image[None], size=size, mode=mode, align_corners=False, antialias=True)[0]
    if normalise:
        image = image.sub(torch.tensor(MEAN)[:, None, None]).div(torch.tensor(DEVIATION)[:, None, None])
    return image


def write_processor_cases():
    cases = []
    for kind, seed, width, height in [[0, 1, 40, 30], [2, 2, 25, 61], [1, 3, 17, 17], [0, 4, 24, 20], [2, 5, 7, 90]]:
        pixels = torch.from_numpy(numpy.array(picture(kind, seed, width, height))).permute(2, 0, 1)
        for size, settings, made in [
            ([20, 24], {}, {"mode": "bilinear"}),
            ([37, 18], {"resample": 3}, {"mode": "bicubic"}),
            ([height, 11], {"do_normalize": False, "rescale_factor": 0.01}, {"mode": "bilinear", "normalise": False, "factor": 0.01}),
            (None, {"do_resize": False}, {"mode": "bilinear"}),
        ]:
            values = prepared(pixels, size, **made)
            keys = {"image_processor_type": "DINOv3ViTImageProcessor"} | settings
            if size:
                keys["size"] = {"height": size[0], "width": size[1]}
            flat = values.flatten()
            cases.append({
                "picture": [kind, seed, width, height], "settings": keys, "shape": list(values.shape),
                "every": 97, "values": [round(value, 6) for value in flat[::97].tolist()]})
    with open("smooth-resize-cases.json", "w", encoding="utf-8") as file:
        file.write("[" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "]\n")


if __name__ == "__main__":
    write_fixtures()
    if OUT == "fixtures":
        write_processor_cases()
