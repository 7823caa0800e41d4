"""Writes fixtures/llama: tiny random LLaMAs, each with what the reference makes of it: the model alone, its heads, and in the folder
writing language models, of which some have positions that are scaled. Run with transformers 5.18 installed, from this folder:

    python make_llama_fixtures.py [SEED [OUT_DIR]]

Another seed and folder give other weights and inputs, to be tested by `mvn test -Dtesserae.fixtures=OUT_DIR`.
"""

import os
import sys

import torch
import transformers as T

from decoder_fixtures import draw, draw_writer, random, settings, write

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 0
OUT = os.path.join(sys.argv[2] if len(sys.argv) > 2 else "fixtures", "llama")
IDS = 60
LABELS = {"id2label": {i: f"L{i}" for i in range(3)}, "label2id": {f"L{i}": i for i in range(3)}}


def config(**more):
    return T.LlamaConfig(**{
        "vocab_size": IDS, "hidden_size": 24, "intermediate_size": 36, "num_hidden_layers": 2, "num_attention_heads": 3,
        "max_position_embeddings": 40, "attn_implementation": "eager"} | more)


def feed(mask, seed=5):
    mask = torch.tensor(mask)
    ids = torch.randint(3, IDS, mask.shape, generator=random(100 * SEED + seed))
    return {"input_ids": torch.where(mask == 1, ids, 0), "attention_mask": mask}


def ragged():
    """Padding on the left, as texts to go on with have."""
    return feed([[1] * 9, [0, 0, 0, 1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0, 0, 1, 1]])


def forward(name, seed, model, inputs, **more):
    draw(model, 1000 * SEED + seed)
    write(os.path.join(OUT, name), model, inputs, **more)


# ---------------------------------------------------------------- the model alone, and its heads


def alone():
    forward("base", 1, T.LlamaModel(config()), feed([[1] * 9, [0, 0, 0, 1, 1, 1, 1, 1, 1], [1, 1, 0, 0, 1, 0, 1, 0, 0]]))


def heads():
    padding = 0
    inputs = feed([[1] * 8, [1, 1, 1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1, 1, 1], [1] * 8, [1] * 8, [1] * 8])
    inputs["input_ids"][3, 6:] = padding  # of no account at the end, although not masked,
    inputs["input_ids"][4, 2] = padding  # but in the middle a token as others
    inputs["input_ids"][5] = padding
    small = {"num_hidden_layers": 1, "pad_token_id": padding}
    forward("sequence", 2, T.LlamaForSequenceClassification(config(**small, **LABELS)), inputs)
    forward("token", 3, T.LlamaForTokenClassification(config(**small, **LABELS)), ragged())
    forward("answer", 4, T.LlamaForQuestionAnswering(config(**small)), ragged())


# ---------------------------------------------------------------- those that write


def writer(name, seed, stored=None, with_positions=False, **more):
    model = T.LlamaForCausalLM(config(**more))
    model.generation_config.update(pad_token_id=0)
    inputs = ragged()
    draw_writer(model, 50 * SEED + seed, inputs, settings(8))
    if with_positions:
        inputs["position_ids"] = (inputs["attention_mask"].cumsum(-1) - 1).clamp(min=0)
    options = {"stored": stored} if stored else {}
    write(os.path.join(OUT, "writing", name), model, inputs, written_by=settings(8), task="text-generation", **options)


def writers():
    writer("plain", 1, rope_parameters={"rope_type": "default", "rope_theta": 500.0})
    writer(
        "grouped", 2, with_positions=True, num_attention_heads=4, num_key_value_heads=2, head_dim=10, attention_bias=True, mlp_bias=True,
        hidden_act="gelu", rms_norm_eps=1e-3, num_hidden_layers=3, max_position_embeddings=30)
    writer("tied", 3, stored=torch.bfloat16, tie_word_embeddings=True, num_key_value_heads=1)


def scaled(name, seed, rope, length, old_names=False, **more):
    """Rows of equal length, since the reference takes the frequencies of some kinds from the longest. Attention shows the positions."""
    model = T.LlamaForCausalLM(config(
        vocab_size=40, hidden_size=16, intermediate_size=24, num_hidden_layers=1, num_attention_heads=2, rope_parameters=rope, **more))
    ids = torch.randint(3, 40, (2, length), generator=random(100 * SEED + seed))

    def old(config):
        """As files had it before there were `rope_parameters`."""
        parameters = config.pop("rope_parameters")
        config["rope_theta"] = parameters.pop("rope_theta")
        if old_names == "type":
            parameters["type"] = parameters.pop("rope_type")
        config["rope_scaling"] = None if parameters == {"rope_type": "default"} else parameters

    forward(
        f"writing/rope-{name}", seed, model, {"input_ids": ids}, config=old if old_names else None,
        keep=lambda output: output.startswith(("logits", "attentions")))


def scaled_positions():
    yarn = {"rope_type": "yarn", "rope_theta": 10_000.0, "factor": 4.0, "original_max_position_embeddings": 8}
    llama3 = {
        "rope_type": "llama3", "rope_theta": 10_000.0, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 16}
    dynamic = {"rope_type": "dynamic", "rope_theta": 10_000.0, "factor": 3.0}
    longrope = {
        "rope_type": "longrope", "rope_theta": 10_000.0, "short_factor": [1.0, 1.25, 1.5, 2.0], "long_factor": [1.0, 2.5, 5.0, 9.0],
        "original_max_position_embeddings": 12}
    scaled("default-old-names", 20, {"rope_type": "default", "rope_theta": 700.0}, 12, "rope_type")
    scaled("linear", 21, {"rope_type": "linear", "rope_theta": 10_000.0, "factor": 2.5}, 14)
    scaled("linear-old-names", 22, {"rope_type": "linear", "rope_theta": 900.0, "factor": 4.0}, 14, "type")
    scaled("llama3", 23, llama3, 22)
    scaled("llama3-old-names", 24, llama3 | {"rope_theta": 300.0}, 14, "rope_type")
    scaled("yarn", 25, yarn, 20, max_position_embeddings=32)
    scaled(
        "yarn-all-keys", 26,
        yarn | {"beta_fast": 4.0, "beta_slow": 0.5, "mscale": 0.8, "mscale_all_dim": 0.5, "truncate": False}, 14,
        max_position_embeddings=32)
    scaled("dynamic-below", 27, dynamic, 12, max_position_embeddings=16)
    scaled("dynamic-beyond", 28, dynamic, 22, max_position_embeddings=16)
    scaled("longrope-below", 29, longrope, 12, max_position_embeddings=48)
    scaled("longrope-beyond", 30, longrope | {"factor": 4.0}, 16, max_position_embeddings=48)


for make in (alone, heads, writers, scaled_positions):
    make()
