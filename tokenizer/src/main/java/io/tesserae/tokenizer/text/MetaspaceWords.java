package io.tesserae.tokenizer.text;

/**
 * Writes spaces as a mark, puts one before the text, and cuts before each mark (Kudo and Richardson 2018, section 3.1). A mark that was put
 * before has in the source the place of the first character.
 *
 * <p>Source: {@code tokenizers/src/pre_tokenizers/metaspace.rs}, version 0.23.
 *
 * @param mark a code point
 * @param prepends where a mark is put before a text that does not begin with one
 * @param cuts whether the text is cut; otherwise it is one word
 */
record MetaspaceWords(int mark, WordSplitter.MetaspacePrepends prepends, boolean cuts) implements WordSplitter {

    @Override
    public void split(NormalizedText text, int from, int to, Words words) {
        if (from < to) {
            NormalizedText marked = new NormalizedText(to - from + 2);
            marked.reset(text.start(from));
            split(text, from, to, marked, words);
        }
    }

    /** The same of each word between whitespace; they are written behind each other, which is one text for all of them. */
    WordSplitter ofEachWord() {
        return (text, from, to, words) -> {
            if (from == to) {
                return;
            }
            NormalizedText marked = new NormalizedText(to - from + (to - from >> 2) + 2);
            marked.reset(text.start(from));
            WordSplitter.whitespaceSplit()
                    .split(text, from, to, (all, start, end) -> split(all, start, end, marked, words));
        };
    }

    /** Hands on the words of a stretch that is not empty, and that is written behind what is there. */
    private void split(NormalizedText text, int from, int to, NormalizedText marked, Words words) {
        int start = marked.length();
        write(text, from, to, marked);
        int length = marked.length();
        for (int i = start + 1; cuts && i < length; i++) {
            if (isMark(marked.characters(), i, length)) {
                words.word(marked, start, i);
                start = i;
            }
        }
        words.word(marked, start, length);
    }

    private void write(NormalizedText text, int from, int to, NormalizedText marked) {
        char[] characters = text.characters();
        boolean isMarked = characters[from] == ' ' || isMark(characters, from, to);
        boolean mayPrepend = switch (prepends) {
            case ALWAYS -> true;
            case FIRST -> text.start(from) == 0;
            case NEVER -> false;
        };
        if (mayPrepend && !isMarked) {
            int first = from + Character.charCount(CodePoints.at(characters, from, to));
            appendMark(marked, text.start(from), text.end(first - 1));
        }
        for (int i = from; i < to; i++) {
            if (characters[i] == ' ') {
                appendMark(marked, text.start(i), text.end(i));
            } else {
                marked.append(characters[i], text.start(i), text.end(i));
            }
        }
    }

    private void appendMark(NormalizedText marked, int start, int end) {
        if (Character.isBmpCodePoint(mark)) {
            marked.append((char) mark, start, end);
        } else {
            marked.append(Character.highSurrogate(mark), start, end);
            marked.append(Character.lowSurrogate(mark), start, end);
        }
    }

    private boolean isMark(char[] text, int i, int to) {
        return text[i] == mark || Character.codePointAt(text, i, to) == mark;
    }
}
