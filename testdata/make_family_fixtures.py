"""Writes fixtures/mpnet and fixtures/electra: tiny random models of these families, one for each head, each with what the
reference makes of it; some with a tokenizer, texts and the pipeline's answers.

Two seeds give two sizes of each: the second has other widths, layers, heads, and for ELECTRA no projection. Run with
transformers 5.18 and sentence-transformers 6.0 installed, from this folder:

    python make_family_fixtures.py [SEED [OUT_DIR]]

Another seed and folder give fixtures of other sizes and weights, to be tested by `mvn test -Dtesserae.fixtures=OUT_DIR`.
"""

import json
import os
import shutil
import sys

import numpy as np
import torch
import transformers as T
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 0
OUT = sys.argv[2] if len(sys.argv) > 2 else "fixtures"
VOCABULARY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "spec-cases", "tiny-vocab", "vocab.txt")
IDS = 120

TEXTS = [
    "The actors were very convincing.",
    "I like soccer. We all love soccer!",
    "A dull, lifeless film: nobody in the audience laughed, not even once.",
    "Cr\u00e8me br\u00fbl\u00e9e \u2014 na\u00efve caf\u00e9, \u6771\u4eac tower & 100% fun?!",
    "",
    "word " * 40,
]
LABELS = {"id2label": {i: f"L{i}" for i in range(5)}, "label2id": {f"L{i}": i for i in range(5)}}

T.logging.set_verbosity_error()
T.logging.disable_progress_bar()


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


def feed(pad, types, *shape):
    """Random ids, never the padding's but where a row ends early."""
    generator = torch.Generator().manual_seed(SEED + 5)
    input_ids = torch.randint(5, IDS, shape, generator=generator)
    attention_mask = torch.ones_like(input_ids)
    rows = attention_mask.view(-1, shape[-1])
    for row in range(1, rows.shape[0]):
        rows[row, shape[-1] - 3 * row % shape[-1] :] = 0
    inputs = {"input_ids": torch.where(attention_mask == 1, input_ids, pad), "attention_mask": attention_mask}
    if types:
        token_type_ids = torch.zeros_like(input_ids)
        token_type_ids[..., shape[-1] // 3 :] = torch.randint(0, types, (shape[-1] - shape[-1] // 3,), generator=generator)
        inputs["token_type_ids"] = token_type_ids
    return inputs


def write(family, name, seed, model, inputs, task=None, texts=(), tokenizer=None, arguments=None, edit=None, attentions=False):
    """Saves the model, edits the stored tensors, loads them again, and keeps what the model then returns."""
    folder = os.path.join(OUT, family, name)
    shutil.rmtree(folder, ignore_errors=True)
    draw(model, seed).save_pretrained(folder)
    if edit:
        path = os.path.join(folder, "model.safetensors")
        save_file({key: value.contiguous().clone() for key, value in edit(load_file(path)).items()}, path, {"format": "pt"})
    if tokenizer:
        tokenizer.save_pretrained(folder)
    model = type(model).from_pretrained(folder, attn_implementation="eager").eval()
    with torch.inference_mode():
        output = model(**inputs, output_hidden_states=True, output_attentions=attentions)
    tensors = {f"in.{key}": value.contiguous().clone() for key, value in inputs.items()}
    for key, value in output.items():
        # A pooler that the file lacks, the reference draws anew.
        if isinstance(value, torch.Tensor) and not (key == "pooler_output" and edit):
            tensors[f"out.{key}"] = value.contiguous().clone()
    for key in ("hidden_states", "attentions"):
        for i, state in enumerate(output.get(key) or ()):
            tensors[f"out.{key}.{i}"] = state.contiguous().clone()
    assert all(torch.isfinite(tensor).all() for tensor in tensors.values()), name
    answers = None
    if task and tokenizer:
        pipeline = T.pipeline(task, model=model, tokenizer=tokenizer, device="cpu")
        answers = [pipeline(text, **(arguments or {})) for text in texts]
    save_file(tensors, os.path.join(folder, "expected.safetensors"))
    expected = {"task": task, "inputs": list(texts), "arguments": arguments or {}, "pipeline": answers}
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as file:
        json.dump(expected, file, indent=1, ensure_ascii=False, default=lambda v: v.item() if hasattr(v, "item") else str(v))
    return folder


def words():
    with open(VOCABULARY, encoding="utf-8") as file:
        return [line.rstrip("\n") for line in file][:400]


def mpnet_tokenizer():
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    plain = [word for word in words() if not word.startswith("[")]
    tokens = special + plain + ["[UNK]", "<mask>"]
    return T.MPNetTokenizer(vocab={token: id for id, token in enumerate(tokens)}, model_max_length=48), len(tokens)


def electra_tokenizer():
    tokens = words()
    return T.ElectraTokenizer(vocab={token: id for id, token in enumerate(tokens)}, model_max_length=48), len(tokens)


def mpnet(vocabulary=IDS, size=0, layers=None, positions=50, **more):
    heads = (3, 2)[size] + SEED % 3
    width = heads * ((7, 12)[size] + SEED % 4)
    return T.MPNetConfig(
        vocab_size=vocabulary, max_position_embeddings=positions, hidden_size=width, num_attention_heads=heads,
        intermediate_size=(37, 52)[size] + 4 * (SEED % 5), num_hidden_layers=layers or (2, 3)[size], attn_implementation="eager", **more)


def electra(vocabulary=IDS, size=0, layers=None, positions=50, **more):
    heads = (3, 2)[size] + SEED % 3
    width = heads * ((7, 12)[size] + SEED % 4)
    return T.ElectraConfig(
        vocab_size=vocabulary, max_position_embeddings=positions, embedding_size=(17, width)[size], hidden_size=width,
        num_attention_heads=heads, intermediate_size=(37, 52)[size] + 4 * (SEED % 5), num_hidden_layers=layers or (2, 3)[size],
        attn_implementation="eager", **more)


def without(prefix):
    return lambda tensors: {name: value for name, value in tensors.items() if not name.startswith(prefix)}


def own_decoder(decoder, embeddings):
    return lambda tensors: tensors | {decoder: tensors[embeddings].flip(0) * 0.5}


def sentence_layout(tokenizer, vocabulary):
    """The layout of sentence-transformers/all-mpnet-base-v2: mean pooling, then unit length."""
    folder = write("mpnet", "sentence", 31, T.MPNetModel(mpnet(vocabulary, 1)), feed(1, 0, 2, 9), tokenizer=tokenizer)
    parts = [Transformer(folder, max_seq_length=32)]
    parts += [Pooling(parts[0].get_embedding_dimension(), "mean"), Normalize()]
    keep = {name: open(os.path.join(folder, name), "rb").read() for name in ("expected.safetensors", "expected.json")}
    SentenceTransformer(modules=parts).save(folder, create_model_card=False)
    tensors = load_file(os.path.join(folder, "model.safetensors"))
    embeddings = SentenceTransformer(folder, device="cpu").encode(TEXTS)
    for name, bytes in keep.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(bytes)
    expected = load_file(os.path.join(folder, "expected.safetensors"))
    expected["out.sentence_embedding"] = torch.from_numpy(np.asarray(embeddings, dtype=np.float32)).contiguous()
    save_file(expected, os.path.join(folder, "expected.safetensors"))
    assert "encoder.relative_attention_bias.weight" in tensors
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as file:
        json.dump({"task": "sentence-embedding", "inputs": TEXTS}, file, indent=1, ensure_ascii=False)


def main():
    single, triples = feed(1, 0, 3, 17), feed(1, 0, 2, 3, 9)
    tokenizer, size = mpnet_tokenizer()
    # Longer than 128 tokens, so that the last bucket of distances is reached.
    write("mpnet", "base", 1, T.MPNetModel(mpnet(positions=152)), feed(1, 0, 2, 150))
    write("mpnet", "base-other-size", 2, T.MPNetModel(mpnet(size=1)), feed(1, 0, 4, 21), attentions=True)
    write("mpnet", "base-without-pooler", 3, T.MPNetModel(mpnet(layers=1)), single, edit=without("pooler."))
    write("mpnet", "sequence", 4, T.MPNetForSequenceClassification(mpnet(size, positions=152, **LABELS)), single,
          "text-classification", TEXTS, tokenizer, {"top_k": None})
    write("mpnet", "token", 5, T.MPNetForTokenClassification(mpnet(layers=1, **LABELS)), single)
    write("mpnet", "answer", 6, T.MPNetForQuestionAnswering(mpnet(size=1, layers=1)), single)
    write("mpnet", "masked", 7, T.MPNetForMaskedLM(mpnet(size, hidden_act="relu")), feed(1, 0, 2, 7),
          "fill-mask", ["The actors were <mask> convincing.", "<mask>!"], tokenizer, {"top_k": 3})
    write("mpnet", "masked-untied", 8, T.MPNetForMaskedLM(mpnet(layers=1, tie_word_embeddings=False)), single)
    write("mpnet", "masked-own-decoder", 9, T.MPNetForMaskedLM(mpnet(layers=1)), single,
          edit=own_decoder("lm_head.decoder.weight", "mpnet.embeddings.word_embeddings.weight"))
    write("mpnet", "choice", 10, T.MPNetForMultipleChoice(mpnet(layers=1)), triples)
    inside = feed(1, 0, 2, 30)
    inside["input_ids"][:, 3:5] = 1  # padding that nothing masks: it takes no place, and is attended to
    write("mpnet", "more-buckets", 11, T.MPNetModel(mpnet(layers=1, relative_attention_num_buckets=40)), inside)
    sentence_layout(tokenizer, size)

    pairs, triples = feed(0, 2, 3, 19), feed(0, 2, 2, 3, 9)
    tokenizer, size = electra_tokenizer()
    write("electra", "base", 1, T.ElectraModel(electra()), pairs)
    write("electra", "base-other-size", 2, T.ElectraModel(electra(size=1)), feed(0, 2, 4, 21), attentions=True)
    write("electra", "discriminator", 3, T.ElectraForPreTraining(electra()), pairs)
    write("electra", "sequence", 4, T.ElectraForSequenceClassification(electra(size, positions=152, **LABELS)), pairs,
          "text-classification", TEXTS, tokenizer, {"top_k": None})
    write("electra", "token", 5, T.ElectraForTokenClassification(electra(size, **LABELS)), pairs,
          "token-classification", TEXTS[:3], tokenizer, {"aggregation_strategy": "simple"})
    write("electra", "answer", 6, T.ElectraForQuestionAnswering(electra(size=1, layers=1)), pairs)
    write("electra", "masked", 7, T.ElectraForMaskedLM(electra(size, hidden_act="relu")), feed(0, 2, 2, 7),
          "fill-mask", ["The actors were [MASK] convincing.", "[MASK]!"], tokenizer, {"top_k": 3})
    write("electra", "masked-untied", 8, T.ElectraForMaskedLM(electra(layers=1, tie_word_embeddings=False)), pairs)
    write("electra", "masked-own-decoder", 9, T.ElectraForMaskedLM(electra(layers=1)), pairs,
          edit=own_decoder("generator_lm_head.weight", "electra.embeddings.word_embeddings.weight"))
    write("electra", "choice", 10, T.ElectraForMultipleChoice(electra(layers=1)), triples)
    write("electra", "choice-tanh", 11, T.ElectraForMultipleChoice(electra(layers=1, summary_activation="tanh")), triples)


if __name__ == "__main__":
    main()
