"""Writes sst2-dev-answers.json: the reference's score of POSITIVE for each sentence of the SST-2 dev set, with the bundled model.

The sentences themselves are not kept here; dev.tsv is part of the GLUE benchmark. The reference computes in float32, as the
engine does. Run with transformers installed, from this folder:

    python make_sst2_answers.py PATH/TO/dev.tsv
"""

import json
import sys

import torch
import transformers

MODEL = "../cli/src/main/resources/io/tesserae/cli/models/sentiment"

with open(sys.argv[1], encoding="utf-8") as file:
    sentences = [line.split("\t")[0] for line in file.read().splitlines()[1:]]
transformers.logging.disable_progress_bar()
pipeline = transformers.pipeline("text-classification", model=MODEL, device="cpu", dtype=torch.float32)
answers = pipeline(sentences, top_k=None, truncation=True)
positive = [next(label["score"] for label in answer if label["label"] == "POSITIVE") for answer in answers]
with open("sst2-dev-answers.json", "w", encoding="utf-8") as file:
    json.dump({"transformers": transformers.__version__, "positive": [round(score, 8) for score in positive]}, file)
    file.write("\n")
