"""Writes bge-m3, a tiny checkpoint in the layout of BAAI/bge-m3 with random weights, and bge-m3-cases.json: its vectors of texts.

The formulas are those of the paper, arXiv 2402.03216, section 3.2, and of FlagEmbedding's M3Embedder: the first token's hidden state for
the dense vector; relu of a layer for the weight of a token, the greatest of equal ones, none for tokens that are no words; another layer
for the vectors of all tokens but the first. Run from this folder, with transformers and tokenizers installed:

    python make_bge_m3_cases.py
"""

import gzip
import json
import random
from pathlib import Path

import torch
import transformers as T
from few_numbers import narrow, one_of_fifteen
from make_encoder_fixtures import draw
from safetensors.torch import save
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = Path(__file__).parent
FOLDER = HERE / "bge-m3"
LONGEST = 28
HIDDEN, DIMENSIONS = 16, 10
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
WORDS = "the red blue circle dogs were running under größer naïve café Привет мир سلام नमस्ते 東京 1234 hello, world! film".split(" ")
TEXTS = [
    "the red dogs were running under the blue circle",
    "Привет, мир! 東京 café",
    "",
    "film \U0001F600 film the film",
    "the blue dogs were running under the red circle under the hello, world! 1234 größer naïve नमस्ते سلام",
]


def tokenizer():
    trained = Tokenizer(models.Unigram())
    trained.normalizer = normalizers.NFKC()
    trained.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    r = random.Random(3)
    texts = [" ".join(r.choices(WORDS, k=8)) for _ in range(300)]
    trained.train_from_iterator(texts, trainers.UnigramTrainer(vocab_size=120, special_tokens=SPECIAL, unk_token="<unk>", show_progress=False))
    written = json.loads(trained.to_str())
    written["model"]["vocab"] = [[piece, round(score, 3)] for piece, score in written["model"]["vocab"]]
    trained = Tokenizer.from_str(json.dumps(written))
    trained.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    trained.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    trained.decoder = decoders.Metaspace()
    return trained


def files(size):
    return {
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}],
        "sentence_bert_config.json": {"max_seq_length": LONGEST, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "__version__": {"sentence_transformers": "2.2.2", "transformers": "4.33.0", "pytorch": "2.1.2+cu121"}},
        "1_Pooling/config.json": {
            "word_embedding_dimension": HIDDEN, "pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False,
            "pooling_mode_max_tokens": False, "pooling_mode_mean_sqrt_len_tokens": False},
        "special_tokens_map.json": {
            "bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "mask_token": {
                "content": "<mask>", "lstrip": True, "normalized": False, "rstrip": False, "single_word": False},
            "pad_token": "<pad>", "sep_token": "</s>", "unk_token": "<unk>"},
        "tokenizer_config.json": {
            "bos_token": "<s>", "clean_up_tokenization_spaces": True, "cls_token": "<s>", "eos_token": "</s>", "mask_token": {
                "__type": "AddedToken", "content": "<mask>", "lstrip": True, "normalized": True, "rstrip": False, "single_word": False},
            "model_max_length": 8192, "pad_token": "<pad>", "sep_token": "</s>", "sp_model_kwargs": {},
            "tokenizer_class": "XLMRobertaTokenizer", "unk_token": "<unk>"},
        "config.json": {
            "architectures": ["XLMRobertaModel"], "attention_probs_dropout_prob": 0.1, "bos_token_id": 0, "classifier_dropout": None,
            "eos_token_id": 2, "hidden_act": "gelu", "hidden_dropout_prob": 0.1, "hidden_size": HIDDEN, "initializer_range": 0.02,
            "intermediate_size": 24, "layer_norm_eps": 1e-05, "max_position_embeddings": LONGEST + 2, "model_type": "xlm-roberta",
            "num_attention_heads": 2, "num_hidden_layers": 2, "output_past": True, "pad_token_id": 1, "position_embedding_type": "absolute",
            "torch_dtype": "float32", "transformers_version": "4.33.0", "type_vocab_size": 1, "use_cache": True, "vocab_size": size},
    }


def layer(out, seed):
    generator = torch.Generator().manual_seed(seed)
    linear = torch.nn.Linear(HIDDEN, out)
    with torch.no_grad():
        linear.weight.copy_(one_of_fifteen(torch.randn(out, HIDDEN, generator=generator) * 0.4, HIDDEN))
        linear.bias.copy_(narrow(0.2 * torch.randn(out, generator=generator)))
    return linear.eval()


def numbers(tensor):
    return [round(float(value), 6) for value in tensor.flatten()]


def main():
    pieces = tokenizer()
    size = pieces.get_vocab_size()
    for name, content in files(size).items():
        (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / name).write_text(json.dumps(content, indent=1) + "\n")
    (FOLDER / "tokenizer.json").write_text(json.dumps(json.loads(pieces.to_str()), separators=(",", ":")) + "\n")
    model = draw(T.XLMRobertaModel(T.XLMRobertaConfig.from_pretrained(FOLDER), add_pooling_layer=False), 11)
    state = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    (FOLDER / "model.safetensors.gz").write_bytes(gzip.compress(save(state, {"format": "pt"}), mtime=0))
    multi, sparse = layer(DIMENSIONS, 12), layer(1, 18)
    torch.save({name: tensor.half() for name, tensor in multi.state_dict().items()}, FOLDER / "colbert_linear.pt")
    torch.save({name: tensor.half() for name, tensor in sparse.state_dict().items()}, FOLDER / "sparse_linear.pt")

    pieces.enable_truncation(LONGEST)
    cases, vectors = [], []
    for text in TEXTS:
        ids = pieces.encode(text).ids
        with torch.no_grad():
            hidden = model(torch.tensor([ids])).last_hidden_state[0]
            dense = torch.nn.functional.normalize(hidden[0], dim=-1)
            weights = torch.relu(sparse(hidden))[:, 0]
            vectors.append(torch.nn.functional.normalize(multi(hidden[1:]), dim=-1))
        words = {}
        for id, weight in zip(ids, weights.tolist()):
            if id not in range(4) and weight > 0:
                words[id] = max(weight, words.get(id, 0))
        cases.append({
            "text": text, "ids": ids, "dense": numbers(dense), "sparse": [[id, round(words[id], 6)] for id in sorted(words)],
            "multi_vector": numbers(vectors[-1])})
    for case, query in zip(cases, vectors):
        case["scores"] = [round(float((query @ document.T).max(1).values.sum() / len(query)), 6) for document in vectors]
    (HERE / "bge-m3-cases.json").write_text("\n".join(["["] + [json.dumps(c) + "," for c in cases[:-1]] + [json.dumps(cases[-1]), "]"]) + "\n")


if __name__ == "__main__":
    main()
