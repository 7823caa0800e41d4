"""Checkpoints' tokenizer files, one folder for each kind, with tiny vocabularies that are trained here on the texts given."""

import json
import random
from pathlib import Path

import sentencepiece
from tokenizers import ByteLevelBPETokenizer, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer

SIZE = 6000
BERT = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
ROBERTA = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
SPACES = [" " * n for n in range(24, 1, -1)]
PRIVATE = ["|||IP_ADDRESS|||", "|||EMAIL_ADDRESS|||", "|||PHONE_NUMBER|||"]
PIECES = {  # the class of each kind of pieces, the name of its file, and how SentencePiece is asked for its special pieces
    "xlm-roberta": ("XLMRobertaTokenizer", "sentencepiece.bpe.model", dict(unk_id=0, bos_id=1, eos_id=2, pad_id=-1)),
    "camembert": ("CamembertTokenizer", "sentencepiece.bpe.model", dict(unk_id=0, bos_id=1, eos_id=2, pad_id=-1)),
    "albert": ("AlbertTokenizer", "spiece.model", dict(pad_id=0, unk_id=1, bos_id=-1, eos_id=-1, control_symbols="[CLS],[SEP],[MASK]")),
    "deberta-v2": (
        "DebertaV2Tokenizer",
        "spm.model",
        dict(pad_id=0, pad_piece="[PAD]", unk_id=1, unk_piece="[UNK]", bos_id=2, bos_piece="[CLS]", eos_id=3, eos_piece="[SEP]", user_defined_symbols="[MASK]"),
    ),
}


def write(folder: Path, **files) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8", newline="\n")
    return folder


def word_piece(folder: Path, texts: list[str], cased: bool) -> Path:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=not cased)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(texts, trainers.WordPieceTrainer(vocab_size=SIZE, special_tokens=BERT, show_progress=False))
    tokens = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    config = {"tokenizer_class": "BertTokenizer", "do_lower_case": not cased}
    return write(folder, vocab__txt="".join(token + "\n" for token, _ in tokens), tokenizer_config__json=config)


def roberta(folder: Path, texts: list[str], prefix: bool) -> Path:
    """As in old checkpoints: vocab.json and merges.txt."""
    tokenizer = ByteLevelBPETokenizer(add_prefix_space=prefix)
    tokenizer.train_from_iterator(texts, vocab_size=SIZE, special_tokens=ROBERTA, show_progress=False)
    write(folder, tokenizer_config__json={"tokenizer_class": "RobertaTokenizer", "add_prefix_space": prefix})
    tokenizer.save_model(str(folder))
    return folder


def roberta_json(folder: Path, source: Path, prefix: bool) -> Path:
    """As in published ones: a tokenizer.json, in which the mask swallows the whitespace before it."""
    tokenizer = AutoTokenizer.from_pretrained(source)
    tokenizer.save_pretrained(folder)
    path = folder / "tokenizer.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    for token in content["added_tokens"]:
        token["lstrip"] = token["content"] == "<mask>"
        token["normalized"] = token["content"] != "<mask>"
    mask = {"content": "<mask>", "lstrip": True, "rstrip": False, "normalized": False, "single_word": False, "special": True, "__type": "AddedToken"}
    config = {"tokenizer_class": "RobertaTokenizer", "add_prefix_space": prefix, "trim_offsets": True, "model_max_length": 512}
    config |= dict(bos_token="<s>", eos_token="</s>", sep_token="</s>", cls_token="<s>", unk_token="<unk>", pad_token="<pad>", mask_token=mask)
    return write(folder, tokenizer__json=content, tokenizer_config__json=config)


def modern_bert(folder: Path, texts: list[str]) -> Path:
    """As ModernBERT's file is: NFC, bytes, a template, and added tokens of which some are runs of spaces."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=SIZE, initial_alphabet=alphabet, show_progress=False))
    model = json.loads(tokenizer.to_str())["model"]
    vocabulary = {PRIVATE[0]: 0, "<|padding|>": 1} | {token: i + 2 for token, i in model["vocab"].items()}
    added = []

    def add(content, **flags):
        plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": True, "special": False}
        added.append({"id": vocabulary.get(content, len(vocabulary) + sum(t["content"] not in vocabulary for t in added)), "content": content} | plain | flags)

    add(PRIVATE[0])
    add("<|padding|>", normalized=False, special=True)
    for content in SPACES + PRIVATE[1:]:
        add(content)
    for content in ["<|endoftext|>", "[UNK]", "[CLS]", "[SEP]", "[PAD]"]:
        add(content, normalized=False, special=True)
    add("[MASK]", normalized=False, special=True, lstrip=True)
    for number in range(3):
        add(f"[unused{number}]")
    ids = {token["content"]: token["id"] for token in added}
    special = {token: {"id": token, "ids": [ids[token]], "tokens": [token]} for token in ("[CLS]", "[SEP]")}
    piece, text = lambda token: {"SpecialToken": {"id": token, "type_id": 0}}, lambda name, kind: {"Sequence": {"id": name, "type_id": kind}}
    single = [piece("[CLS]"), text("A", 0), piece("[SEP]")]
    content = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": {"type": "NFC"},
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
        "post_processor": {"type": "TemplateProcessing", "single": single, "pair": single + [text("B", 0), piece("[SEP]")], "special_tokens": special},
        "decoder": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
        "model": model | {"vocab": vocabulary},
    }
    decoder = {str(t["id"]): {key: value for key, value in t.items() if key != "id"} for t in added}
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "added_tokens_decoder": decoder, "clean_up_tokenization_spaces": True, "model_max_length": 8192}
    config |= dict(cls_token="[CLS]", mask_token="[MASK]", pad_token="[PAD]", sep_token="[SEP]", unk_token="[UNK]", model_input_names=["input_ids", "attention_mask"])
    return write(folder, tokenizer__json=content, tokenizer_config__json=config)


def pieces(folder: Path, texts: list[str], kind: str) -> list[Path]:
    """As the model's file alone, and as the tokenizer.json that the reference makes of it."""
    name, file, options = PIECES[kind]
    plain = write(folder / kind, tokenizer_config__json={"tokenizer_class": name})
    lines = write(folder / "texts", all__txt="\n".join(texts)) / "all.txt"
    sentencepiece.SentencePieceTrainer.train(
        input=str(lines), model_prefix=str(plain / "trained"), vocab_size=SIZE, model_type="unigram", minloglevel=2, hard_vocab_limit=False, num_threads=1, character_coverage=0.998, **options
    )
    (plain / "trained.model").rename(plain / file)
    (plain / "trained.vocab").unlink()
    saved = folder / (kind + "-json")
    AutoTokenizer.from_pretrained(plain).save_pretrained(saved)
    return [plain, saved]


def siglip(folder: Path, texts: list[str]) -> list[Path]:
    """As the class alone, with the flags that are written in published files, and with a model that maps nothing and is saved by the class."""
    lines = write(folder / "siglip", tokenizer_config__json={"tokenizer_class": "SiglipTokenizer"}, all__txt="\n".join(texts))
    options = dict(pad_id=0, eos_id=1, unk_id=2, bos_id=-1, input=str(lines / "all.txt"), model_type="unigram", minloglevel=2, hard_vocab_limit=False, num_threads=1, vocab_size=SIZE)

    def train(target: Path, **more) -> None:
        sentencepiece.SentencePieceTrainer.train(model_prefix=str(target / "spiece"), **options, **more)
        (target / "spiece.vocab").unlink()

    train(lines, normalization_rule_name="nmt_nfkc")
    published = write(folder / "siglip-published")
    train(published, normalization_rule_name="nmt_nfkc", character_coverage=0.99)
    flags = {"lstrip": True, "rstrip": True, "normalized": False, "single_word": False, "special": True}
    decoder = {"1": {"content": "</s>"} | flags, "2": {"content": "<unk>"} | flags}
    size = sentencepiece.SentencePieceProcessor(model_file=str(published / "spiece.model")).get_piece_size()
    decoder |= {str(size): {"content": "<mask>"} | flags | {"lstrip": False, "rstrip": False}}
    config = {"tokenizer_class": "SiglipTokenizer", "added_tokens_decoder": decoder, "do_lower_case": False, "extra_special_tokens": ["<mask>"]}
    config |= dict(eos_token="</s>", pad_token="</s>", unk_token="<unk>", model_max_length=64)
    write(published, tokenizer_config__json=config)
    identity = write(folder / "siglip-identity", tokenizer_config__json={"tokenizer_class": "SiglipTokenizer"})
    train(identity, normalization_rule_name="identity", add_dummy_prefix=False)
    saved = folder / "siglip-saved"
    AutoTokenizer.from_pretrained(identity).save_pretrained(saved)
    return [lines, published, identity, saved]


def write_kinds(folder: Path, lines: list[str], chosen: list[str]) -> list[Path]:
    r = random.Random(7)
    texts = r.sample(lines, min(20000, len(lines)))
    made = []
    if "bert" in chosen:
        made += [word_piece(folder / "bert-uncased", texts, False), word_piece(folder / "bert-cased", texts, True)]
    if "roberta" in chosen:
        for prefix in (False, True):
            name = "roberta-prefix" if prefix else "roberta"
            made.append(roberta(folder / name, texts, prefix))
            made.append(roberta_json(folder / (name + "-json"), folder / name, prefix))
    if "modernbert" in chosen:
        made.append(modern_bert(folder / "modernbert", texts))
    if "siglip" in chosen:
        made += siglip(folder, texts)
    for kind in PIECES:
        if kind in chosen:
            made += pieces(folder, texts, kind)
    return made


KINDS = ["bert", "roberta", "modernbert", "siglip", *PIECES]
