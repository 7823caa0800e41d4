"""How long models of words, and of pictures among words, take to write: Tesserae and transformers on PyTorch side by side, in turns.

    python benchmarks/peers/mixed.py JAVA FOLDER [--threads N] [--rounds N] [--only NAME] [--dtypes TYPES] [--llama-cpp COMMAND]

JAVA is a JDK's java; FOLDER keeps checkpoints of published sizes with random bfloat16 weights, 2.2 and 0.5 GB. Needs torch, transformers
and benchmarks/target/benchmarks.jar. Workloads: 64 tokens of a LLaMA of 1.1 billion parameters (TinyLlama's sizes) after a prompt of 64;
50 tokens of SmolVLM-256M about one picture of 512 x 512. PyTorch computes them as bfloat16 and as float32, Tesserae as float32 from
weights of 16 bits. Of Tesserae the median step is printed too, with its share of the bandwidth that memory has in the same round.

--llama-cpp takes a command of one's own that lets llama.cpp write the LLaMA's 64 tokens after 64: it prints "ready", and then for every
line of its input writes once, and prints the seconds. On a machine that is busy, programs whose threads wait for each other in loops
(OpenMP, llama.cpp) take many times as long as by themselves: compare on one that is not.
"""
import argparse, json, os, shlex, statistics, subprocess, sys, time, warnings

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
    run = lambda tokens: model.generate(input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=tokens, min_new_tokens=tokens, do_sample=False, pad_token_id=2, **more)
    run(new // 8)  # warms up: nothing is compiled, so a few tokens do
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        run(new)
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
    return [float(number) for number in process.stdout.readline().split()]


def bytes_of_step(checkpoint):
    """The weights that one token reads, of 2 bytes: those of the blocks, and of the head."""
    config = json.load(open(os.path.join(checkpoint, "config.json")))
    c = config.get("text_config", config)
    hidden, head = c["hidden_size"], c["head_dim"]
    block = 2 * hidden * head * (c["num_attention_heads"] + c["num_key_value_heads"]) + 3 * hidden * c["intermediate_size"]
    return 2 * (c["num_hidden_layers"] * block + hidden * c["vocab_size"])


def compare(workload, commands, step_bytes, rounds):
    running = {}
    for name, command in commands.items():
        begin = time.time()
        running[name] = start(command)
        print(f"{workload}: {name} {'is ready after' if running[name] else 'does not run, after'} {time.time() - begin:.0f} s", flush=True)
        if running[name] is None:
            print("  " + shlex.join(command), flush=True)
            del running[name]
    answers = {name: [] for name in running}
    for i in range(rounds):
        for name in list(running)[:: 1 if i % 2 == 0 else -1]:
            answers[name].append(once(running[name]))
        print(f"{workload}: round {i + 1}: " + ", ".join(f"{name} {of_rounds[-1][0]:.2f} s" for name, of_rounds in answers.items()), flush=True)
    for name, of_rounds in answers.items():
        seconds = [answer[0] for answer in of_rounds]
        line = f"{workload}: {name} {statistics.median(seconds):.2f} s, best {min(seconds):.2f}"
        if name == "Tesserae":
            shares = sorted(step_bytes / (step * 1e6) / read for _, step, read in of_rounds)
            steps = [step for _, step, _ in of_rounds]
            line += f"; a step {statistics.median(steps):.1f} ms, best {min(steps):.1f}, {step_bytes / 1e6:.0f} MB; of the read bandwidth {statistics.median(shares):.0%} ({shares[0]:.0%} to {shares[-1]:.0%})"
        elif "Tesserae" in answers:
            ratios = sorted(b / t[0] for t, b in zip(answers["Tesserae"], seconds))
            line += f", ratio {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        print(line, flush=True)
    for process in running.values():
        process.kill()
        process.wait()


def commands_of(workload, checkpoint, a):
    threads = str(a.threads)
    java = [a.java, "-XX:+UseTransparentHugePages", "--add-modules", "jdk.incubator.vector", "-Xmx4g"]
    commands = {"Tesserae": [*java, "-cp", a.classes, CONTENDER, workload, checkpoint, threads]}
    if workload == "llama" and a.llama_cpp:
        commands["llama.cpp"] = shlex.split(a.llama_cpp)
    for dtype in filter(None, a.dtypes.split(",")):
        commands[f"PyTorch {dtype}"] = [sys.executable, os.path.abspath(__file__), "--serve", workload, checkpoint, threads, dtype]
    return commands


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
    parser.add_argument("--dtypes", default="bfloat16,float32", help="of PyTorch, separated by commas")
    parser.add_argument("--llama-cpp", metavar="COMMAND")
    parser.add_argument("--classes", default=JAR, help="where Tesserae's benchmarks are, if not in the jar")
    a = parser.parse_args()
    for workload in [a.only] if a.only else WORKLOADS:
        # A process of its own: it keeps no memory while the others run.
        code = f"import sys; sys.path.insert(0, {os.path.dirname(os.path.abspath(__file__))!r}); import mixed; mixed.make({a.folder!r}, {workload!r})"
        subprocess.run([sys.executable, "-c", code], check=True)
        checkpoint = os.path.join(a.folder, workload)
        compare(workload, commands_of(workload, checkpoint, a), bytes_of_step(checkpoint), a.rounds)
