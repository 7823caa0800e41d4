"""Writes ranking-answers.json: the scores of a cross-encoder in sentence-transformers.

Run with sentence-transformers installed, from this folder:

    python make_ranking_answers.py
"""

import json

import sentence_transformers
import torch

MODEL = "fixtures/distilbert-regression"
DOCUMENTS = [
    "The library opens at nine.",
    "Nine cats slept in the library.",
    "",
    "?!",
    "He drove to work earlier.",
    "The library opens at nine.",
    "Cr\u00e8me br\u00fbl\u00e9e \u2014 na\u00efve caf\u00e9, \u6771\u4eac tower & 100% fun?!",
    "\U0001f600\U0001f600 great \U0001f44d\U0001f3fd",
    "a film [SEP] a second sentence [CLS] [MASK] [PAD] [UNK]",
    "word " * 200,
    "supercalifragilisticexpialidocious",
    "1,234.56 \u20ac = $1,400 (2024-01-31) @home #1 http://a.b/c?d=e&f",
]
QUERIES = ["When does the library open?", "", "cats " * 100, "\u042d\u0442\u043e \u043b\u0443\u0447\u0448\u0438\u0439 \u0444\u0438\u043b\u044c\u043c"]

model = sentence_transformers.CrossEncoder(MODEL, device="cpu")
cases = []
for query in QUERIES:
    cases.append(
        {
            "query": query,
            "documents": DOCUMENTS,
            "scores": model.predict([(query, document) for document in DOCUMENTS]).tolist(),
            "logits": model.predict([(query, document) for document in DOCUMENTS], activation_fn=torch.nn.Identity()).tolist(),
            "ranking": [
                {**hit, "score": float(hit["score"])} for hit in model.rank(query, DOCUMENTS, return_documents=False)
            ],
        }
    )
with open("ranking-answers.json", "w", encoding="utf-8") as file:
    json.dump({"sentence_transformers": sentence_transformers.__version__, "cases": cases}, file, indent=1)
    file.write("\n")
