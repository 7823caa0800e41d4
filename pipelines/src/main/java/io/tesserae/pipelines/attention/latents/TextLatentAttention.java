package io.tesserae.pipelines.attention.latents;

import io.tesserae.arguments.Arguments;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * Which characters of a text each latent reads.
 *
 * @param characters in the order of the rows, which they divide among them
 * @param attention over the rows: bytes, and special tokens
 */
public record TextLatentAttention(List<ReadCharacter> characters, LatentAttention attention) {

    /** Checks that every row belongs to one character. */
    public TextLatentAttention {
        characters = List.copyOf(Arguments.requireAll(characters, "characters"));
        Arguments.require(attention, "attention");
        long row = 0;
        for (ReadCharacter character : characters) {
            if (character.firstRow() != row) {
                throw new IllegalArgumentException(
                        "characters: expected one that begins at row " + row + ", found " + character);
            }
            row += character.rows();
        }
        if (row != attention.rows()) {
            throw new IllegalArgumentException(
                    "characters: expected as many rows as the attention has, " + attention.rows() + ", found " + row);
        }
    }

    /** Puts rows together that the tokenizer made of one character. */
    static List<ReadCharacter> characters(TextInput input, Encoding encoding) {
        List<String> tokens = encoding.tokens();
        List<Span> spans = encoding.utf16Offsets();
        int[] sequences = encoding.sequenceIds();
        List<ReadCharacter> characters = new ArrayList<>();
        for (int row = 0, end; row < tokens.size(); row = end) {
            end = row + 1;
            int sequence = sequences[row];
            Span span = spans.get(row);
            if (sequence < 0) {
                characters.add(new ReadCharacter(tokens.get(row), -1, 0, row, 1));
                continue;
            }
            while (end < tokens.size()
                    && sequences[end] == sequence
                    && spans.get(end).equals(span)) {
                end++;
            }
            String text = sequence == 0 ? input.text() : input.textPair().orElseThrow();
            String character = text.substring(span.start(), span.end());
            characters.add(new ReadCharacter(character, sequence, span.start(), row, end - row));
        }
        return characters;
    }

    /**
     * How a latent divides its attention among the characters: each has the sum of its rows, the mean of the heads.
     *
     * @param latent counted from 0
     * @return {@code [characters]}, 0 or more each and 1 together; the caller's own
     */
    public float[] shares(int latent) {
        return ofCharacters(attention.shares(latent));
    }

    /**
     * How much each character is read at all: the mean of all latents.
     *
     * @return {@code [characters]}, 0 or more each and 1 together; the caller's own
     */
    public float[] total() {
        return ofCharacters(attention.total());
    }

    private float[] ofCharacters(float[] ofRows) {
        float[] shares = new float[characters.size()];
        for (int i = 0; i < shares.length; i++) {
            ReadCharacter character = characters.get(i);
            double sum = 0;
            for (int row = character.firstRow(); row < character.firstRow() + character.rows(); row++) {
                sum += ofRows[row];
            }
            shares[i] = (float) sum;
        }
        return shares;
    }
}
