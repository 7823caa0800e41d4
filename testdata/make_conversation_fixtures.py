"""Writes fixtures/idefics3/conversation: a tiny random Idefics3 with tokenizer, image processor and chat template, and what the reference's
pipeline for texts with pictures makes of prompts and conversations. Also what its pipeline for texts makes of conversations with the
checkpoint of GPT-2 and a template. Run with transformers 5.18 installed, from this folder:

    python make_conversation_fixtures.py [SEED [OUT_DIR]]
"""

import json
import os
import shutil
import sys

import tokenizers
import torch
import transformers as T
from PIL import Image

from decoder_fixtures import F8, draw, random, rewrite

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 0
OUT = os.path.join(sys.argv[2] if len(sys.argv) > 2 else "fixtures", "idefics3", "conversation")
TEXTS_OF = os.path.join("fixtures", "gpt2", "writing", "model")
IMAGES = os.path.join("fixtures", "images")
SIDE = 16

# As Idefics3's and SmolVLM's published templates: content is a list of parts.
TEMPLATE = (
    "<|im_start|>{% for message in messages %}{{ message['role'] | capitalize }}"
    "{% if message['content'][0]['type'] == 'image' %}{{ ':' }}{% else %}{{ ': ' }}{% endif %}"
    "{% for line in message['content'] %}{% if line['type'] == 'text' %}{{ line['text'] }}"
    "{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n{% endfor %}"
    "{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}")
TEXT_TEMPLATE = (
    "{% for message in messages %}{{ message['role'][0] }}: {{ message['content'] | trim }}\n{% endfor %}"
    "{% if add_generation_prompt %}a:{% endif %}")


def tokenizer():
    """Bytes, without merges, and the marks of pictures."""
    alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    special = ["<|endoftext|>", "<|im_start|>", "<end_of_utterance>", "<fake_token_around_image>", "<image>", "<global-img>"]
    ids = {word: i for i, word in enumerate(special[:3] + alphabet)}
    whole = tokenizers.Tokenizer(tokenizers.models.BPE(vocab=ids, merges=[]))
    whole.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    whole.decoder = tokenizers.decoders.ByteLevel()
    whole.add_special_tokens(special)
    whole.add_special_tokens([f"<row_{row}_col_{column}>" for row in range(1, 4) for column in range(1, 4)])
    return T.PreTrainedTokenizerFast(
        tokenizer_object=whole, bos_token="<|im_start|>", eos_token="<end_of_utterance>", pad_token="<|endoftext|>",
        unk_token="<|endoftext|>", padding_side="left", model_max_length=512)


def model(words, image_token):
    return T.Idefics3ForConditionalGeneration(T.Idefics3Config(
        vision_config={"hidden_size": 16, "intermediate_size": 20, "num_hidden_layers": 1, "num_attention_heads": 2, "image_size": SIDE,
                       "patch_size": 4},
        text_config={"model_type": "llama", "vocab_size": words, "hidden_size": 16, "intermediate_size": 20, "num_hidden_layers": 2,
                     "num_attention_heads": 2, "num_key_value_heads": 1, "max_position_embeddings": 512, "pad_token_id": 0},
        image_token_id=image_token, scale_factor=2, pad_token_id=0, attn_implementation="eager"))


def picture(name):
    return Image.open(os.path.join(IMAGES, name)).convert("RGB")


def image(name):
    return {"type": "image", "path": os.path.join(IMAGES, name)}


def text(words):
    return {"type": "text", "text": words}


def named(value):
    """The pictures by their names alone, as the tests give them."""
    return json.loads(json.dumps(value).replace(json.dumps(IMAGES + os.sep)[1:-1], ""))


def prompts():
    yield {"text": "<image>What is this? It is", "images": ["shapes.png"]}
    yield {"text": "One:<image> two:<image> three:", "images": ["noise-wide.png", "grey.png"]}
    yield {"text": "No picture at all", "images": []}
    yield {"messages": [{"role": "user", "content": [image("shapes.png"), text("What is this?")]}]}
    yield {"messages": [
        {"role": "user", "content": [text("Compare "), image("grey.png"), text(" and "), image("noise-wide.png")]},
        {"role": "assistant", "content": [text("The first is")]}]}
    yield {"messages": [
        {"role": "user", "content": [image("shapes.png"), text("What?")]}, {"role": "assistant", "content": [text("A ring. ")]},
        {"role": "user", "content": [text("Which colour?")]}]}


def answer(pipe, prompt, **arguments):
    if "messages" in prompt:
        return named(pipe(text=json.loads(json.dumps(prompt["messages"])), generate_kwargs=arguments))
    pictures = [picture(name) for name in prompt["images"]]
    return pipe(images=[pictures], text=[prompt["text"]], generate_kwargs=arguments) if pictures else pipe(
        text=prompt["text"], generate_kwargs=arguments)


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    words = tokenizer()
    processor = T.Idefics3Processor(
        image_processor=T.Idefics3ImageProcessorPil(size={"longest_edge": 2 * SIDE}, max_image_size={"longest_edge": SIDE}),
        tokenizer=words, image_seq_len=4, chat_template=TEMPLATE)
    drawn = draw(model(len(words), words.convert_tokens_to_ids("<image>")), SEED)
    drawn.generation_config = T.GenerationConfig(
        bos_token_id=words.bos_token_id, eos_token_id=words.eos_token_id, pad_token_id=words.pad_token_id)
    drawn.save_pretrained(OUT)
    rewrite(OUT, F8)
    processor.save_pretrained(OUT)
    loaded = T.Idefics3ForConditionalGeneration.from_pretrained(OUT, dtype=torch.float32, attn_implementation="eager").eval()
    pipe = T.pipeline("image-text-to-text", model=loaded, processor=T.AutoProcessor.from_pretrained(OUT, backend="pil"), device="cpu")
    arguments = {"max_new_tokens": 8, "do_sample": False}
    expected = {"arguments": arguments, "mixed": [
        {"prompt": named(prompt), "answer": answer(pipe, prompt, **arguments)} for prompt in prompts()]}
    texts = T.pipeline("text-generation", model=TEXTS_OF, device="cpu")
    texts.tokenizer.chat_template = TEXT_TEMPLATE
    conversations = [
        [{"role": "user", "content": "hi"}],
        [{"role": "user", "content": " hi "}, {"role": "assistant", "content": "a "}]]
    expected["template"] = TEXT_TEMPLATE
    few = {"max_new_tokens": 6, "do_sample": False}
    expected["texts"] = [{"messages": json.loads(json.dumps(messages)), "answer": texts(messages, **few)} for messages in conversations]
    with open(os.path.join(OUT, "expected.json"), "w", encoding="utf-8") as file:
        json.dump(expected, file, ensure_ascii=False)
    print(OUT, sum(os.path.getsize(os.path.join(OUT, name)) for name in os.listdir(OUT)) // 1000, "KB")


main()
