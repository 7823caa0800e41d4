"""What is asked of both tokenizers. A case is a line of name=value; texts are hexadecimal UTF-16 after an x."""

import random
from collections.abc import Iterator
from itertools import product

from texts import SPECIAL, Texts

ADDED = [
    "<x>", "<xy>", "New-York", "new-york", "caféx", "CAFÉX", "cat", "Cat", "in", " y", " ", "ab", "Ab", "Ünï", "北", "ß!", "a b", "##", "\u0301",
    "[E1]", "[SEP]", "[MASK]", "the", "e", "İ", "\U0001F600", "한", ".", "\u200b",
]  # fmt: skip
CLEANED_UP = [".", "?", "!", ",", "'", "n't", "'m", "'s", "'ve", "'re", " ' ", " do not", "do not", " ."]  # when decoded
LEAVES_NOTHING = {"\u0301", "\u200b"}  # once normalized, in some setting: Tesserae refuses, the reference cuts everywhere
STRATEGIES = ["longest_first", "only_first", "only_second"]


def hexadecimal(text: str) -> str:
    return "x" + text.encode("utf-16-be").hex()


def plain(hexadecimal_text: str) -> str:
    return bytes.fromhex(hexadecimal_text[1:]).decode("utf-16-be")


def line(kind: str, **values) -> str:
    return " ".join([kind] + [f"{name}={str(value).lower() if isinstance(value, bool) else value}" for name, value in values.items()])


class Cases:
    """The cases of one vocabulary. Each kind is a generator of lines: first a tokenizer, then what it is asked."""

    def __init__(self, seed: int, vocabulary, lower: bool, count: int, lines: list[str]):
        self.rng = random.Random(f"{seed} {vocabulary.parent.name}")
        self.vocabulary = vocabulary
        self.lower = lower
        self.count = count
        self.tokens = [token.rstrip() for token in vocabulary.read_text(encoding="utf-8").split("\n")]
        self.texts = Texts(self.rng, [token for token in self.tokens if token], lines)

    def tokenizer(self, **values) -> str:
        defaults = dict(
            vocabulary=self.vocabulary, lower=self.lower, strip="none", chinese=True, split=False, truncation_side="right", padding_side="right"
        )
        return line("tokenizer", **(defaults | values))

    def singles(self) -> Iterator[str]:
        yield self.tokenizer()
        for _ in range(self.count):
            yield line("encode", text=self.text(), special=self.rng.random() < 0.9)

    def pairs(self) -> Iterator[str]:
        yield self.tokenizer()
        for _ in range(self.count):
            yield line("encode", text=self.text(), pair=self.text(), special=self.rng.random() < 0.9)

    def words(self) -> Iterator[str]:
        yield self.tokenizer()
        for _ in range(self.count):
            pair = dict(pair=self.word_list()) if self.rng.random() < 0.4 else {}
            yield line("words", text=self.word_list(), **pair, **self.truncated(bool(pair), 0.2))

    def truncation(self) -> Iterator[str]:
        for side in "right", "left":
            yield self.tokenizer(truncation_side=side)
            for _ in range(self.count // 2):
                pair = dict(pair=self.text()) if self.rng.random() < 0.6 else {}
                yield line("encode", text=self.text(), **pair, **self.truncated(bool(pair), 1))

    def padding(self) -> Iterator[str]:
        for side, truncation_side in product(("right", "left"), ("right", "left")):
            yield self.tokenizer(padding_side=side, truncation_side=truncation_side)
            for _ in range(self.count // 4):
                texts = ",".join(self.text() for _ in range(self.rng.randint(1, 4)))
                if self.rng.random() < 0.3:
                    multiple = self.rng.choice([1, 2, 8])
                    values = self.truncated(False, 1) | dict(length=8 * self.rng.randint(1, 6), multiple=multiple)
                    values["max_length"] = values["length"]  # transformers has one number for both
                    values["stride"] = min(values.get("stride", 0), values["length"] - 3)
                elif self.rng.random() < 0.5:
                    values = dict(length="longest", multiple=self.rng.choice([1, 2, 3, 7, 8, 64]))
                else:
                    values = dict(length=self.rng.randint(1, 80), multiple=self.rng.choice([1, 1, 2, 3, 7, 8, 64]))
                yield line("batch", texts=texts, **values)

    def added(self) -> Iterator[str]:
        """Added tokens with every combination of flags, in texts that are made of them."""
        combinations = list(product([False, True], repeat=5))
        for start in range(0, self.count, 50):
            added = []
            contents = self.rng.choices(ADDED, k=self.rng.randint(1, 6))
            if self.rng.random() < 0.3:
                contents.append(self.rng.choice(contents).swapcase())  # perhaps the same once normalized
            for content in contents:
                flags = {name for name, on in zip("wlrns", self.rng.choice(combinations)) if on}
                if content in LEAVES_NOTHING:
                    flags.discard("n")
                added.append((content, flags))
            yield self.tokenizer(
                **self.normalizer(),
                split=self.rng.random() < 0.3,
                added=",".join(hexadecimal(content) + ":" + "".join(sorted(flags)) for content, flags in added),
            )
            for _ in range(min(50, self.count - start)):
                yield line("encode", text=hexadecimal(self.around([content for content, _ in added])))

    def around(self, added: list[str]) -> str:
        parts = []
        for _ in range(self.rng.randint(1, 12)):
            content = self.rng.choice(added)
            parts.append(
                self.rng.choice(
                    [content, content, content.upper(), content.lower(), " ", "  ", "\u00a0\u3000", "x", "_", ".", "\u0301", "\u200b", self.rng.choice(SPECIAL), self.rng.choice(self.texts.words)]
                )
            )
        return "".join(parts) if self.rng.random() < 0.8 else self.texts.short() + "".join(parts)

    def normalizers(self) -> Iterator[str]:
        settings = list(product((True, False), ("none", True, False), (True, False)))
        for lower, strip, chinese in settings:
            yield self.tokenizer(lower=lower, strip=strip, chinese=chinese)
            for _ in range(self.count // len(settings)):
                yield line("encode", text=self.text())

    def decodes(self) -> Iterator[str]:
        for start in range(0, self.count, 250):
            added = self.rng.sample(sorted(set(ADDED) - LEAVES_NOTHING), 3) + self.rng.sample(CLEANED_UP, 5) if start else []
            yield self.tokenizer(added=",".join(hexadecimal(content) + ":" + self.rng.choice(["", "n", "s", "ns"]) for content in added))
            for _ in range(min(250, self.count - start)):
                ids = [self.token_id(len(added)) for _ in range(self.rng.randint(0, 20))]
                yield line("decode", ids=",".join(map(str, ids)), skip=self.rng.random() < 0.5, clean=self.rng.random() < 0.5)

    def token_id(self, added: int) -> int:
        """Any; often one of the first, where special tokens and punctuation are; sometimes an added one, or none at all."""
        size = len(self.tokens)
        return self.rng.choice([self.rng.randrange(size), self.rng.randrange(min(size, 130)), size - 1 + self.rng.randint(0, added + 2)])

    def normalizer(self) -> dict:
        return dict(lower=self.rng.random() < 0.6, strip=self.rng.choice(["none", True, False]), chinese=self.rng.random() < 0.8)

    def truncated(self, pair: bool, share: float) -> dict:
        """Settings that truncate, for a share of the cases. Never too short for special tokens: the reference then wraps around."""
        if self.rng.random() >= share:
            return {}
        special = self.rng.random() < 0.8
        least = (3 if pair else 2) if special else 1
        room = self.rng.choice([0, 1, 2, 3, 5, 8, 13, 21, 40])
        values = dict(truncation=self.rng.choice(STRATEGIES if pair else STRATEGIES[:2]), max_length=least + room, special=special)
        if self.rng.random() < 0.6:
            # The reference refuses a stride that is too long before it looks at the text.
            values |= dict(overflow=True, stride=self.rng.randint(0, max(room - 1, 0)))
        return values

    def text(self) -> str:
        return hexadecimal(self.texts.text())

    def word_list(self) -> str:
        kind = self.rng.random()
        if kind < 0.5:
            words = self.texts.short().split(" ")
        else:
            words = [self.rng.choice([self.texts.short(), self.rng.choice(self.texts.words), ""]) for _ in range(self.rng.randint(1, 8))]
        return ",".join(map(hexadecimal, words))


KINDS = {
    "single": Cases.singles,
    "pair": Cases.pairs,
    "words": Cases.words,
    "truncation": Cases.truncation,
    "padding": Cases.padding,
    "added": Cases.added,
    "normalizer": Cases.normalizers,
    "decode": Cases.decodes,
}
