"""Writes fixtures/blip: tiny random models of BLIP, each with what the reference makes of pictures and texts.

    python make_captioner_fixtures.py [SEED [OUT_DIR]]

Needs transformers 5.18 and Pillow; run it from this folder, then pack_expected.py. Each folder is a checkpoint with

  expected.json         the pictures and texts, and `generations`: arguments of generate(), ids, scores, texts
  expected.safetensors  in.*   what the forward pass was fed; with a number, one question's alone
                        out.*  what it returned: out.vision.*, out.text.* (of the decoder), out.encoder.* (of a question), logits
                        gen.NAME.input_ids, where generate() was fed more than the pictures

The weights of a model that writes are drawn again until what it writes is varied and stable: some rows end early, some do
not, and all generations are the same ids in float64 and with every weight disturbed by 1e-5. A change of the order of a sum
then changes no id.
"""

import copy
import json
import os
import shutil
import sys

import numpy as np
import torch
import transformers as T
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 0
OUT = sys.argv[2] if len(sys.argv) > 2 else "fixtures"
PICTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures", "images")
WIDTH = 16
SIDE = 12  # of a picture, in pixels
SQUARE = {"height": SIDE, "width": SIDE}
NEW_TOKENS = 8
DRAWS = 20_000

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = (
    "a an the of on in is are it and to with what how many colour where red blue green black white picture photo circle "
    "square line dog cat man two three one grass beach sky house next small large yes no ##s ##ed ##ing ##er ##ly ? , ."
).split()
VOCABULARY = SPECIAL + list(LETTERS) + ["##" + letter for letter in LETTERS[:18]] + WORDS
SEP = VOCABULARY.index("[SEP]")
BEGINNING = len(VOCABULARY)  # as in the published checkpoints, the tokenizer does not know it

# What transformers 4.2x wrote into each of a model's configurations, needed or not.
OLD_DUMP = {
    "_name_or_path": "", "add_cross_attention": False, "architectures": None, "bad_words_ids": None, "begin_suppress_tokens": None,
    "chunk_size_feed_forward": 0, "cross_attention_hidden_size": None, "decoder_start_token_id": None, "diversity_penalty": 0.0,
    "do_sample": False, "early_stopping": False, "encoder_no_repeat_ngram_size": 0, "exponential_decay_length_penalty": None,
    "finetuning_task": None, "forced_bos_token_id": None, "forced_eos_token_id": None, "id2label": {"0": "LABEL_0", "1": "LABEL_1"},
    "initializer_factor": 1.0, "is_encoder_decoder": False, "label2id": {"LABEL_0": 0, "LABEL_1": 1}, "length_penalty": 1.0,
    "max_length": 20, "min_length": 0, "no_repeat_ngram_size": 0, "num_beam_groups": 1, "num_beams": 1, "num_return_sequences": 1,
    "output_attentions": False, "output_hidden_states": False, "output_scores": False, "prefix": None, "problem_type": None,
    "pruned_heads": {}, "remove_invalid_values": False, "repetition_penalty": 1.0, "return_dict": True,
    "return_dict_in_generate": False, "suppress_tokens": None, "task_specific_params": None, "temperature": 1.0,
    "tf_legacy_loss": False, "tie_encoder_decoder": False, "tie_word_embeddings": True, "tokenizer_class": None, "top_k": 50,
    "top_p": 1.0, "torch_dtype": None, "torchscript": False, "transformers_version": "4.26.0.dev0", "typical_p": 1.0,
    "use_bfloat16": False,
}  # fmt: skip

T.logging.set_verbosity_error()
T.logging.disable_progress_bar()
torch.set_num_threads(1)


# --- What the models are


def tokenizer():
    return T.BertTokenizer(vocab={token: id for id, token in enumerate(VOCABULARY)}, model_max_length=32)


def configuration(text=None, vision=None):
    return T.BlipConfig(
        text_config={
            "vocab_size": len(VOCABULARY) + 2, "hidden_size": WIDTH, "intermediate_size": 21 + SEED % 5, "num_hidden_layers": 2,
            "num_attention_heads": 2, "max_position_embeddings": 24, "bos_token_id": BEGINNING, "sep_token_id": SEP,
        } | (text or {}),
        vision_config={
            "hidden_size": WIDTH, "intermediate_size": 19 + SEED % 5, "num_hidden_layers": 2, "num_attention_heads": 4,
            "image_size": SIDE, "patch_size": 4,
        } | (vision or {}),
        image_text_hidden_size=7 + SEED % 3,
    )  # fmt: skip


def draw(model, attempt):
    """Weights of ordinary size: norms near 1, biases near 0, none of them exactly. What makes texts varied is larger."""
    generator = torch.Generator().manual_seed(100_000 * SEED + attempt)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            values = torch.randn(parameter.shape, generator=generator)
            if "norm" in name.lower() and name.endswith("weight"):
                parameter.copy_(1 + 0.2 * values)
            elif parameter.dim() < 2 or "class_embedding" in name:
                parameter.copy_(0.2 * values)
            else:
                parameter.copy_(values * 1.6 / parameter[0].numel() ** 0.5)
            # What a small model writes is else one word again and again.
            if "bert.embeddings.position_embeddings" in name:
                parameter.mul_(15)
            elif "word_embeddings" in name:
                parameter.mul_(1.6 / parameter.norm(dim=-1, keepdim=True))
                parameter[SEP] *= 1.5
            elif name.endswith("attention.output.dense.weight"):
                parameter.mul_(0.7 if "cross" in name else 0.5)
            elif name.startswith("text_decoder") and name.endswith("bias"):
                parameter.mul_(0.5)
        if hasattr(model, "text_decoder"):
            bias = model.text_decoder.cls.predictions.bias
            bias.copy_(0.3 * torch.randn(bias.shape, generator=generator))
            bias[SEP] = 0.8
    return model.eval()


# --- What they write


def generate(model, feed, arguments):
    typed = {key: value.to(model.dtype) if value.is_floating_point() else value.clone() for key, value in feed.items()}
    with torch.inference_mode():
        return model.generate(**typed, **arguments, return_dict_in_generate=True, output_scores=True)


def end(ids):
    return ids[: ids.index(SEP) + 1] if SEP in ids else ids


def is_varied(rows):
    rows = [end(row) for row in rows]
    ended = sum(row[-1] == SEP for row in rows)
    return (
        0 < ended < len(rows)
        and len({tuple(row) for row in rows}) == len(rows)
        and min(len(row) for row in rows) > 3
        and all(len(set(row)) > 0.6 * len(row) for row in rows)
    )


def is_stable(model, feed, settings, attempt):
    def ids(model):
        return [generate(model, feed, arguments).sequences.tolist() for arguments in settings.values()]

    expected = ids(model)
    if ids(copy.deepcopy(model).double()) != expected:
        return False
    generator = torch.Generator().manual_seed(attempt)
    for _ in range(2):
        disturbed = copy.deepcopy(model)
        with torch.no_grad():
            for parameter in disturbed.parameters():
                parameter.mul_(1 + 1e-5 * torch.randn(parameter.shape, generator=generator))
        if ids(disturbed) != expected:
            return False
    return True


def search(name, model, feeds, settings):
    """Draws until every feed's generations are stable, and those of the first varied."""
    for attempt in range(DRAWS):
        draw(model, attempt)
        if is_varied(generate(model, feeds[0], settings["greedy"]).sequences.tolist()) and all(
            is_stable(model, feed, settings, attempt) for feed in feeds
        ):
            print(f"{name}: draw {attempt}")
            return
    raise SystemExit(f"{name}: no draw of {DRAWS} is varied and stable")


def generations(model, prefix, feed, settings, words):
    records = []
    for name, arguments in settings.items():
        output = generate(model, feed, arguments)
        record = {"name": prefix + name, "arguments": arguments, "sequences": output.sequences.tolist()}
        record["texts"] = [words.decode(ids, skip_special_tokens=True) for ids in output.sequences]
        if output.get("sequences_scores") is not None:
            record["sequences_scores"] = output.sequences_scores.tolist()
        records.append(record)
    return records


# --- What is kept


def pictures(*names):
    return [f"../../images/{name}" for name in names], [Image.open(os.path.join(PICTURES, name)) for name in names]


def flat(prefix, output):
    tensors = {}
    for key, value in output.items():
        if isinstance(value, torch.Tensor):
            tensors[prefix + key] = value
        elif isinstance(value, tuple) and key in ("hidden_states", "attentions", "cross_attentions"):
            tensors.update({f"{prefix}{key}.{i}": state for i, state in enumerate(value)})
    return tensors


def folder_of(name):
    folder = os.path.join(OUT, "blip", name)
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def write(folder, tensors, **expected):
    tensors = {name: values.detach().contiguous().clone() for name, values in tensors.items()}
    assert all(torch.isfinite(values).all() for values in tensors.values()), folder
    save_file(tensors, os.path.join(folder, "expected.safetensors"))
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as file:
        json.dump(expected, file, ensure_ascii=False)
    # Every file of the tokenizer is small, but for its indentation.
    with open(os.path.join(folder, "tokenizer.json"), encoding="utf-8") as file:
        json_of_tokenizer = json.load(file)
    with open(os.path.join(folder, "tokenizer.json"), "w", encoding="utf-8") as file:
        json.dump(json_of_tokenizer, file, ensure_ascii=False)


def settings():
    return {
        "greedy": {"max_new_tokens": NEW_TOKENS},
        "beam3": {"max_new_tokens": NEW_TOKENS, "num_beams": 3},
        "beam4-return2": {
            "max_new_tokens": NEW_TOKENS, "num_beams": 4, "num_return_sequences": 2, "length_penalty": 2.0, "early_stopping": True,
        },
        "greedy-penalised": {"max_new_tokens": NEW_TOKENS, "repetition_penalty": 1.5, "no_repeat_ngram_size": 2},
    }  # fmt: skip


def vision():
    """The tower alone, as BlipVisionModel saves it; a width that no vector divides, and keys away from their defaults."""
    folder = folder_of("vision")
    config = configuration(
        vision={"hidden_size": 15, "num_attention_heads": 3, "layer_norm_eps": 1e-3, "hidden_act": "gelu_new"}
    ).vision_config
    draw(T.BlipVisionModel(config), 1).save_pretrained(folder)
    processor = BlipImageProcessorPil(size=SQUARE, image_mean=[0.5, 0.4, 0.3], resample=2)
    processor.save_pretrained(folder)
    names, images = pictures("shapes.png", "noise-wide.png")
    model = T.BlipVisionModel.from_pretrained(folder, attn_implementation="eager").eval()
    pixel_values = processor(images, return_tensors="pt")["pixel_values"]
    with torch.inference_mode():
        output = model(pixel_values, output_hidden_states=True, output_attentions=True)
    tensors = {name: values.contiguous().clone() for name, values in flat("out.", output).items()}
    save_file({"in.pixel_values": pixel_values} | tensors, os.path.join(folder, "expected.safetensors"))
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as file:
        json.dump({"task": None, "inputs": names, "pipeline": None}, file)


def caption():
    folder, words = folder_of("caption"), tokenizer()
    processor = T.BlipProcessor(BlipImageProcessorPil(size=SQUARE), words)
    names, images = pictures("shapes.png", "noise-wide.png")
    prompt = processor(images=images[:1], text="a picture of", return_tensors="pt")
    feed = {"pixel_values": processor(images=images, return_tensors="pt")["pixel_values"]}
    with_prompt = {key: prompt[key] for key in ("pixel_values", "input_ids", "attention_mask")}
    model = T.BlipForConditionalGeneration(configuration(vision={"hidden_size": 12}))
    search("caption", model, [feed, with_prompt], settings())
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    model = T.BlipForConditionalGeneration.from_pretrained(folder, attn_implementation="eager").eval()
    records = generations(model, "", feed, settings(), words) + generations(model, "prompt-", with_prompt, settings(), words)

    batch = words(["a red circle", "two dogs on the beach"], padding=True, return_tensors="pt", return_token_type_ids=False)
    batch["input_ids"][:, 0] = BEGINNING
    with torch.inference_mode():
        seen = model.vision_model(feed["pixel_values"], output_hidden_states=True, output_attentions=True)
        text = model.text_decoder(
            **batch, encoder_hidden_states=seen.last_hidden_state, output_hidden_states=True, output_attentions=True
        )
        assert torch.equal(model(**feed, **batch).logits, text.logits)
    tensors = {f"in.{key}": value for key, value in (feed | dict(batch)).items()}
    tensors |= {"gen.prompt.input_ids": prompt["input_ids"]} | flat("out.vision.", seen)
    tensors |= flat("out.text.", text)
    tensors["out.logits"] = tensors.pop("out.text.logits")
    write(folder, tensors, task="image-to-text", inputs=names, prompt="a picture of", generations=records)


def question():
    """A checkpoint as transformers 4.2x wrote it: tied tensors twice, position_ids, preprocessor_config.json, the whole dump."""
    folder, words = folder_of("question"), tokenizer()
    processor = T.BlipProcessor(BlipImageProcessorPil(size=SQUARE), words)
    names, images = pictures("shapes.png", "grey.png", "noise-wide.png")
    questions = ["what colour is the circle?", "how many dogs are on the grass?", "where is it"]
    alone = [processor(images=[image], text=text, return_tensors="pt") for image, text in zip(images, questions)]
    feeds = [{key: feed[key] for key in ("pixel_values", "input_ids", "attention_mask")} for feed in alone]
    # The decoder looks at the states of the question by the width of the vision side: the two have to be the same.
    width = {"hidden_size": 12}
    model = T.BlipForQuestionAnswering(configuration({"num_hidden_layers": 1} | width, {"num_hidden_layers": 1} | width))
    for attempt in range(DRAWS):
        draw(model, attempt)
        greedy = [generate(model, feed, settings()["greedy"]).sequences.tolist()[0] for feed in feeds]
        if is_varied(greedy) and all(is_stable(model, feed, settings(), attempt) for feed in feeds):
            print(f"question: draw {attempt}")
            break
    else:
        raise SystemExit("question: no draw is varied and stable")
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    as_old_files(folder)
    model = T.BlipForQuestionAnswering.from_pretrained(folder, attn_implementation="eager").eval()
    tensors, records = {"in.pixel_values": torch.cat([feed["pixel_values"] for feed in feeds])}, []
    for i, feed in enumerate(feeds):
        records += generations(model, f"{i}-", feed, settings(), words)
        with torch.inference_mode():
            seen = model.vision_model(feed["pixel_values"])
            asked = model.text_encoder(
                feed["input_ids"], encoder_hidden_states=seen.last_hidden_state, output_hidden_states=True, output_attentions=True
            )
            ids = torch.tensor([[BEGINNING, 50, 60, 70]])
            answer = model.text_decoder(ids, encoder_hidden_states=asked.last_hidden_state)
        tensors |= {f"in.{i}.input_ids": feed["input_ids"], f"in.{i}.decoder_input_ids": ids}
        tensors |= flat(f"out.{i}.encoder.", asked) | {f"out.{i}.logits": answer.logits}
    write(folder, tensors, task="visual-question-answering", inputs=names, questions=questions, generations=records)


def as_old_files(folder):
    path = os.path.join(folder, "model.safetensors")
    tensors = load_file(path)
    head, positions = "text_decoder.cls.predictions.", torch.arange(24)[None]
    tensors[head + "decoder.weight"] = tensors["text_decoder.bert.embeddings.word_embeddings.weight"].clone()
    tensors[head + "decoder.bias"] = tensors[head + "bias"].clone()
    tensors["text_decoder.bert.embeddings.position_ids"] = positions
    tensors["text_encoder.embeddings.position_ids"] = positions.clone()
    save_file(tensors, path, {"format": "pt"})
    path = os.path.join(folder, "config.json")
    with open(path, encoding="utf-8") as file:
        config = json.load(file)
    for part in ("text_config", "vision_config"):
        config[part] = OLD_DUMP | {"is_decoder": False} | config[part]
    del config["text_config"]["encoder_hidden_size"]
    config["vision_config"] |= {"num_channels": 3, "dropout": 0.0}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(config, file, indent=1)
    path = os.path.join(folder, "processor_config.json")
    with open(path, encoding="utf-8") as file:
        settings_of_images = json.load(file)["image_processor"]
    os.remove(path)
    with open(os.path.join(folder, "preprocessor_config.json"), "w", encoding="utf-8") as file:
        json.dump(settings_of_images | {"processor_class": "BlipProcessor"}, file, indent=1)


def retrieval():
    folder, words = folder_of("retrieval"), tokenizer()
    processor = T.BlipProcessor(BlipImageProcessorPil(size=SQUARE), words)
    names, images = pictures("shapes.png", "noise-wide.png")
    texts = ["a red circle", "a large dog next to the small house"]
    draw(T.BlipForImageTextRetrieval(configuration(text={"num_hidden_layers": 1}, vision={"num_hidden_layers": 1})), 2).save_pretrained(folder)
    processor.save_pretrained(folder)
    model = T.BlipForImageTextRetrieval.from_pretrained(folder, attn_implementation="eager").eval()
    feed = processor(images=images, text=texts, padding=True, return_tensors="pt")
    feed = {key: feed[key] for key in ("pixel_values", "input_ids", "attention_mask")}
    with torch.inference_mode():
        matched, compared = model(**feed), model(**feed, use_itm_head=False)
    tensors = {f"in.{key}": value for key, value in feed.items()}
    tensors |= {"out.itm_score": matched.itm_score, "out.cosine": compared.itm_score, "out.question_embeds": matched.question_embeds}
    write(folder, tensors, task="image-text-retrieval", inputs=names, texts=texts)


vision()
retrieval()
caption()
question()
