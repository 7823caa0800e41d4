"""Exports a Hugging Face text classifier (DistilBERT or BERT) to ONNX, float32, for ONNX Runtime to be measured with.

    python export_onnx.py FOLDER [--threads 1,2] [--workloads 1x16,1x128]

Writes FOLDER/model.onnx: inputs input_ids and attention_mask (int64 [batch, sequence], both axes free), output logits
(float32 [batch, labels]). The peer is to be given its best, and which graph is best differs by machine, so several are
made, each is checked against PyTorch's logits on padded batches (a difference over 1e-5, relative to the largest logit
where that exceeds 1, is an error), all are timed in turns, and the fastest becomes model.onnx:
  exported    as PyTorch's exporter leaves it; the runtime's own optimisations (level ALL) fuse it when it is loaded
  attention   onnxruntime.transformers.optimizer fuses attention only, the runtime does the rest
  fused       the same optimizer with all its fusions for BERT: embeddings, attention, GELU with bias, skip + LayerNorm
  multihead   as fused, with MultiHeadAttention in place of Attention
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
from transformers import AutoConfig, AutoModelForSequenceClassification

TOLERANCE = 1e-5


class LogitsOnly(torch.nn.Module):
    """The exporter wants tensors in and tensors out, by position."""

    def __init__(self, model: torch.nn.Module):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask):
        return self.model(input_ids=input_ids, attention_mask=attention_mask).logits


def sample(vocabulary: int, batch: int, length: int, padded: bool) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(batch * 1000 + length)
    input_ids = torch.randint(0, vocabulary, (batch, length), generator=generator)
    attention_mask = torch.ones_like(input_ids)
    if padded:
        for row in range(batch):
            attention_mask[row, max(1, length - 3 * row):] = 0
    return {"input_ids": input_ids, "attention_mask": attention_mask}


def plain_mask(*, attention_mask, **_):
    """What is added to the scores, as the optimizer's patterns know it: 0 for a token, -10000 for padding."""
    return (1.0 - attention_mask[:, None, None, :].to(torch.float32)) * -10000.0


def plain_attention(module, query, key, value, attention_mask, scaling, **_):
    """Eager attention with the scale as a division: a second Mul would hide the mask's Mul from the optimizer."""
    scores = torch.matmul(query, key.transpose(2, 3)) / (1 / scaling) + attention_mask
    weights = torch.nn.functional.softmax(scores, dim=-1)
    return torch.matmul(weights, value).transpose(1, 2).contiguous(), weights


def export(model: torch.nn.Module, path: Path) -> None:
    family = sys.modules[type(model).__module__]
    free = {0: "batch", 1: "sequence"}
    with (
        mock.patch.object(family, "create_bidirectional_mask", plain_mask),
        mock.patch.object(family, "eager_attention_forward", plain_attention),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        torch.onnx.export(
            LogitsOnly(model).eval(),
            tuple(sample(model.config.vocab_size, 2, 9, padded=True).values()),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["logits"],
            dynamic_axes={"input_ids": free, "attention_mask": free, "logits": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )
    name_head_counts(path, model.config.num_attention_heads)


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


def fuse(source: Path, target: Path, heads: int, hidden: int, fusion: dict[str, bool]) -> dict[str, int]:
    options = FusionOptions("bert")
    for name, value in fusion.items():
        setattr(options, name, value)
    fused = optimizer.optimize_model(
        str(source), model_type="bert", num_heads=heads, hidden_size=hidden, optimization_options=options, opt_level=0
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


def check(model: torch.nn.Module, path: Path) -> float:
    run = session(path, 1)
    worst = 0.0
    for batch, length in ((1, 2), (3, 17), (4, 40)):
        feed = sample(model.config.vocab_size, batch, length, padded=True)
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
    parser.add_argument("--workloads", default="1x16,1x128", help="batch x length, by which the fastest graph is chosen")
    parser.add_argument("--rounds", type=int, default=4)
    arguments = parser.parse_args()
    folder = arguments.folder

    config = AutoConfig.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(
        folder, attn_implementation="eager", dtype=torch.float32
    ).eval()

    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        candidates = {"exported": Path(scratch) / "exported.onnx"}
        export(model, candidates["exported"])
        print(f"exported: differs from PyTorch by {check(model, candidates['exported']):.1e}")
        for name, fusion in FUSIONS.items():
            candidates[name] = Path(scratch) / f"{name}.onnx"
            operators = fuse(
                candidates["exported"], candidates[name], config.num_attention_heads, config.hidden_size, fusion
            )
            print(f"{name}: differs from PyTorch by {check(model, candidates[name]):.1e}; {operators}")

        # Sums of times relative to the fastest: each workload and thread count weighs the same.
        scores = dict.fromkeys(candidates, 0.0)
        for threads in map(int, arguments.threads.split(",")):
            sessions = {name: session(path, threads) for name, path in candidates.items()}
            for workload in arguments.workloads.split(","):
                batch, length = map(int, workload.split("x"))
                feed = {k: v.numpy() for k, v in sample(config.vocab_size, batch, length, padded=False).items()}
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
