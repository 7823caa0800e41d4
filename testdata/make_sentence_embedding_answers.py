"""Writes sentence-embedding-answers.json.gz: what sentence-transformers makes of varied texts with the fixture
sentence-embedding, under every way to pool, to project, to cut and to prompt.

A case is the fixture with some files replaced ("files"; null: taken away) and some calls of encode. A Dense module's weights
are not kept: weight[i][j] = ((31 i + 17 j) mod 23 - 11) / 40 and bias[i] = (i mod 5 - 2) / 10, here and in the test.
Embeddings are float32, little-endian, in base64, row after row.

Run with sentence-transformers 6.0 installed, from this folder:

    python make_sentence_embedding_answers.py
"""

import base64
import gzip
import json
import os
import shutil
import tempfile

import numpy as np
import safetensors.numpy
import sentence_transformers
import transformers
from sentence_transformers import SentenceTransformer, util

FIXTURE = "fixtures/sentence-embedding"
WIDTH = 24

TEXTS = [
    "The actors were very convincing.",
    "",
    " \t\n ",
    "?!",
    "word",
    "the the the the the the the",
    "I like soccer. [SEP] We all love soccer!",
    "A dull, lifeless film: nobody in the audience laughed, not even once.",
    "Cr\u00e8me br\u00fbl\u00e9e \u2014 na\u00efve caf\u00e9, \u6771\u4eac tower & 100% fun?!",
    "SHOUTING: THE WORST MOVIE EVER MADE!!!",
    "shouting: the worst movie ever made!!!",
    "\U0001f600\U0001f600 great \U0001f44d\U0001f3fd",
    "\u042d\u0442\u043e \u043b\u0443\u0447\u0448\u0438\u0439 \u0444\u0438\u043b\u044c\u043c",
    "e\u0301\u0301\u0301 cafe\u0301 \u1e9e \ufb01lm \u0130stanbul",
    "zero\u200bwidth\u200djoiner\ufeff and \u00adsoft hyphen",
    "control\u0000char\u0007 and \ufffd replacement",
    "[CLS] [MASK] [PAD] [UNK]",
    "query: how much protein should a female eat",
    "1,234.56 \u20ac = $1,400 (2024-01-31) @home #1 http://a.b/c?d=e&f",
    "supercalifragilisticexpialidocious antidisestablishmentarianism",
    "x" * 150,
    "so very " * 20 + "good",
    "good " * 62,
    "a moving and funny film . " * 100,
]

OLD = "sentence_transformers.models."
NEW = "sentence_transformers.sentence_transformer.modules."
BASE = "sentence_transformers.base.modules."


def modules(*types):
    """modules.json for classes after the Transformer."""
    first = {"idx": 0, "name": "0", "path": "", "type": BASE + "transformer.Transformer"}
    rest = [
        {"idx": i, "name": str(i), "path": f"{i}_{type.split('.')[-1]}", "type": type} for i, type in enumerate(types, 1)
    ]
    return [first] + rest


def old_pooling(*switches):
    return {"word_embedding_dimension": WIDTH, **{"pooling_mode_" + switch: True for switch in switches}}


def new_pooling(mode, **more):
    return {"embedding_dimension": WIDTH, "pooling_mode": mode, **more}


def dense(in_features, out_features, activation="Tanh", **more):
    path = "torch.nn.modules.linear.Identity" if activation == "Identity" else f"torch.nn.modules.activation.{activation}"
    return {"in_features": in_features, "out_features": out_features, "bias": True, "activation_function": path, **more}


POOLED = modules(OLD + "Pooling")
PROMPTS = {
    "prompts": {"query": "query: ", "passage": "Represent this passage for retrieval: ", "nothing": ""},
    "default_prompt_name": "query",
    "similarity_fn_name": "dot",
}
PLAIN = [{}]
ALL, FEW = len(TEXTS), 8


def case(name, files, calls=PLAIN, texts=ALL):
    return {"name": name, "files": files, "calls": calls, "texts": texts}


OLD_NAMES = ["cls_token", "max_tokens", "mean_tokens", "mean_sqrt_len_tokens", "weightedmean_tokens", "lasttoken"]
NEW_NAMES = ["cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken"]

CASES = [case("as it is", {})]
CASES += [case(f"old {name}", {"modules.json": POOLED, "1_Pooling/config.json": old_pooling(name)}) for name in OLD_NAMES]
CASES += [
    case("every old switch", {"modules.json": POOLED, "1_Pooling/config.json": old_pooling(*reversed(OLD_NAMES))}, texts=FEW),
    case("no old switch", {"modules.json": POOLED, "1_Pooling/config.json": old_pooling()}, texts=FEW),
    case(
        "new, normalized",
        {
            "modules.json": modules(NEW + "pooling.Pooling", BASE + "normalize.Normalize"),
            "1_Pooling/config.json": new_pooling("weightedmean", include_prompt=True),
            "2_Normalize/config.json": {"module_input_name": "sentence_embedding", "module_output_name": "sentence_embedding"},
        },
        texts=FEW,
    ),
    case("new, several", {"modules.json": POOLED, "1_Pooling/config.json": new_pooling(["max", "cls", "mean"])}, texts=FEW),
    case(
        "new beside old",
        {"modules.json": POOLED, "1_Pooling/config.json": {**old_pooling("max_tokens"), "pooling_mode": "lasttoken"}},
        texts=FEW,
    ),
    case(
        "dense, normalized",
        {
            "modules.json": modules(OLD + "Pooling", OLD + "Dense", OLD + "Normalize"),
            "1_Pooling/config.json": old_pooling("mean_tokens"),
            "2_Dense/config.json": dense(WIDTH, 8),
        },
    ),
    case(
        "normalized, dense twice",
        {
            "modules.json": modules(OLD + "Pooling", OLD + "Normalize", BASE + "dense.Dense", OLD + "Dense"),
            "1_Pooling/config.json": old_pooling("mean_tokens", "max_tokens"),
            "3_Dense/config.json": dense(2 * WIDTH, 33, "GELU", bias=False),
            "4_Dense/config.json": dense(33, 17, "Identity"),
        },
        texts=FEW,
    ),
    case("no modules.json", {"modules.json": None}, texts=FEW),
    case("short", {"sentence_bert_config.json": {"max_seq_length": 8, "do_lower_case": False}}),
    case(
        "lower case in spite of the tokenizer",
        {
            "sentence_bert_config.json": {"max_seq_length": 64, "do_lower_case": True},
            "tokenizer_config.json": {"tokenizer_class": "BertTokenizer", "do_lower_case": False, "model_max_length": 64},
        },
    ),
    case(
        "as the tokenizer says",
        {
            "sentence_bert_config.json": {},
            "tokenizer_config.json": {"tokenizer_class": "BertTokenizer", "do_lower_case": False, "model_max_length": 11},
        },
        texts=FEW,
    ),
    case(
        "prompts",
        {"config_sentence_transformers.json": PROMPTS},
        [{}, {"prompt": ""}, {"prompt": "[SEP] Q "}, {"prompt_name": "passage"}, {"prompt_name": "document"}],
        FEW,
    ),
]
CASES += [
    case(
        f"prompt left out of {name}",
        {
            "modules.json": POOLED,
            "1_Pooling/config.json": new_pooling(name, include_prompt=False),
            "config_sentence_transformers.json": PROMPTS,
        },
        [{}, {"prompt_name": "passage"}] + ([{"prompt_name": "nothing"}] if name == "mean" else []),
        FEW,
    )
    for name in NEW_NAMES
]
CASES += [
    case(
        "cut",
        {"config_sentence_transformers.json": {"truncate_dim": 16}},
        [{}, {"normalize": True}, {"dimensions": 5}, {"dimensions": 20, "normalize": True}, {"dimensions": WIDTH}],
        FEW,
    ),
    case("cut to more than there is", {"config_sentence_transformers.json": {"truncate_dim": 100}}, texts=FEW),
]

SIMILARITIES = ["cosine", "dot", "euclidean", "manhattan"]


def encoded(array):
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f4").tobytes()).decode()


def write(folder, name, content):
    path = os.path.join(folder, name)
    if content is None:
        os.remove(path)
        return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file)
    if "Dense" in name:
        rows, columns = content["out_features"], content["in_features"]
        i, j = np.arange(rows)[:, None], np.arange(columns)[None, :]
        tensors = {"linear.weight": ((31 * i + 17 * j) % 23 - 11).astype(np.float32) / np.float32(40)}
        if content["bias"]:
            tensors["linear.bias"] = (np.arange(rows) % 5 - 2).astype(np.float32) / np.float32(10)
        safetensors.numpy.save_file(tensors, os.path.join(os.path.dirname(path), "model.safetensors"))


def load(files):
    folder = tempfile.mkdtemp()
    shutil.copytree(FIXTURE, folder, dirs_exist_ok=True)
    for name, content in files.items():
        write(folder, name, content)
    return SentenceTransformer(folder, device="cpu")


def answer(case):
    model = load(case["files"])
    texts = TEXTS[: case["texts"]]
    calls = []
    for call in case["calls"]:
        names = {"dimensions": "truncate_dim", "normalize": "normalize_embeddings"}
        arguments = {names.get(name, name): value for name, value in call.items()}
        embeddings = model.encode(texts, batch_size=5, **arguments)
        calls.append({**call, "width": embeddings.shape[1], "embeddings": encoded(embeddings)})
    limit = model.max_seq_length
    return {**case, "calls": calls, "max_length": limit, "dimensions": model.get_embedding_dimension()}


transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
similarities = {}
for function in SIMILARITIES:
    model = load({"config_sentence_transformers.json": {"similarity_fn_name": function}, "modules.json": POOLED})
    embeddings = model.encode(TEXTS[:FEW])
    similarities[function] = {
        "pairs": [model.similarity_pairwise(embeddings, embeddings[[i] * FEW]).tolist() for i in range(FEW)],
        "search": util.semantic_search(
            embeddings,
            model.encode(TEXTS[FEW:]),
            top_k=5,
            score_function=model.similarity,
        ),
    }
answers = {
    "sentence_transformers": sentence_transformers.__version__,
    "transformers": transformers.__version__,
    "texts": TEXTS,
    "few": FEW,
    "similarities": similarities,
}
lines = [json.dumps(answer(case)) for case in CASES]
text = json.dumps(answers)[:-1] + ',\n"cases": [\n' + ",\n".join(lines) + "\n]}\n"
with open("sentence-embedding-answers.json.gz", "wb") as file:
    file.write(gzip.compress(text.encode(), 9, mtime=0))
