"""Exports a Hugging Face classifier (DistilBERT, BERT or ModernBERT; ViT) to ONNX, float32, for ONNX Runtime to be measured with.

    python export_onnx.py FOLDER [--threads 1,2] [--workloads 1x16,1x128]
    python export_onnx.py FOLDER [--threads 1,2] [--workloads 1@224,4@224]

Writes FOLDER/model.onnx. Of a text classifier: inputs input_ids and attention_mask (int64 [batch, sequence], both axes
free); of a picture classifier: input pixel_values (float32 [batch, channels, height, width], the first axis free). Output
logits (float32 [batch, labels]). The peer is to be given its best, and which graph is best differs by machine, so several
are made, each is checked against PyTorch's logits (of texts on padded batches; a difference over 1e-5, relative to the
largest logit where that exceeds 1, is an error), all are timed in turns, and the fastest becomes model.onnx:
  exported    as PyTorch's exporter leaves it; the runtime's own optimisations (level ALL) fuse it when it is loaded
  attention   onnxruntime.transformers.optimizer fuses attention only, the runtime does the rest
  fused       the same optimizer with all its fusions: embeddings of tokens, attention, GELU with bias, skip + LayerNorm
  multihead   as fused, with MultiHeadAttention in place of Attention
ModernBERT is exported by PyTorch's newer exporter, and by that alone: the optimizer knows no rotary windows.
Needs torch, transformers, onnx and onnxruntime. No network.
"""

import argparse
import shutil
import sys
import tempfile
import time
import warnings
from pathlib import Path
from unittest import mock

import numpy
import onnx
import onnxruntime
import torch
from onnx import numpy_helper
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions
from transformers import AutoConfig, AutoModelForImageClassification, AutoModelForSequenceClassification
from transformers.models.auto.modeling_auto import MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING_NAMES

TOLERANCE = 1e-5


class Texts:
    """What a text classifier takes: batches written as 8x128, 8 sequences of 128 tokens."""

    classifier = AutoModelForSequenceClassification
    free_axes = {"input_ids": {0: "batch", 1: "sequence"}, "attention_mask": {0: "batch", 1: "sequence"}}
    optimizer_type = "bert"
    workloads = "1x16,1x128"
    checked = ("2x9", "1x2", "3x17", "4x40")

    def __init__(self, config):
        self.vocabulary = config.vocab_size

    def sample(self, workload: str, padded: bool) -> dict[str, torch.Tensor]:
        batch, length = map(int, workload.split("x"))
        generator = torch.Generator().manual_seed(batch * 1000 + length)
        input_ids = torch.randint(0, self.vocabulary, (batch, length), generator=generator)
        attention_mask = torch.ones_like(input_ids)
        if padded:
            for row in range(batch):
                attention_mask[row, max(1, length - 3 * row):] = 0
        return {"input_ids": input_ids, "attention_mask": attention_mask}


class Pictures:
    """What a picture classifier takes: batches written as 4@224, 4 pictures of 224 x 224 pixels."""

    classifier = AutoModelForImageClassification
    free_axes = {"pixel_values": {0: "batch"}}
    optimizer_type = "vit"

    def __init__(self, config):
        self.channels = config.num_channels
        self.workloads = f"1@{config.image_size},4@{config.image_size}"
        self.checked = tuple(f"{batch}@{config.image_size}" for batch in (2, 1, 3))

    def sample(self, workload: str, padded: bool) -> dict[str, torch.Tensor]:
        """Pictures are never padded."""
        batch, side = map(int, workload.split("@"))
        generator = torch.Generator().manual_seed(batch * 1000 + side)
        return {"pixel_values": torch.randn((batch, self.channels, side, side), generator=generator)}


Inputs = Texts | Pictures


class LogitsOnly(torch.nn.Module):
    """The exporter wants tensors in and tensors out, by position."""

    def __init__(self, model: torch.nn.Module, names: tuple[str, ...]):
        super().__init__()
        self.model = model
        self.names = names

    def forward(self, *values):
        return self.model(**dict(zip(self.names, values))).logits


def plain_mask(*, attention_mask=None, **_):
    """What is added to the scores, as the optimizer's patterns know it: 0 for a token, -10000 for padding."""
    if attention_mask is None:
        return None
    return (1.0 - attention_mask[:, None, None, :].to(torch.float32)) * -10000.0


def plain_attention(module, query, key, value, attention_mask, scaling, **_):
    """Eager attention with the scale as a division: that is how the optimizer's patterns have it without a mask, and
    with one a second Mul would hide the mask's Mul from them."""
    scores = torch.matmul(query, key.transpose(2, 3)) / (1 / scaling)
    if attention_mask is not None:
        scores = scores + attention_mask
    weights = torch.nn.functional.softmax(scores, dim=-1)
    return torch.matmul(weights, value).transpose(1, 2).contiguous(), weights


def export(model: torch.nn.Module, inputs: Inputs, path: Path) -> None:
    family = sys.modules[type(model).__module__]
    sample = inputs.sample(inputs.checked[0], padded=True)
    with (
        mock.patch.object(family, "create_bidirectional_mask", plain_mask),
        mock.patch.object(family, "eager_attention_forward", plain_attention),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        torch.onnx.export(
            LogitsOnly(model, tuple(sample)).eval(),
            tuple(sample.values()),
            str(path),
            input_names=list(sample),
            output_names=["logits"],
            dynamic_axes=inputs.free_axes | {"logits": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )
    name_head_counts(path, model.config.num_attention_heads)


def export_whole(model: torch.nn.Module, inputs: Inputs, path: Path) -> None:
    sample = inputs.sample(inputs.checked[0], padded=True)
    axes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("sequence")}
    program = torch.onnx.export(
        LogitsOnly(model, tuple(sample)).eval(),
        tuple(sample.values()),
        dynamo=True,
        input_names=list(sample),
        output_names=["logits"],
        dynamic_shapes={"values": tuple(axes for _ in sample)},
    )
    program.save(str(path))


def name_head_counts(path: Path, heads: int) -> None:
    """Writes the number of heads where the traced view() left -1, or the optimizer does not find it."""
    graph = onnx.load(path)
    constants = {node.output[0]: node for node in graph.graph.node if node.op_type == "Constant"}
    for node in graph.graph.node:
        if node.op_type == "Concat" and len(node.input) == 4 and node.input[2] in constants:
            value = constants[node.input[2]].attribute[0].t
            if numpy_helper.to_array(value).tolist() == [-1]:
                value.CopyFrom(numpy_helper.from_array(numpy.array([heads], dtype=numpy.int64)))
    onnx.save(graph, path)


FUSIONS = {
    "attention": dict(
        enable_embed_layer_norm=False,
        enable_skip_layer_norm=False,
        enable_bias_skip_layer_norm=False,
        enable_gelu=False,
        enable_bias_gelu=False,
    ),
    "fused": dict(),
    "multihead": dict(use_multi_head_attention=True),
}


def fuse(source: Path, target: Path, family: str, config, fusion: dict[str, bool]) -> dict[str, int]:
    options = FusionOptions(family)
    for name, value in fusion.items():
        setattr(options, name, value)
    fused = optimizer.optimize_model(
        str(source),
        model_type=family,
        num_heads=config.num_attention_heads,
        hidden_size=config.hidden_size,
        optimization_options=options,
        opt_level=0,
    )
    fused.save_model_to_file(str(target))
    return {name: count for name, count in fused.get_fused_operator_statistics().items() if count}


def session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def check(model: torch.nn.Module, inputs: Inputs, path: Path) -> float:
    run = session(path, 1)
    worst = 0.0
    for workload in inputs.checked:
        feed = inputs.sample(workload, padded=True)
        with torch.inference_mode():
            expected = model(**feed).logits.numpy()
        found = run.run(["logits"], {name: value.numpy() for name, value in feed.items()})[0]
        worst = max(worst, float(numpy.abs(found - expected).max() / max(1.0, numpy.abs(expected).max())))
    if not worst <= TOLERANCE:
        raise SystemExit(f"{path}: logits differ from PyTorch's by {worst:.2e}, more than {TOLERANCE:.0e}")
    return worst


def time_alternately(sessions: dict, feed: dict, rounds: int) -> dict[str, float]:
    """The best time of each session in seconds, taken in turns so that the machine's moods strike all alike.

    A session's threads spin for a while after a run, on the cores that the next session wants: with two threads each,
    four sessions taking turns run by run are all twice as slow as they are. Hence the pause, and three runs a turn.
    """
    best = dict.fromkeys(sessions, float("inf"))
    for _ in range(rounds):
        for name, run in sessions.items():
            time.sleep(0.15)
            for _ in range(3):
                start = time.perf_counter()
                run.run(["logits"], feed)
                best[name] = min(best[name], time.perf_counter() - start)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--workloads", help="batches by which the fastest graph is chosen")
    parser.add_argument("--rounds", type=int, default=4)
    arguments = parser.parse_args()
    folder = arguments.folder

    config = AutoConfig.from_pretrained(folder)
    takes_pictures = config.model_type in MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING_NAMES
    inputs = Pictures(config) if takes_pictures else Texts(config)
    model = inputs.classifier.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).eval()

    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        candidates = {"exported": Path(scratch) / "exported.onnx"}
        known = config.model_type != "modernbert"
        (export if known else export_whole)(model, inputs, candidates["exported"])
        print(f"exported: differs from PyTorch by {check(model, inputs, candidates['exported']):.1e}")
        for name, fusion in FUSIONS.items() if known else ():
            candidates[name] = Path(scratch) / f"{name}.onnx"
            operators = fuse(candidates["exported"], candidates[name], inputs.optimizer_type, config, fusion)
            print(f"{name}: differs from PyTorch by {check(model, inputs, candidates[name]):.1e}; {operators}")

        # Sums of times relative to the fastest: each workload and thread count weighs the same.
        scores = dict.fromkeys(candidates, 0.0)
        for threads in map(int, arguments.threads.split(",")):
            sessions = {name: session(path, threads) for name, path in candidates.items()}
            for workload in (arguments.workloads or inputs.workloads).split(","):
                feed = {name: value.numpy() for name, value in inputs.sample(workload, padded=False).items()}
                times = time_alternately(sessions, feed, arguments.rounds)
                for name, seconds in times.items():
                    scores[name] += seconds / min(times.values())
                print(
                    f"{workload}, {threads} threads: "
                    + ", ".join(f"{name} {seconds * 1e3:.1f} ms" for name, seconds in times.items())
                )
            del sessions
        fastest = min(scores, key=scores.get)
        shutil.copy(candidates[fastest], folder / "model.onnx")
    print(f"{folder / 'model.onnx'}: {fastest}")


if __name__ == "__main__":
    main()
