package io.tesserae.tokenizer.text;

/**
 * Cuts a text into words, and spells them in bytes: each character of a word is replaced by the characters of {@link ByteAlphabet} that
 * stand for its bytes in UTF-8. All of them come from the one character.
 *
 * @param addsPrefixSpace whether a text that does not begin with a space gets one, which comes from the text's first character
 * @param cuts whether the text is cut as GPT-2's are; otherwise it is one word
 */
record ByteLevel(boolean addsPrefixSpace, boolean cuts) implements WordSplitter {

    @Override
    public void split(NormalizedText text, int from, int to, Words words) {
        if (from == to) {
            return;
        }
        if (addsPrefixSpace && text.characters()[from] != ' ') {
            NormalizedText prefixed = prefixed(text, from, to);
            spell(prefixed, 0, prefixed.length(), words);
        } else {
            spell(text, from, to, words);
        }
    }

    private static NormalizedText prefixed(NormalizedText text, int from, int to) {
        NormalizedText prefixed = new NormalizedText(to - from + 1);
        int first = Character.charCount(CodePoints.at(text.characters(), from, to));
        prefixed.reset(text.start(from));
        prefixed.append(' ', text.start(from), text.end(from + first - 1));
        for (int i = from; i < to; i++) {
            prefixed.append(text.characters()[i], text.start(i), text.end(i));
        }
        return prefixed;
    }

    private void spell(NormalizedText text, int from, int to, Words words) {
        NormalizedText spelt = new NormalizedText(to - from);
        spelt.reset(text.start(from));
        for (int i = from; i < to; ) {
            int end = cuts ? Gpt2Words.end(text.characters(), i, to) : to;
            int start = spelt.length();
            append(text, i, end, spelt);
            words.word(spelt, start, spelt.length());
            i = end;
        }
    }

    private static void append(NormalizedText text, int from, int to, NormalizedText spelt) {
        char[] characters = text.characters();
        for (int i = from; i < to; ) {
            if (characters[i] < 0x80) {
                spelt.append(ByteAlphabet.character(characters[i]), text.start(i), text.end(i));
                i++;
            } else {
                int codePoint = CodePoints.at(characters, i, to);
                int next = i + Character.charCount(codePoint);
                appendBytes(codePoint, text.start(i), text.end(next - 1), spelt);
                i = next;
            }
        }
    }

    /** Two to four bytes (RFC 3629, section 3). */
    private static void appendBytes(int codePoint, int start, int end, NormalizedText spelt) {
        if (codePoint < 0x800) {
            append(0xC0 | codePoint >> 6, start, end, spelt);
        } else {
            if (codePoint < 0x10000) {
                append(0xE0 | codePoint >> 12, start, end, spelt);
            } else {
                append(0xF0 | codePoint >> 18, start, end, spelt);
                append(0x80 | codePoint >> 12 & 0x3F, start, end, spelt);
            }
            append(0x80 | codePoint >> 6 & 0x3F, start, end, spelt);
        }
        append(0x80 | codePoint & 0x3F, start, end, spelt);
    }

    private static void append(int value, int start, int end, NormalizedText spelt) {
        spelt.append(ByteAlphabet.character(value), start, end);
    }
}
