"""How long a step of training takes, Tesserae and transformers on PyTorch side by side, in turns: forward, backward and AdamW, in float32.

    python benchmarks/peers/training.py JAVA FOLDER [--threads N] [--rounds N] [--only CASE] [--classes PATH]

JAVA is a JDK's java, or - for PyTorch alone; FOLDER keeps checkpoints of published sizes with random weights, 268 and 346 MB. Needs torch,
transformers and benchmarks/target/benchmarks.jar. Cases: DistilBERT-base with two labels on 8 texts of 128 tokens, and on 32 sentences of
5 to 53 tokens, together 825, which PyTorch gets padded to 53; ViT-B/16 with 1000 labels on 8 pictures. Dropout is as the models are
configured, 0.1 in DistilBERT and none in ViT. PyTorch's AdamW is the fused one, which is its fastest.

Both are processes that print "ready" when they are warm, and then take a step for every line of their input, and print it as JSON:

    {"seconds": 1.94, "loss": 0.69}

Ours is io.tesserae.benchmarks.training.TrainingStep --model distilbert|vit --checkpoint FOLDER --batch N --length N | --lengths JSON
--threads N --steps N, of which the first WARM_UP steps come before "ready". The most memory that a process has held is the kernel's count (VmHWM).
"""
import argparse, json, os, statistics, subprocess, sys, time, warnings

warnings.filterwarnings("ignore")
HERE = os.path.dirname(os.path.abspath(__file__))
JAR = os.path.join(HERE, "..", "target", "benchmarks.jar")
# A step keeps arrays of megabytes, whose regions should fit them, and little that is young. G1 puts what is young at the heap's end: a heap that
# grows touches more and more memory, one of full size from the start does not.
HEAP = ["-XX:+UseG1GC", "-XX:G1HeapRegionSize=1m", "-XX:MaxNewSize=64m", "-XX:InitialRAMPercentage=25", "-XX:MaxRAMPercentage=25"]
TRAINER = "io.tesserae.benchmarks.training.TrainingStep"
MIXED = [5, 7, 8, 10, 11, 12, 14, 15, 16, 17, 18, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 32, 33, 35, 37, 40, 42, 44, 49, 52, 53]
CASES = {
    "8x128": ("distilbert", ["--batch", "8", "--length", "128"]),
    "mixed": ("distilbert", ["--lengths", json.dumps(MIXED)]),
    "vit": ("vit", ["--batch", "8"]),
}
WARM_UP, RATE, DECAY, WORDS, LABELS = 2, 5e-5, 0.01, 30522, {"distilbert": 2, "vit": 1000}


def make(folder, model):
    import torch, transformers

    if os.path.isdir(os.path.join(folder, model)):
        return
    torch.manual_seed(0)
    labels = {"num_labels": LABELS[model]}
    build = {
        "distilbert": lambda: transformers.DistilBertForSequenceClassification(transformers.DistilBertConfig(**labels)),
        "vit": lambda: transformers.ViTForImageClassification(transformers.ViTConfig(**labels)),
    }
    build[model]().save_pretrained(os.path.join(folder, model))


def batch_of(model, a, torch):
    generator = torch.Generator().manual_seed(1)
    lengths = json.loads(a.lengths) if a.lengths else [a.length] * a.batch
    labels = torch.randint(0, LABELS[model], (len(lengths),), generator=generator)
    if model == "vit":
        return {"pixel_values": torch.randn(len(lengths), 3, 224, 224, generator=generator), "labels": labels}
    ids = torch.randint(1000, WORDS, (len(lengths), max(lengths)), generator=generator)
    mask = (torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]).long()
    return {"input_ids": ids * mask, "attention_mask": mask, "labels": labels}


def serve(arguments):
    import torch, transformers

    parser = argparse.ArgumentParser()
    parser.add_argument("--model")
    parser.add_argument("--checkpoint")
    parser.add_argument("--lengths")
    for number in "batch", "length", "threads", "steps":
        parser.add_argument("--" + number, type=int, default=1)
    a = parser.parse_args(arguments)
    torch.set_num_threads(a.threads)
    kind = {"distilbert": transformers.DistilBertForSequenceClassification, "vit": transformers.ViTForImageClassification}[a.model]
    model = kind.from_pretrained(a.checkpoint).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY, fused=True)
    batch = batch_of(a.model, a, torch)

    def step():
        optimizer.zero_grad()
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        return loss.item()

    for _ in range(WARM_UP):
        step()
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        loss = step()
        print(json.dumps({"seconds": time.perf_counter() - start, "loss": loss}), flush=True)


def start(command):
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    for line in process.stdout:
        if line.strip() == "ready":
            return process
    return None


def once(process):
    process.stdin.write("\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())["seconds"]


def most_memory(process):
    """In GB."""
    with open(f"/proc/{process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) * 1024 / 1e9


def compare(case, commands, rounds):
    running = {}
    for name, command in commands.items():
        running[name] = start(command)
        if running[name] is None:
            print(f"{case}: {name} does not run: {' '.join(command)}", flush=True)
            del running[name]
    seconds = {name: [] for name in running}
    for i in range(rounds):
        for name in list(running)[:: 1 if i % 2 == 0 else -1]:
            seconds[name].append(once(running[name]))
        print(f"{case}: round {i + 1}: " + ", ".join(f"{name} {of_rounds[-1]:.3f} s" for name, of_rounds in seconds.items()), flush=True)
    for name, of_rounds in seconds.items():
        line = f"{case}: {name} {statistics.median(of_rounds):.3f} s ({min(of_rounds):.3f} to {max(of_rounds):.3f}), at most {most_memory(running[name]):.2f} GB"
        if name == "PyTorch" and "Tesserae" in seconds:
            ratios = sorted(b / t for t, b in zip(seconds["Tesserae"], of_rounds))
            line += f", ratio {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        print(line, flush=True)
    for process in running.values():
        process.kill()
        process.wait()


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        serve(sys.argv[2:])
        sys.exit()
    parser = argparse.ArgumentParser()
    parser.add_argument("java")
    parser.add_argument("folder")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", choices=CASES)
    parser.add_argument("--classes", default=JAR, help="where Tesserae's benchmarks are, if not in the jar")
    a = parser.parse_args()
    for case in [a.only] if a.only else CASES:
        model, sizes = CASES[case]
        # A process of its own: it keeps no memory while the others run.
        code = f"import sys; sys.path.insert(0, {HERE!r}); import training; training.make({a.folder!r}, {model!r})"
        subprocess.run([sys.executable, "-c", code], check=True)
        arguments = ["--model", model, "--checkpoint", os.path.join(a.folder, model), *sizes, "--threads", str(a.threads), "--steps", str(WARM_UP + a.rounds)]
        java = [a.java, *HEAP, "--add-modules", "jdk.incubator.vector", "-cp", a.classes, TRAINER, *arguments]
        theirs = [sys.executable, os.path.abspath(__file__), "--serve", *arguments]
        compare(case, ({} if a.java == "-" else {"Tesserae": java}) | {"PyTorch": theirs}, a.rounds)
