"""What the scripts that write fixtures of decoders share: weights that compress well, texts that are stable, a vocabulary, and the files.

The numbers of a matrix are whole multiples of a power of two, from -7 to 7 of it. All of them are numbers of the narrow type F8_E4M3,
and are stored as that, or in a wider type. The reference computes in float32 with just these numbers.
"""

import copy
import gzip
import json
import os
import shutil

import tokenizers
import torch
import transformers as T
from safetensors.torch import load_file, save_file

F8 = torch.float8_e4m3fn
END = 2

T.logging.set_verbosity_error()
T.logging.disable_progress_bar()
torch.set_num_threads(1)


def random(seed):
    return torch.Generator().manual_seed(seed)


# ---------------------------------------------------------------- weights


def draw(model, seed):
    """Weights of ordinary size: norms near 1, biases near 0, gates well away from 0, none of them exactly."""
    generator = random(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            values = torch.randn(parameter.shape, generator=generator)
            kind = name.split(".")[-2] if name.endswith(("weight", "bias")) else name
            if "alpha" in kind:  # of the gates, a tanh; some are below zero
                sign = torch.where(torch.rand(parameter.shape, generator=generator) < 0.3, -1.0, 1.0)
                parameter.copy_(sign * (0.4 + 0.8 * torch.rand(parameter.shape, generator=generator)))
            elif "norm" in kind:
                parameter.copy_(1 + 0.2 * values if name.endswith("weight") else 0.2 * values)
            elif parameter.dim() >= 2:
                fan = parameter.shape[-1] if "embed" in kind or "latents" in kind else parameter[0].numel()
                step = 2.0 ** round(torch.log2(torch.tensor(0.8 / fan**0.5)).item())
                parameter.copy_(step * (values * 1.6 / fan**0.5 / step).round().clamp(-7, 7) + 0.0)  # no negative zero
            else:
                parameter.copy_(0.2 * values)
            parameter.copy_(parameter.to(F8))
    return model.eval()


def of_no_effect(model, run):
    """The parameters that can change without an output that does."""
    names, generator = set(), random(99)
    outputs = run(model)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            kept = parameter.clone()
            parameter.add_(0.1 + 0.25 * torch.randn(parameter.shape, generator=generator))
            changed = run(model)
            if all(torch.equal(changed[key], outputs[key]) for key in outputs):
                names.add(name)
            parameter.copy_(kept)
    return names


# ---------------------------------------------------------------- what is generated


def settings(tokens):
    return {
        "greedy": {"max_new_tokens": tokens},
        "greedy-without-repeats": {"max_new_tokens": tokens, "repetition_penalty": 1.6, "no_repeat_ngram_size": 2},
        "beam3": {"max_new_tokens": tokens, "num_beams": 3},
        "beam4-long-return2": {"max_new_tokens": tokens, "num_beams": 4, "length_penalty": 2.0, "num_return_sequences": 2},
    }


def generate(model, feed, **arguments):
    with torch.no_grad():
        return model.generate(**feed, return_dict_in_generate=True, output_scores=True, **arguments)


def written(sequence, prompt):
    tokens = sequence[prompt:]
    return tokens[: tokens.index(END) + 1] if END in tokens else tokens


def is_varied(sequences, prompt):
    texts = [written(sequence, prompt) for sequence in sequences]
    ended = sum(text[-1] == END for text in texts)
    return (
        len({tuple(text) for text in texts}) == len(texts) and min(map(len, texts)) >= 3 and 0 < ended < len(texts)
        and sum(len(set(text)) for text in texts) > 0.6 * sum(map(len, texts)))


def is_stable(model, feed, all_settings):
    """Whether weights that are disturbed by 1e-5 of their size write the same."""

    def all_sequences(of):
        return [generate(of, feed, **arguments).sequences.tolist() for arguments in all_settings.values()]

    sequences, generator = all_sequences(model), random(7)
    for _ in range(3):
        disturbed = copy.deepcopy(model)
        with torch.no_grad():
            for parameter in disturbed.parameters():
                parameter.mul_(1 + 1e-5 * torch.randn(parameter.shape, generator=generator))
        if all_sequences(disturbed) != sequences:
            return False
    return True


def draw_writer(model, seed, feed, all_settings):
    """Draws again until what the model writes is varied and stable."""
    prompt = feed["input_ids"].shape[1]
    for attempt in range(2000):
        draw(model, 10_000 * seed + attempt)
        with torch.no_grad():
            model.lm_head.weight[END].mul_(2)  # or no text ends
            model.lm_head.weight.copy_(model.lm_head.weight.to(F8))
        if is_varied(generate(model, feed, **all_settings["greedy"]).sequences.tolist(), prompt) and is_stable(model, feed, all_settings):
            return
    raise AssertionError("nothing that is drawn is varied and stable")


def generations(model, feed, all_settings, tokenizer=None):
    records, prompt = [], feed["input_ids"].shape[1]
    for name, arguments in all_settings.items():
        output = generate(model, feed, **arguments)
        record = {"name": name, "arguments": arguments, "sequences": output.sequences.tolist()}
        if tokenizer:
            record["texts"] = [tokenizer.decode(sequence[prompt:], skip_special_tokens=True) for sequence in record["sequences"]]
        if output.get("sequences_scores") is not None:
            record["sequences_scores"] = output.sequences_scores.tolist()
        records.append(record)
    return records


# ---------------------------------------------------------------- a vocabulary


def vocabulary(texts, special, pieces=46):
    """A vocabulary of LLaMA's kind, but without bytes: what the texts have no character of is unknown. The special tokens are the last."""
    trained = tokenizers.Tokenizer(tokenizers.models.BPE())
    trained.normalizer = tokenizers.normalizers.Sequence([
        tokenizers.normalizers.Prepend("▁"), tokenizers.normalizers.Replace(" ", "▁")])
    trained.pre_tokenizer = tokenizers.pre_tokenizers.Split("▁", "merged_with_next")
    characters = len(set("▁" + "".join(texts).replace(" ", "")))
    trained.train_from_iterator(texts, tokenizers.trainers.BpeTrainer(vocab_size=characters + pieces, show_progress=False))
    model = json.loads(trained.to_str())["model"]
    merges = [tuple(merge) for merge in model["merges"]]
    single = sorted((word for word in model["vocab"] if len(word) == 1), key=model["vocab"].get)
    ids = {word: i for i, word in enumerate(["<unk>", "<s>", "</s>"])}
    for word in [left + right for left, right in merges] + single:
        ids.setdefault(word, len(ids))
    plain = len(ids)
    whole = tokenizers.Tokenizer(tokenizers.models.BPE(vocab=ids, merges=merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    whole.normalizer = trained.normalizer
    decoders = tokenizers.decoders
    whole.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    whole.add_special_tokens([
        tokenizers.AddedToken(word, normalized=False, special=True) for word in ["<unk>", "<s>", "</s>", *special]])
    whole.post_processor = tokenizers.processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 1)])
    tokenizer = T.PreTrainedTokenizerFast(
        tokenizer_object=whole, unk_token="<unk>", bos_token="<s>", eos_token="</s>", pad_token="<unk>", padding_side="left",
        model_max_length=64, additional_special_tokens=list(special))
    return tokenizer, plain


# ---------------------------------------------------------------- files


def flat(output):
    """The tensors of an output, those of a list by their number; without the cache."""
    tensors = {}
    for key, value in output.items():
        if isinstance(value, torch.Tensor):
            tensors[f"out.{key}"] = value.detach().contiguous().clone()
        elif key.endswith(("hidden_states", "attentions")):
            tensors |= {f"out.{key}.{i}": state.detach().contiguous().clone() for i, state in enumerate(value)}
    return tensors


def rewrite(folder, stored):
    """Stores all numbers in another type; and nothing twice."""
    for name in os.listdir(folder):
        if name.endswith(".safetensors"):
            path = os.path.join(folder, name)
            weights = load_file(path)
            save_file({k: w.to(stored) if w.is_floating_point() else w for k, w in weights.items()}, path, {"format": "pt"})


def edit_config(folder, edit):
    path = os.path.join(folder, "config.json")
    with open(path, encoding="utf-8") as file:
        config = json.load(file)
    edit(config)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(config, file, indent=2)


def pack(folder):
    path = os.path.join(folder, "model.safetensors")
    with open(path, "rb") as file:
        packed = gzip.compress(file.read(), 9, mtime=0)
    with open(path + ".gz", "wb") as file:
        file.write(packed)
    os.remove(path)


def write(folder, model, feed, run=None, stored=F8, shards=None, config=None, files=(), keep=None, idle=(), written_by=None,
          pipeline=None, **expected):
    """Writes a checkpoint, reads it back to compute in float32, and writes what it was fed and what came out.

    run: makes the outputs of a model, by default all that its class gives. shards: their largest size, for several files. config: edits
    config.json. keep: which outputs are written, by their names; by default all. idle: parameters that may have no effect, by the ends
    of their names. written_by: settings of what is generated. pipeline: asks the reference's.
    """
    shutil.rmtree(folder, ignore_errors=True)
    drawn = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    if shards:
        copy.deepcopy(model).to(stored).save_pretrained(folder, max_shard_size=shards)
    else:
        model.save_pretrained(folder)
        rewrite(folder, stored)
    if config:
        edit_config(folder, config)
    model = type(model).from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    assert all(torch.equal(tensor, drawn[name]) for name, tensor in model.state_dict().items()), "what is stored is not what was drawn"

    @torch.inference_mode()
    def outputs_of(model):
        return flat((run or (lambda of: of(**feed, output_hidden_states=True, output_attentions=True)))(model))

    outputs = outputs_of(model)
    assert all(torch.isfinite(tensor).all() for tensor in outputs.values()), folder
    without_effect = of_no_effect(model, outputs_of)
    unknown = {name for name in without_effect if not any(name.endswith(end) for end in idle)}
    assert not unknown, unknown
    if written_by:
        asked = {name: tensor for name, tensor in feed.items() if name != "position_ids"}  # which `generate` counts itself
        tokenizer = next((file for file in files if hasattr(file, "decode")), None)
        expected["generations"] = generations(model, asked, written_by, tokenizer)
    if pipeline:
        expected["pipeline"] = pipeline(model)
    if not shards:
        pack(folder)
    for made_by in files:
        made_by.save_pretrained(folder)
    kept = {name: tensor for name, tensor in outputs.items() if keep is None or keep(name[len("out."):])}
    save_file({f"in.{name}": tensor.contiguous() for name, tensor in feed.items()} | kept, os.path.join(folder, "expected.safetensors"))
    expected = {"task": None, "inputs": [], "arguments": {}, "pipeline": None} | expected | {"without_effect": sorted(without_effect)}
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as file:
        json.dump(expected, file, ensure_ascii=False)
    print(folder, sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder)) // 1000, "KB", flush=True)
