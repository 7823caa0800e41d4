"""How long a model takes to write, Tesserae and transformers on PyTorch side by side, in turns.

    python benchmarks/peers/writing.py JAVA FOLDER [--threads N] [--rounds N]

JAVA is a JDK's java; FOLDER keeps two checkpoints of the published sizes with random weights. Needs torch, transformers and
benchmarks/target/benchmarks.jar. Workloads: a caption of 20 tokens by BLIP-base, greedy and with 3 beams; 100 tokens of GPT-2 (124 M)
after a prompt of 32; 50 tokens after each of 16 prompts of 5 to 120 tokens, which PyTorch gets padded on the left.
"""
import argparse, os, statistics, subprocess, sys, time, warnings

warnings.filterwarnings("ignore")
JAR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "target", "benchmarks.jar")
MIXED = [5, 9, 12, 17, 20, 24, 28, 32, 37, 41, 48, 56, 64, 77, 90, 120]
WORKLOADS = {"blip": "blip", "blip-beams": "blip", "gpt2": "gpt2", "gpt2-batch": "gpt2"}


def make(folder):
    import torch, transformers

    sizes = {
        "gpt2": lambda: transformers.GPT2LMHeadModel(transformers.GPT2Config()),
        "blip": lambda: transformers.BlipForConditionalGeneration(transformers.BlipConfig(text_config={"num_attention_heads": 12})),
    }
    for name, build in sizes.items():
        if not os.path.isdir(os.path.join(folder, name)):
            torch.manual_seed(0)
            build().save_pretrained(os.path.join(folder, name))


def serve(workload, folder, threads):
    import torch, transformers

    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    generator = torch.Generator().manual_seed(1)
    if workload.startswith("blip"):
        model = transformers.BlipForConditionalGeneration.from_pretrained(folder).eval()
        pixels = torch.randn(1, 3, 384, 384, generator=generator)
        beams = 3 if workload == "blip-beams" else 1
        run = lambda: model.generate(pixel_values=pixels, max_new_tokens=20, min_new_tokens=20, num_beams=beams)
    else:
        model = transformers.GPT2LMHeadModel.from_pretrained(folder).eval()
        lengths, new = (MIXED, 50) if workload == "gpt2-batch" else ([32], 100)
        ids = torch.full((len(lengths), max(lengths)), 50256)
        mask = torch.zeros_like(ids)
        for row, length in enumerate(lengths):
            ids[row, max(lengths) - length :] = torch.randint(0, 50000, (length,), generator=generator)
            mask[row, max(lengths) - length :] = 1
        run = lambda: model.generate(input_ids=ids, attention_mask=mask, max_new_tokens=new, min_new_tokens=new, do_sample=False, pad_token_id=50256)
    run()
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        run()
        print(time.perf_counter() - start, flush=True)


def start(command):
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    for line in process.stdout:
        if line.strip() == "ready":
            return process
    sys.exit(f"ended too soon: {' '.join(command)}")


def once(process):
    process.stdin.write("\n")
    process.stdin.flush()
    return float(process.stdout.readline())


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        serve(sys.argv[2], sys.argv[3], int(sys.argv[4]))
        sys.exit()
    parser = argparse.ArgumentParser()
    parser.add_argument("java")
    parser.add_argument("folder")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7)
    a = parser.parse_args()
    make(a.folder)
    for workload, model in WORKLOADS.items():
        checkpoint, threads = os.path.join(a.folder, model), str(a.threads)
        ours = start([a.java, "--add-modules", "jdk.incubator.vector", "-Xmx6g", "-cp", JAR, "io.tesserae.benchmarks.steps.WritingContender", workload, checkpoint, threads])
        theirs = start([sys.executable, os.path.abspath(__file__), "--serve", workload, checkpoint, threads])
        times = [[], []]
        for i in range(a.rounds):
            for k in (0, 1) if i % 2 == 0 else (1, 0):
                times[k].append(once((ours, theirs)[k]))
        ratios = sorted(b / t for t, b in zip(*times))
        print(f"{workload}: Tesserae {statistics.median(times[0]):.2f} s, PyTorch {statistics.median(times[1]):.2f} s, ratio {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})", flush=True)
        ours.kill(), theirs.kill()
