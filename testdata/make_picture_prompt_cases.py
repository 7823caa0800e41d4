"""Writes what transformers' processors of IDEFICS, Idefics3 and SmolVLM make of prompts: picture-prompt-cases.json.gz.

    python make_picture_prompt_cases.py [FILE]

A case has the processor's name, a checkpoint's files, and the prompt: for IDEFICS parts (a text, or null for a picture) and
the two switches; for the others a text and the [width, height] of its pictures, with the [rows, columns] of tiles that they
are cut into. The result is the text that the tokenizer is given, or null where the reference fails. Needs transformers,
torch, Pillow and numpy, and no torchvision; made with transformers 5.18.
"""

import gzip
import json
import sys
import tempfile
import warnings
from pathlib import Path

import tokenizers
from PIL import Image
from transformers import AutoTokenizer, logging
from transformers.models.idefics.image_processing_pil_idefics import IdeficsImageProcessorPil
from transformers.models.idefics.processing_idefics import IdeficsProcessor
from transformers.models.idefics3.image_processing_pil_idefics3 import Idefics3ImageProcessorPil
from transformers.models.idefics3.processing_idefics3 import Idefics3Processor
from transformers.models.smolvlm import processing_smolvlm
from transformers.processing_utils import ProcessorMixin
from transformers.tokenization_utils_base import PreTrainedTokenizerBase

logging.set_verbosity_error()
warnings.filterwarnings("ignore")
processing_smolvlm.num2words = str  # for videos alone
ProcessorMixin.check_argument_for_proper_class = lambda *arguments: None  # that there is no reader of videos

SEEN = []
CALL = PreTrainedTokenizerBase.__call__


def listening(self, text=None, **keys):
    SEEN.append(text)
    return CALL(self, text, **keys)


PreTrainedTokenizerBase.__call__ = listening

FAKE, END = "<fake_token_around_image>", "<end_of_utterance>"
IDEFICS_PARTS = [
    ["User:", None, "Describe this image.", "\nAssistant:"], [None], [None, None], [None, None, "two", None, None, None], ["no picture"],
    ["  spaces  ", None, " \tother white space\n ", None, ""], ["", None, "", ""], [" ", " "], ["a", "b", "c"], ["a", None, "b", "c", None, None, "d", "e"],
    ["a " + END, END + " b"], [FAKE, None, FAKE], ["http://x y"], ["User:http://x", None], ["see: //x", "a:b", "://x", "1a://x"], ["\nUser:", None, "\u00a0x\u00a0"],
    ["http:///x"], [None, "é<row_1_col_1>", None], [],
]  # fmt: skip

TILED = [
    ("<image>", [[64, 64]]), ("<image>", [[9, 64]]), ("<image>What?", [[64, 9]]), ("a<image>b<image>c", [[64, 64], [30, 60]]),
    ("<image><image>", [[64, 30], [16, 16]]), ("no picture", []), ("", []), ("<image>", []), ("none", [[5, 5]]), ("<image><image>", [[5, 5]]),
    ("<image>", [[5, 5], [5, 5]]), ("<im<image>age>", [[5, 5]]), ("<global-img><row_1_col_1><image>\n\n" + FAKE, [[64, 64]]),
    ("<|im_start|>User:<image>é<end_of_utterance>\nAssistant:", [[200, 20]]), ("<Image> <image >", []), ("<video><image>", [[5, 5]]),
]  # fmt: skip

SMALL = {"image_seq_len": 2}


def idefics(parts, end_of_utterance=None, end_of_sequence=False, **tokenizer):
    return {"processor": "IdeficsProcessor", "files": {"tokenizer_config.json": tokenizer}, "parts": parts,
            "endOfUtterance": end_of_utterance, "endOfSequence": end_of_sequence}  # fmt: skip


def tiled(name, text, pictures, processor=SMALL, tokenizer=None, special=None):
    files = {"processor_config.json": {**processor, "processor_class": name}, "tokenizer_config.json": tokenizer or {}}
    if special is not None:
        files["special_tokens_map.json"] = special
    return {"processor": name, "files": files, "text": text, "pictures": pictures}


NAMES = [
    ({"image_token": "<i>"}, None), ({"image_token": "<i>", "fake_image_token": "<f>", "global_image_token": "<g>"}, None),
    ({"image_token": {"content": "<i>", "__type": "AddedToken"}}, None), ({"image_token": {"content": "<i>"}}, None), ({"image_token": None}, None),
    ({"extra_special_tokens": {"image_token": "<j>"}, "image_token": "<i>", "fake_image_token": "<f>"}, None),
    ({"model_specific_special_tokens": {"image_token": "<m>"}}, None), ({"model_specific_special_tokens": {"image_token": "<m>"}, "fake_image_token": "<f>"}, None),
    ({"additional_special_tokens": {"image_token": "<k>"}}, None), ({"additional_special_tokens": ["<k>"]}, None), ({}, {"image_token": "<i>"}),
    ({"image_token": "<i>"}, {"image_token": "<j>"}), ({"added_tokens_decoder": {}}, {"image_token": "<i>"}), ({}, {"image_token": {"content": "<i>"}}),
    ({}, {"extra_special_tokens": {"image_token": "<j>"}}), ({"image_token": "<i>"}, {"extra_special_tokens": {"image_token": "<j>"}}),
    ({"image_token": {"content": "<i>", "__type": "AddedToken"}}, {"image_token": "<j>"}),
]  # fmt: skip

CASES = [
    *[idefics(parts, eou, eos) for parts in IDEFICS_PARTS for eou, eos in ((None, False), (True, False), (False, True), (True, True))],
    idefics(["a", "b"], additional_special_tokens=[END]), idefics(["a", None, "b"], bos_token="<S>", eos_token="<E>", end_of_sequence=True),
    *[tiled(name, *case) for name in ("Idefics3Processor", "SmolVLMProcessor") for case in TILED],
    *[tiled(name, "a<image>b", [[9, 9]], processor) for name in ("Idefics3Processor", "SmolVLMProcessor")
      for processor in ({}, {"image_seq_len": 1}, {"image_seq_len": 64}, {"image_seq_len": None}, {"image_seq_len": 2.0}, {"image_seq_len": "3"})],
    *[tiled(name, f"a{mark}b", [[9, 64]], SMALL, *names) for name in ("Idefics3Processor", "SmolVLMProcessor") for names in NAMES
      for mark in ("<image>", "<i>", "<j>", "<k>", "<m>") if name == "SmolVLMProcessor" or mark in ("<image>", "<i>")],
]  # fmt: skip

KNOWN = ["<s>", "</s>", "<S>", "<E>", FAKE, "<image>", END, "<global-img>", "<i>", "<j>", "<k>", "<m>", "<f>", "<g>"]


def loaded_tokenizer(files: dict):
    core = tokenizers.Tokenizer(tokenizers.models.WordLevel({"<unk>": 0, "a": 1}, unk_token="<unk>"))
    core.add_special_tokens(KNOWN)
    with tempfile.TemporaryDirectory() as folder:
        core.save(folder + "/tokenizer.json")
        config = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<unk>"}
        for name, content in {**files, "tokenizer_config.json": {**config, **files["tokenizer_config.json"]}}.items():
            (Path(folder) / name).write_text(json.dumps(content))
        return AutoTokenizer.from_pretrained(folder)


def answer(case: dict) -> dict:
    tokenizer = loaded_tokenizer(case["files"])
    if case["processor"] == "IdeficsProcessor":
        processor = IdeficsProcessor(IdeficsImageProcessorPil(image_size=4), tokenizer)
        parts = [Image.new("RGB", (5, 5)) if part is None else part for part in case["parts"]]
        processor(text=[parts], add_end_of_utterance_token=case["endOfUtterance"], add_eos_token=case["endOfSequence"])
        return {"result": SEEN[-1][0]}
    images = Idefics3ImageProcessorPil(size={"longest_edge": 64}, max_image_size={"longest_edge": 16})
    arguments = {key: value for key, value in case["files"]["processor_config.json"].items() if key == "image_seq_len"}
    if case["processor"] == "Idefics3Processor":
        processor = Idefics3Processor(images, tokenizer, **arguments)
    else:
        processor = processing_smolvlm.SmolVLMProcessor(images, tokenizer, None, **arguments)
    pictures = [Image.new("RGB", tuple(size)) for size in case["pictures"]]
    processor(text=[case["text"]], images=[pictures] if pictures else None)
    return {"result": SEEN[-1][0]}


def grids(pictures: list) -> list:
    images = Idefics3ImageProcessorPil(size={"longest_edge": 64}, max_image_size={"longest_edge": 16})
    found = [images(Image.new("RGB", tuple(size)), return_row_col_info=True) for size in pictures]
    return [[int(made["rows"][0][0]), int(made["cols"][0][0])] for made in found]


def complete(case: dict) -> dict:
    known = {"grids": grids(case["pictures"])} if "pictures" in case else {}
    try:
        return {**case, **known, **answer(case)}
    except Exception as error:
        print({key: case[key] for key in case if key != "processor"}, type(error).__name__, str(error)[:90], file=sys.stderr)
        return {**case, **known, "result": None}


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "picture-prompt-cases.json.gz"
    lines = ",\n".join(json.dumps(complete(case), ensure_ascii=False) for case in CASES)
    out.write_bytes(gzip.compress(f"[\n{lines}\n]\n".encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
