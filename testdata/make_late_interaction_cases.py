"""Writes late-interaction-cases.json: the vectors of queries' and documents' tokens, as PyLate's ColBERT makes them, and their scores.

PyLate is not needed: what it does is written out below (its ColBERT.tokenize and encode), on transformers. The encoder is that of
fixtures/sentence-embedding; the projection is drawn here, and stored with the cases. Where masks fill up a query and are not seen, the
hidden states are those that transformers computes at masked places; the cases "seen" have them for other families too. Run from this
folder, with transformers installed:

    python make_late_interaction_cases.py
"""

import gzip
import json
import string
import tempfile
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import AutoConfig, AutoModel, AutoTokenizer

HERE = Path(__file__).parent
ENCODER = HERE / "fixtures" / "sentence-embedding"
QUERY, DOCUMENT, QUERY_LENGTH, DOCUMENT_LENGTH, DIMENSIONS = "una", "the", 11, 16, 5
QUERIES = ["a funny film", "", "a moving and very funny film about the actors and what they have to say"]
DOCUMENTS = ["The actors were very convincing, and funny.", "Dull!", "a moving and very funny film about the actors and what they have to say ."]
SETTINGS = [{}, {"attend_to_expansion_tokens": True}, {"do_query_expansion": False}, {"skiplist_words": ["funny", "nosuchwordatall"]}]


def rounded(rows):
    return [[round(float(value), 6) for value in row] for row in rows]


def tokens(tokenizer, text, prefix, length, expand):
    encoded = tokenizer(text, truncation=True, max_length=length - 1)
    ids = encoded["input_ids"][:1] + [tokenizer.convert_tokens_to_ids(prefix)] + encoded["input_ids"][1:]
    mask = [1] * len(ids)
    if expand:
        mask += [0] * (length - len(ids))
        ids += [tokenizer.mask_token_id] * (length - len(ids))
    return torch.tensor([ids]), torch.tensor([mask])


def vectors(model, projection, ids, mask):
    with torch.no_grad():
        hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state[0]
    return torch.nn.functional.normalize(hidden @ projection.T, p=2, dim=1)


def late_interaction(projection):
    tokenizer = AutoTokenizer.from_pretrained(ENCODER)
    model = AutoModel.from_pretrained(ENCODER, attn_implementation="eager").eval()
    cases = []
    for settings in SETTINGS:
        expand = settings.get("do_query_expansion", True)
        skipped = {tokenizer.convert_tokens_to_ids(word) for word in settings.get("skiplist_words", list(string.punctuation))}
        queries, documents = [], []
        for text in QUERIES:
            ids, mask = tokens(tokenizer, text, QUERY, QUERY_LENGTH, expand)
            if settings.get("attend_to_expansion_tokens"):
                mask = torch.ones_like(mask)
            queries.append(vectors(model, projection, ids, mask))
        for text in DOCUMENTS:
            ids, mask = tokens(tokenizer, text, DOCUMENT, DOCUMENT_LENGTH, False)
            keep = torch.tensor([int(i) not in skipped for i in ids[0]])
            documents.append(vectors(model, projection, ids, mask)[keep])
        scores = [[round(float((q @ d.T).max(1).values.sum()), 5) if len(d) else 0 for d in documents] for q in queries]
        cases.append({"settings": settings, "queries": [rounded(q) for q in queries], "documents": [rounded(d) for d in documents], "scores": scores})
    return cases


def seen():
    cases = []
    for fixture in ("bert-base", "roberta/base", "modernbert/base", "modernbert/other-size"):
        folder = HERE / "fixtures" / fixture
        model = AutoModel.from_config(AutoConfig.from_pretrained(folder), attn_implementation="eager").eval()
        left = model.load_state_dict(weights(folder), strict=False)
        assert all(name.startswith("pooler") for name in left.missing_keys), left
        ids = torch.tensor([[7, 9, 11, 5, 8, 13, 6, 21, 9, 5], [12, 5, 30, 31, 8, 17, 44, 8, 8, 8]])
        mask = torch.tensor([[1] * 8 + [0] * 2, [1] * 7 + [0] * 3])
        with torch.no_grad():
            states = model(input_ids=ids, attention_mask=mask).last_hidden_state
        cases.append({"fixture": fixture, "ids": ids.tolist(), "seen": mask.sum(1).tolist(), "states": [rounded(rows) for rows in states]})
    return cases


def weights(folder):
    packed = folder / "model.safetensors.gz"
    if not packed.exists():
        return load_file(folder / "model.safetensors")
    with tempfile.NamedTemporaryFile(suffix=".safetensors") as file:
        file.write(gzip.decompress(packed.read_bytes()))
        file.flush()
        return load_file(file.name)


def main():
    torch.manual_seed(3)
    projection = torch.round(torch.randn(DIMENSIONS, 24) * 64) / 64
    (HERE / "late-interaction-cases.json").write_text(json.dumps({
        "query_prefix": QUERY, "document_prefix": DOCUMENT, "query_length": QUERY_LENGTH, "document_length": DOCUMENT_LENGTH,
        "projection": projection.tolist(), "texts": {"queries": QUERIES, "documents": DOCUMENTS}, "cases": late_interaction(projection),
        "seen": seen()}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
