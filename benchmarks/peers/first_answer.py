"""Classifies one text as a program would that has just been started, for the start of whole processes to be timed.

    python first_answer.py FOLDER TEXT

Prints {"label": ..., "score": ...}. Needs torch and transformers.
"""

import json
import sys

from transformers import pipeline


def main() -> None:
    folder, text = sys.argv[1:]
    answer = pipeline("text-classification", model=folder, device="cpu")(text)[0]
    print(json.dumps({"label": answer["label"], "score": answer["score"]}))


if __name__ == "__main__":
    main()
