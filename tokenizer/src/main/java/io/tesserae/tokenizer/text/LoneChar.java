package io.tesserae.tokenizer.text;

/** What a normalizer makes of a char that stands alone, if it is the same wherever the char stands; see {@link NormalForms#of}. */
record LoneChar(Normalizer normalizer) {

    char of(char c) {
        if (normalizer.dependsOnNeighbours(c)) {
            return NormalForms.INVOLVED;
        }
        NormalizedText text = new NormalizedText(1);
        text.reset(0);
        normalizer.normalizeCodePoint(new char[] {c}, 0, 0, 1, text);
        return switch (text.length()) {
            case 0 -> NormalForms.DROPPED;
            case 1 -> (char) Math.min(text.characters()[0], NormalForms.INVOLVED); // U+FFFE and U+FFFF are chars too
            default -> NormalForms.INVOLVED;
        };
    }
}
