"""Writes weights and answers of fixtures/jat, and the losses of fixtures/gato/classic.

Needs transformers 5.18, torch, gymnasium, and a checkout of github.com/huggingface/jat at 834b49c, which is the reference; run from this
folder, and `pack_expected.py` after it:

    python make_jat_fixtures.py FOLDER-OF-THE-CHECKOUT

The reference was written for transformers 4.36. It runs as it is: what that version took and gave otherwise is translated around it, and
nothing that computes is touched. Of torchvision it asks one function, which is here.

jat/atari is the whole model. At the smallest width that it can have, 50, two matrices of its picture encoder and decoder have 774,400
random numbers each, which nothing compresses. So large matrices here repeat: number k, counted in row-major order, is number k modulo a
prime, which is larger than rows and columns are many (see period). No row is another one, none has a number twice, and only the right
order of rows and columns gives the answers. The first numbers of each matrix are random. Inputs stay as they are; answers, also those of
episodes and of texts that go on, are the reference's, in float32. No choice of an action or a token is a close one.

gato/classic: its losses are cross-entropies of the next token over real tokens alone, where the mask of the loss says so. They are
computed from the logits that are there, and padding is not marked as counting.
"""

import json
import math
import sys
from pathlib import Path
from types import ModuleType

import torch
import transformers
from safetensors.torch import load, save_file
from torch.nn import functional

from packed import read

FIXTURES = Path(__file__).parent / "fixtures"
LARGE = 2000  # numbers of a matrix that repeats
SHORTEST = 550  # numbers after which one does
POSITIONS = (
    "vocab_size", "max_position_embeddings", "hidden_size", "num_layers", "attention_types", "num_heads", "intermediate_size",
    "window_size", "activation_function", "resid_dropout", "embed_dropout", "attention_dropout", "classifier_dropout",
    "layer_norm_epsilon", "initializer_range", "use_cache", "bos_token_id", "eos_token_id")
CLOSE = 0.01  # logits that are nearer to each other than this are not for a test


# --- The reference ---


def by_position(initialize):
    """GPT-Neo's configuration took its first values by position, and takes them by name."""
    return lambda configuration, *values, **named: initialize(configuration, **dict(zip(POSITIONS, values)), **named)


def of_torchvision():
    """torchvision.transforms.functional with to_tensor: an array [height, width, channels] of bytes, channels first, from 0 to 1."""
    torchvision, transforms, functional = (ModuleType(name) for name in (
        "torchvision", "torchvision.transforms", "torchvision.transforms.functional"))
    functional.to_tensor = lambda picture: torch.from_numpy(picture).permute(2, 0, 1).contiguous().float().div(255)
    torchvision.transforms, transforms.functional = transforms, functional
    return {module.__name__: module for module in (torchvision, transforms, functional)}


def reference(checkout):
    """The model's class, its configuration's and its processor's; the model takes and gives a cache of tuples."""
    from transformers import CLIPImageProcessor, GPTNeoModel, ViTModel  # noqa: F401, before there seems to be a torchvision

    transformers.GPTNeoConfig.__init__ = by_position(transformers.GPTNeoConfig.__init__)
    sys.modules |= of_torchvision()
    sys.path.insert(0, str(checkout))
    from jat.configuration_jat import JatConfig
    from jat.modeling_jat import JatModel
    from jat.processing_jat import JatProcessor

    class Model(JatModel):
        def forward(self, *arguments, past_key_values=None, **named):
            cache = None if past_key_values is None else transformers.DynamicCache(past_key_values)
            result = super().forward(*arguments, past_key_values=cache, **named)
            result.past_key_values = [(layer.keys, layer.values) for layer in result.past_key_values.layers]
            self.last_result = result
            return result

    return Model, JatConfig, JatProcessor


def model_of(folder, weights, classes, dtype=torch.float32):
    Model, Config, _ = classes
    values = json.loads((folder / "config.json").read_text())
    for name in ("architectures", "auto_map", "attention_layers", "torch_dtype", "model_type"):
        values.pop(name, None)
    model = Model(Config(**values, attn_implementation="eager")).eval().to(dtype)
    state = {name: values.to(dtype) for name, values in weights.items()}
    for name in ("single_discrete_encoder.weight", "multi_discrete_encoder.0.weight"):
        state[name] = state["transformer.wte.weight"]
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected and all(name.startswith("image_") for name in missing), (missing, unexpected)
    return model


@torch.no_grad()
def outputs_of(model, inputs, wanted):
    """The outputs of one case by their names, as forward gives them, and the embeddings as the transformer takes them."""
    embeddings = []
    hook = model.transformer.register_forward_pre_hook(
        lambda _, __, named: embeddings.append(named["inputs_embeds"].clone()), with_kwargs=True)
    result = model(**inputs, return_loss="loss" in wanted, output_hidden_states=True, output_attentions=True, return_dict=True)
    hook.remove()
    found = {"inputs_embeds": embeddings[0]}
    for name in wanted:
        kind, _, index = name.partition(".")
        if name in found or kind == "stages" or index.startswith("step"):
            continue
        value = getattr(result, kind)
        found[name] = torch.as_tensor(value[int(index)] if index else value, dtype=result.hidden_states[0].dtype)
    return result, {name: found[name] for name in wanted if name in found}


def case_of(tensors, name):
    start = f"in.{name}."
    return {key.removeprefix(start): value for key, value in tensors.items() if key.startswith(start)}


# --- jat ---


def period(matrix):
    number = max(SHORTEST, matrix.shape[0], matrix[0].numel()) + 1
    while any(number % divisor == 0 for divisor in range(2, math.isqrt(number) + 1)):
        number += 1
    return number


def repeated(matrix):
    if matrix.dim() == 1 or matrix.numel() < LARGE:
        return matrix
    return matrix.flatten()[torch.arange(matrix.numel()) % period(matrix)].reshape(matrix.shape).contiguous()


def frames_of(frames):
    """[steps, 84, 84, 4] bytes as [1, steps, 4, 84, 84] numbers from -1 to 1."""
    return ((frames.permute(0, 3, 1, 2).float() / 255 - 0.5) / 0.5)[None]


def stages(model, run):
    """What the first layers of encoder and decoder make of the first step, some channels of it."""
    places = {
        "conv1": ("image_encoder", "conv1", 2), "norm1": ("image_encoder", "norm1", 2), "encoder1": ("image_encoder", "att1", 2),
        "encoder2": ("image_encoder", "att2", 2), "encoder3": ("image_encoder", "att3", 16), "decoder1": ("image_decoder", "att1", 2),
        "decoder2": ("image_decoder", "att2", 2)}
    found, hooks = {}, []
    for stage, (tower, layer, channels) in places.items():
        module = getattr(getattr(model, tower).module, layer)

        def keep(_, __, out, stage=stage, channels=channels):
            found.setdefault(stage, out[0, :channels].clone())  # what follows writes over it

        hooks.append(module.register_forward_hook(keep))
    result = run()
    for hook in hooks:
        hook.remove()
    return found, result


def answers_of(name, case, model, tensors):
    inputs = case_of(tensors, name)
    if name == "atari":
        inputs["image_observations"] = frames_of(tensors["in.frames"][:2])
    found, (result, outputs) = stages(model, lambda: outputs_of(model, inputs, case["outputs"]))
    if name == "atari":
        predicted = result.pred_observations
        outputs |= {"pred_observations.step0": predicted[:, 0], "pred_observations.step1.channel3": predicted[:, 1, 3]}
        outputs |= {f"stages.{stage}": values for stage, values in found.items()}
    return {f"out.{name}.{key}": value for key, value in outputs.items()}


def write_jat(folder, classes):
    """Weights and answers; says how far the answers are from those that were there."""
    weights = {name: repeated(values) for name, values in load(read(folder / "model.safetensors")).items()}
    tensors = load(read(folder / "expected.safetensors"))
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    model = model_of(folder, weights, classes)
    tokenizer = transformers.GPT2TokenizerFast.from_pretrained(folder)
    processor = classes[2](tokenizer=tokenizer, image_processor=transformers.CLIPImageProcessor.from_pretrained(folder))
    answers = {}
    for name, case in expected["cases"].items():
        if "runs" in case:
            go_on(case["runs"], model, tokenizer, expected["cases"], tensors)
        elif "steps" in case:
            act(case, model, processor, tensors)
        else:
            answers |= answers_of(name, case, model, tensors)
    assert {name for name in tensors if name.startswith("out.")} - set(answers) <= {"out.processor.frame0_channel2"}
    difference = max((answers[name] - tensors[name]).nan_to_num().abs().max().item() for name in answers)
    print(f"{folder.name}: largest difference from what was there {difference:.1e}")
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    save_file({name: value.contiguous() for name, value in (tensors | answers).items()}, folder / "expected.safetensors")
    (folder / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def best_of(logits):
    best, second = logits.topk(2).values.tolist()
    assert best - second > CLOSE, (best, second)
    return logits.argmax().item()


def act(case, model, processor, tensors):
    """Plays an episode again, and writes down what is chosen."""
    from gymnasium import spaces

    model.reset_rl()
    space = case["action_space"]
    actions = spaces.Box(-1, 1, space["shape"]) if space["type"] == "Box" else spaces.Discrete(space["n"])
    for step in case["steps"]:
        seen = {"image_observation": tensors["in.frames"][step["frame"]].numpy()} if "frame" in step else step["observation"]
        action = model.get_next_action(
            processor, **seen, action_space=actions, reward=step["reward"], deterministic=case["deterministic"],
            context_window=case["context_window"])
        step["action"] = action
        if space["type"] != "Box":
            logits = model.last_result.pred_actions[0, -1, :actions.n]
            assert best_of(logits) == action
            step |= {"logits": logits.tolist(), "probabilities": logits.double().softmax(-1).tolist()}
        assert step["cache_after"] == model._last_key_values[0][0].shape[2]


@torch.no_grad()
def go_on(runs, model, tokenizer, cases, tensors):
    """Tokens after a prompt, each the best of all."""
    for run in runs.values():
        inputs = {"input_ids": torch.tensor([run["prompt_ids"]])}
        if run["image"]:
            row = cases["image_text"]["raw"]["images"].index(run["image"])
            inputs["pixel_values"] = tensors["in.image_text.pixel_values"][row:row + 1]
        new = []
        for _ in run["new_ids"]:
            new.append(best_of(model(**inputs, return_loss=False).logits[0, -1]))
            inputs["input_ids"] = torch.tensor([run["prompt_ids"] + new])
        run |= {"new_ids": new, "new_text": tokenizer.decode(new)}


# --- gato/classic ---


def write_gato(folder):
    tensors = load(read(folder / "expected.safetensors"))
    for name in ("control", "game"):
        inputs, logits = case_of(tensors, name), tensors[f"out.{name}.logits"]
        mask = inputs["loss_mask"] * inputs["attention_mask"]
        counts = mask[:, 1:] != 0
        loss = functional.cross_entropy(logits[:, :-1][counts].double(), inputs["input_ids"][:, 1:][counts])
        tensors |= {f"in.{name}.loss_mask": mask, f"out.{name}.loss": loss.float()}
        print(f"gato/classic, {name}: loss {loss:.4f}")
    save_file(tensors, folder / "expected.safetensors")


if __name__ == "__main__":
    torch.set_num_threads(2)
    transformers.logging.set_verbosity_error()
    of_the_reference = reference(Path(sys.argv[1]))
    for fixture in ("continuous", "grid", "caption", "atari"):
        write_jat(FIXTURES / "jat" / fixture, of_the_reference)
    write_gato(FIXTURES / "gato/classic")
