"""Writes a classifier's checkpoint with random weights, in Hugging Face layout, for benchmarks.

    python make_checkpoint.py FOLDER [--family distilbert] [--seed 1] [--tokenizer FOLDER_WITH_TOKENIZER_FILES]
                              [--layers 6] [--hidden 768] [--heads 12] [--feed-forward 3072] [--vocabulary 30522]
    python make_checkpoint.py FOLDER --family bert --layers 12 --hidden 384 --feed-forward 1536 --vocabulary 250037
    python make_checkpoint.py FOLDER --family modernbert
    python make_checkpoint.py FOLDER --family vit [--seed 1] [--image-size 224] [--patch-size 16] [--labels 1000]
                              [--layers 12] [--hidden 768] [--heads 12] [--feed-forward 3072]

How long a transformer takes does not depend on what its weights say, only on their shapes; so the speed of
distilbert-base-uncased-finetuned-sst-2-english and of vit-base-patch16-224 can be measured without their 268 and 346 MB
being downloaded. The defaults have exactly their shapes; the line with bert has that of multilingual-e5-small, and modernbert is
ModernBERT-base, with 22 layers, 1,152 wide inside, unless told otherwise. Writes config.json and model.safetensors; for DistilBERT copies
the tokenizer's files where a folder is named, for ViT writes preprocessor_config.json.
Needs torch and transformers.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    DistilBertConfig,
    DistilBertForSequenceClassification,
    ModernBertConfig,
    ModernBertForSequenceClassification,
    ViTConfig,
    ViTForImageClassification,
)

TOKENIZER_FILES = ("vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")


def draw_weights(model: torch.nn.Module, seed: int) -> None:
    """Activations of ordinary size: matrices and convolutions scaled by their fan-in, norm weights near 1, the rest
    (biases, tokens and positions of ViT) near 0 but not 0."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() in (2, 4):
                parameter.copy_(noise / parameter[0].numel() ** 0.5)
            elif "norm" in name.lower() and name.endswith("weight"):
                parameter.copy_(1 + 0.1 * noise)
            else:
                parameter.copy_(0.1 * noise)


def distilbert(arguments: argparse.Namespace) -> torch.nn.Module:
    return DistilBertForSequenceClassification(
        DistilBertConfig(
            vocab_size=arguments.vocabulary,
            max_position_embeddings=arguments.positions,
            n_layers=arguments.layers or 6,
            dim=arguments.hidden,
            n_heads=arguments.heads,
            hidden_dim=arguments.feed_forward,
            id2label={0: "NEGATIVE", 1: "POSITIVE"},
            label2id={"NEGATIVE": 0, "POSITIVE": 1},
        )
    )


def bert(arguments: argparse.Namespace) -> torch.nn.Module:
    return BertForSequenceClassification(
        BertConfig(
            vocab_size=arguments.vocabulary,
            max_position_embeddings=arguments.positions,
            num_hidden_layers=arguments.layers or 12,
            hidden_size=arguments.hidden,
            num_attention_heads=arguments.heads,
            intermediate_size=arguments.feed_forward,
            num_labels=2,
        )
    )


def modernbert(arguments: argparse.Namespace) -> torch.nn.Module:
    wide = arguments.feed_forward
    return ModernBertForSequenceClassification(
        ModernBertConfig(
            vocab_size=50368 if arguments.vocabulary == 30522 else arguments.vocabulary,
            num_hidden_layers=arguments.layers or 22,
            hidden_size=arguments.hidden,
            num_attention_heads=arguments.heads,
            intermediate_size=1152 if wide == 3072 else wide,
            num_labels=2,
        )
    )


def vit(arguments: argparse.Namespace) -> torch.nn.Module:
    return ViTForImageClassification(
        ViTConfig(
            image_size=arguments.image_size,
            patch_size=arguments.patch_size,
            num_hidden_layers=arguments.layers or 12,
            hidden_size=arguments.hidden,
            num_attention_heads=arguments.heads,
            intermediate_size=arguments.feed_forward,
            num_labels=arguments.labels,
        )
    )


def preprocessor_config(image_size: int) -> dict:
    """That of vit-base-patch16-224, for pictures of this size."""
    return {
        "do_normalize": True,
        "do_rescale": True,
        "do_resize": True,
        "image_mean": [0.5, 0.5, 0.5],
        "image_processor_type": "ViTImageProcessor",
        "image_std": [0.5, 0.5, 0.5],
        "resample": 2,
        "rescale_factor": 1 / 255,
        "size": {"height": image_size, "width": image_size},
    }


FAMILIES = {"distilbert": distilbert, "bert": bert, "modernbert": modernbert, "vit": vit}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--family", choices=FAMILIES, default="distilbert")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tokenizer", type=Path, help="a folder whose tokenizer files are copied")
    parser.add_argument("--layers", type=int, help="6 for distilbert and 12 for vit where not given")
    parser.add_argument("--hidden", type=int, default=768)
    parser.add_argument("--heads", type=int, default=12)
    parser.add_argument("--feed-forward", type=int, default=3072)
    parser.add_argument("--vocabulary", type=int, default=30522)
    parser.add_argument("--positions", type=int, default=512)
    parser.add_argument("--image-size", type=int, default=224)
    parser.add_argument("--patch-size", type=int, default=16)
    parser.add_argument("--labels", type=int, default=1000)
    arguments = parser.parse_args()

    model = FAMILIES[arguments.family](arguments)
    draw_weights(model, arguments.seed)
    model.save_pretrained(arguments.folder)

    if arguments.tokenizer:
        for name in TOKENIZER_FILES:
            if (arguments.tokenizer / name).exists():
                shutil.copy(arguments.tokenizer / name, arguments.folder)
    if arguments.family == "vit":
        processor = json.dumps(preprocessor_config(arguments.image_size), indent=2)
        (arguments.folder / "preprocessor_config.json").write_text(processor + "\n")

    print(f"{arguments.folder}: {sum(p.numel() for p in model.parameters()):,} parameters, seed {arguments.seed}")


if __name__ == "__main__":
    main()
