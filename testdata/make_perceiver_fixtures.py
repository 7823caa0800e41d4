"""Writes fixtures/perceiver: tiny random Perceivers of every class, each with what the reference makes of it. Run with transformers 5.18
installed, from this folder:

    python make_perceiver_fixtures.py [SEED [OUT_DIR]]

Another seed and folder give other weights and inputs, to be tested by `mvn test -Dtesserae.fixtures=OUT_DIR`.

Some of the classes have matrices of hard-coded width (256, 322, or 387, squared). So that they are small here, weights are drawn among
the numbers of a narrow type and stored in it, large matrices among three numbers only, and their files are kept compressed
(`model.safetensors.gz`). The reference computes in float32 with just these numbers.
"""

import gzip
import json
import os
import shutil
import sys

import torch
import transformers as T
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers.models.perceiver.image_processing_pil_perceiver import PerceiverImageProcessorPil

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 0
OUT = os.path.join(sys.argv[2] if len(sys.argv) > 2 else "fixtures", "perceiver")
PICTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures", "images")
F8 = torch.float8_e4m3fn
LARGE = 9_000  # numbers of a matrix

# Of no effect on any output: the label that a model is given is always masked, and nothing else ever is.
WITHOUT_EFFECT = {"padding.label", "mask.audio", "mask.image"}

T.logging.set_verbosity_error()
T.logging.disable_progress_bar()
torch.set_num_threads(1)


def random(seed):
    return torch.Generator().manual_seed(1000 * SEED + seed)


def labels(count):
    return {"id2label": {i: f"L{i}" for i in range(count)}, "label2id": {f"L{i}": i for i in range(count)}}


def config(**keys):
    return T.PerceiverConfig(attn_implementation="eager", **keys)


# --- Weights


def draw(model, seed, stored):
    """Weights of ordinary size: norms near 1, biases near 0, none of them exactly; each as it will be stored."""
    generator = random(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            values = torch.randn(parameter.shape, generator=generator)
            kind = name.split(".")[-2] if name.endswith(("weight", "bias")) else name
            if "norm" in kind:
                parameter.copy_(1 + 0.2 * values if name.endswith("weight") else 0.2 * values)
            elif parameter.dim() >= 2:
                fan = parameter[0].numel() if "embedding" not in name and "latents" not in name else parameter.shape[-1] ** 0.5
                parameter.copy_(values * (1.6 / fan**0.5))
                if parameter.numel() >= LARGE:  # of three only zero, a power of two, and that below zero; two of three are zero
                    size = 2.0 ** round(torch.log2(torch.tensor(2.7 / fan**0.5)).item())
                    parameter.copy_(size * (0.5 * values).round().clamp(-1, 1) + 0.0)  # no negative zero
            else:
                parameter.copy_(0.2 * values)
            parameter.copy_(parameter.to(stored))
        for name, buffer in model.named_buffers():
            values = torch.rand(buffer.shape, generator=generator)
            if name.endswith("running_mean"):
                buffer.copy_((values - 0.5).to(stored))
            elif name.endswith("running_var"):
                buffer.copy_((0.5 + values).to(stored))
            elif name.endswith("num_batches_tracked"):
                buffer.fill_(17)
    return model.eval()


def of_no_effect(model, run):
    """The parameters, and buffers of numbers, that can change without an output that does."""
    names, generator = set(), random(99)
    outputs = run(model)
    with torch.no_grad():
        for name, tensor in list(model.named_parameters()) + [(n, b) for n, b in model.named_buffers() if b.is_floating_point()]:
            kept = tensor.clone()
            tensor.add_(0.1 + 0.25 * torch.randn(tensor.shape, generator=generator))
            changed = run(model)
            if all(torch.equal(changed[key], outputs[key]) for key in outputs):
                names.add(name)
            tensor.copy_(kept)
    return names


# --- Files


def flat(prefix, output):
    """The tensors of an output or a feed, those of a list by their number, those of a mapping by their key."""
    tensors = {}
    for key, value in output.items():
        if isinstance(value, torch.Tensor):
            tensors[prefix + key] = value.detach().contiguous().clone()
        elif isinstance(value, dict):
            tensors |= flat(f"{prefix}{key}.", value)
        elif isinstance(value, tuple):
            tensors |= {f"{prefix}{key}.{i}": state.detach().contiguous().clone() for i, state in enumerate(value)}
    return tensors


def write(name, seed, model, feed, stored, pipeline=None, files=(), **expected):
    folder = os.path.join(OUT, name)
    shutil.rmtree(folder, ignore_errors=True)
    draw(model, seed, stored)
    model.save_pretrained(folder)
    path = os.path.join(folder, "model.safetensors")
    drawn = load_file(path)
    save_file({key: tensor.to(stored) if tensor.is_floating_point() else tensor for key, tensor in drawn.items()}, path, {"format": "pt"})
    model = type(model).from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    assert all(torch.equal(tensor, drawn[key]) for key, tensor in model.state_dict().items()), "what is stored is not what was drawn"

    @torch.inference_mode()
    def run(of):
        return flat("out.", of(**feed, output_hidden_states=True, output_attentions=True))

    outputs = run(model)
    assert all(torch.isfinite(tensor).all() for tensor in outputs.values()), name
    idle = {key for key in of_no_effect(model, run) if not any(key.endswith(known) for known in WITHOUT_EFFECT)}
    assert not idle, idle
    if any(tensor.numel() >= LARGE for tensor in drawn.values()):
        with open(path, "rb") as file:
            packed = gzip.compress(file.read(), 9, mtime=0)
        with open(path + ".gz", "wb") as file:
            file.write(packed)
        os.remove(path)
    for made_by in files:
        made_by.save_pretrained(folder)
    fed = flat("in.", feed)
    save_file(fed | outputs, os.path.join(folder, "expected.safetensors"))
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as file:
        json.dump(expected | {"pipeline": pipeline(model) if pipeline else None}, file, ensure_ascii=False)
    print(name, sum(os.path.getsize(os.path.join(folder, file)) for file in os.listdir(folder)) // 1000, "KB")


# --- Models


def masked():
    """Fewer bytes than the model has positions: it answers for all of them."""
    tokenizer = T.PerceiverTokenizer(model_max_length=11)
    texts = ["a [MASK]", "東[MASK]"]
    batch = dict(tokenizer(texts, padding=True, return_tensors="pt"))
    assert batch["input_ids"].shape[1] < 11
    model = T.PerceiverForMaskedLM(config(
        num_latents=5, d_latents=15, d_model=24, num_blocks=2, num_self_attends_per_block=1, num_self_attention_heads=3,
        num_cross_attention_heads=5, qk_channels=30, v_channels=15, max_position_embeddings=11, hidden_act="gelu_new"))
    padded = {"padding": "max_length", "max_length": 11}

    def pipeline(model):
        fill = T.pipeline("fill-mask", model=model, tokenizer=tokenizer, device="cpu")
        return [fill(text, tokenizer_kwargs=padded) for text in texts]

    write("masked", 3, model, batch, F8, pipeline, [tokenizer], task="fill-mask", inputs=texts, arguments=padded)


def sequence():
    tokenizer = T.PerceiverTokenizer(model_max_length=38)
    texts = ["The actors were very convincing.", "", "Crème 東京 🙂 \x00"]
    batch = dict(tokenizer(texts, padding=True, truncation=True, return_tensors="pt"))
    batch["attention_mask"][0, 3:9] = 0  # as good as padding, and in the middle
    model = T.PerceiverForSequenceClassification(config(
        num_latents=6, d_latents=21, d_model=18, num_blocks=1, num_self_attends_per_block=2, num_self_attention_heads=7,
        num_cross_attention_heads=3, max_position_embeddings=38, cross_attention_widening_factor=2, self_attention_widening_factor=3,
        hidden_act="relu", **labels(3)))
    write(
        "sequence", 4, model, batch, F8,
        lambda model: T.pipeline("text-classification", model=model, tokenizer=tokenizer, device="cpu")(texts, top_k=None),
        [tokenizer], task="text-classification", inputs=texts, arguments={"top_k": None})


def base():
    """The model alone: it takes what others make of texts and pictures."""
    inputs = (16 * torch.randn(3, 9, 13, generator=random(3))).round() / 16
    mask = torch.tensor([[1] * 9, [1, 0, 1, 1, 0, 0, 1, 0, 1], [0] * 6 + [1] * 3])
    model = T.PerceiverModel(config(
        num_latents=5, d_latents=14, d_model=13, num_blocks=3, num_self_attends_per_block=2, num_self_attention_heads=7,
        num_cross_attention_heads=2, cross_attention_shape_for_attention="q", hidden_act="silu", use_query_residual=False,
        self_attention_widening_factor=2))
    write("base", 3, model, {"inputs": inputs, "attention_mask": mask}, torch.float16, task=None, inputs=[])


def pictures(name, seed, model, height, width, processor=None):
    """Of two pictures, where there is a processor; else of random numbers, since no processor makes pictures that are not square."""
    if processor:
        names = ["shapes.png", "noise-wide.png"]
        images = [Image.open(os.path.join(PICTURES, file)).convert("RGB") for file in names]
        pixel_values = processor(images, return_tensors="pt")["pixel_values"]
    else:
        names = []
        pixel_values = (32 * torch.randn(2, 3, height, width, generator=random(seed))).round() / 32

    def pipeline(model):
        return T.pipeline("image-classification", model=model, image_processor=processor, device="cpu")(images, top_k=3)

    write(
        name, seed, model, {"pixel_values": pixel_values}, F8, pipeline if processor else None, [processor] if processor else [],
        task="image-classification", inputs=[f"../../images/{file}" for file in names], arguments={"top_k": 3})


def processor(side, crop):
    return PerceiverImageProcessorPil(size={"height": side, "width": side}, crop_size={"height": crop, "width": crop})


def learned():
    model = T.PerceiverForImageClassificationLearned(config(
        num_latents=5, d_latents=11, d_model=512, num_blocks=2, num_self_attends_per_block=1, num_self_attention_heads=1,
        num_cross_attention_heads=11, cross_attention_shape_for_attention="q", image_size=5, hidden_act="tanh", **labels(4)))
    pictures("image-learned", 4, model, 5, 5, processor(5, 7))


def fourier():
    model = T.PerceiverForImageClassificationFourier(config(
        num_latents=4, d_latents=15, d_model=261, num_blocks=1, num_self_attends_per_block=3, num_self_attention_heads=5,
        num_cross_attention_heads=5, qk_channels=10, v_channels=15, cross_attention_widening_factor=3, **labels(5)))
    pictures("image-fourier", 3, model, 9, 7)


def conv():
    model = T.PerceiverForImageClassificationConvProcessing(config(
        num_latents=5, d_latents=13, d_model=322, num_blocks=2, num_self_attends_per_block=2, num_self_attention_heads=1,
        num_cross_attention_heads=13, cross_attention_shape_for_attention="q", hidden_act="gelu_pytorch_tanh", **labels(2)))
    pictures("image-conv", 4, model, 17, 22)


def flow():
    height, width = 5, 7
    inputs = (8 * torch.randn(2, 2, 27, height, width, generator=random(4))).round() / 8
    model = T.PerceiverForOpticalFlow(config(
        num_latents=5, d_latents=12, d_model=322, num_blocks=1, num_self_attends_per_block=2, num_self_attention_heads=4,
        num_cross_attention_heads=3, qk_channels=12, v_channels=12, train_size=[height, width]))
    write("flow", 4, model, {"inputs": inputs}, F8, task=None, inputs=[])


def multimodal():
    frames, side, per_frame, patch, classes = 2, 8, 15, 5, 3
    generator = random(3)
    inputs = {
        "image": (8 * torch.randn(1, frames, 3, side, side, generator=generator)).round() / 8,
        "audio": (8 * torch.randn(1, frames * per_frame, 1, generator=generator)).round() / 8,
        "label": torch.zeros(1, classes),
    }
    points = {"image": torch.tensor([0, 5, 77, frames * side * side - 1]), "audio": torch.tensor([0, 2, 5]), "label": None}
    model = T.PerceiverForMultimodalAutoencoding(config(
        num_latents=5, d_latents=14, d_model=32, num_blocks=2, num_self_attends_per_block=1, num_self_attention_heads=2,
        num_cross_attention_heads=1, qk_channels=16, v_channels=14, use_query_residual=False, num_frames=frames, image_size=side // 4,
        audio_samples_per_frame=per_frame, samples_per_patch=patch, output_shape=[1, frames, side, side], output_num_channels=7,
        _label_trainable_num_channels=9, **labels(classes)))
    write("multimodal", 3, model, {"inputs": inputs, "subsampled_output_points": points}, F8, task=None, inputs=[])


for make in (masked, sequence, base, learned, fourier, conv, flow, multimodal):
    make()
