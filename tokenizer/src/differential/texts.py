"""Texts to compare tokenizers on: random ones from pools of awkward characters, and real ones, damaged."""

import random
import unicodedata

SURROGATES = range(0xD800, 0xE000)
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WHITESPACE = [c for c in range(0x110000) if c not in SURROGATES and chr(c).isspace()] + [0x200B, 0x180E, 0x2060, 0xFEFF]
FRAGMENTS = [
    "\U0001F468\u200D\U0001F469\u200D\U0001F467",  # a family, joined
    "\U0001F44D\U0001F3FD",  # a thumb with its skin's colour
    "\U0001F1E9\U0001F1EA",  # a flag
    "1\uFE0F\u20E3",  # a keycap
    "\u2764\uFE0F",
    "e\u0301",
    "e\u0323\u0301",
    "q\u0307\u0323",
    "\u1100\u1161\u11A8",  # a Hangul syllable in three parts
    "\uAC01",
    "\u0F71\u0F72\u0F74",
    "\u0344",
    "\u0345\u1DFA",
    "\u1E9E",
    "\u0130",
    "\uFB01",
    "\u039F\u0394\u039F\u03A3",
    "\u2028",
    "\r\n",
    "\u0000",
    "\uFFFD",
    "\uD7FF\uE000",  # the neighbours of the surrogates
    "\U0010FFFF",
    "\uFFFF\uFFFE",
    "don't",
    "do not",
    "##ing",
    "##",
    "[S\u200BEP]",
    "[sep]",
    "[ SEP ]",
    "\u20AC5",
    "x" * 99,
    "x" * 101,
    "\u4E2D" * 3,
]


def _pools():
    assigned = [c for c in range(0x20, 0x20000) if c not in SURROGATES]
    marks = [c for c in assigned if unicodedata.combining(chr(c))]
    kept = [c for c in marks if unicodedata.category(chr(c)) != "Mn" or c in range(0x1AB0, 0x1AFF)]
    new = [c for c in marks if not unicodedata.ucd_3_2_0.combining(chr(c))]
    composed = [c for c in assigned if unicodedata.decomposition(chr(c)) and "<" not in unicodedata.decomposition(chr(c))]
    ascii_letters = [ord(x) for x in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"]
    odd = [0, 0xAD, 0x130, 0x131, 0x3A3, 0x3C2, 0x1E9E, 0x200B, 0x200D, 0xFEFF, 0xFFFD, 0x344, 0xF73, 0xF75, 0xF81, 0xE000]
    return [
        (ascii_letters, 6),
        ([ord(x) for x in " \t\n\r    "], 4),
        (WHITESPACE, 1),
        ([ord(x) for x in ".,!?'\"-_()[]{}<>#@$%^&*+=~`|\\/:;"], 2),
        (range(0x00, 0x100), 2),
        (range(0x100, 0x250), 2),
        (marks, 3),
        (new, 3),
        (kept, 3),
        (composed, 3),
        (range(0x300, 0x370), 2),
        (range(0x370, 0x600), 1),
        (range(0x600, 0x1100), 1),
        (range(0x1100, 0x1200), 1),
        (range(0x1E00, 0x2000), 1),
        (range(0x2000, 0x2070), 2),
        (range(0x4E00, 0xA000), 1),
        (range(0xAC00, 0xD7A4), 1),
        (range(0xF900, 0xFB50), 1),
        (range(0x10000, 0x11000), 1),
        (range(0x1D100, 0x1D250), 1),
        (range(0x1E900, 0x1E960), 1),
        (range(0x1F300, 0x1F700), 1),
        (range(0x20000, 0x2FA20), 1),
        (range(0x2B700, 0x2BA00), 1),  # around the hole in the reference's Chinese
        (odd, 2),
        ([c for c in range(0x110000) if c not in SURROGATES], 2),
    ]


POOLS = _pools()
WEIGHTS = [weight for _, weight in POOLS]
BLOCKS = [b for b in range(0, 0x110000, 0x80) if b not in SURROGATES]
WRITTEN = [b for b in BLOCKS if any(unicodedata.category(chr(c)) not in ("Cn", "Co") for c in range(b, b + 0x80))]


class Texts:
    """Endless texts for one random generator.

    words: what is strewn in, a vocabulary for example. lines: real texts.
    """

    def __init__(self, rng: random.Random, words: list[str], lines: list[str]):
        self.rng = rng
        self.words = words
        self.lines = lines

    def text(self) -> str:
        """Most are short; one in 500 has tens of thousands of characters."""
        shape = self.rng.random()
        if shape < 0.002:
            part = self.short()
            return (part + self.rng.choice(["", " ", "\n"])) * self.rng.randint(1, 40000 // (len(part) + 1) + 1)
        return self.short()

    def short(self) -> str:
        return self.rng.choices([self.from_pools, self.from_blocks, self.of_words, self.damaged], [5, 2, 2, 4])[0]()

    def from_pools(self) -> str:
        """Characters from one to four pools, with words and fragments between."""
        chosen = [POOLS[i][0] for i in self.rng.choices(range(len(POOLS)), WEIGHTS, k=self.rng.randint(1, 4))]
        out = []
        for _ in range(self.length()):
            which = self.rng.random()
            if which < 0.05:
                out.append(self.rng.choice(self.words))
            elif which < 0.08:
                out.append(self.rng.choice(FRAGMENTS + SPECIAL))
            else:
                out.append(chr(self.rng.choice(self.rng.choice(chosen))))
        return "".join(out)

    def from_blocks(self) -> str:
        """Characters of one or two neighbourhoods: some script, or some wasteland, of any plane."""
        chosen = [self.rng.choice(WRITTEN if self.rng.random() < 0.8 else BLOCKS) for _ in range(self.rng.randint(1, 2))]
        return "".join(
            " " if self.rng.random() < 0.1 else chr(self.rng.choice(chosen) + self.rng.randrange(0x80)) for _ in range(self.length())
        )

    def of_words(self) -> str:
        """Words of the vocabulary, glued or set apart."""
        glue = self.rng.choice(["", " ", "  ", "-", "\u0301", "\u3000"])
        return glue.join(self.rng.choice(self.words) for _ in range(self.length() // 2 + 1))

    def damaged(self) -> str:
        """A real text, as it is or with some characters dropped, doubled, changed in case or overwritten."""
        text = list(self.rng.choice(self.lines))
        for _ in range(self.rng.choice([0, 1, 1, 2, 4, 8])):
            at = self.rng.randrange(len(text) + 1)
            here = "".join(text[at : at + 1])
            text[at : at + 1] = self.rng.choice(
                [
                    [],
                    [here, here],
                    [here.swapcase()],
                    [here, chr(self.rng.choice(self.rng.choice(POOLS)[0]))],
                    [chr(self.rng.choice(WHITESPACE))],
                    [self.rng.choice(FRAGMENTS + SPECIAL), here],
                    [unicodedata.normalize(self.rng.choice(["NFC", "NFD"]), here)],
                ]
            )
        return "".join(text)

    def length(self) -> int:
        return int(self.rng.expovariate(1 / 25)) + 1


def write_character_vocabulary(path) -> None:
    """A vocabulary in which nearly every character is a token, so that offsets show how every character was aligned."""
    points = [c for c in range(0x21, 0x20000) if c not in SURROGATES] + list(range(0x2F800, 0x2FA20))
    characters = [chr(c) for c in points if not chr(c).isspace()]
    tokens = SPECIAL + [prefix + c for c in characters for prefix in ("", "##")] + ["ab", "##bc", "abc"]
    path.write_text("\n".join(tokens) + "\n", encoding="utf-8", newline="\n")
