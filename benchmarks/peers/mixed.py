"""How long models of words, and of pictures among words, take to write: Tesserae and transformers on PyTorch side by side, in turns.

    python benchmarks/peers/mixed.py JAVA FOLDER [--threads N] [--rounds N] [--only NAME] [--llama-bench PATH GGUF]

JAVA is a JDK's java; FOLDER keeps checkpoints of published sizes with random bfloat16 weights, 2.2 and 0.5 GB. Needs torch, transformers
and benchmarks/target/benchmarks.jar. Workloads: 64 tokens of a LLaMA of 1.1 billion parameters (TinyLlama's sizes) after a prompt of 64;
50 tokens of SmolVLM-256M about one picture of 512 x 512. PyTorch computes them as bfloat16 and as float32, Tesserae as float32 from
weights of 16 bits. With --llama-bench the LLaMA is also timed by llama.cpp, after the others, by a program and a file of one's own.
"""
import argparse, os, statistics, subprocess, sys, time, warnings

warnings.filterwarnings("ignore")
JAR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "target", "benchmarks.jar")
CONTENDER = "io.tesserae.benchmarks.steps.WritingContender"
WORKLOADS = {"llama": (64, 64), "smolvlm": (0, 50)}  # tokens of the prompt beside the picture's, new tokens
IMAGE_TOKENS, IMAGE, VOCABULARY = 64, 49190, {"llama": 32000, "smolvlm": 49280}


def llama():
    import transformers

    return transformers.LlamaForCausalLM(
        transformers.LlamaConfig(hidden_size=2048, intermediate_size=5632, num_hidden_layers=22, num_attention_heads=32, num_key_value_heads=4, vocab_size=32000, rms_norm_eps=1e-5)
    )


def smolvlm():
    import transformers

    text = dict(model_type="llama", hidden_size=576, intermediate_size=1536, num_hidden_layers=30, num_attention_heads=9, num_key_value_heads=3, head_dim=64, vocab_size=49280, max_position_embeddings=8192, rope_theta=100000.0, rms_norm_eps=1e-5, pad_token_id=2)
    vision = dict(hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12, patch_size=16, image_size=512)
    return transformers.Idefics3ForConditionalGeneration(
        transformers.Idefics3Config(text_config=text, vision_config=vision, scale_factor=4, image_token_id=IMAGE, pad_token_id=2, tie_word_embeddings=False)
    )


def make(folder, name):
    import torch

    if not os.path.isdir(os.path.join(folder, name)):
        torch.manual_seed(0)
        torch.set_default_dtype(torch.bfloat16)
        {"llama": llama, "smolvlm": smolvlm}[name]().save_pretrained(os.path.join(folder, name))


def serve(workload, folder, threads, dtype):
    import torch, transformers

    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    generator = torch.Generator().manual_seed(1)
    kind = {"llama": transformers.LlamaForCausalLM, "smolvlm": transformers.Idefics3ForConditionalGeneration}[workload]
    model = kind.from_pretrained(folder, dtype=getattr(torch, dtype)).eval()
    words, new = WORKLOADS[workload]
    if workload == "llama":
        ids = torch.randint(3, VOCABULARY[workload], (1, words), generator=generator)
        more = {}
    else:
        ids = torch.full((1, 1 + IMAGE_TOKENS + 8), IMAGE)
        ids[0, 0] = 1
        ids[0, -8:] = torch.randint(3, 49000, (8,), generator=generator)
        pixels = torch.randn(1, 1, 3, 512, 512, generator=generator).to(model.dtype)
        more = {"pixel_values": pixels, "pixel_attention_mask": torch.ones(1, 1, 512, 512, dtype=torch.bool)}
    run = lambda: model.generate(input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=new, min_new_tokens=new, do_sample=False, pad_token_id=2, **more)
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
    return None


def once(process):
    process.stdin.write("\n")
    process.stdin.flush()
    return float(process.stdout.readline())


def compare(workload, java, folder, threads, rounds):
    checkpoint = os.path.join(folder, workload)
    commands = {"Tesserae": [java, "-XX:+UseTransparentHugePages", "--add-modules", "jdk.incubator.vector", "-Xmx6g", "-cp", JAR, CONTENDER, workload, checkpoint, threads]}
    for dtype in "bfloat16", "float32":
        commands[f"PyTorch {dtype}"] = [sys.executable, os.path.abspath(__file__), "--serve", workload, checkpoint, threads, dtype]
    running = {name: start(command) for name, command in commands.items()}
    for name in [name for name, process in running.items() if process is None]:
        print(f"{workload}: {name} does not run: {' '.join(commands[name])}", flush=True)
        del running[name]
    times = {name: [] for name in running}
    for i in range(rounds):
        for name in list(running)[:: 1 if i % 2 == 0 else -1]:
            times[name].append(once(running[name]))
    for name, seconds in times.items():
        line = f"{workload}: {name} {statistics.median(seconds):.2f} s, best {min(seconds):.2f}"
        if name != "Tesserae" and "Tesserae" in times:
            ratios = sorted(b / t for t, b in zip(times["Tesserae"], seconds))
            line += f", ratio {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        print(line, flush=True)
    for process in running.values():
        process.kill()


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        serve(sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5])
        sys.exit()
    parser = argparse.ArgumentParser()
    parser.add_argument("java")
    parser.add_argument("folder")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=WORKLOADS)
    parser.add_argument("--llama-bench", nargs=2, metavar=("PATH", "GGUF"))
    a = parser.parse_args()
    for name in [a.only] if a.only else WORKLOADS:
        subprocess.run([sys.executable, "-c", f"import sys; sys.path.insert(0, {os.path.dirname(os.path.abspath(__file__))!r}); import mixed; mixed.make({a.folder!r}, {name!r})"], check=True)
        compare(name, a.java, a.folder, str(a.threads), a.rounds)
    if a.llama_bench:
        subprocess.run([a.llama_bench[0], "-m", a.llama_bench[1], "-t", str(a.threads), "-p", "0", "-n", "0", "-pg", "64,64", "-r", str(a.rounds)], check=True)
