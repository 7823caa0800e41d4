"""Writes a sentence encoder of the size of all-MiniLM-L6-v2, with random weights, and what sentence-transformers makes of all
SICK sentences with it. 100 MB together, which is why they are not kept here.

Its files are those of sentence-transformers/all-MiniLM-L6-v2, as published, but for the weights: those are drawn with a fixed
seed, wide enough that the embeddings of different sentences differ. Run with sentence-transformers 6.0 installed:

    python make_minilm_answers.py FOLDER PATH/TO/all-MiniLM-L6-v2 PATH/TO/SICK.txt

FOLDER gets the checkpoint and expected.safetensors: "embeddings" [sentences, 384], the sentences of SICK.txt in the order in
which they first occur, first column before second, each once; and "scores" [pairs], the cosine of every pair. The test that
compares them runs where TESSERAE_MINILM names FOLDER.
"""

import json
import os
import shutil
import sys

import numpy as np
import safetensors.numpy
import torch
import transformers
from sentence_transformers import SentenceTransformer

folder, published, sick = sys.argv[1:]
os.makedirs(os.path.join(folder, "1_Pooling"), exist_ok=True)
for name in os.listdir(published):
    target = name.replace("1_Pooling_config.json", "1_Pooling/config.json")
    if name.endswith((".json", ".txt")):
        shutil.copyfile(os.path.join(published, name), os.path.join(folder, target))

with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
    config = transformers.BertConfig(**json.load(file))
torch.manual_seed(20260101)
model = transformers.BertModel(config)
with torch.no_grad():
    for name, parameter in model.named_parameters():
        if name.endswith("LayerNorm.weight"):
            parameter.normal_(1, 0.1)
        elif name.endswith("LayerNorm.bias") or name.endswith(".bias"):
            parameter.normal_(0, 0.05)
        else:
            parameter.normal_(0, 0.08)
state = {name: tensor.numpy() for name, tensor in model.state_dict().items() if not name.endswith("position_ids")}
safetensors.numpy.save_file(state, os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})

with open(sick, encoding="utf-8") as file:
    pairs = [line.split("\t")[1:3] for line in file.read().splitlines()[1:]]
sentences = list(dict.fromkeys(sentence for pair in pairs for sentence in pair))
places = {sentence: place for place, sentence in enumerate(sentences)}
encoder = SentenceTransformer(folder, device="cpu")
embeddings = encoder.encode(sentences, batch_size=64)
scores = encoder.similarity_pairwise(
    embeddings[[places[first] for first, _ in pairs]], embeddings[[places[second] for _, second in pairs]]
)
expected = {"embeddings": np.asarray(embeddings, dtype=np.float32), "scores": np.asarray(scores, dtype=np.float32)}
safetensors.numpy.save_file(expected, os.path.join(folder, "expected.safetensors"))
print(f"{len(pairs)} pairs of {len(sentences)} sentences; cosines from {scores.min():.4f} to {scores.max():.4f}")
