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
        if (from == to) {
            return;
        }
        NormalizedText marked = marked(text, from, to);
        int length = marked.length();
        int start = 0;
        for (int i = 1; cuts && i < length; i++) {
            if (isMark(marked.characters(), i, length)) {
                words.word(marked, start, i);
                start = i;
            }
        }
        words.word(marked, start, length);
    }

    private NormalizedText marked(NormalizedText text, int from, int to) {
        char[] characters = text.characters();
        NormalizedText marked = new NormalizedText(to - from + 2);
        marked.reset(text.start(from));
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
        return marked;
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
        return Character.codePointAt(text, i, to) == mark;
    }
}
