"""Writes fixtures/gpt2: tiny random GPT-2 models, each with what the reference makes of it: the model alone, a classifier, and in the folder
writing a language model, and two that write about pictures (a ViT and a GPT-2 with cross-attention). Run with transformers 5.18 installed,
from this folder:

    python make_gpt2_fixtures.py [SEED [OUT_DIR]]

Another seed and folder give fixtures of other sizes and weights, to be tested by `mvn test -Dtesserae.fixtures=OUT_DIR`.

A model that writes is drawn again until what it writes is varied, and the same in float64 and with weights that are disturbed by
1e-5 of their size. The weights of most are stored as BF16 or F16, which halves the files; the reference computes in float32.
"""

import copy
import json
import os
import shutil
import sys

import numpy as np
import tokenizers
import torch
import transformers as T
from safetensors.torch import load_file, save_file
from transformers.pytorch_utils import Conv1D

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 0
OUT = os.path.join(sys.argv[2] if len(sys.argv) > 2 else "fixtures", "gpt2")
IDS = 90
WORDS = 43  # pieces of the vocabulary that are longer than a byte
TEXTS = [
    "a red circle on a blue background",
    "two green squares next to a red line",
    "The dog isn't in the picture, but the cats are.",
    "Crème brûlée, 東京 🙂",
    "a a a  b\n\nc",
]
LABELS = {"id2label": {i: f"L{i}" for i in range(3)}, "label2id": {f"L{i}": i for i in range(3)}}

T.logging.set_verbosity_error()
T.logging.disable_progress_bar()
torch.set_num_threads(1)


def vocabulary():
    """All bytes, what is merged of them, and the token that ends a text."""
    level = tokenizers.pre_tokenizers.ByteLevel
    trained = tokenizers.Tokenizer(tokenizers.models.BPE())
    trained.pre_tokenizer = level(add_prefix_space=False)
    trained.train_from_iterator(
        TEXTS,
        tokenizers.trainers.BpeTrainer(
            vocab_size=256 + WORDS, initial_alphabet=sorted(level.alphabet()), special_tokens=[], show_progress=False))
    model = json.loads(trained.to_str())["model"]
    words = dict(model["vocab"])
    words["<|endoftext|>"] = len(words)
    return words, [tuple(merge) for merge in model["merges"]]


WORD_IDS, MERGES = vocabulary()
END = len(WORD_IDS) - 1
TOKENIZER = T.GPT2Tokenizer(vocab=WORD_IDS, merges=MERGES, model_max_length=40)
TOKENIZER.pad_token = "<|endoftext|>"


def write_vocabulary(folder):
    """The files of old GPT-2 repositories."""
    with open(os.path.join(folder, "vocab.json"), "w", encoding="utf-8") as file:
        json.dump(WORD_IDS, file, ensure_ascii=False)
    with open(os.path.join(folder, "merges.txt"), "w", encoding="utf-8") as file:
        file.write("#version: 0.2\n" + "".join(f"{left} {right}\n" for left, right in MERGES))


def draw(model, seed, stored=torch.float32):
    """Weights of ordinary size: norms near 1, biases near 0, none of them exactly; each as it will be stored."""
    generator = torch.Generator().manual_seed(100_000 * SEED + seed)
    owners = dict(model.named_modules())
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            values = torch.randn(parameter.shape, generator=generator)
            if "norm" in name or ".ln_" in name or name.startswith("ln_"):
                parameter.copy_(1 + 0.2 * values if name.endswith("weight") else 0.2 * values)
            elif parameter.dim() >= 2:
                conv1d = isinstance(owners[name.rsplit(".", 1)[0]], Conv1D)
                fan = parameter.shape[0] if conv1d else parameter[0].numel()
                # With ordinary positions, writing soon goes in circles.
                parameter.copy_(values * ((8 if name.endswith("wpe.weight") else 1.6) / fan**0.5))
            else:
                parameter.copy_(0.2 * values)
            parameter.copy_(parameter.to(stored))
    return model.eval()


def config(width, heads, layers=2, **more):
    wider = SEED % 3 * heads
    return T.GPT2Config(**{
        "vocab_size": IDS, "n_positions": 40, "n_embd": width + wider, "n_head": heads, "n_layer": layers, "bos_token_id": END,
        "eos_token_id": END, "attn_implementation": "eager"} | more)


def flat(output):
    """The tensors of an output, those of a list by their number; without the cache."""
    tensors = {}
    for key, value in output.items():
        if isinstance(value, torch.Tensor):
            tensors[f"out.{key}"] = value
        elif key.endswith(("hidden_states", "attentions")):
            tensors |= {f"out.{key}.{i}": state for i, state in enumerate(value)}
    return tensors


def save(model, name, stored, edit=None, files=None):
    """Writes the checkpoint, and reads it back, to compute in float32."""
    folder = os.path.join(OUT, name)
    shutil.rmtree(folder, ignore_errors=True)
    copy.deepcopy(model).to(stored).save_pretrained(folder)
    if edit:
        path = os.path.join(folder, "model.safetensors")
        save_file({key: value.contiguous().clone() for key, value in edit(load_file(path)).items()}, path, {"format": "pt"})
    if files:
        files(folder)
    return folder, type(model).from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()


def write(folder, tensors, expected):
    tensors = {key: value.detach().contiguous().clone() for key, value in tensors.items()}
    assert all(torch.isfinite(tensor).all() for tensor in tensors.values()), folder
    save_file(tensors, os.path.join(folder, "expected.safetensors"))
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as file:
        json.dump(expected, file, indent=1, ensure_ascii=False)
    print(folder, sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder)) // 1000, "KB")


# ---------------------------------------------------------------- the model alone, and the classifier


def feed(mask):
    """Random ids; the reference counts positions from the first column, whatever the mask says."""
    generator = torch.Generator().manual_seed(SEED + 5)
    mask = torch.tensor(mask)
    return {"input_ids": torch.randint(0, IDS - 1, mask.shape, generator=generator), "attention_mask": mask}


def forward(name, seed, model, inputs, stored=torch.float32, edit=None, attentions=False):
    folder, model = save(draw(model, seed, stored), name, stored, edit)
    with torch.inference_mode():
        output = flat(model(**inputs, output_hidden_states=True, output_attentions=attentions))
    expected = {"task": None, "inputs": [], "arguments": {}, "pipeline": None}
    write(folder, {f"in.{key}": value for key, value in inputs.items()} | output, expected)


def masks(weights):
    """The layout of old repositories: no prefix, and the masks of attention beside the weights."""
    layers = {key.split(".")[1] for key in weights if key.startswith("h.")}
    for layer in layers:
        weights[f"h.{layer}.attn.bias"] = torch.ones(1, 1, 9, 9, dtype=torch.uint8).tril()
        weights[f"h.{layer}.attn.masked_bias"] = torch.tensor(-1e4)
    return weights


def alone():
    forward(
        "base", 1, T.GPT2Model(config(16, 4)), feed([[1] * 9, [0, 0, 0, 1, 1, 1, 1, 1, 1], [1, 1, 0, 0, 1, 0, 1, 0, 0]]),
        attentions=True)
    forward(
        "old-layout", 2, T.GPT2Model(config(
            21, 3, 3, n_inner=26, activation_function="relu", layer_norm_epsilon=1e-3, scale_attn_weights=False,
            scale_attn_by_inverse_layer_idx=True)),
        feed([[1] * 7, [1, 1, 1, 0, 0, 0, 0]]), torch.float16, masks)


def classifier():
    padding = IDS - 1
    inputs = feed([[1] * 8, [1, 1, 1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1, 1, 1], [1] * 8, [1] * 8, [1] * 8])
    inputs["input_ids"] = torch.where(inputs["attention_mask"] == 1, inputs["input_ids"], padding)
    inputs["input_ids"][3, 6:] = padding  # of no account at the end, although not masked,
    inputs["input_ids"][4, 2] = padding  # but in the middle a token as others
    inputs["input_ids"][5] = padding
    model = T.GPT2ForSequenceClassification(config(16, 2, pad_token_id=padding, **LABELS))
    forward("sequence", 3, model, inputs, torch.bfloat16)


# ---------------------------------------------------------------- those that write


def written(sequence, prompt):
    tokens = sequence[prompt:]
    return tokens[: tokens.index(END) + 1] if END in tokens else tokens


def is_varied(sequences, prompt):
    texts = [written(sequence, prompt) for sequence in sequences]
    ended = sum(text[-1] == END for text in texts)
    return (
        len({tuple(text) for text in texts}) == len(texts) and min(map(len, texts)) >= 3 and 0 < ended < len(texts)
        and sum(len(set(text)) for text in texts) > 0.62 * sum(map(len, texts)))


def is_stable(model, generate, settings):
    def all_sequences(of):
        return [generate(of, **arguments).sequences.tolist() for arguments in settings.values()]

    sequences = all_sequences(model)
    if all_sequences(copy.deepcopy(model).double()) != sequences:
        return False
    generator = torch.Generator().manual_seed(7)
    for _ in range(3):
        disturbed = copy.deepcopy(model)
        for parameter in disturbed.parameters():
            parameter.mul_(1 + 1e-5 * torch.randn(parameter.shape, generator=generator))
        if all_sequences(disturbed) != sequences:
            return False
    return True


def draw_writer(model, generate, settings, prompt):
    for attempt in range(2000):
        draw(model, attempt, torch.bfloat16)
        decoder = getattr(model, "decoder", model)
        with torch.no_grad():
            decoder.lm_head.weight[END].mul_(2)  # or no text ends
            sequences = generate(model, **settings["greedy"]).sequences.tolist()
            if is_varied(sequences, prompt) and is_stable(model, generate, settings):
                return
    raise AssertionError("nothing that is drawn is varied and stable")


def generations(model, generate, settings, prompt):
    records = []
    for name, arguments in settings.items():
        with torch.no_grad():
            output = generate(model, **arguments)
        record = {"name": name, "arguments": arguments, "sequences": output.sequences.tolist()}
        record["texts"] = [TOKENIZER.decode(sequence[prompt:], skip_special_tokens=True) for sequence in record["sequences"]]
        if output.get("sequences_scores") is not None:
            record["sequences_scores"] = output.sequences_scores.tolist()
        records.append(record)
    return records


def settings(tokens):
    return {
        "greedy": {"max_new_tokens": tokens},
        "greedy-without-repeats": {"max_new_tokens": tokens, "repetition_penalty": 1.6, "no_repeat_ngram_size": 2},
        "beam3": {"max_new_tokens": tokens, "num_beams": 3},
        "beam4-long-return2": {"max_new_tokens": tokens, "num_beams": 4, "length_penalty": 2.0, "num_return_sequences": 2},
    }


def language_model():
    prompts = ["a red", " the dog isn't", "東京 "]
    TOKENIZER.padding_side = "left"
    inputs = dict(TOKENIZER(prompts, return_tensors="pt", padding=True))
    prompt = inputs["input_ids"].shape[1]
    model = T.GPT2LMHeadModel(config(16, 2, vocab_size=len(WORD_IDS)))
    model.generation_config.update(pad_token_id=END)

    def generate(of, **arguments):
        return of.generate(**inputs, return_dict_in_generate=True, output_scores=True, **arguments)

    draw_writer(model, generate, settings(10), prompt)
    folder, model = save(model, "writing/model", torch.bfloat16, files=write_vocabulary)
    inputs["position_ids"] = (inputs["attention_mask"].cumsum(-1) - 1).clamp(min=0)
    with torch.inference_mode():
        output = flat(model(**inputs, output_hidden_states=True, output_attentions=True))
    tensors = {f"in.{key}": value for key, value in inputs.items()} | output
    del inputs["position_ids"]  # `generate` counts them itself
    write(folder, tensors, {
        "task": "text-generation", "inputs": prompts, "arguments": {}, "pipeline": None,
        "generations": generations(model, generate, settings(10), prompt)})


def caption(name, vit, gpt, **more):
    """A ViT, and a GPT-2 that sees all its tokens; the pictures are random numbers."""
    encoder = T.ViTConfig(**{
        "image_size": 12, "patch_size": 4, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 20} | vit)
    decoder = config(vocab_size=len(WORD_IDS), n_positions=20, add_cross_attention=True, is_decoder=True, **gpt)
    both = T.VisionEncoderDecoderConfig.from_encoder_decoder_configs(encoder, decoder)
    both.decoder_start_token_id = both.pad_token_id = both.eos_token_id = END
    model = T.VisionEncoderDecoderModel(config=both)
    model.set_attn_implementation("eager")
    model.generation_config = T.GenerationConfig(
        decoder_start_token_id=END, pad_token_id=END, eos_token_id=END, bos_token_id=END, max_length=12, num_beams=4,
        early_stopping=True)
    pixels = torch.randn(3, 3, 12, 12, generator=torch.Generator().manual_seed(SEED + 9))
    pixels = pixels.to(torch.bfloat16).float()

    def generate(of, **arguments):
        if arguments:
            arguments = {"max_length": None, "num_beams": 1, "early_stopping": False} | arguments
        return of.generate(
            pixel_values=pixels.to(of.dtype), return_dict_in_generate=True, output_scores=True, **arguments)

    all_settings = settings(10) | {"by-generation-config": {}}
    draw_writer(model, generate, all_settings, 1)
    folder, model = save(model, name, torch.bfloat16, files=write_vocabulary)
    ids = torch.tensor([[END, 70, 280], [END, 5, 17], [END, 250, 33]])
    with torch.inference_mode():
        output = flat(model(
            pixel_values=pixels, decoder_input_ids=ids, output_hidden_states=True, output_attentions=True))
    output = {key: value for key, value in output.items() if not key.startswith(("out.encoder_a", "out.encoder_h"))}  # a ViT's
    write(folder, {"in.pixel_values": pixels, "in.decoder_input_ids": ids} | output, {
        "task": "image-to-text", "inputs": [], "arguments": {}, "pipeline": None,
        "generations": generations(model, generate, all_settings, 1)})


def main():
    alone()
    classifier()
    language_model()
    caption("writing/caption", {"hidden_size": 16}, {"width": 16, "heads": 2})
    caption(
        "writing/caption-with-projection", {"hidden_size": 14, "qkv_bias": False, "layer_norm_eps": 1e-6},
        {"width": 18, "heads": 3, "n_inner": 25, "scale_attn_by_inverse_layer_idx": True, "activation_function": "gelu",
         "layer_norm_epsilon": 1e-6, "tie_word_embeddings": False})


main()
