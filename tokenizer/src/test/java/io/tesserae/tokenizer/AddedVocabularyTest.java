package io.tesserae.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which added tokens are special, as the reference (tokenizers 0.23.2) has it. */
class AddedVocabularyTest {

    private static final Vocabulary VOCABULARY =
            Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "cat", "<", "x", ">"));
    private static final int X = 9; // the id of <x>, the first token after the vocabulary

    private static TokenizerBuilder builder(AddedToken... added) {
        return Tokenizer.builder(VOCABULARY).addedTokens(List.of(added));
    }

    @Test
    void aTokenAddedAgainStaysSpecial() {
        Tokenizer tokenizer =
                builder(AddedToken.special("<x>"), AddedToken.plain("<x>")).build();
        assertTrue(tokenizer.isSpecialToken(X));
        assertEquals("cat", tokenizer.decode(new int[] {5, X}, true));
    }

    @Test
    void aTokenAddedAgainTakesTheOtherFlags() {
        Tokenizer tokenizer = builder(
                        AddedToken.special("<x>"), new AddedToken("<x>", false, true, false, false, false))
                .build();
        assertEquals(new Span(3, 7), tokenizer.encode("cat <x>").offsets().get(2));
    }

    @Test
    void aTokenAddedAgainIsStillSplitAsSpecial() {
        Tokenizer tokenizer = builder(AddedToken.special("<x>"), AddedToken.plain("<x>"))
                .splitSpecialTokens(true)
                .build();
        assertArrayEquals(new int[] {2, 6, 7, 8, 3}, tokenizer.encode("<x>").inputIds());
    }

    /** The reference skips by what a token looks like when it is decoded, which is not what it was added as. */
    @Test
    void aSpecialTokenThatNormalizingChangedIsNotSkipped() {
        Tokenizer tokenizer = builder(new AddedToken("<X>", false, false, false, true, true), AddedToken.special("<Y>"))
                .build();
        assertEquals("cat <x>", tokenizer.decode(new int[] {2, 5, X, X + 1, 3}, true));
    }

    /** There the reference finds either of them, by chance. */
    @Test
    void tokensThatAreTheSameOnceNormalizedAreRefused() {
        TokenizerBuilder same = builder(AddedToken.plain("<X>"), AddedToken.plain("<x>"));
        String message =
                assertThrows(IllegalArgumentException.class, same::build).getMessage();
        assertTrue(message.contains("\"<X>\"") && message.contains("\"<x>\""), message);
    }
}
