"""Writes fixtures/clip and fixtures/siglip: tiny random models of two towers, the towers by themselves, and classifiers, each with what
the reference makes of pictures and ids.

Two seeds give two sizes of each. The numbers of matrices are few, see decoder_fixtures.py. Run with transformers 5.18 installed, from
this folder:

    python make_image_text_fixtures.py [SEED [OUT_DIR [FAMILY ...]]]

Another seed and folder give fixtures of other sizes and weights, to be tested by `mvn test -Dtesserae.fixtures=OUT_DIR`.
"""

import json
import os
import re
import sys
import tempfile

import sentencepiece
import tokenizers
import torch
import transformers as T
from decoder_fixtures import write
from few_numbers import narrow, one_of_fifteen

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 0
OUT = sys.argv[2] if len(sys.argv) > 2 else "fixtures"
FAMILIES = sys.argv[3:]
IDS, END, OLD_END = 60, 57, 2
LABELS = {"id2label": {i: f"L{i}" for i in range(3)}, "label2id": {f"L{i}": i for i in range(3)}}


def draw(model, seed):
    """Weights of ordinary size: norms near 1, biases near 0, none of them exactly. Logits are spread."""
    generator = torch.Generator().manual_seed(1000 * SEED + seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            values = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() >= 2:
                fan = parameter.shape[-1] if "embedding.weight" in name and "patch" not in name else parameter[0].numel()
                parameter.copy_(one_of_fifteen(values * 1.6 / fan**0.5, fan))
            elif "logit_scale" in name:
                parameter.copy_(narrow(2 + 0.2 * values))
            elif "norm" in name and name.endswith("weight"):
                parameter.copy_(narrow(1 + 0.2 * values))
            else:
                parameter.copy_(narrow(0.2 * values))
    return model.eval()


def pixels(images, side, seed=1):
    generator = torch.Generator().manual_seed(SEED + seed)
    return torch.randint(-7, 8, (images, 3, side, side), generator=generator) / 4


def feed(texts, length, end=END, masked=True, behind=1):
    """Random ids, in each row the end of the text somewhere, and behind it padding; masked or not."""
    generator = torch.Generator().manual_seed(SEED + 5)
    input_ids = torch.randint(3, END - 1, (texts, length), generator=generator)
    attention_mask = torch.ones_like(input_ids)
    for row in range(texts):
        last = length - 1 - 3 * row % length
        input_ids[row, last] = end
        input_ids[row, last + 1 :] = behind
        attention_mask[row, last + 1 :] = 0
    return {"input_ids": input_ids} | ({"attention_mask": attention_mask} if masked else {})


def sizes(size, layers=None):
    """Of a tower: no multiples of a tile, and others for other seeds."""
    heads = (3, 2)[size] + SEED % 3
    width = heads * ((5, 8)[size] + SEED % 4)
    return {
        "hidden_size": width, "num_attention_heads": heads, "intermediate_size": (23, 36)[size] + 4 * (SEED % 5),
        "num_hidden_layers": layers or (2, 3)[size], "attn_implementation": "eager"}


def text(size, layers=None, **more):
    return sizes(size, layers) | {"vocab_size": IDS, "max_position_embeddings": 20} | more


def side(size):
    return (16, 12)[size]


def vision(size, layers=None, **more):
    return sizes(1 - size, layers) | {"image_size": side(size), "patch_size": (8, 4)[size]} | more


def of_towers(feed, deep=True):
    """Outputs of a model of two towers, with those of each tower under its name."""

    def run(model):
        output = model(**feed, output_hidden_states=True, output_attentions=True)
        outputs = {name: output[name] for name in ["logits_per_image", "image_embeds", "text_embeds"]}
        for tower in ["text", "vision"] if deep else []:
            inner = output[f"{tower}_model_output"]
            outputs |= {f"{tower}.{name}": inner[name] for name in ["last_hidden_state", "pooler_output", "hidden_states"]}
        return outputs

    return run


def projected(feed):
    """The vector of a tower with a projection under the name that it has in get_text_features and get_image_features."""

    def run(model):
        output = model(**feed, output_hidden_states=True, output_attentions=True)
        return {name.replace("text_embeds", "pooler_output").replace("image_embeds", "pooler_output"): output[name] for name in output}

    return run


def save(family, name, seed, model, inputs, attentions=False, **more):
    keep = None if attentions else lambda key: "attentions" not in key
    write(os.path.join(OUT, family, name), draw(model, seed), inputs, keep=keep, **more)


def write_clip():
    both = T.CLIPConfig(
        text_config=text(0, eos_token_id=OLD_END), vision_config=vision(0), projection_dim=12)
    inputs = feed(3, 9, end=END) | {"pixel_values": pixels(2, side(0))}
    save("clip", "both", 1, T.CLIPModel(both), inputs, run=of_towers(inputs))
    both = T.CLIPConfig(
        text_config=text(1, 2, eos_token_id=END, hidden_act="gelu"), vision_config=vision(1, hidden_act="gelu"), projection_dim=17)
    inputs = feed(2, 12, masked=False, behind=END) | {"pixel_values": pixels(3, side(1))}
    save("clip", "both-other-size", 2, T.CLIPModel(both), inputs, run=of_towers(inputs))
    save("clip", "text", 3, T.CLIPTextModel(T.CLIPTextConfig(**text(1, 2), eos_token_id=END)), feed(3, 11), attentions=True)
    inputs = feed(2, 9)
    save("clip", "text-projected", 4, T.CLIPTextModelWithProjection(T.CLIPTextConfig(**text(0), eos_token_id=OLD_END, projection_dim=9)),
         inputs, run=projected(inputs))
    inputs = {"pixel_values": pixels(2, side(1))}
    save("clip", "vision", 5, T.CLIPVisionModel(T.CLIPVisionConfig(**vision(1, 2))), inputs, attentions=True)
    save("clip", "vision-projected", 6, T.CLIPVisionModelWithProjection(T.CLIPVisionConfig(**vision(0, 2), projection_dim=9)),
         {"pixel_values": pixels(1, side(0))}, run=projected({"pixel_values": pixels(1, side(0))}))
    both = T.CLIPConfig(text_config=text(0, 1), vision_config=vision(0, 2), **LABELS)
    save("clip", "image", 7, T.CLIPForImageClassification(both), {"pixel_values": pixels(2, side(0))}, idle=["post_layernorm.weight", "post_layernorm.bias"])
    write_clip_pipeline()


# ---------------------------------------------------------------- whole pipelines

SENTENCES = [
    "this is a photo of a cat.", "this is a photo of two dogs, running in the snow!", "a red circle on a blue square",
    "it's what they've seen: 1234 trees", "don't we'll you're i'm he'd", "caf\u00e9 br\u00fbl\u00e9e",
]
LABELS_ASKED = ["a cat", "Two  DOGS", "trees, 42 of them", "caf\u00e9\u3000cre\u0301me"]
TEXTS = [
    "", " ", "This is a photo of a cat.", "IT'S  what\tthey've SEEN:\n12345 trees!!!", "Cafe\u0301 br\u00fbl\u00e9e \u6771\u4eac \u0130\u00df",
    "a<|endoftext|>b <|StartOfText|>!? <|startoftext|>", "don't''s 'S we'll \u00bd\u00b2 x\u200by", "circlesquare" * 6, "<pad> </s> snow_flake-s (two)",
]
PICTURES = ["j_31x64_rst.jpg", "j_17x33_s2_q95_b.jpg", "e_threebe.png"]


def clip_tokenizer():
    trained = tokenizers.Tokenizer(tokenizers.models.BPE())
    trained.pre_tokenizer = tokenizers.pre_tokenizers.Sequence([
        tokenizers.pre_tokenizers.Whitespace(), tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)])
    trained.train_from_iterator(
        SENTENCES, tokenizers.trainers.BpeTrainer(vocab_size=130, end_of_word_suffix="</w>", show_progress=False))
    model = json.loads(trained.to_str())["model"]
    vocabulary = model["vocab"]
    for special in ["<|startoftext|>", "<|endoftext|>"]:
        vocabulary[special] = len(vocabulary)
    return T.CLIPTokenizer(vocab=vocabulary, merges=[tuple(merge) for merge in model["merges"]], model_max_length=40)


def read(tokenizer):
    """What the tokenizer makes of texts."""
    texts = []
    for text in TEXTS:
        ids = tokenizer(text)["input_ids"]
        texts.append({"text": text, "ids": ids, "decoded": tokenizer.decode(ids, skip_special_tokens=True)})
    return texts


def answers(tokenizer, processor, **arguments):
    """What the reference's pipeline says of pictures."""

    def ask(model):
        pipeline = T.pipeline("zero-shot-image-classification", model=model, tokenizer=tokenizer, image_processor=processor)
        return [
            {"image": name, "candidate_labels": LABELS_ASKED, **arguments,
             "answer": pipeline(os.path.join("images", name), candidate_labels=LABELS_ASKED, **arguments)}
            for name in PICTURES]

    return ask


def write_clip_pipeline():
    tokenizer = clip_tokenizer()
    config = T.CLIPConfig(
        text_config=sizes(0, 1) | {
            "vocab_size": len(tokenizer), "max_position_embeddings": 40, "eos_token_id": tokenizer.eos_token_id,
            "bos_token_id": tokenizer.bos_token_id, "pad_token_id": tokenizer.pad_token_id},
        vision_config=vision(0, 1), projection_dim=10)
    processor = T.CLIPImageProcessorPil(size={"shortest_edge": side(0)}, crop_size={"height": side(0), "width": side(0)})
    inputs = feed(2, 6, end=tokenizer.eos_token_id) | {"pixel_values": pixels(1, side(0))}
    save("clip", "pipeline", 8, T.CLIPModel(config), inputs, run=of_towers(inputs, deep=False), files=[tokenizer, processor],
         pipeline=answers(tokenizer, processor), texts=read(tokenizer))


def siglip_tokenizer(folder):
    """The model file, trained here; its normalizer changes nothing, since any other's map is larger than all fixtures together."""
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "spiece.model"), "wb") as file:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter([re.sub(r"[^\w\s]", "", sentence.lower()) for sentence in SENTENCES] * 20), model_writer=file,
            vocab_size=96, model_type="unigram", normalization_rule_name="identity", add_dummy_prefix=False, pad_id=0, eos_id=1, unk_id=2,
            bos_id=-1, hard_vocab_limit=False, minloglevel=2, num_threads=1)
    return T.SiglipTokenizer(os.path.join(folder, "spiece.model"), model_input_names=["input_ids"])


def write_siglip_pipeline():
    with tempfile.TemporaryDirectory() as folder:
        tokenizer = siglip_tokenizer(folder)
        width = sizes(1)["hidden_size"]
        config = T.SiglipConfig(
            text_config=sizes(0, 1) | {
                "vocab_size": tokenizer.vocab_size, "max_position_embeddings": 64, "projection_size": width, "pad_token_id": 1,
                "bos_token_id": 1, "eos_token_id": 1},
            vision_config=vision(0, 1) | {"hidden_size": width})
        processor = T.SiglipImageProcessorPil(size={"height": side(0), "width": side(0)})
        inputs = feed(2, 6, masked=False) | {"pixel_values": pixels(1, side(0))}
        inputs["input_ids"] %= tokenizer.vocab_size
        save("siglip", "pipeline", 6, T.SiglipModel(config), inputs, run=of_towers(inputs, deep=False), files=[tokenizer, processor],
             pipeline=answers(tokenizer, processor, hypothesis_template="A picture of {}"), texts=read(tokenizer))


def write_siglip():
    both = T.SiglipConfig(text_config=text(0, projection_size=sizes(1)["hidden_size"]), vision_config=vision(0))
    inputs = feed(2, 9, masked=False) | {"pixel_values": pixels(2, side(0))}
    save("siglip", "both", 1, T.SiglipModel(both), inputs, run=of_towers(inputs))
    both = T.SiglipConfig(text_config=text(1, 2, hidden_act="gelu"), vision_config=vision(1, hidden_act="gelu") | {
        "hidden_size": sizes(1)["hidden_size"], "num_attention_heads": sizes(1)["num_attention_heads"]})
    inputs = feed(3, 7, masked=False, behind=END) | {"pixel_values": pixels(1, side(1))}
    save("siglip", "both-other-size", 2, T.SiglipModel(both), inputs, run=of_towers(inputs))
    save("siglip", "text", 3, T.SiglipTextModel(T.SiglipTextConfig(**text(0), projection_size=11)), feed(3, 8, masked=False), attentions=True)
    inputs = {"pixel_values": pixels(2, side(1))}
    save("siglip", "vision", 4, T.SiglipVisionModel(T.SiglipVisionConfig(**vision(1, 2))), inputs, attentions=True)
    both = T.SiglipConfig(text_config=text(0, 1), vision_config=vision(0, 2), **LABELS)
    save("siglip", "image", 5, T.SiglipForImageClassification(both), {"pixel_values": pixels(2, side(0))},
         idle=[f"head.{name}" for name in [
             "probe", "attention.in_proj_weight", "attention.in_proj_bias", "attention.out_proj.weight", "attention.out_proj.bias",
             "layernorm.weight", "layernorm.bias", "mlp.fc1.weight", "mlp.fc1.bias", "mlp.fc2.weight", "mlp.fc2.bias"]])
    write_siglip_pipeline()


def main():
    for family, write_family in {"clip": write_clip, "siglip": write_siglip}.items():
        if not FAMILIES or family in FAMILIES:
            write_family()


if __name__ == "__main__":
    main()
