"""Writes the fixtures that are fed texts and pictures: small random checkpoints, with what the reference answers for them.

Each folder is a checkpoint that `from_pretrained` loads, with expected.json (the inputs, the task, and the pipeline's answer)
and expected.safetensors (what the model was fed and every tensor that it returned). Models are 24 wide, with 4 heads and 2
layers, and their words are the pieces of fixtures-vocabulary.txt: those of spec-cases/tiny-vocab that the tests' texts have,
so that a text has the same tokens with either. The pictures are those of fixtures/images. Run with transformers 5.18 and
pillow installed, from this folder:

    python make_fixtures.py && python pack_expected.py

Each fixture is drawn from a seed of its own: one with which its answers vary, so that not every token has the same label. Who
changes one runs the scripts that ask it (README.md names them) again.
"""

import json
import os
import shutil
import tempfile

import torch
import transformers as T
from safetensors.torch import load_file, save_file
from transformers.image_utils import load_image
from transformers.models.deit.image_processing_pil_deit import DeiTImageProcessorPil
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

TOKENIZER = "spec-cases/tiny-vocab"
PIECES = "fixtures-vocabulary.txt"
WIDTH, HEADS, LAYERS, INTERMEDIATE, POSITIONS = 24, 4, 2, 48, 64
SIZE, PATCH = 32, 8
WITH_ATTENTIONS = ("distilbert-sst2", "distilbert-base", "bert-base", "vit-base", "deit-distilled")

TEXTS = [
    "The actors were very convincing.",
    "I like soccer. [SEP] We all love soccer!",
    "Joe lived for a very long time. [SEP] Joe is old.",
    "",
    "A dull, lifeless film: nobody in the audience laughed, not even once.",
    "Cr\u00e8me br\u00fbl\u00e9e \u2014 na\u00efve caf\u00e9, \u6771\u4eac tower & 100% fun?!",
    "word " * 90,
]
FIRST = TEXTS[:3]
PAIRS = [
    ("She loves me.", "She loves me not."),
    ("Joe lived for a very long time.", "Joe is old."),
    ("A man is playing a guitar on the stage of a small theatre.", "Nobody plays."),
]
MASKED = ["I like [MASK].", "The [MASK] was very long."]
PICTURES = [
    "shapes.png", "shapes.jpg", "grey.png", "palette.png", "alpha.png", "noise-wide.png", "tiny.png", "bilevel.png",
    "shapes.gif", "rotated-exif.jpg",
]


def labels(*names):
    return {"id2label": dict(enumerate(names)), "label2id": {name: i for i, name in enumerate(names)}}


SENTIMENT = labels("NEGATIVE", "POSITIVE")
NLI = labels("contradiction", "entailment", "neutral")
NER = labels("O", "B-PER", "I-PER", "B-LOC", "I-LOC")
ANIMALS = {"id2label": dict(enumerate(["cat", "dog", "Egyptian cat", "tabby, tabby cat", "remote control"]))}


def tokenizer_of_few_words(folder):
    """The tokenizer of TOKENIZER with the words of PIECES, in a folder."""
    with open(PIECES, encoding="utf-8") as file:
        pieces = file.read().splitlines()
    shutil.copytree(TOKENIZER, folder, dirs_exist_ok=True)
    shutil.copy(PIECES, os.path.join(folder, "vocab.txt"))
    path = os.path.join(folder, "tokenizer.json")
    with open(path, encoding="utf-8") as file:
        content = json.load(file)
    content["model"]["vocab"] = {piece: i for i, piece in enumerate(pieces)}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file)
    return T.BertTokenizer.from_pretrained(folder, model_max_length=POSITIONS)


def draw(model, seed):
    """Weights of ordinary size: norms near 1, biases near 0, none of them exactly."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            values = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() >= 2:
                fan = parameter.shape[-1] if "embed" in name else parameter[0].numel()
                parameter.copy_(values * (1.6 / fan**0.5))
            elif "norm" in name.lower() and name.endswith("weight") or name.endswith("lambda1"):
                parameter.copy_(1 + 0.2 * values)
            else:
                parameter.copy_(0.2 * values)
    return model.eval()


def tensors_of(output):
    tensors = {}
    for key, value in output.items():
        if isinstance(value, torch.Tensor):
            tensors[key] = value
        elif isinstance(value, (tuple, list)):
            tensors |= {f"{key}.{i}": tensor for i, tensor in enumerate(value) if isinstance(tensor, torch.Tensor)}
    return {f"out.{key}": value.detach().float().contiguous().clone() for key, value in tensors.items()}


def folder_of(name):
    return os.path.join("fixtures", name)


def save(name, model, feed, expected, preparation, dtype=None, shard=None, **arguments):
    """The checkpoint with its tokenizer or image processor, and the answers of the stored weights, computed in float32."""
    folder = folder_of(name)
    shutil.rmtree(folder, ignore_errors=True)
    if dtype is not None:
        model = model.to(dtype)
    model.save_pretrained(folder, **({"max_shard_size": shard} if shard else {}))
    model = model.float()
    preparation.save_pretrained(folder)
    if preparation is tokenizer:
        shutil.copy(PIECES, os.path.join(folder, "vocab.txt"))
    with torch.inference_mode():
        attentions = {"output_attentions": True} if name in WITH_ATTENTIONS else {}
        tensors = tensors_of(model(**feed, output_hidden_states=True, **attentions, **arguments))
    tensors |= {f"in.{key}": value.contiguous().clone() for key, value in feed.items()}
    assert all(torch.isfinite(tensor).all() for tensor in tensors.values()), name
    save_file(tensors, os.path.join(folder, "expected.safetensors"))
    write_json(os.path.join(folder, "expected.json"), expected)
    print(name)
    return tensors


def write_json(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        # The pipelines' numbers are numpy's.
        json.dump(content, file, indent=1, ensure_ascii=False, default=lambda value: value.item())


def distilbert(**config):
    return T.DistilBertConfig(
        vocab_size=len(tokenizer), dim=WIDTH, n_heads=HEADS, n_layers=LAYERS, hidden_dim=INTERMEDIATE,
        max_position_embeddings=POSITIONS, attn_implementation="eager", **config,
    )


def bert(**config):
    return T.BertConfig(
        vocab_size=len(tokenizer), hidden_size=WIDTH, num_attention_heads=HEADS, num_hidden_layers=LAYERS,
        intermediate_size=INTERMEDIATE, max_position_embeddings=POSITIONS, attn_implementation="eager", **config,
    )


def encoded(texts, pairs=None, types=False):
    return dict(
        tokenizer(
            texts, pairs, padding=True, truncation=True, max_length=POSITIONS, return_tensors="pt", return_token_type_ids=types
        )
    )


def text(name, seed, model, inputs, feed, task=None, stored={}, **call):
    draw(model, seed)
    answer = None
    if task:
        answer = T.pipeline(task, model=model, tokenizer=tokenizer, device="cpu")(inputs, **call)
    expected = {"task": task, "inputs": inputs, "arguments": call, "pipeline": answer}
    return save(name, model, feed, expected, tokenizer, **stored)


def texts():
    classifier, classify, tag = T.DistilBertForSequenceClassification, "text-classification", "token-classification"
    asked = [{"text": first, "text_pair": second} for first, second in PAIRS]
    questions = [{"question": second, "context": first} for first, second in PAIRS]
    first, second = [pair[0] for pair in PAIRS], [pair[1] for pair in PAIRS]
    tagged = TEXTS[:3] + TEXTS[4:6]
    fed, typed = encoded(FIRST), encoded(FIRST, types=True)
    half = {"dtype": torch.float16}
    shards = {"dtype": torch.bfloat16, "shard": "20KB"}

    text("distilbert-sst2", 56, classifier(distilbert(**SENTIMENT)), TEXTS, encoded(TEXTS), classify, top_k=None, truncation=True)
    text("distilbert-mnli", 21, classifier(distilbert(**NLI)), asked, encoded(first, second), classify, top_k=None)
    several = distilbert(num_labels=4, problem_type="multi_label_classification")
    text("distilbert-multilabel", 8, classifier(several), FIRST, fed, classify, top_k=None)
    number = distilbert(num_labels=1, problem_type="regression")
    text("distilbert-regression", 37, classifier(number), FIRST, fed, classify, top_k=None)
    other = distilbert(sinusoidal_pos_embds=True, activation="relu", **SENTIMENT)
    text("distilbert-sinusoidal-relu", 5, classifier(other), FIRST, fed, classify, top_k=None)
    text("distilbert-fp16", 6, classifier(distilbert(**SENTIMENT)), FIRST, fed, stored=half)
    text("distilbert-bf16-sharded", 7, classifier(distilbert(**SENTIMENT)), FIRST, fed, stored=shards)
    text("distilbert-base", 18, T.DistilBertModel(distilbert()), FIRST, fed)
    tagger = T.DistilBertForTokenClassification(distilbert(**NER))
    text("distilbert-ner", 42, tagger, tagged, encoded(tagged), tag, aggregation_strategy="none")
    text("distilbert-squad", 30, T.DistilBertForQuestionAnswering(distilbert()), questions, encoded(second, first))
    text("distilbert-mlm", 33, T.DistilBertForMaskedLM(distilbert()), MASKED, encoded(MASKED), "fill-mask")
    pairs = T.BertForSequenceClassification(bert(**NLI))
    text("bert-nli-legacy-names", 48, pairs, asked, encoded(first, second, types=True), classify, top_k=None)
    with_old_names("bert-nli-legacy-names")
    text("bert-base", 13, T.BertModel(bert()), FIRST, typed)
    text("bert-mlm", 44, T.BertForMaskedLM(bert()), MASKED, encoded(MASKED, types=True), "fill-mask")
    text("bert-ner", 33, T.BertForTokenClassification(bert(**NER)), FIRST, typed, tag, aggregation_strategy="simple")
    sentence_embedding("sentence-embedding", 16)


def with_old_names(name):
    """The first BERT checkpoints called the parameters of layer norm gamma and beta."""
    path = os.path.join(folder_of(name), "model.safetensors")
    tensors = {
        key.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): value
        for key, value in load_file(path).items()
    }
    save_file(tensors, path, metadata={"format": "pt"})


def sentence_embedding(name, seed):
    """As sentence-transformers lays it out: the mean over the tokens, normalized."""
    model = draw(T.BertModel(bert(), add_pooling_layer=False), seed)
    feed = encoded(TEXTS, types=True)
    tensors = save(name, model, feed, {"task": "sentence-embedding", "inputs": TEXTS}, tokenizer)
    kinds = [("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")]
    modules = [
        {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for i, (kind, path) in enumerate(kinds)
    ]
    pooling = {
        "word_embedding_dimension": WIDTH,
        "pooling_mode_cls_token": False,
        "pooling_mode_mean_tokens": True,
        "pooling_mode_max_tokens": False,
        "pooling_mode_mean_sqrt_len_tokens": False,
    }
    folder = folder_of(name)
    write_json(f"{folder}/modules.json", modules)
    write_json(f"{folder}/1_Pooling/config.json", pooling)
    write_json(f"{folder}/sentence_bert_config.json", {"max_seq_length": POSITIONS, "do_lower_case": False})
    mask = feed["attention_mask"].unsqueeze(-1).float()
    mean = (tensors["out.last_hidden_state"] * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
    tensors["out.sentence_embedding"] = torch.nn.functional.normalize(mean, dim=1)
    save_file(tensors, f"{folder}/expected.safetensors")


def vit(kind=T.ViTConfig, **config):
    return kind(
        hidden_size=WIDTH, num_attention_heads=HEADS, num_hidden_layers=LAYERS, intermediate_size=INTERMEDIATE,
        image_size=SIZE, patch_size=PATCH, attn_implementation="eager", **config,
    )


def picture(name, seed, model, processor, task=None, names=PICTURES, **arguments):
    """As the pipelines read a file: turned as its EXIF says, then RGB."""
    draw(model, seed)
    images = [load_image(os.path.join("fixtures", "images", file)) for file in names]
    feed = {"pixel_values": processor(images=images, return_tensors="pt")["pixel_values"]}
    expected = {"task": task, "inputs": [f"../images/{file}" for file in names]}
    if arguments:
        expected["arguments"] = arguments
    else:
        expected["pipeline"] = None
    if task:
        expected["pipeline"] = T.pipeline(task, model=model, image_processor=processor, device="cpu")(images, top_k=3)
    save(name, model, feed, expected, processor, **arguments)


def pictures():
    classify = "image-classification"
    imagenet = {"resample": 3, "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
    size, larger = {"height": SIZE, "width": SIZE}, {"height": SIZE + 6, "width": SIZE + 6}
    plain, normalized = ViTImageProcessorPil(size=size), ViTImageProcessorPil(size=size, **imagenet)
    cropped = DeiTImageProcessorPil(size=larger, crop_size=size, **imagenet)
    taller = ViTImageProcessorPil(size={"height": SIZE + 3 * PATCH, "width": SIZE + 2 * PATCH})

    picture("vit-classify", 21, T.ViTForImageClassification(vit(**ANIMALS)), plain, classify)
    picture("vit-base", 22, T.ViTModel(vit()), plain)
    distilled = T.DeiTForImageClassificationWithTeacher(vit(T.DeiTConfig, **ANIMALS))
    picture("deit-distilled", 23, distilled, cropped, classify)
    picture("dinov2-classify", 24, T.Dinov2ForImageClassification(vit(T.Dinov2Config, **ANIMALS)), normalized, classify)
    picture("dinov2-swiglu", 25, T.Dinov2Model(vit(T.Dinov2Config, use_swiglu_ffn=True)), normalized)
    interpolated = {"interpolate_pos_encoding": True}
    picture("vit-interpolate-positions", 26, T.ViTModel(vit()), taller, names=PICTURES[:3], **interpolated)


T.logging.set_verbosity_error()
T.logging.disable_progress_bar()
with tempfile.TemporaryDirectory() as few_words:
    tokenizer = tokenizer_of_few_words(few_words)
    texts()
    pictures()
