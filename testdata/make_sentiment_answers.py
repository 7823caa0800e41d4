"""Writes sentiment-answers.json: what the reference's pipeline says of varied texts with the bundled sentiment model.

The reference computes in float32, as the engine does, although the checkpoint is stored in float16. Run with transformers
installed, from this folder:

    python make_sentiment_answers.py
"""

import json

import torch
import transformers

MODEL = "../cli/src/main/resources/io/tesserae/cli/models/sentiment"

# An input, and what top_k to ask for (None: all labels); all are truncated where they are too long.
CASES = [
    ("The actors were very convincing.", None),
    ("A dull, lifeless and utterly boring film.", 1),
    ("I hate this so much!", 2),
    ("not bad at all", 5),
    ("", None),
    (" \t\n ", None),
    ("?!", 1),
    ("\U0001f600\U0001f600 great \U0001f44d\U0001f3fd", None),
    ("Cr\u00e8me br\u00fbl\u00e9e \u2014 na\u00efve caf\u00e9, \u6771\u4eac tower & 100% fun?!", None),
    ("\u0627\u0644\u0641\u064a\u0644\u0645 \u0631\u0627\u0626\u0639", 2),
    ("\u042d\u0442\u043e \u043b\u0443\u0447\u0448\u0438\u0439 \u0444\u0438\u043b\u044c\u043c", 1),
    ("e\u0301\u0301\u0301 cafe\u0301 \u1e9e \ufb01lm \u0130stanbul", None),
    ("zero\u200bwidth\u200djoiner\ufeff and \u00adsoft hyphen", None),
    ("control\u0000char\u0007 and \ufffd replacement", 2),
    ("\ud55c\uad6d\uc5b4 \uc601\ud654\ub294 \uc88b\ub2e4", None),
    ("a film [SEP] a second sentence [CLS] [MASK] [PAD] [UNK]", None),
    ("[CLS]", 1),
    ("[sep][SEP][[SEP]]", None),
    ("SHOUTING: THE WORST MOVIE EVER MADE!!!", None),
    ("supercalifragilisticexpialidocious antidisestablishmentarianism", 2),
    ("x" * 150, None),
    ("so very " * 20 + "good", None),
    ("good " * 126, 2),
    ("good " * 127, 2),
    ("a moving and funny film . " * 100, None),
    ("1,234.56 \u20ac = $1,400 (2024-01-31) @home #1 http://a.b/c?d=e&f", None),
    ({"text": "She loves me.", "text_pair": "She loves me not."}, None),
    ({"text": "", "text_pair": "A masterpiece."}, 1),
    ({"text": "A masterpiece.", "text_pair": ""}, None),
    ({"text": "long and tedious " * 60, "text_pair": "short and sweet " * 60}, 2),
    ({"text": "wonderful", "text_pair": "awful " * 200}, None),
]

transformers.logging.disable_progress_bar()
pipeline = transformers.pipeline("text-classification", model=MODEL, device="cpu", dtype=torch.float32)
cases = [
    {"input": text, "top_k": top_k, "answers": list(pipeline([text], top_k=top_k, truncation=True)[0])} for text, top_k in CASES
]
with open("sentiment-answers.json", "w", encoding="utf-8") as file:
    json.dump({"transformers": transformers.__version__, "cases": cases}, file, indent=1)
    file.write("\n")
