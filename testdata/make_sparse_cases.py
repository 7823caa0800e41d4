"""Writes sparse-cases.json: what SPLADE makes of texts, with the masked language model in fixtures/bert-mlm.

The formula is that of sentence-transformers' SpladePooling (max or sum of log(1 + relu(logits)), or of the logarithm of that), computed
here from the logits of transformers. Of each vector the ten greatest weights are kept, and how many and how much they are in all. Run
from this folder, with transformers installed:

    python make_sparse_cases.py
"""

import json
from pathlib import Path

import torch
from transformers import AutoTokenizer, BertForMaskedLM

HERE = Path(__file__).parent
TEXTS = ["A moving and funny film.", "", "The actors were very convincing, and the film is much too long for what it has to say."]


def weights(logits, strategy, activation):
    scores = torch.log1p(torch.relu(logits.double()))
    if activation == "log1p_relu":
        scores = torch.log1p(scores)
    return scores.max(0).values if strategy == "max" else scores.sum(0)


def main():
    tokenizer = AutoTokenizer.from_pretrained(HERE / "fixtures" / "bert-mlm")
    model = BertForMaskedLM.from_pretrained(HERE / "fixtures" / "bert-mlm").eval()
    cases = []
    for strategy in ("max", "sum"):
        for activation in ("relu", "log1p_relu"):
            for text in TEXTS:
                with torch.no_grad():
                    logits = model(**tokenizer(text, return_tensors="pt")).logits[0]
                vector = weights(logits, strategy, activation)
                best = sorted(range(len(vector)), key=lambda i: -vector[i])[:10]
                cases.append({
                    "pooling_strategy": strategy, "activation_function": activation, "text": text,
                    "count": int((vector > 0).sum()), "total": round(float(vector.sum()), 4),
                    "best": [[i, round(float(vector[i]), 6)] for i in best]})
    
    (HERE / "sparse-cases.json").write_text("\n".join(["["] + [json.dumps(c) + "," for c in cases[:-1]] + [json.dumps(cases[-1]), "]"]) + "\n")


if __name__ == "__main__":
    main()
