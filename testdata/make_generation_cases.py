"""Writes generation-cases.txt.gz: what the reference generates with a decoder whose logits are a formula of the ids.

    python make_generation_cases.py [--seed SEED] [--count COUNT]

A line is a case: names with values, lists with commas, lists of lists with bars, - for minus infinity, and what stands in pairs
with a colon. GenerationCasesTest repeats the formula, to the bit. Made with transformers 5.18.
"""

import argparse
import gzip
import math
import random
import warnings

import torch
from transformers import GenerationMixin, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import CausalLMOutput
from transformers.utils import logging

POSITIONS = 64
MASK = (1 << 64) - 1


def mix(word):
    """The finalizer of SplitMix64."""
    word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9 & MASK
    word = (word ^ word >> 27) * 0x94D049BB133111EB & MASK
    return word ^ word >> 31


def logits(ids, seed, vocabulary):
    """Numbers from -4 to 4 with 24 bits, of all ids of a sequence in their order."""
    state = mix(seed)
    for token in ids:
        state = mix(state ^ token + 1)
    words = (mix(state + token * 0x9E3779B97F4A7C15 & MASK) for token in range(1, vocabulary + 1))
    return [((word >> 40) - (1 << 23)) / (1 << 21) for word in words]


class FormulaConfig(PreTrainedConfig):
    model_type = "formula"
    max_position_embeddings = POSITIONS
    num_hidden_layers = 1


class Formula(PreTrainedModel, GenerationMixin):
    config_class = FormulaConfig

    def __init__(self, config, seed, vocabulary):
        super().__init__(config)
        self.seed, self.vocabulary = seed, vocabulary
        self.nothing = torch.nn.Parameter(torch.zeros(1))

    def forward(self, input_ids, attention_mask=None, **unused):
        rows = []
        for row, ids in enumerate(input_ids.tolist()):
            if attention_mask is not None:
                ids = [token for token, real in zip(ids, attention_mask[row].tolist()) if real]
            rows.append(logits(ids, self.seed, self.vocabulary))
        return CausalLMOutput(logits=torch.tensor(rows)[:, None])


def pick(r, options, probability):
    return {name: value() for name, value in options.items() if r.random() < probability}


def config_of(r, vocabulary, beams, ragged):
    ids = lambda most: r.sample(range(1, vocabulary), r.randint(1, most))
    config = {}
    if r.random() < 0.85:
        eos = ids(3)
        config["eos_token_id"] = eos[0] if len(eos) == 1 else eos
    if r.random() < 0.7:
        config["pad_token_id"] = r.choice([0, 0, 1, vocabulary - 1])
    config.update(pick(r, {
        "max_new_tokens": lambda: r.randint(1, 14),
        "max_length": lambda: r.randint(7, 20),
        "min_length": lambda: r.randint(0, 10),
    }, 0.5))
    if "max_length" in config or "max_new_tokens" in config:
        config.update(pick(r, {"min_new_tokens": lambda: r.randint(0, 6)}, 0.15))
    config.update(pick(r, {
        "suppress_tokens": lambda: ids(3),
        "renormalize_logits": lambda: True,
        "remove_invalid_values": lambda: True,
        "begin_suppress_tokens": lambda: ids(3),
    }, 0.12))
    if "eos_token_id" in config:
        config.update(pick(r, {"exponential_decay_length_penalty": lambda: [r.randint(0, 4), r.uniform(1.01, 1.5)]}, 0.15))
    if not ragged:
        config.update(pick(r, {
            "repetition_penalty": lambda: r.uniform(0.6, 2),
            "no_repeat_ngram_size": lambda: r.randint(1, 3),
            "encoder_no_repeat_ngram_size": lambda: r.randint(1, 3),
            "bad_words_ids": lambda: [ids(2) for _ in range(r.randint(1, 3))],
            "sequence_bias": lambda: [[ids(2), r.uniform(-4, 4)] for _ in range(r.randint(1, 3))],
            "forced_bos_token_id": lambda: r.randrange(vocabulary),
            "forced_eos_token_id": lambda: ids(1),
        }, 0.12))
        if not beams:  # with beams the reference punishes the rows of some prompts by the tokens of others
            config.update(pick(r, {"encoder_repetition_penalty": lambda: r.uniform(0.6, 2)}, 0.12))
    if beams:
        config["num_beams"] = r.randint(2, 5)
        config.update(pick(r, {
            "early_stopping": lambda: r.choice([True, False, "never"]),
            "length_penalty": lambda: r.choice([-1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0]),
            "num_return_sequences": lambda: r.randint(1, config["num_beams"]),
        }, 0.6))
    return config


def sampling(r, config):
    """Sampling of one token: what it is drawn from is compared."""
    for key in ("max_length", "min_length", "min_new_tokens", "forced_bos_token_id", "forced_eos_token_id"):
        config.pop(key, None)
    config.update(do_sample=True, max_new_tokens=1, num_return_sequences=1)
    config.update(pick(r, {
        "temperature": lambda: r.uniform(0.3, 2),
        "top_k": lambda: r.choice([0, 1, 3, 10]),
        "top_p": lambda: r.uniform(0.1, 0.99),
        "min_p": lambda: r.uniform(0.01, 0.5),
        "top_h": lambda: r.uniform(0.1, 1),
        "typical_p": lambda: r.uniform(0.1, 0.95),
        "epsilon_cutoff": lambda: r.uniform(0.001, 0.1),
        "eta_cutoff": lambda: r.uniform(0.001, 0.1),
    }, 0.4))


def case_of(r, number):
    kind = ["greedy", "beams", "beams", "sampling", "ragged", "ragged-beams"][number % 6]
    vocabulary, seed = r.randint(12, 40), r.randrange(1 << 30)
    ragged = kind.startswith("ragged")
    lengths = [r.randint(1, 5) for _ in range(r.randint(1, 3))] if ragged else [r.randint(1, 5)] * r.randint(1, 3)
    prompts = [[r.randrange(1, vocabulary) for _ in range(length)] for length in lengths]
    config = config_of(r, vocabulary, "beams" in kind or kind == "sampling" and r.random() < 0.3, ragged)
    if kind == "sampling":
        sampling(r, config)
    width = max(lengths)
    ids = torch.tensor([[0] * (width - len(prompt)) + prompt for prompt in prompts])
    mask = torch.tensor([[0] * (width - len(prompt)) + [1] * len(prompt) for prompt in prompts])
    model = Formula(FormulaConfig(), seed, vocabulary).eval()
    case = {"kind": kind, "vocabulary": vocabulary, "seed": seed, "prompts": prompts, "config": config}
    try:
        result = model.generate(ids, attention_mask=mask, use_cache=False, return_dict_in_generate=True, output_scores=True, **config)
    except ValueError:
        return None  # what is forced is suppressed
    for scores in result.scores:
        nothing_left = "num_beams" not in config and (scores == -math.inf).all(-1).any()
        if scores.isnan().any() or nothing_left:
            return None  # NaN is what becomes of the decay of what is forbidden; both are refused here, or done otherwise
    if kind == "sampling":
        scores = result.scores[0]
        return case | {"scores": [[None if v == -math.inf else round(v, 6) for v in row] for row in scores.tolist()]}
    sequences = result.sequences.tolist()
    per_prompt = len(sequences) // len(prompts)
    answers = [row[width - lengths[i // per_prompt]:] for i, row in enumerate(sequences)]
    case["sequences"] = answers
    if "num_beams" in config:
        case["sequences_scores"] = [float(f"{v:.8g}") for v in result.sequences_scores.tolist()]
        case["beam_indices"] = [[i for i in row if i >= 0] for row in result.beam_indices.tolist()]
    return case


def text(value):
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, list):
        return str(value)
    if value and isinstance(value[0], list):
        return "|".join(map(text, value))
    return ",".join(map(text, value))


def line(case):
    words = []
    for name, value in case.items():
        if name == "config":
            words += [f"config.{key}={option(key, setting)}" for key, setting in value.items()]
        else:
            words.append(f"{name}={text(value)}")
    return " ".join(words) + "\n"


def option(key, value):
    if key == "sequence_bias":
        return "|".join(f"{text(ids)}:{bias}" for ids, bias in value)
    if key == "exponential_decay_length_penalty":
        return "{}:{}".format(*value)
    return text(value)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--count", type=int, default=300)
    arguments = arguments.parse_args()
    logging.set_verbosity_error()
    warnings.filterwarnings("ignore")
    torch.manual_seed(0)
    r = random.Random(arguments.seed)
    cases = [case_of(r, number) for number in range(arguments.count)]
    lines = [line(case) for case in cases if case]
    with open("generation-cases.txt.gz", "wb") as file:
        file.write(gzip.compress("".join(lines).encode(), 9, mtime=0))
