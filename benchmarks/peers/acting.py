"""How long a step of an agent takes with JAT of its published size, Tesserae and transformers' GPT-Neo on PyTorch side by side, in turns.

    python benchmarks/peers/acting.py JAVA FOLDER [--threads N] [--rounds N] [--lean] [--only TEXT] [--classes PATH]

JAVA is a JDK's java; FOLDER keeps a checkpoint of the published size with random weights, 771 MB. Needs torch, transformers, safetensors and
benchmarks/target/benchmarks.jar.

PyTorch does what JatModel.get_next_action does: at a step it reads the last observation and action again, the new observation, and an
action that is provisional, and predicts actions from the whole vocabulary, and observations; then it lets go of the last two tokens, and of
the first ones where there are too many. With --lean it predicts nothing but the actions that are asked for. Both sides see and do the same
(io.tesserae.benchmarks.acting.Surroundings), and what they predict last in a round has to agree.

A ratio is formed within a round, of the medians over its steps. In the same round the bandwidth of the memory is measured: "share" is what a
step reads of the weights, divided by its time and that bandwidth.
"""
import argparse, json, os, statistics, subprocess, sys, time, warnings

warnings.filterwarnings("ignore")
HERE = os.path.dirname(os.path.abspath(__file__))
JAR = os.path.join(HERE, "..", "target", "benchmarks.jar")
CONFIG = {"vocab_size": 50257, "max_position_embeddings": 512, "hidden_size": 768, "num_layers": 12, "attention_types": [[["global", "local"], 6]], "num_heads": 12, "window_size": 256}
# The options that the launcher sets.
HEAP = ["-XX:+UseTransparentHugePages", "-XX:+UseG1GC", "-XX:G1HeapRegionSize=1m", "-Xmx6g"]
HIDDEN, CONTINUOUS, DISCRETE, FEATURES = 768, 377, 212, 768 // 50
# What is measured: surroundings, agents, tokens kept at most (0: all there are positions for), tokens kept at first, steps of a round.
CASES = [
    ("continuous", 1, 0, 64, 12),
    ("continuous", 1, 256, 256, 12),
    ("continuous", 1, 0, 508, 12),
    ("discrete", 1, 0, 64, 12),
    ("frames", 1, 0, 64, 12),
    ("frames", 1, 32, 32, 12),
    ("continuous", 8, 0, 64, 4),
    ("continuous", 64, 0, 64, 2),
    ("encode", 1, 0, 0, 20),
    ("encode", 64, 0, 0, 2),
]
WARM_UP, TOLERANCE = 3, 2e-3


def build():
    import torch
    from torch import nn
    from transformers import GPTNeoConfig, GPTNeoModel

    class SqueezeExcitation(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.fc = nn.Sequential(nn.Linear(channels, channels // 8, bias=False), nn.ReLU(), nn.Linear(channels // 8, channels, bias=False), nn.Sigmoid())

        def forward(self, x):
            return x * self.fc(x.mean((2, 3)))[:, :, None, None]

    class ImageEncoder(nn.Module):
        def __init__(self):
            super().__init__()
            for i, (channels, out) in enumerate(((4, 32), (32, 64), (64, 128)), 1):
                setattr(self, f"conv{i}", nn.Conv2d(channels, out, 3, 2, 1))
                setattr(self, f"norm{i}", nn.InstanceNorm2d(out))
                setattr(self, f"att{i}", SqueezeExcitation(out))
            self.fc = nn.Linear(128 * 11 * 11, HIDDEN)

        def forward(self, x):
            for i in "123":
                x = getattr(self, "norm" + i)(getattr(self, "conv" + i)(x))
                x = getattr(self, "att" + i)(nn.functional.leaky_relu(x, inplace=True))
            return self.fc(x.flatten(1))

    class ImageDecoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(HIDDEN, 128 * 11 * 11)
            for i, (channels, out) in enumerate(((128, 64), (64, 32), (32, 4)), 1):
                setattr(self, f"deconv{i}", nn.ConvTranspose2d(channels, out, 3, 2, 1, 1))
            self.norm1, self.norm2 = nn.InstanceNorm2d(64), nn.InstanceNorm2d(32)
            self.att1, self.att2 = SqueezeExcitation(64), SqueezeExcitation(32)

        def forward(self, x):
            x = self.fc(x).view(-1, 128, 11, 11)
            x = nn.functional.leaky_relu(self.norm1(self.deconv1(x)), inplace=True)
            x = self.att1(nn.functional.interpolate(x, size=(21, 21)))
            x = self.att2(nn.functional.leaky_relu(self.norm2(self.deconv2(x)), inplace=True))
            return torch.tanh(self.deconv3(x))

    class Module(nn.Module):  # which names what is inside it as the checkpoint does
        def __init__(self, module):
            super().__init__()
            self.module = module

        def forward(self, x):
            return self.module(x)

    class Jat(nn.Module):
        def __init__(self):
            super().__init__()
            self.transformer = GPTNeoModel(GPTNeoConfig(**CONFIG))
            self.vit_encoder = nn.ModuleDict({"projection": nn.Conv2d(3, HIDDEN, 16, 16)})
            self.continuous_encoder = nn.Linear(CONTINUOUS, HIDDEN)
            self.continuous_decoder = nn.Linear(HIDDEN, CONTINUOUS)
            self.multi_discrete_encoder = nn.ModuleDict({"1": nn.Linear(HIDDEN, FEATURES), "4": nn.Linear(DISCRETE * FEATURES, HIDDEN - 1)})
            self.single_discrete_decoder = nn.Linear(HIDDEN, CONFIG["vocab_size"], bias=False)
            self.image_encoder, self.image_decoder = Module(ImageEncoder()), Module(ImageDecoder())

    torch.manual_seed(0)
    return Jat().eval()


def make(folder):
    from safetensors.torch import save_file

    if os.path.exists(os.path.join(folder, "config.json")):
        return
    os.makedirs(folder, exist_ok=True)
    save_file(build().state_dict(), os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})
    config = {"model_type": "jat", "architectures": ["JatModel"], **CONFIG, "max_continuous_size": CONTINUOUS, "max_discrete_value": DISCRETE}
    with open(os.path.join(folder, "config.json"), "w") as out:
        json.dump(config, out)


def place(agent, step, index):
    return (31 * step + 17 * index + 7 * agent + index * index % 13) % 129


def value(agent, step, index):
    return place(agent, step, index) / 64 - 1


class Agents:
    """Agents that take their steps together, as JatModel.get_next_action does for one."""

    def __init__(self, model, surroundings, count, context, lean):
        self.model, self.surroundings, self.count, self.context, self.lean = model, surroundings, count, context, lean
        self.cache, self.last, self.step_number = None, None, 0

    def observe(self):
        """What is seen at this step, [agents, 1, ...], and the rewards, [agents, 1]."""
        import torch

        step, agents = self.step_number, range(self.count)
        rewards = torch.tensor([[0.0 if step == 0 else value(a, step, 1000)] for a in agents])
        if self.surroundings == "continuous":
            seen = [[[value(a, step, i) for i in range(17)]] for a in agents]
        elif self.surroundings == "discrete":
            seen = [[[place(a, step, i) % 11 if i < 148 else 100 * place(a, 0, i) for i in range(DISCRETE)]] for a in agents]
        else:
            i = torch.arange(4 * 84 * 84)
            pixels = torch.stack([((31 * step + 17 * i + 7 * a + i * i % 13) % 129) / 64 - 1 for a in agents])
            return pixels.view(self.count, 1, 4, 84, 84), rewards
        return torch.tensor(seen), rewards

    def act(self):
        import torch

        step, agents = self.step_number, range(self.count)
        if self.surroundings == "continuous":
            return torch.tensor([[[value(a, step, 17 + i) for i in range(6)]] for a in agents])
        return torch.tensor([[place(a, step, 0) % (7 if self.surroundings == "discrete" else 18)] for a in agents])

    def widen(self, x):
        import torch

        return x[..., torch.arange(CONTINUOUS) % x.shape[-1]]

    def embed(self, seen, rewards, done):
        import torch

        m = self.model
        if self.surroundings == "continuous":
            observed = m.continuous_encoder(self.widen(torch.cat((seen, rewards[..., None]), -1)))
            return torch.stack((observed, m.continuous_encoder(self.widen(done))), 2).flatten(1, 2)
        if self.surroundings == "discrete":
            narrowed = torch.relu(m.multi_discrete_encoder["1"](m.transformer.wte(seen))).flatten(2)
            observed = torch.cat((m.multi_discrete_encoder["4"](narrowed), rewards[..., None]), -1)
        else:
            observed = m.image_encoder(seen.flatten(0, 1)).view(*seen.shape[:2], HIDDEN)
        return torch.stack((observed, m.transformer.wte(done)), 2).flatten(1, 2)

    def predict(self, seen, rewards, provisional):
        import torch
        from transformers import DynamicCache

        inputs = (seen, rewards, provisional)
        if self.last is not None:
            inputs = tuple(torch.cat((last, new), 1) for last, new in zip(self.last, inputs))
        cache = self.cache if self.cache is not None else DynamicCache()
        hidden = self.model.transformer(inputs_embeds=self.embed(*inputs), past_key_values=cache, use_cache=True).last_hidden_state
        at_observations, at_actions = hidden[:, 0::2], hidden[:, 1::2]
        if self.lean:
            head = self.model.continuous_decoder if self.surroundings == "continuous" else self.model.single_discrete_decoder
            count = {"continuous": 6, "discrete": 7, "frames": 18}[self.surroundings]
            predicted = torch.nn.functional.linear(at_observations[:, -1], head.weight[:count], None if head.bias is None else head.bias[:count])
        elif self.surroundings == "continuous":
            self.model.continuous_decoder(at_actions)
            predicted = self.model.continuous_decoder(at_observations)[:, -1, :6]
        else:
            if self.surroundings == "frames":
                self.model.image_decoder(at_actions.flatten(0, 1))
            predicted = self.model.single_discrete_decoder(at_observations)[:, -1, : 7 if self.surroundings == "discrete" else 18]
        for layer in cache.layers:
            for name in "keys", "values":
                kept = getattr(layer, name)[:, :, -CONFIG["max_position_embeddings"] + 2 :][:, :, :-2]
                setattr(layer, name, kept[:, :, -self.context :] if self.context else kept)
        self.cache = cache
        return predicted

    def step(self):
        """The seconds that it took, without making what is seen."""
        import torch

        seen, rewards = self.observe()
        done = self.act()
        start = time.perf_counter()
        self.predicted = self.predict(seen, rewards, torch.zeros_like(done))
        seconds = time.perf_counter() - start
        self.last = (seen, rewards, done)
        self.step_number += 1
        return seconds

    def kept(self):
        return self.cache.get_seq_length() if self.cache is not None and self.step_number else 0


class Encoding:
    """Pictures through the encoder of frames."""

    def __init__(self, model, count):
        self.model, agents = model, Agents(model, "frames", count, 0, True)
        self.pixels = agents.observe()[0].flatten(0, 1)

    def step(self):
        start = time.perf_counter()
        self.predicted = self.model.image_encoder(self.pixels)
        return time.perf_counter() - start

    def kept(self):
        return 0


def started(model, surroundings, agents, context, kept, lean):
    if surroundings == "encode":
        acting = Encoding(model, agents)
        for _ in range(WARM_UP):
            acting.step()
        return acting
    warming_up = Agents(model, surroundings, agents, 32, lean)
    for _ in range(WARM_UP):
        warming_up.step()
    acting, before = Agents(model, surroundings, agents, context, lean), -1
    while acting.kept() < kept and acting.kept() > before:
        before = acting.kept() or -1
        acting.step()
    return acting


def serve(folder, threads, lean):
    import torch
    from safetensors.torch import load_file

    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    model = build()
    model.load_state_dict(load_file(os.path.join(folder, "model.safetensors")))
    print("ready", flush=True)
    opened = {}
    for line in sys.stdin:
        if line.strip() == "close":
            opened.clear()
            continue
        surroundings, *numbers = line.split()
        agents, context, kept, steps = map(int, numbers)
        if line not in opened:
            opened[line] = started(model, surroundings, agents, context, kept, lean)
        acting = opened[line]
        seconds = statistics.median(acting.step() for _ in range(steps))
        print(json.dumps({"seconds": seconds, "kept_tokens": acting.kept(), "first": acting.predicted[0].tolist()}), flush=True)


def start(command):
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    for line in process.stdout:
        if line.strip() == "ready":
            return process
    sys.exit(f"ended too soon: {' '.join(command)}")


def ask(process, line):
    process.stdin.write(line + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline()) if line != "close" else None


def compare(processes, case, rounds):
    line = " ".join(map(str, case))
    ours, theirs = [], []
    for i in range(rounds):
        for k in (0, 1) if i % 2 == 0 else (1, 0):
            (ours, theirs)[k].append(ask(processes[k], line))
        a, b = ours[-1], theirs[-1]
        difference = max(abs(x - y) for x, y in zip(a["first"], b["first"])) / max(1, max(map(abs, b["first"])))
        if a["kept_tokens"] != b["kept_tokens"] or len(a["first"]) != len(b["first"]) or not difference < TOLERANCE:
            sys.exit(f"{line}: they do not agree: {a}, {b}")
    ratios = sorted(b["seconds"] / a["seconds"] for a, b in zip(ours, theirs))
    shares = [a["weight_megabytes"] / 1e3 / a["seconds"] / a["gigabytes_per_second"] for a in ours]
    median = [statistics.median(x["seconds"] for x in side) for side in (ours, theirs)]
    per_second = [case[1] / seconds for seconds in median]
    share = "" if case[0] == "encode" else f"{statistics.median(shares):.0%}"
    print(
        f"| {case[0]} | {case[1]} | {ours[0]['kept_tokens']} | {1e3 * median[0]:.1f} | {1e3 * median[1]:.1f} | {per_second[0]:.1f} | {per_second[1]:.1f} "
        f"| {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}) | {share} | {difference:.0e} |",
        flush=True,
    )
    for process in processes:
        ask(process, "close")


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        serve(sys.argv[2], int(sys.argv[3]), sys.argv[4] == "lean")
        sys.exit()
    parser = argparse.ArgumentParser()
    parser.add_argument("java")
    parser.add_argument("folder")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--lean", action="store_true")
    parser.add_argument("--only", default="", help="cases that begin so, as 'frames 1'")
    parser.add_argument("--classes", default=JAR, help="where Tesserae's benchmarks are, if not in the jar")
    a = parser.parse_args()
    # A process of its own: it keeps no memory while the others run.
    subprocess.run([sys.executable, "-c", f"import sys; sys.path.insert(0, {HERE!r}); import acting; acting.make({a.folder!r})"], check=True)
    java = [a.java, "--add-modules", "jdk.incubator.vector", *HEAP, "-cp", a.classes, "io.tesserae.benchmarks.acting.ActingStep"]
    ours = start(java + ["--serve", "--checkpoint", a.folder, "--threads", str(a.threads)])
    theirs = start([sys.executable, os.path.abspath(__file__), "--serve", a.folder, str(a.threads), "lean" if a.lean else "as-the-reference"])
    print("| sees | agents | kept | Tesserae, ms | PyTorch, ms | steps/s | PyTorch, steps/s | ratio | share | differs by |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|", flush=True)
    for case in CASES:
        if " ".join(map(str, case)).startswith(a.only):
            compare((ours, theirs), case, a.rounds)
    ours.kill(), theirs.kill()
