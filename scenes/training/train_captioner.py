"""Trains the captioner that comes along with the command line, on scenes that io.tesserae.scenes draws.

    python scenes/training/train_captioner.py --classes scenes/target/classes --minutes 72 --bfloat16 --out captions
    python scenes/training/train_captioner.py --classes scenes/target/classes --evaluate captions

It wants torch and transformers, and a java that runs io.tesserae.scenes.DrawScenes. The folder that it writes is what a
checkpoint of the hub is: transformers loads it, and so does Tesserae. It trains for a time, not for a number of steps, so
another machine gets another model. With several threads on a machine that others use, it is slower than with one.

The model is transformers' BlipForConditionalGeneration, from random weights. Besides the sentence, three things help it
to learn in an hour; none is part of the model that is saved:
  - heads that tell for each patch the colour, the shape and the size of the thing in it, and whether the sentence names
    it first or second;
  - a head on the class token that tells the background and the relation or the place;
  - a loss on the cross-attention: the words for a thing are to look at the patches of the thing.
"""

import argparse
import json
import math
import pathlib
import re
import subprocess
import time

import numpy
import torch
from torch import nn
from torch.nn import functional
from transformers import BertTokenizerFast, BlipConfig, BlipForConditionalGeneration, BlipImageProcessor

SIDE, PATCH = 64, 8
PATCHES = (SIDE // PATCH) ** 2
PIXELS, COVERED, SENTENCE = SIDE * SIDE * 3, 2 * PATCHES, 128

SIZES = ["small", "large"]
COLOURS = ["red", "orange", "yellow", "green", "blue", "purple", "pink", "white", "black"]
SHAPES = ["circle", "square", "triangle", "star", "ring", "cross", "heart", "diamond", "moon", "house", "tree", "letter a",
          "letter s", "letter t", "digit 4", "digit 7"]
RELATIONS = ["left of", "right of", "above", "below", "in the middle", "at the top left", "at the top right",
             "at the bottom left", "at the bottom right"]
BACKGROUNDS = ["plain", "shaded", "striped", "checked", "speckled"]

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = list(dict.fromkeys(" ".join(["a of background", *SIZES, *COLOURS, *SHAPES, *RELATIONS, *BACKGROUNDS]).split()))
VOCABULARY = SPECIAL + WORDS
PAD, SEP, DEC = 0, 3, len(VOCABULARY)  # [DEC], which begins a sentence, lies behind the tokenizer's vocabulary, as in BLIP
IDS = {word: place for place, word in enumerate(VOCABULARY)}
LENGTH = 15  # of the longest sentence, with [DEC] and without [SEP]

TRAINING, VALIDATION, HELD_OUT = 1, 2, 3  # the seeds

THING = f"a (?P<size{{0}}>{'|'.join(SIZES)}) (?P<colour{{0}}>{'|'.join(COLOURS)}) (?P<shape{{0}}>{'|'.join(SHAPES)})"
GRAMMAR = re.compile(
    f"{THING.format(1)} (?P<relation>{'|'.join(RELATIONS)}) "
    f"(?:of a (?P<background>{'|'.join(BACKGROUNDS)}) background|{THING.format(2)})")


def facts(sentence):
    """What a sentence says: {"colour1": "red", …}; nothing if it is none of the grammar."""
    match = GRAMMAR.fullmatch(sentence)
    return {name: word for name, word in match.groupdict().items() if word} if match else {}


def parse(sentence):
    """The ids with [DEC] in front; for each of them, which thing (1, 2; 0: none) the next word is about; the labels of the heads."""
    words, found = sentence.split(), facts(sentence)
    about = [0] * LENGTH
    place = 0
    for thing in (1, 2):
        if f"shape{thing}" in found:
            place = words.index(found[f"size{thing}"], place)
            for _ in range(2 + len(found[f"shape{thing}"].split())):
                about[place] = thing
                place += 1
    ids = [DEC] + [IDS[word] for word in words] + [SEP]
    ids += [PAD] * (LENGTH + 1 - len(ids))
    labels = [[SIZES.index(found[f"size{t}"]) + 1, COLOURS.index(found[f"colour{t}"]) + 1, SHAPES.index(found[f"shape{t}"]) + 1]
              if f"shape{t}" in found else [0, 0, 0] for t in (1, 2)]
    whole = [RELATIONS.index(found["relation"]), BACKGROUNDS.index(found["background"]) if "background" in found else -100]
    return ids, about, labels, whole


class Scenes:
    """Scenes as they come from the drawing program."""

    def __init__(self, classes, seed, count):
        self.process = subprocess.Popen(
            ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=4", "-cp", classes, "io.tesserae.scenes.DrawScenes",
             str(seed), "0", str(count)], stdout=subprocess.PIPE, bufsize=1 << 22)

    def take(self, count):
        size = PIXELS + COVERED + SENTENCE
        rows = numpy.frombuffer(self.process.stdout.read(count * size), numpy.uint8).reshape(count, size)
        pixels = torch.from_numpy(rows[:, :PIXELS].reshape(count, SIDE, SIDE, 3).copy()).permute(0, 3, 1, 2)
        covered = torch.from_numpy(rows[:, PIXELS:PIXELS + COVERED].reshape(count, 2, PATCHES).copy()).float()
        sentences = [bytes(row[PIXELS + COVERED:]).rstrip(b"\0").decode() for row in rows]
        # As the image processor: to 0..1, mean and deviation 0.5.
        return pixels.float() / 127.5 - 1, covered, sentences


def configuration():
    text = dict(vocab_size=DEC + 1, hidden_size=128, intermediate_size=512, num_hidden_layers=2, num_attention_heads=4,
                max_position_embeddings=32, hidden_act="gelu", bos_token_id=DEC, eos_token_id=SEP, sep_token_id=SEP,
                pad_token_id=PAD, initializer_range=0.02, label_smoothing=0.0, projection_dim=128)
    vision = dict(hidden_size=128, intermediate_size=512, num_hidden_layers=4, num_attention_heads=4, image_size=SIDE,
                  patch_size=PATCH, hidden_act="gelu", initializer_range=0.02, projection_dim=128)
    return BlipConfig(text_config=text, vision_config=vision, projection_dim=128, image_text_hidden_size=128,
                      label_smoothing=0.0)


class Trainee(nn.Module):
    """The model, and the heads that are thrown away."""

    def __init__(self, width=128):
        super().__init__()
        self.blip = BlipForConditionalGeneration(configuration())
        self.patches = nn.ModuleList([nn.Linear(width, 1 + n) for n in (len(SIZES), len(COLOURS), len(SHAPES), 2)])
        self.whole = nn.ModuleList([nn.Linear(width, n) for n in (len(RELATIONS), len(BACKGROUNDS))])
        self.maps = []
        for layer in self.blip.text_decoder.bert.encoder.layer:
            layer.crossattention.self.register_forward_hook(lambda _, __, output: self.maps.append(output[1]))

    def forward(self, pixels, ids):
        """The encoder's rows [batch, 1 + patches, width], the logits [batch, words, vocabulary], each layer's attention."""
        self.maps.clear()
        rows = self.blip.vision_model(pixel_values=pixels).last_hidden_state
        logits = self.blip.text_decoder(input_ids=ids, attention_mask=torch.ones_like(ids), encoder_hidden_states=rows,
                                        use_cache=False, return_dict=True).logits
        return rows, logits, list(self.maps)

    def losses(self, pixels, covered, sentences):
        parsed = [parse(sentence) for sentence in sentences]
        ids, about, labels, whole = (torch.tensor(column) for column in zip(*parsed))
        rows, logits, maps = self(pixels, ids[:, :-1])
        targets = ids[:, 1:].masked_fill(ids[:, 1:] == PAD, -100)
        sentence = functional.cross_entropy(logits.flatten(0, 1).float(), targets.flatten())

        most = covered.amax(2, keepdim=True).clamp(min=1)
        holds = covered >= torch.minimum(most, torch.tensor(16.0))  # [batch, things, patches]
        none = covered.sum(1) == 0
        patch = 0
        for which, head in enumerate(self.patches):
            own = labels[:, :, which] if which < 3 else torch.tensor([[1, 2]]).expand(len(ids), 2)
            target = torch.where(holds[:, 1], own[:, 1:], torch.where(holds[:, 0], own[:, :1], torch.where(none, 0, -100)))
            weight = torch.ones(head.out_features)
            weight[0] = 0.1
            patch = patch + (2 if which == 2 else 1) * functional.cross_entropy(head(rows[:, 1:]).flatten(0, 1).float(), target.flatten(), weight)
        for which, head in enumerate(self.whole):
            patch = patch + 0.3 * functional.cross_entropy(head(rows[:, 0]).float(), whole[:, which])

        inside = (covered >= most / 2).float()
        inside = torch.cat([torch.zeros(len(ids), 1, PATCHES), inside], 1)  # by thing, 0 being none
        wanted = torch.gather(inside, 1, about[:, :, None].expand(-1, -1, PATCHES))  # [batch, words, patches]
        looks = 0
        for attention in maps:
            mass = (attention.float().mean(1)[:, :, 1:] * wanted).sum(2)
            looks = looks - (mass[about > 0] + 1e-6).log().mean() / len(maps)
        return sentence, patch, looks


@torch.no_grad()
def evaluate(blip, pixels, covered, sentences, batch=100):
    """Greedy sentences against the right ones, and whether words look at patches that their thing has a share of.

    What the card says is measured with Tesserae: io.tesserae.scenes.EvaluateCaptioner, which is stricter about looking.
    """
    blip.eval()
    right, told, asked, pointed, words = 0, {}, {}, {}, {}
    maps = []
    hooks = [layer.crossattention.self.register_forward_hook(lambda _, __, output: maps.append(output[1]))
             for layer in blip.text_decoder.bert.encoder.layer]
    wrong = []
    for start in range(0, len(sentences), batch):
        part = slice(start, start + batch)
        generated = blip.generate(pixel_values=pixels[part], max_new_tokens=20, num_beams=1, do_sample=False)
        maps.clear()
        rows = blip.vision_model(pixel_values=pixels[part]).last_hidden_state
        blip.text_decoder(input_ids=generated, attention_mask=torch.ones_like(generated), encoder_hidden_states=rows, use_cache=False)
        # The mean over layers and heads; the column of the class token is dropped.
        attention = torch.stack(maps).mean((0, 2))[:, :, 1:]
        for row, sentence in enumerate(sentences[part]):
            ids = generated[row].tolist()[1:]
            answer = " ".join(VOCABULARY[token] for token in ids[:ids.index(SEP)] if token < DEC) if SEP in ids else "?"
            right += answer == sentence
            if answer != sentence:
                wrong.append((sentence, answer))
            expected, found = facts(sentence), facts(answer)
            for name, word in expected.items():
                kind = re.sub(r"\d", "", name)
                asked[kind] = asked.get(kind, 0) + 1
                told[kind] = told.get(kind, 0) + (found.get(name) == word)
            for place, (word, thing) in enumerate(zip(answer.split(), parse(answer)[1] if found else [])):
                if thing and word not in SIZES:
                    kind = "colour" if word in COLOURS else "shape"
                    patch = attention[row, place].argmax().item()
                    words[kind] = words.get(kind, 0) + 1
                    pointed[kind] = pointed.get(kind, 0) + (covered[start + row, thing - 1, patch] >= 8).item()
    for hook in hooks:
        hook.remove()
    blip.train()
    return {"exact": right / len(sentences), **{kind: told[kind] / asked[kind] for kind in asked},
            **{f"points {kind}": pointed[kind] / words[kind] for kind in words}}, wrong


def save(blip, folder):
    """In the layout of the hub, weights as float16."""
    folder.mkdir(parents=True, exist_ok=True)
    rounded = BlipForConditionalGeneration(blip.config)
    rounded.load_state_dict(blip.state_dict())
    rounded.half().save_pretrained(folder)
    (folder / "vocab.txt").write_text("".join(word + "\n" for word in VOCABULARY))
    BertTokenizerFast(str(folder / "vocab.txt"), do_lower_case=True, model_max_length=32).save_pretrained(folder)
    BlipImageProcessor(size={"height": SIDE, "width": SIDE}, image_mean=[0.5] * 3, image_std=[0.5] * 3).save_pretrained(folder)


def rate(progress, peak):
    """Of learning: up for 3 % of the time, then down along a cosine."""
    return peak * min(progress / 0.03, 0.5 + 0.5 * math.cos(math.pi * progress))


def train(arguments):
    torch.manual_seed(arguments.seed)
    trainee = Trainee()
    print(sum(p.numel() for p in trainee.blip.parameters()), "parameters", flush=True)
    still = [p for p in trainee.parameters() if p.ndim < 2]
    moving = [p for p in trainee.parameters() if p.ndim >= 2]
    optimizer = torch.optim.AdamW([{"params": moving, "weight_decay": 0.05}, {"params": still, "weight_decay": 0.0}],
                                  lr=arguments.rate, betas=(0.9, 0.98))
    checks = Scenes(arguments.classes, VALIDATION, 300).take(300)
    scenes = Scenes(arguments.classes, TRAINING, 1 << 40)
    begin = now = time.time()
    step, said, saved, sums = 0, begin, begin, numpy.zeros(3)
    since = 0
    while (progress := (now - begin) / (60 * arguments.minutes)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = rate(progress, arguments.rate)
        with torch.autocast("cpu", torch.bfloat16, enabled=arguments.bfloat16):
            losses = trainee.losses(*scenes.take(arguments.batch))
        # The aids fade: at the end the sentence is what counts.
        aid = max(0.1, 1 - progress)
        optimizer.zero_grad(set_to_none=True)
        (losses[0] * 2 + aid * losses[1] + 0.3 * losses[2]).backward()
        nn.utils.clip_grad_norm_(trainee.parameters(), 1.0)
        optimizer.step()
        step, since, now = step + 1, since + 1, time.time()
        sums += [loss.item() for loss in losses]
        if now - said > 20:
            print(f"{(now - begin) / 60:5.1f} min step {step} {since * arguments.batch / (now - said):4.0f} scenes/s "
                  f"sentence {sums[0] / since:.4f} patches {sums[1] / since:.4f} looks {sums[2] / since:.4f}", flush=True)
            said, since, sums = now, 0, numpy.zeros(3)
        if now - saved > 240:
            print(json.dumps(evaluate(trainee.blip, *checks)[0]), flush=True)
            save(trainee.blip, arguments.out)
            saved = now
    scenes.process.kill()
    save(trainee.blip, arguments.out)
    print(step * arguments.batch, "scenes", flush=True)
    report(arguments.classes, arguments.out)


def report(classes, folder):
    blip = BlipForConditionalGeneration.from_pretrained(folder, dtype=torch.float32)
    scores, wrong = evaluate(blip, *Scenes(classes, HELD_OUT, 500).take(500))
    for sentence, answer in wrong:
        print(f"wrong: {sentence}\n   was {answer}")
    print("500 held-out scenes:", json.dumps(scores), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--classes", required=True, help="the folder of the drawing program's classes")
    parser.add_argument("--evaluate", type=pathlib.Path, help="only evaluate this model")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("captions"))
    parser.add_argument("--minutes", type=float, default=72)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--bfloat16", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    if arguments.evaluate:
        report(arguments.classes, arguments.evaluate)
    else:
        train(arguments)


if __name__ == "__main__":
    main()
