"""Writes fixtures/head-<name>: tiny random models of the BERT family, one for each head and each odd way to store it.

They are fed ids, have a vocabulary of 120 tokens, and are a few tens of kilobytes each. Run with transformers installed,
from this folder:

    python make_head_fixtures.py [SEED [OUT_DIR]]

Another seed and folder give fixtures of other sizes and weights, to be tested by `mvn test -Dtesserae.fixtures=OUT_DIR`.
"""

import json
import os
import shutil
import sys

import torch
import transformers
from safetensors.torch import load_file, save_file

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 0
OUT = sys.argv[2] if len(sys.argv) > 2 else "fixtures"
VOCABULARY = 120
POSITIONS = 40
# Width, heads, feed-forward width, layers: none of them a multiple of a tile, and others for other seeds.
HEADS = 3 + SEED % 3
WIDTH = HEADS * (7 + SEED % 4)
INTERMEDIATE = 37 + 4 * (SEED % 5)
LAYERS = 2


def draw(model, seed):
    """Weights of ordinary size: norms near 1, biases near 0, none of them exactly."""
    generator = torch.Generator().manual_seed(1000 * SEED + seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            values = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() >= 2:
                parameter.copy_(values * 1.6 / parameter.shape[-1] ** 0.5)
            elif "norm" in name.lower() and name.endswith("weight"):
                parameter.copy_(1 + 0.2 * values)
            else:
                parameter.copy_(0.2 * values)
    return model.eval()


def feed(types, *shape):
    generator = torch.Generator().manual_seed(SEED + 5)
    input_ids = torch.randint(5, VOCABULARY, shape, generator=generator)
    attention_mask = torch.ones_like(input_ids)
    rows = attention_mask.view(-1, shape[-1])
    for row in range(rows.shape[0]):
        rows[row, shape[-1] - 3 * row % shape[-1] :] = 0 if row else 1
    token_type_ids = torch.zeros_like(input_ids)
    if types > 1:
        token_type_ids[..., shape[-1] // 3 :] = torch.randint(0, types, (shape[-1] - shape[-1] // 3,), generator=generator)
    inputs = {"input_ids": input_ids * attention_mask, "attention_mask": attention_mask}
    return inputs | ({"token_type_ids": token_type_ids} if types else {})


def bert(**config):
    sizes = dict(hidden_size=WIDTH, num_attention_heads=HEADS, intermediate_size=INTERMEDIATE, num_hidden_layers=LAYERS)
    return transformers.BertConfig(
        vocab_size=VOCABULARY, max_position_embeddings=POSITIONS, attn_implementation="eager", **(sizes | config)
    )


def distilbert(**config):
    return transformers.DistilBertConfig(
        vocab_size=VOCABULARY,
        max_position_embeddings=POSITIONS,
        dim=WIDTH,
        n_heads=HEADS,
        hidden_dim=INTERMEDIATE,
        n_layers=LAYERS,
        attn_implementation="eager",
        **config,
    )


def write(name, seed, model, inputs, edit=None):
    """Saves the model, edits the stored tensors, loads them again, and keeps what the model then returns."""
    folder = os.path.join(OUT, f"head-{name}")
    shutil.rmtree(folder, ignore_errors=True)
    draw(model, seed).save_pretrained(folder)
    if edit:
        path = os.path.join(folder, "model.safetensors")
        save_file({key: value.contiguous().clone() for key, value in edit(load_file(path)).items()}, path, {"format": "pt"})
    model = type(model).from_pretrained(folder, attn_implementation="eager").eval()
    with torch.inference_mode():
        output = model(**inputs, output_hidden_states=True)
    tensors = {f"in.{key}": value.contiguous().clone() for key, value in inputs.items()}
    for key, value in output.items():
        # A pooler that the file lacks, the reference draws anew.
        if isinstance(value, torch.Tensor) and not (key == "pooler_output" and edit is without_pooler):
            tensors[f"out.{key}"] = value.contiguous().clone()
    tensors |= {f"out.hidden_states.{i}": state.contiguous().clone() for i, state in enumerate(output.hidden_states)}
    assert all(torch.isfinite(tensor).all() for tensor in tensors.values()), name
    save_file(tensors, os.path.join(folder, "expected.safetensors"))
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as file:
        json.dump({"task": None, "inputs": [], "arguments": {}, "pipeline": None}, file, indent=1)


def old_names(tensors):
    """As the first BERT checkpoints were stored."""
    spelled = {"LayerNorm.weight": "LayerNorm.gamma", "LayerNorm.bias": "LayerNorm.beta"}
    result = {}
    for name, value in tensors.items():
        for new, old in spelled.items():
            name = name.replace(new, old)
        result[name] = value
    return result


def without_prefix(tensors):
    return {name.removeprefix("bert."): value for name, value in tensors.items()}


def own_decoder(tensors):
    """A decoder beside embeddings that it is tied to: the file's own counts."""
    embeddings = tensors["bert.embeddings.word_embeddings.weight"]
    return tensors | {"cls.predictions.decoder.weight": embeddings.flip(0) * 0.5}


def without_pooler(tensors):
    return {name: value for name, value in tensors.items() if not name.startswith("pooler.")}


T = transformers
T.logging.set_verbosity_error()
T.logging.disable_progress_bar()
PAIRS, TRIPLES = feed(2, 3, 19), feed(2, 2, 3, 11)
SINGLE = feed(0, 3, 17)
LABELS = {"id2label": {i: f"L{i}" for i in range(5)}, "label2id": {f"L{i}": i for i in range(5)}}
write("bert-base-without-pooler", 1, T.BertModel(bert()), PAIRS, without_pooler)
write("bert-base-old-names", 2, T.BertModel(bert()), PAIRS, old_names)
write("bert-sequence", 3, T.BertForSequenceClassification(bert(**LABELS)), PAIRS)
write("bert-token-old-names-no-prefix", 4, T.BertForTokenClassification(bert(**LABELS)), PAIRS, lambda t: without_prefix(old_names(t)))
write("bert-answer", 5, T.BertForQuestionAnswering(bert()), PAIRS)
write("bert-masked", 6, T.BertForMaskedLM(bert(hidden_act="gelu_new", layer_norm_eps=1e-3)), PAIRS)
write("bert-masked-own-decoder", 7, T.BertForMaskedLM(bert()), PAIRS, own_decoder)
write("bert-masked-untied", 8, T.BertForMaskedLM(bert(tie_word_embeddings=False)), PAIRS)
write("bert-choice", 9, T.BertForMultipleChoice(bert()), TRIPLES)
write("bert-next-sentence", 10, T.BertForNextSentencePrediction(bert()), PAIRS)
write("bert-one-token-type", 11, T.BertModel(bert(type_vocab_size=1)), feed(1, 2, 13))
write("bert-no-layers", 12, T.BertModel(bert(num_hidden_layers=0, type_vocab_size=5)), feed(5, 2, 40))
write("distilbert-token", 21, T.DistilBertForTokenClassification(distilbert(**LABELS)), SINGLE)
write("distilbert-answer", 22, T.DistilBertForQuestionAnswering(distilbert()), SINGLE)
write("distilbert-masked", 23, T.DistilBertForMaskedLM(distilbert(activation="relu")), SINGLE)
write("distilbert-masked-untied", 24, T.DistilBertForMaskedLM(distilbert(tie_word_embeddings=False)), SINGLE)
write("distilbert-choice", 25, T.DistilBertForMultipleChoice(distilbert()), feed(0, 2, 3, 9))
