package io.tesserae.tokenizer.piece;

import io.tesserae.tokenizer.text.CodePoints;
import io.tesserae.tokenizer.text.NormalizedText;

/**
 * Spells a word in bytes of UTF-8, one token a byte. All bytes of a character come from the whole of it.
 *
 * @param ids the token of each byte, [256]
 */
public record Bytes(int[] ids) implements PieceModel {

    @Override
    public Cutter newCutter() {
        return this::cut;
    }

    private void cut(NormalizedText text, int from, int to, int word, TokenSequence tokens) {
        char[] characters = text.characters();
        for (int i = from; i < to; ) {
            int codePoint = CodePoints.at(characters, i, to);
            int next = i + Character.charCount(codePoint);
            int length = CodePoints.utf8Length(codePoint);
            for (int place = 0; place < length; place++) {
                int value = CodePoints.utf8Byte(codePoint, place, length);
                tokens.add(ids[value], word, text.start(i), text.end(next - 1));
            }
            i = next;
        }
    }
}
