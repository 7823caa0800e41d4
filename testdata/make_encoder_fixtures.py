"""Writes fixtures/roberta, fixtures/albert, fixtures/modernbert, fixtures/debertav2 and fixtures/nomicbert: tiny random encoders of these
families, one for each head, each with what the reference makes of ids.

Two seeds give two sizes of each. The numbers of matrices are few, see decoder_fixtures.py. Run with transformers 5.18 installed, from
this folder:

    python make_encoder_fixtures.py [SEED [OUT_DIR [FAMILY ...]]]

Another seed and folder give fixtures of other sizes and weights, to be tested by `mvn test -Dtesserae.fixtures=OUT_DIR`.
"""

import functools
import os
import sys

import torch
import transformers as T
from decoder_fixtures import write
from few_numbers import narrow, one_of_fifteen

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 0
OUT = sys.argv[2] if len(sys.argv) > 2 else "fixtures"
FAMILIES = sys.argv[3:]
IDS = 60
LABELS = {"id2label": {i: f"L{i}" for i in range(3)}, "label2id": {f"L{i}": i for i in range(3)}}


def draw(model, seed):
    """Weights of ordinary size: norms near 1, biases near 0, none of them exactly."""
    generator = torch.Generator().manual_seed(1000 * SEED + seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            values = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() >= 2:
                parameter.copy_(one_of_fifteen(values * 1.6 / parameter.shape[-1] ** 0.5, parameter.shape[-1]))
            elif "norm" in name.lower() and name.endswith("weight"):
                parameter.copy_(narrow(1 + 0.2 * values))
            else:
                parameter.copy_(narrow(0.2 * values))
    return model.eval()


def feed(pad, types, *shape, padded=None):
    """Random ids, the padding's where a row ends early; `padded` are places of the first row where padding is not masked."""
    generator = torch.Generator().manual_seed(SEED + 5)
    input_ids = torch.randint(5, IDS, shape, generator=generator)
    attention_mask = torch.ones_like(input_ids)
    rows = attention_mask.view(-1, shape[-1])
    for row in range(1, rows.shape[0]):
        rows[row, shape[-1] - 3 * row % shape[-1] :] = 0
    input_ids = torch.where(attention_mask == 1, input_ids, pad)
    input_ids[0, list(padded or [])] = pad
    inputs = {"input_ids": input_ids, "attention_mask": attention_mask}
    if types:
        token_type_ids = torch.zeros_like(input_ids)
        token_type_ids[..., shape[-1] // 3 :] = torch.randint(0, types, (shape[-1] - shape[-1] // 3,), generator=generator)
        inputs["token_type_ids"] = token_type_ids
    return inputs


def save(family, name, seed, model, inputs, attentions=False, **more):
    keep = None if attentions else lambda key: "attentions" not in key
    write(os.path.join(OUT, family, name), draw(model, seed), inputs, keep=keep, **more)


def sizes(size, layers=None):
    """Of a BERT's kind: no multiples of a tile, and others for other seeds."""
    heads = (3, 2)[size] + SEED % 3
    width = heads * ((5, 8)[size] + SEED % 4)
    return {
        "vocab_size": IDS, "hidden_size": width, "num_attention_heads": heads, "intermediate_size": (23, 36)[size] + 4 * (SEED % 5),
        "num_hidden_layers": layers or (2, 3)[size], "attn_implementation": "eager"}


def roberta(kind, size=0, layers=None, positions=24, **more):
    return getattr(T, kind + "Config")(**sizes(size, layers), max_position_embeddings=positions, **({"type_vocab_size": 1} | more))


def write_roberta():
    single, padded = feed(1, 0, 2, 9), feed(1, 0, 3, 15, padded=[0, 1, 6, 7, 14])
    save("roberta", "base", 1, T.RobertaModel(roberta("Roberta")), padded)
    save("roberta", "other-size", 2, T.XLMRobertaModel(roberta("XLMRoberta", 1, pad_token_id=3)), feed(3, 0, 2, 12, padded=[4]), attentions=True)
    save("roberta", "token-types", 3, T.CamembertForTokenClassification(roberta("Camembert", 1, 1, type_vocab_size=3)),
         feed(1, 3, 2, 8, padded=[0]))
    save("roberta", "sequence", 4, T.RobertaForSequenceClassification(roberta("Roberta", layers=1, **LABELS)), padded)
    save("roberta", "sequence-french", 5, T.CamembertForSequenceClassification(roberta("Camembert", 1, 1)), single)
    save("roberta", "token", 6, T.XLMRobertaForTokenClassification(roberta("XLMRoberta", layers=1, **LABELS)), single)
    save("roberta", "answer", 7, T.CamembertForQuestionAnswering(roberta("Camembert", layers=1)), single)
    save("roberta", "masked", 8, T.XLMRobertaForMaskedLM(roberta("XLMRoberta", layers=1, hidden_act="relu")), single)
    save("roberta", "masked-untied", 9, T.RobertaForMaskedLM(roberta("Roberta", layers=1, tie_word_embeddings=False)), single,
         idle=["lm_head.bias"])
    save("roberta", "choice", 10, T.RobertaForMultipleChoice(roberta("Roberta", layers=1)), feed(1, 0, 2, 3, 7))


def albert(size=0, layers=1, groups=1, inner=1, **more):
    return T.AlbertConfig(
        **sizes(size, layers), embedding_size=(11, 16)[size], num_hidden_groups=groups, inner_group_num=inner, max_position_embeddings=24,
        **more)


def write_albert():
    pairs = feed(0, 2, 2, 9)
    save("albert", "base", 1, T.AlbertModel(albert(layers=3, groups=2)), feed(0, 2, 3, 13))
    save("albert", "other-size", 2, T.AlbertModel(albert(1, layers=2, inner=2, hidden_act="gelu")), feed(0, 2, 2, 11), attentions=True)
    save("albert", "sequence", 3, T.AlbertForSequenceClassification(albert(layers=2, **LABELS)), pairs)
    save("albert", "token", 4, T.AlbertForTokenClassification(albert(1, **LABELS)), pairs)
    save("albert", "answer", 5, T.AlbertForQuestionAnswering(albert()), pairs)
    save("albert", "masked", 6, T.AlbertForMaskedLM(albert(layers=2)), pairs)
    save("albert", "masked-untied", 7, T.AlbertForMaskedLM(albert(1, tie_word_embeddings=False)), pairs, idle=["predictions.bias"])
    save("albert", "choice", 8, T.AlbertForMultipleChoice(albert()), feed(0, 2, 2, 3, 7))


def modernbert(size=0, layers=2, **more):
    rope = {"rope_type": "default"}
    # Heads of an even number of channels.
    even = {"hidden_size": (18, 16)[size] + 2 * (3, 2)[size] * (SEED % 4), "num_attention_heads": (3, 2)[size]}
    return T.ModernBertConfig(
        **(sizes(size, layers) | even), max_position_embeddings=48, pad_token_id=1, eos_token_id=2, bos_token_id=0, cls_token_id=0,
        sep_token_id=2, local_attention=(6, 9)[size],
        rope_parameters={"full_attention": rope | {"rope_theta": 500.0}, "sliding_attention": rope | {"rope_theta": 40.0}}, **more)


def older(config):
    """The keys of the files of transformers 4."""
    ropes = config.pop("rope_parameters")
    config.pop("layer_types")
    config.update(
        global_rope_theta=ropes["full_attention"]["rope_theta"], local_rope_theta=ropes["sliding_attention"]["rope_theta"],
        global_attn_every_n_layers=2, position_embedding_type="absolute", reference_compile=None)


def with_holes(inputs):
    """Masked tokens before others, and between them."""
    inputs["attention_mask"][0, :3] = 0
    inputs["attention_mask"][1, 5:9] = 0
    return inputs


def write_modernbert():
    single, biased = feed(1, 0, 2, 13), {"norm_bias": True, "attention_bias": True, "mlp_bias": True, "classifier_bias": True}
    save("modernbert", "base", 1, T.ModernBertModel(modernbert(layers=4)), feed(1, 0, 3, 19))
    save("modernbert", "other-size", 2, T.ModernBertModel(modernbert(1, layers=3, global_attn_every_n_layers=2, **biased)),
         feed(1, 0, 2, 17), attentions=True, config=older)
    save("modernbert", "masked-between", 3, T.ModernBertModel(modernbert(1)), with_holes(feed(1, 0, 2, 21)))
    save("modernbert", "sequence", 4, T.ModernBertForSequenceClassification(modernbert(**LABELS)), single)
    save("modernbert", "sequence-mean", 5, T.ModernBertForSequenceClassification(modernbert(1, classifier_pooling="mean", **biased)), single)
    save("modernbert", "token", 6, T.ModernBertForTokenClassification(modernbert(1, classifier_activation="silu", **LABELS)), single)
    save("modernbert", "answer", 7, T.ModernBertForQuestionAnswering(modernbert(hidden_activation="gelu_new")), single)
    save("modernbert", "masked", 8, T.ModernBertForMaskedLM(modernbert()), single)
    save("modernbert", "masked-untied", 9, T.ModernBertForMaskedLM(modernbert(1, tie_word_embeddings=False, decoder_bias=False)), single)
    save("modernbert", "choice", 10, T.ModernBertForMultipleChoice(modernbert()), feed(1, 0, 2, 3, 7))


def deberta(size=0, layers=1, types="p2c|c2p", **more):
    distances = {"relative_attention": True, "pos_att_type": types} if types else {}
    return T.DebertaV2Config(**sizes(size, layers), max_position_embeddings=28, **(distances | more))


# As the third version's files have it, and as the large ones of the second.
THIRD = {"position_biased_input": False, "share_att_key": True, "position_buckets": 6, "norm_rel_ebd": "layer_norm", "max_relative_positions": -1}
LARGE = THIRD | {"conv_kernel_size": 3, "conv_act": "gelu"}


def write_deberta():
    single, apart = feed(0, 0, 2, 13), {"max_relative_positions": 5}
    save("debertav2", "base", 1, T.DebertaV2Model(deberta(layers=2, **THIRD)), feed(0, 0, 3, 23))
    save("debertav2", "other-size", 2, T.DebertaV2Model(deberta(1, 2, ["c2p", "p2c"], type_vocab_size=2, embedding_size=11, **apart)),
         feed(0, 2, 2, 17), attentions=True)
    save("debertav2", "convolution", 3, T.DebertaV2Model(deberta(1, 2, **LARGE)), with_holes(feed(0, 0, 3, 19)))
    save("debertav2", "convolution-last", 4, T.DebertaV2ForSequenceClassification(deberta(**LARGE | {"conv_kernel_size": 5, "conv_act": "tanh"})),
         single)
    save("debertav2", "sequence", 5, T.DebertaV2ForSequenceClassification(deberta(1, types="p2c", **THIRD, **LABELS)), single)
    save("debertav2", "token", 6, T.DebertaV2ForTokenClassification(deberta(types=None, **LABELS)), single)
    save("debertav2", "answer", 7, T.DebertaV2ForQuestionAnswering(deberta(types="c2p", position_buckets=9, **apart | {"max_relative_positions": 16})), single)
    save("debertav2", "masked", 8, T.DebertaV2ForMaskedLM(deberta(embedding_size=11, **THIRD)), single)
    save("debertav2", "masked-untied", 9, T.DebertaV2ForMaskedLM(deberta(1, tie_word_embeddings=False, **apart)), single,
         idle=["cls.predictions.bias"])
    # Of this kind transformers 5.18 reads no file that says that it is tied; that changes nothing but that.
    save("debertav2", "masked-own", 10, T.DebertaV2ForMaskedLM(deberta(legacy=False, tie_word_embeddings=False, **THIRD)), single)
    save("debertav2", "choice", 11, T.DebertaV2ForMultipleChoice(deberta(1, pooler_hidden_act="tanh", **THIRD)), feed(0, 0, 2, 3, 7))


def nomicbert(size=0, layers=1, **more):
    # Heads of an even number of channels.
    even = {"hidden_size": (18, 16)[size] + 2 * (3, 2)[size] * (SEED % 4), "num_attention_heads": (3, 2)[size]}
    return T.NomicBertConfig(**(sizes(size, layers) | even), max_position_embeddings=32, **more)


def published(config):
    """Keys of files that come with code of their own, which transformers' class does not read."""
    config.pop("rope_parameters")
    config.update(
        n_embd=config["hidden_size"], n_head=config["num_attention_heads"], n_layer=config["num_hidden_layers"],
        n_inner=config["intermediate_size"], n_positions=8192, activation_function="swiglu", causal=False, prenorm=False,
        layer_norm_epsilon=1e-12, qkv_proj_bias=False, mlp_fc1_bias=False, mlp_fc2_bias=False, rotary_emb_base=1000,
        rotary_emb_fraction=1.0, rotary_emb_interleaved=False, rotary_emb_scale_base=None, rotary_scaling_factor=None,
        scale_attn_weights=True, use_rms_norm=False, parallel_block=False, max_trained_positions=2048)


def by_own_names(model):
    """Stored by the names of its modules, and not by those of published files."""
    model.save_pretrained = functools.partial(model.save_pretrained, save_original_format=False)
    return model


def write_nomicbert():
    single, pairs = feed(0, 0, 2, 13), feed(0, 2, 2, 11)
    save("nomicbert", "base", 1, T.NomicBertModel(nomicbert(layers=2)), feed(0, 2, 3, 21), config=published)
    save("nomicbert", "other-size", 2, by_own_names(T.NomicBertModel(nomicbert(
        1, 2, hidden_act="gelu", head_dim=6, type_vocab_size=3, rope_parameters={"rope_type": "default", "rope_theta": 60.0}))),
         with_holes(feed(0, 3, 2, 17)), attentions=True)
    save("nomicbert", "sequence", 3, T.NomicBertForSequenceClassification(nomicbert(**LABELS)), pairs)
    save("nomicbert", "token", 4, by_own_names(T.NomicBertForTokenClassification(nomicbert(1, **LABELS))), pairs)
    save("nomicbert", "masked", 5, T.NomicBertForMaskedLM(nomicbert(
        rope_parameters={"rope_type": "linear", "rope_theta": 100.0, "factor": 2.0})), single)
    save("nomicbert", "masked-untied", 6, T.NomicBertForMaskedLM(nomicbert(1, tie_word_embeddings=False)), single,
         idle=["cls.predictions.bias"])


def main():
    families = {"roberta": write_roberta, "albert": write_albert, "modernbert": write_modernbert, "debertav2": write_deberta,
                "nomicbert": write_nomicbert}
    for family, write_family in families.items():
        if not FAMILIES or family in FAMILIES:
            write_family()


if __name__ == "__main__":
    main()
