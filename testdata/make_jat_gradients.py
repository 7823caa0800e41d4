"""Writes gradients/jat.json: for the fixture jat/grid the loss of a batch that mixes environments, a photo and a text, and what its gradients
are, as PyTorch's autograd computes them in float64.

Needs transformers 5.18 and torch; run from anywhere:

    python make_jat_gradients.py

The transformer is transformers' GPTNeoModel given embeddings; what embeds and predicts is written out here from JAT's modeling_jat.py. Each
sequence passes by itself, so nothing is padded. The loss is the sum over sources of `loss_weight` times the source's part of the sequences
times its loss: for an environment `action_loss_coef` times the mean loss of actions (by the labels) plus `observation_loss_coef` times that
of continuous observations, for texts the mean cross-entropy from token `first_learned` on.

Of each parameter's gradient g, numbered i from 1 in the order of memory, the file has `norm` and for k of 1 to 4 the sum of
cos(0.37 k i) g[i]: a whole gradient of each would take ten times the space, and another gradient has other sums.
"""

import json
import math

import packed
import torch
from safetensors.torch import load
from torch.nn import functional
from transformers import GPTNeoConfig, GPTNeoModel

from training_fixtures import FIXTURES, HERE

FIXTURE = "jat/grid"


def numbers(rows, columns, start):
    return [[round(math.sin(1.3 * (start + row * columns + i)), 3) for i in range(columns)] for row in range(rows)]


def batch(config):
    x = config["max_discrete_value"]
    return [
        {"name": "cart", "loss_weight": 1.0, "episodes": [
            {"continuous_observations": numbers(4, 2, 0), "discrete_actions": [1, 0, 0, 1], "labels": [1, 1, 0, 2],
             "rewards": [0.0, 1.0, 0.5, -1.0]},
            {"continuous_observations": numbers(2, 2, 50), "discrete_actions": [0, 1], "labels": [0, 1], "rewards": [0.0, 0.25]}]},
        {"name": "lever", "loss_weight": 2.0, "episodes": [
            {"continuous_observations": numbers(3, 3, 100), "continuous_actions": numbers(3, 2, 200), "labels": numbers(3, 2, 300),
             "rewards": [0.0, -0.5, 2.0]}]},
        {"name": "room", "loss_weight": 1.0, "episodes": [
            {"discrete_observations": [[(7 * i * i + 3 * step) % 20 for i in range(x)] for step in range(3)],
             "discrete_actions": [2, 5, 1], "labels": [2, 5, 6], "rewards": [0.0, 0.0, 0.75]}]},
        {"name": "words", "loss_weight": 0.5, "texts": [
            {"pixels": [value for row in numbers(3 * config["image_size"], config["image_size"], 400) for value in row],
             "input_ids": [7, 2, 40, 41, 299], "first_learned": 2},
            {"input_ids": [5, 6, 2, 150], "first_learned": 1}]},
    ]


class Jat:
    """What JatModel computes, of one sequence at a time."""

    def __init__(self, config, weights):
        self.config, self.w = config, weights
        neo = GPTNeoConfig(**{key: config[key] for key in (
            "vocab_size", "max_position_embeddings", "hidden_size", "num_layers", "attention_types", "num_heads", "intermediate_size",
            "window_size", "activation_function", "layer_norm_epsilon", "attention_dropout", "embed_dropout", "resid_dropout")})
        neo._attn_implementation = "eager"
        self.transformer = GPTNeoModel(neo).double().eval()
        names = {"transformer." + name for name, _ in self.transformer.named_parameters()}
        self.of_transformer = {name: weights[name] for name in names & set(weights)}

    def linear(self, x, name):
        return functional.linear(x, self.w[name + ".weight"], self.w.get(name + ".bias"))

    def hidden(self, embedded):
        state = {name.removeprefix("transformer."): tensor for name, tensor in self.of_transformer.items()}
        return torch.func.functional_call(self.transformer, state, kwargs={"inputs_embeds": embedded[None]}).last_hidden_state[0]

    def wide(self, values):
        most = self.config["max_continuous_size"]
        return values[:, torch.arange(most) % values.shape[1]]

    def observations(self, episode):
        rewards = torch.tensor(episode["rewards"]).double()[:, None]
        if "continuous_observations" in episode:
            wide = self.wide(torch.cat([torch.tensor(episode["continuous_observations"]).double(), rewards], 1))
            return wide, self.linear(wide, "continuous_encoder")
        embedded = self.w["transformer.wte.weight"][torch.tensor(episode["discrete_observations"])]
        narrowed = functional.relu(self.linear(embedded, "multi_discrete_encoder.1")).flatten(1)
        return None, torch.cat([self.linear(narrowed, "multi_discrete_encoder.4"), rewards], 1)

    def episode(self, episode):
        """Per step, the losses of actions and, but for the first, of observations."""
        wide, seen = self.observations(episode)
        if "discrete_actions" in episode:
            done = self.w["transformer.wte.weight"][torch.tensor(episode["discrete_actions"])]
        else:
            done = self.linear(self.wide(torch.tensor(episode["continuous_actions"]).double()), "continuous_encoder")
        hidden = self.hidden(torch.stack([seen, done], 1).flatten(0, 1))
        if "discrete_actions" in episode:
            logits = self.linear(hidden[0::2], "single_discrete_decoder")
            actions = functional.cross_entropy(logits, torch.tensor(episode["labels"]), reduction="none")
        else:
            predicted = self.linear(hidden[0::2], "continuous_decoder")
            actions = (predicted - self.wide(torch.tensor(episode["labels"]).double())).square().mean(1)
        observations = (self.linear(hidden[1::2], "continuous_decoder")[:-1] - wide[1:]).square().mean(1) if wide is not None else None
        return actions, observations

    def text(self, text):
        """Per learned token, its loss."""
        embedded = self.w["transformer.wte.weight"][torch.tensor(text["input_ids"])]
        if "pixels" in text:
            size, patch = self.config["image_size"], self.config["patch_size"]
            pixels = torch.tensor(text["pixels"]).double().reshape(1, 3, size, size)
            photo = functional.conv2d(
                pixels, self.w["vit_encoder.projection.weight"], self.w["vit_encoder.projection.bias"], stride=patch)
            embedded = torch.cat([photo.flatten(2)[0].T, embedded])
        first = text["first_learned"]
        targets = torch.tensor(text["input_ids"][first:])
        logits = self.linear(self.hidden(embedded), "single_discrete_decoder")[-len(targets) - 1:-1]
        return functional.cross_entropy(logits, targets, reduction="none")

    def loss(self, sources):
        sequences = sum(len(source.get("episodes", source.get("texts"))) for source in sources)
        total = 0
        for source in sources:
            if "texts" in source:
                own, count = torch.cat([self.text(text) for text in source["texts"]]).mean(), len(source["texts"])
            else:
                count = len(source["episodes"])
                both = [self.episode(episode) for episode in source["episodes"]]
                own = self.config["action_loss_coef"] * torch.cat([actions for actions, _ in both]).mean()
                if both[0][1] is not None:
                    own = own + self.config["observation_loss_coef"] * torch.cat([seen for _, seen in both]).mean()
            total = total + source["loss_weight"] * count / sequences * own
        return total


def main():
    config = json.loads((FIXTURES / FIXTURE / "config.json").read_text())
    weights = {name: values.double().requires_grad_() for name, values in load(packed.read(FIXTURES / FIXTURE / "model.safetensors")).items()}
    sources = batch(config)
    loss = Jat(config, weights).loss(sources)
    loss.backward()
    gradients = {}
    for name, values in sorted(weights.items()):
        if values.grad is not None:
            gradient = values.grad.flatten()
            places = torch.arange(1, len(gradient) + 1).double()
            sums = [float((torch.cos(0.37 * k * places) * gradient).sum()) for k in range(1, 5)]
            gradients[name] = [float(f"{value:.7g}") for value in [float(gradient.norm()), *sums]]
    text = json.dumps({"fixture": FIXTURE, "loss": float(loss.detach()), "sources": sources, "gradients": gradients}, separators=(",", ":"))
    (HERE / "gradients" / "jat.json").write_text(text + "\n")
    print(len(text), "bytes, loss", float(loss.detach()), len(gradients), "gradients of", len(weights))
    print("without:", [name for name, values in weights.items() if values.grad is None])


if __name__ == "__main__":
    main()
