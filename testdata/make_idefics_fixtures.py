"""Writes fixtures/idefics: tiny random IDEFICS, each with what the reference makes of it. Run with transformers 5.18 installed, from this
folder:

    python make_idefics_fixtures.py [SEED [OUT_DIR]]

Another seed and folder give other weights, to be tested by `mvn test -Dtesserae.fixtures=OUT_DIR`.
"""

import os
import sys

import torch
import transformers as T
from PIL import Image
from transformers.models.idefics.image_processing_pil_idefics import IdeficsImageProcessorPil

from decoder_fixtures import draw, draw_writer, settings, vocabulary, write

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 0
OUT = os.path.join(sys.argv[2] if len(sys.argv) > 2 else "fixtures", "idefics")
PICTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures", "images")
SPECIAL = ["<fake_token_around_image>", "<image>", "<end_of_utterance>"]
TEXTS = [
    "User: two red circles on blue", "Assistant: a dog and a cat", "no picture of dogs or cats here", "what is this? it is a green line."]
SIDE = 12

# The norm at the end of the tower is that of a token's alone, which nobody asks for.
IDLE = ("vision_model.post_layernorm.weight", "vision_model.post_layernorm.bias")

# Two pictures next to each other, and another after a text has ended; a text before the first picture; no picture.
PROMPTS = [
    ["shapes.png", "noise-wide.png", "two dogs </s>", "grey.png", "a cat"],
    ["User:", "noise-wide.png", "what?", "<end_of_utterance>", "\nAssistant:"],
    ["no dogs here"],
]

ASKED = [("shapes.png", "a picture of"), ("noise-wide.png", "User: what is this? Assistant:")]
GREEDY = {"max_new_tokens": 6, "do_sample": False}


def is_picture(part):
    return part.endswith(".png")


def processor():
    tokenizer, plain = vocabulary(TEXTS, SPECIAL)
    images = IdeficsImageProcessorPil(image_size=SIDE)
    return T.IdeficsProcessor(images, tokenizer, add_end_of_utterance_token=False), plain


def prepare(processor, prompts):
    opened = [[Image.open(os.path.join(PICTURES, p)).convert("RGB") if is_picture(p) else p for p in parts] for parts in prompts]
    batch = processor(text=opened, return_tensors="pt")
    feed = {key: batch[key] for key in ("input_ids", "attention_mask", "pixel_values", "image_attention_mask")}
    feed["image_attention_mask"] = feed["image_attention_mask"].long()
    return feed


def run(feed):
    """What the model says, and where each text looks in the pictures, which it does not say."""

    def outputs(model):
        cross = []
        hooks = [
            layer.cross_attn.register_forward_hook(lambda module, arguments, output: cross.append(output[1]))
            for layer in model.model.gated_cross_attn_layers]
        output = model(**feed, output_hidden_states=True, output_attentions=True)
        for hook in hooks:
            hook.remove()
        return dict(output) | {"cross_attentions": tuple(cross)}

    return outputs


def idefics(name, seed, added, tower, resampler, writes=True, stored=None, shards=None, prompts=PROMPTS, **more):
    both, plain = processor()
    config = T.IdeficsConfig(**{
        "vocab_size": plain if added else plain + len(SPECIAL), "additional_vocab_size": len(SPECIAL) if added else 0, "hidden_size": 24,
        "intermediate_size": 28, "num_attention_heads": 3, "alpha_initializer": "ones", "max_position_embeddings": 64,
        "vision_config": {"image_size": SIDE, "patch_size": 6, "embed_dim": 16, "intermediate_size": 20, "num_hidden_layers": 1,
                          "num_attention_heads": 2} | tower,
        "perceiver_config": {"use_resampler": bool(resampler)} | resampler, "use_resampler": bool(resampler),
        "attn_implementation": "eager"} | more)
    model = T.IdeficsForVisionText2Text(config)
    feed = prepare(both, prompts)
    if writes:
        draw_writer(model, 50 * SEED + seed, feed, settings(8))
    else:
        draw(model, 1000 * SEED + seed)

    def pipeline(model):
        pipe = T.pipeline("image-text-to-text", model=model, processor=both, device="cpu")
        return [{"image": f"../../images/{name}", "text": text, "generate_kwargs": GREEDY, "answer": pipe(
            Image.open(os.path.join(PICTURES, name)).convert("RGB"), text=text, generate_kwargs=dict(GREEDY))} for name, text in ASKED]

    inputs = [[f"../../images/{part}" if is_picture(part) else part for part in parts] for parts in prompts]
    options = {key: value for key, value in {"stored": stored, "shards": shards}.items() if value}
    write(
        os.path.join(OUT, name), model, feed, run(feed), idle=IDLE, files=[both], written_by=settings(8) if writes else None,
        pipeline=pipeline if writes else None, task="image-text-to-text", inputs=inputs, **options)


def main():
    idefics(
        "resampler", 1, True, {},
        {"resampler_n_latents": 3, "resampler_depth": 2, "resampler_n_heads": 3, "resampler_head_dim": 6, "qk_layer_norms_perceiver": True},
        qk_layer_norms=True, num_hidden_layers=4, cross_layer_interval=2, rms_norm_eps=1e-5)
    idefics(
        "plain", 2, False, {"num_hidden_layers": 2, "hidden_act": "quick_gelu", "layer_norm_eps": 1e-3}, {}, alpha_type="vector",
        num_hidden_layers=2, tie_word_embeddings=True, hidden_act="gelu")
    idefics(
        "bf16-sharded", 3, True, {"embed_dim": 10, "intermediate_size": 12},
        {"resampler_n_latents": 2, "resampler_depth": 1, "resampler_n_heads": 2, "resampler_head_dim": 5},
        writes=False, stored=torch.bfloat16, shards="9KB", prompts=PROMPTS[1:], hidden_size=16, intermediate_size=20,
        num_attention_heads=2, num_hidden_layers=1, alpha_type="vector")


main()
