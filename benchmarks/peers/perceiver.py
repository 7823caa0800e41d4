"""What a pass of Perceiver IO costs, Tesserae and transformers on PyTorch side by side, in turns.

    python benchmarks/peers/perceiver.py JAVA FOLDER [--threads N ...] [--rounds N]    (seconds)
    python benchmarks/peers/perceiver.py JAVA FOLDER --memory                          (memory held at most, for 50,176 pixels)
    python benchmarks/peers/perceiver.py JAVA FOLDER --lengths                         (seconds and memory against the length of the input)

JAVA is a JDK's java; FOLDER keeps checkpoints of the published sizes with random weights. Needs torch, transformers, numpy and
benchmarks/target/benchmarks.jar. Workloads: a picture of 224x224 by the three image classifiers, 2,048 bytes by the language model. With
--lengths, pictures of 1,024 to 65,536 pixels by the one with Fourier features, and beside it a ViT of 6 layers, 768 wide, for which every
pixel is a token: what attention among the inputs themselves costs, for as long as a pass takes less than a minute.

Memory is VmHWM of each process, with the weights, the runtime and, for Java, whatever its heap grew to; hence Linux only.
"""
import argparse, os, statistics, subprocess, sys, tempfile, time, warnings

warnings.filterwarnings("ignore")
JAR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "target", "benchmarks.jar")
SIDES = [32, 64, 96, 128, 181, 224, 256]
VISION = {
    "num_latents": 512, "d_latents": 1024, "num_blocks": 8, "num_self_attends_per_block": 6, "num_self_attention_heads": 8,
    "num_cross_attention_heads": 1, "num_labels": 1000,
}  # fmt: skip
CLASSES = {
    "fourier": ("PerceiverForImageClassificationFourier", VISION | {"d_model": 261}),
    "learned": ("PerceiverForImageClassificationLearned", VISION | {"d_model": 512, "image_size": 224}),
    "conv": ("PerceiverForImageClassificationConvProcessing", VISION | {"d_model": 322}),
    "language": ("PerceiverForMaskedLM", {"qk_channels": 256, "v_channels": 1280}),
}
WORKLOADS = {
    "fourier": ("picture", 224), "learned": ("picture", 224), "conv": ("picture", 224), "language": ("text", 2048),
}  # fmt: skip


def make(folder, name):
    """The checkpoint of this name, made if it is not there yet; vit-SIDE is a ViT that takes every pixel for a token."""
    path = os.path.join(folder, name)
    if not os.path.exists(os.path.join(path, "config.json")):
        import torch, transformers

        torch.manual_seed(0)
        if name.startswith("vit-"):
            config = transformers.ViTConfig(image_size=int(name[4:]), patch_size=1, num_hidden_layers=6)
            model = transformers.ViTForImageClassification(config)
        else:
            model = getattr(transformers, CLASSES[name][0])(transformers.PerceiverConfig(**CLASSES[name][1]))
        model.save_pretrained(path)
    return path


def peak():
    with open("/proc/self/status") as file:
        return int(next(line for line in file if line.startswith("VmHWM:")).split()[1]) // 1024


def serve(kind, size, folder, threads, warm_ups):
    import json, torch, transformers

    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    generator = torch.Generator().manual_seed(1)
    with open(os.path.join(folder, "config.json")) as file:
        model_class = getattr(transformers, json.load(file)["architectures"][0])
    model = model_class.from_pretrained(folder).eval()
    if kind == "text":
        feed = {"input_ids": torch.randint(6, 262, (1, size), generator=generator)}
    else:
        feed = {"pixel_values": torch.randn(1, 3, size, size, generator=generator)}
    for _ in range(warm_ups):
        model(**feed)
    print("ready", flush=True)
    for _ in sys.stdin:
        begin = time.perf_counter()
        model(**feed)
        print(time.perf_counter() - begin, peak(), flush=True)


def start(command):
    said = tempfile.TemporaryFile("w+")
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True)
    for line in process.stdout:
        if line.strip() == "ready":
            return process
    said.seek(0)
    sys.exit(f"ended too soon: {' '.join(command)}\n{said.read()}")


def contenders(options, kind, size, checkpoint, threads, warm_ups):
    """Ours, and PyTorch's."""
    arguments = [kind, str(size), checkpoint, str(threads)]
    java = [options.java, "--add-modules", "jdk.incubator.vector", *options.java_options.split(), "-cp", options.classpath]
    return (
        lambda: start([*java, "io.tesserae.benchmarks.steps.PerceivingContender", *arguments, str(warm_ups)]),
        lambda: start([sys.executable, os.path.abspath(__file__), "--serve", *arguments, str(min(1, warm_ups))]),
    )


def once(process):
    """Seconds, and the MiB that the process has held at most."""
    process.stdin.write("\n")
    process.stdin.flush()
    seconds, memory = process.stdout.readline().split()
    return float(seconds), int(memory)


def end(process):
    process.kill()
    process.wait()


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def times(options):
    row("model", "input", "threads", "Tesserae", "PyTorch", "ratio", "from", "to")
    row("---", "---", *["--:"] * 6)
    for name in options.only or WORKLOADS:
        kind, size = WORKLOADS[name]
        checkpoint = make(options.folder, name)
        for threads in options.threads:
            both = [begin() for begin in contenders(options, kind, size, checkpoint, threads, 3)]
            seconds = [[], []]
            for i in range(options.rounds):
                for k in (0, 1) if i % 2 == 0 else (1, 0):
                    seconds[k].append(once(both[k])[0])
            for process in both:
                end(process)
            ratios = sorted(b / a for a, b in zip(*seconds))
            what = f"{size:,} bytes" if kind == "text" else f"{size}x{size} pixels"
            medians = [f"{statistics.median(s):.2f} s" for s in seconds]
            row(name, what, threads, *medians, *[f"{r:.2f}" for r in (statistics.median(ratios), ratios[0], ratios[-1])])


def memory(options):
    """Each process alone on the machine, after three passes."""
    row("model", "pixels", "threads", "Tesserae", "PyTorch")
    row("---", *["--:"] * 4)
    for name in options.only or ("fourier", "learned"):
        for threads in options.threads:
            cells = []
            for begin in contenders(options, "picture", 224, make(options.folder, name), threads, 2):
                process = begin()
                cells.append(f"{once(process)[1]:,} MiB")
                end(process)
            row(name, "50,176", threads, *cells)


def lengths(options):
    threads = options.threads[0]
    row("pixels", "Tesserae", "PyTorch", "Tesserae, memory", "PyTorch, memory", "ViT of Tesserae", "ViT of PyTorch", "their memory", "")
    row(*["--:"] * 9)
    measured, too_long = [], [False, False]
    for side in SIDES:
        cells = measure(options, side, make(options.folder, "fourier"), threads, options.rounds)
        measured.append((side * side, *[seconds for seconds, _ in cells]))
        beside = [("", ""), ("", "")]
        if not all(too_long):
            vit = make(options.folder, f"vit-{side}")
            beside = measure(options, side, vit, threads, 1, too_long)
            too_long = [long or found[0] == "" or found[0] > 60 for long, found in zip(too_long, beside)]
        row(f"{side * side:,}", *[f"{s:.2f} s" for s, _ in cells], *[f"{m:,} MiB" for _, m in cells],
            *[f"{s:.2f} s" if s else "-" for s, _ in beside], *[f"{m:,} MiB" if m else "-" for _, m in beside])  # fmt: skip
    for k, name in ((1, "Tesserae"), (2, "PyTorch")):
        print(fit(name, [m[0] for m in measured], [m[k] for m in measured]))


def measure(options, side, checkpoint, threads, rounds, leave_out=(False, False)):
    """Median seconds and greatest memory, of each; each alone on the machine, since two would not have room for long inputs."""
    found = []
    for begin, left_out in zip(contenders(options, "picture", side, checkpoint, threads, 2 if rounds > 1 else 1), leave_out):
        if left_out:
            found.append(("", ""))
            continue
        process = begin()
        passes = [once(process) for _ in range(rounds)]
        end(process)
        found.append((statistics.median(s for s, _ in passes), max(m for _, m in passes)))
    return found


def fit(name, lengths, seconds):
    import numpy

    slope, intercept = numpy.polyfit(lengths, seconds, 1)
    apart = max(abs(s - slope * n - intercept) / s for n, s in zip(lengths, seconds))
    return f"{name}: {intercept:.3f} s and {slope * 1000:.4f} s for every 1,000 pixels; at most {100 * apart:.0f} % apart from that line"


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        serve(sys.argv[2], int(sys.argv[3]), sys.argv[4], int(sys.argv[5]), int(sys.argv[6]))
        sys.exit()
    parser = argparse.ArgumentParser()
    parser.add_argument("java")
    parser.add_argument("folder")
    parser.add_argument("--threads", type=int, nargs="+", default=[2])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--lengths", action="store_true")
    parser.add_argument("--only", nargs="+", choices=WORKLOADS, help="these models")
    parser.add_argument("--classpath", default=JAR, help="instead of the jar")
    parser.add_argument("--java-options", default="-Xmx4g", help="one argument, parted by spaces")
    options = parser.parse_args()
    print("python", " ".join(sys.argv).replace(options.classpath, "CLASSPATH"), flush=True)
    (memory if options.memory else lengths if options.lengths else times)(options)
