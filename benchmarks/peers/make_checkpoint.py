"""Writes a DistilBERT sentiment checkpoint with random weights, in Hugging Face layout, for benchmarks.

    python make_checkpoint.py FOLDER [--seed 1] [--tokenizer FOLDER_WITH_TOKENIZER_FILES]
                              [--layers 6] [--hidden 768] [--heads 12] [--feed-forward 3072] [--vocabulary 30522]

How long a transformer takes does not depend on what its weights say, only on their shapes; so the speed of
distilbert-base-uncased-finetuned-sst-2-english can be measured without its 268 MB being downloaded. The defaults have
exactly its shapes. Writes config.json and model.safetensors, and copies the tokenizer's files where a folder is named.
Needs torch and transformers.
"""

import argparse
import shutil
from pathlib import Path

import torch
from transformers import DistilBertConfig, DistilBertForSequenceClassification

TOKENIZER_FILES = ("vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")


def draw_weights(model: torch.nn.Module, seed: int) -> None:
    """Activations of ordinary size: matrices scaled by their fan-in, norm weights near 1, biases near 0 but not 0."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() >= 2:
                parameter.copy_(noise / parameter.shape[-1] ** 0.5)
            elif "norm" in name.lower() and name.endswith("weight"):
                parameter.copy_(1 + 0.1 * noise)
            else:
                parameter.copy_(0.1 * noise)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tokenizer", type=Path, help="a folder whose tokenizer files are copied")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--hidden", type=int, default=768)
    parser.add_argument("--heads", type=int, default=12)
    parser.add_argument("--feed-forward", type=int, default=3072)
    parser.add_argument("--vocabulary", type=int, default=30522)
    parser.add_argument("--positions", type=int, default=512)
    arguments = parser.parse_args()

    config = DistilBertConfig(
        vocab_size=arguments.vocabulary,
        max_position_embeddings=arguments.positions,
        n_layers=arguments.layers,
        dim=arguments.hidden,
        n_heads=arguments.heads,
        hidden_dim=arguments.feed_forward,
        id2label={0: "NEGATIVE", 1: "POSITIVE"},
        label2id={"NEGATIVE": 0, "POSITIVE": 1},
    )
    model = DistilBertForSequenceClassification(config)
    draw_weights(model, arguments.seed)
    model.save_pretrained(arguments.folder)

    if arguments.tokenizer:
        for name in TOKENIZER_FILES:
            if (arguments.tokenizer / name).exists():
                shutil.copy(arguments.tokenizer / name, arguments.folder)

    print(f"{arguments.folder}: {sum(p.numel() for p in model.parameters()):,} parameters, seed {arguments.seed}")


if __name__ == "__main__":
    main()
