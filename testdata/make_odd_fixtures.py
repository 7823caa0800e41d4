"""Writes fixtures/<name>: small random DistilBERT classifiers of odd sizes, and every activation, with the reference's tensors.

The other fixtures have sizes that tiles and vectors divide; these have none that they do. Those that are fed texts hold a
tokenizer and the pipeline's answers, the others are fed ids, and so small that all activations have one. Run with
transformers installed, after make_fixtures.py, from this folder:

    python make_odd_fixtures.py
"""

import json
import os
import shutil

import torch
import transformers
from few_numbers import narrow, one_of_fifteen
from safetensors.torch import save_file

TOKENIZER = "fixtures/distilbert-mnli"
FEW_TOKENS = 120  # a vocabulary for those that are fed ids
POSITIONS = 64
LABELS = {"id2label": {0: "NEGATIVE", 1: "POSITIVE"}, "label2id": {"NEGATIVE": 0, "POSITIVE": 1}}
SEVENTEEN = {"id2label": {i: f"CLASS {i}" for i in range(17)}, "label2id": {f"CLASS {i}": i for i in range(17)}}
WORDS = (
    "the actors were very convincing and nobody in the audience laughed , not even once ; joe lived for a very long time ."
).split()
# Rows of many lengths meet in one batch; the longest is cut at 64 tokens.
TEXTS = [" ".join(WORDS[i % len(WORDS)] for i in range(count)) for count in (1, 0, 2, 3, 13, 30, 90)]

ACTIVATIONS = (
    "gelu_10 gelu_accurate gelu_fast gelu_new gelu_python gelu_python_tanh gelu_pytorch_tanh hardswish leaky_relu linear mish "
    "quick_gelu relu2 relu6 sigmoid silu swish tanh"
).split()

tokenizer = transformers.BertTokenizer.from_pretrained(TOKENIZER, model_max_length=POSITIONS)


def draw(model, seed, few):
    """Weights of ordinary size: norms near 1, biases near 0, none of them exactly. Of matrices they may be few numbers, see few_numbers.py."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            values = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() >= 2:
                values = values * 1.6 / parameter.shape[-1] ** 0.5
                parameter.copy_(one_of_fifteen(values, parameter.shape[-1]) if few else values)
            else:
                values = 1 + 0.2 * values if "norm" in name.lower() and name.endswith("weight") else 0.2 * values
                parameter.copy_(narrow(values) if few else values)
    return model.eval()


def ids(lengths, holes=False, mask=True):
    """Random ids, padded with 0 on the right; with holes every fifth token is masked, but keeps its id."""
    generator = torch.Generator().manual_seed(5)
    longest = max(lengths)
    input_ids = torch.randint(5, FEW_TOKENS, (len(lengths), longest), generator=generator)
    attention_mask = torch.zeros_like(input_ids)
    for row, length in enumerate(lengths):
        attention_mask[row, :length] = 1
    if holes:
        attention_mask[:, 2::5] = 0
    else:
        input_ids = torch.where(attention_mask > 0, input_ids, 0)
    return {"input_ids": input_ids} | ({"attention_mask": attention_mask} if mask else {})


def write(name, seed, feed=None, attentions=False, few=True, **config):
    config = {"vocab_size": len(tokenizer) if feed is None else FEW_TOKENS, "max_position_embeddings": POSITIONS} | LABELS | config
    model = transformers.DistilBertForSequenceClassification(
        transformers.DistilBertConfig(attn_implementation="eager", **config)
    )
    draw(model, seed, few)
    folder = os.path.join("fixtures", name)
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    expected = {"task": None, "inputs": [], "arguments": {}, "pipeline": None}
    if feed is None:
        tokenizer.save_pretrained(folder)
        shutil.copy(os.path.join(TOKENIZER, "vocab.txt"), folder)
        arguments = {"top_k": None, "truncation": True}
        pipeline = transformers.pipeline("text-classification", model=model, tokenizer=tokenizer, device="cpu")
        expected = {
            "task": "text-classification",
            "inputs": TEXTS,
            "arguments": arguments,
            "pipeline": pipeline(TEXTS, **arguments),
        }
        feed = dict(tokenizer(TEXTS, padding=True, truncation=True, return_tensors="pt", return_token_type_ids=False))
    with torch.inference_mode():
        output = model(**feed, output_hidden_states=True, output_attentions=attentions)
    tensors = {f"in.{key}": value.contiguous().clone() for key, value in feed.items()}
    tensors["out.logits"] = output.logits
    tensors |= {f"out.hidden_states.{i}": state.contiguous().clone() for i, state in enumerate(output.hidden_states)}
    if attentions:
        tensors |= {f"out.attentions.{i}": maps.contiguous().clone() for i, maps in enumerate(output.attentions)}
    assert all(torch.isfinite(tensor).all() for tensor in tensors.values()), name
    save_file(tensors, os.path.join(folder, "expected.safetensors"))
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as file:
        json.dump(expected, file, indent=1)


transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
# One with any numbers, so that sums are rounded everywhere.
write("odd-head-size-7", 12, ids([13, 2, 31]), few=False, dim=35, n_heads=5, hidden_dim=53, n_layers=2)
write("odd-seventeen-labels", 20, dim=24, n_heads=3, hidden_dim=49, n_layers=1, **SEVENTEEN)
write("odd-head-size-1", 15, ids([9, 4]), dim=3, n_heads=3, hidden_dim=1, n_layers=1)
write("odd-head-size-33", 14, ids([33, 1, 20]), True, dim=66, n_heads=2, hidden_dim=97, n_layers=1)
write("odd-one-head", 16, ids([17, 5]), dim=17, n_heads=1, hidden_dim=19, n_layers=1)
write("odd-wide-feed-forward", 17, ids([3, 19]), dim=49, n_heads=7, hidden_dim=193, n_layers=1)
write("odd-narrow-feed-forward", 18, ids([14, 2, 11]), dim=52, n_heads=4, hidden_dim=7, n_layers=2)
write("odd-one-token", 21, ids([1]), True, dim=28, n_heads=4, hidden_dim=57, n_layers=2)
write("odd-every-length", 22, ids(range(1, 65)), dim=8, n_heads=4, hidden_dim=29, n_layers=1)
write("odd-mask-with-holes", 23, ids([64, 3, 17, 33], holes=True), True, dim=12, n_heads=2, hidden_dim=25, n_layers=2)
write("odd-no-mask-given", 24, ids([31] * 3, mask=False), dim=36, n_heads=4, hidden_dim=73, n_layers=1)
for number, activation in enumerate(ACTIVATIONS):
    write(
        f"activation-{activation}",
        100 + number,
        ids([1, 5, 13]),
        dim=20,
        n_heads=2,
        hidden_dim=61,
        n_layers=1,
        activation=activation,
    )
