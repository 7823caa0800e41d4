package io.tesserae.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Decoders, and tokenizers that lack a token. What the reference answers is replayed in the module {@code loaders}. */
class DecodingTest {

    private static final List<String> TOKENS = List.of("the", "old", "##er", "!");
    private static final Vocabulary VOCABULARY = Vocabulary.of(
            List.of("the", "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "old", "##er", "!", "[", "]", "un", "##k"));

    private static String decode(Decoding decoding, List<String> tokens) {
        return Tokenizer.builder(VOCABULARY).decoding(decoding).build().tokensToText(tokens);
    }

    @Test
    void eachDecoderInItsOwnWay() {
        assertEquals("the old ##er !", decode(new Decoding.None(), TOKENS));
        assertEquals("the older!", decode(null, TOKENS));
        assertEquals("the older !", decode(new Decoding.WordPiece("##", false), TOKENS));
        assertEquals("the old ##er!", decode(new Decoding.WordPiece("x", true), TOKENS));
        assertEquals("theold##er!", decode(new Decoding.Fuse(), TOKENS));
        assertEquals("theolder!", decode(new Decoding.Replace("##", ""), TOKENS));
        assertEquals("theold#er!", decode(new Decoding.Strip('#', 1, 0), TOKENS));
        assertEquals("", decode(new Decoding.Strip('#', 9, 9), List.of("###", "")));
        assertEquals(
                "\u00e9\ufffd!", decode(new Decoding.ByteFallback(), List.of("<0xC3>", "<0xA9>", "", "<0xFF>", "!")));
        assertEquals("a b", decode(new Decoding.Metaspace('_', true), List.of("_a", "_b")));
        assertEquals(" a b", decode(new Decoding.Metaspace('_', false), List.of("_a", "_b")));
        assertEquals("a bc", decode(new Decoding.Bpe("</w>"), List.of("a</w>", "b", "c</w>")));
        Decoding sequence = new Decoding.Sequence(
                List.of(new Decoding.WordPiece("##", true), new Decoding.Fuse(), new Decoding.Strip('t', 1, 0)));
        assertEquals("he older!", decode(sequence, TOKENS));
    }

    @Test
    void aReplacementThatGrowsWithoutEndIsRefused() {
        Decoding growing = new Decoding.Sequence(Collections.nCopies(9, new Decoding.Replace("o", "o".repeat(1000))));
        String message = assertThrows(IllegalArgumentException.class, () -> decode(growing, TOKENS))
                .getMessage();
        assertTrue(message.contains("16777216 characters"), message);
    }

    @Test
    void theModelsUnknownTokenIsFoundInNoText() {
        Tokenizer tokenizer = Tokenizer.builder(VOCABULARY)
                .specialTokens(new SpecialTokens(null, "[SEP]", "[PAD]", "[CLS]", "[MASK]"))
                .segmentation(new Segmentation.WordPiece("[UNK]", "##", 100))
                .build();
        assertEquals(
                List.of("[CLS]", "[", "un", "##k", "]", "[UNK]", "[SEP]"),
                tokenizer.encode("[UNK] zzz").tokens());
        assertNull(tokenizer.specialTokens().unk());
        assertThrows(IllegalStateException.class, tokenizer::unkTokenId);
    }

    @Test
    void withoutAnUnknownTokenAWordThatCannotBeSpelledIsRefused() {
        Tokenizer tokenizer = Tokenizer.builder(VOCABULARY)
                .specialTokens(new SpecialTokens(null, null, null, null, null))
                .build();
        assertArrayEquals(new int[] {3, 0, 6, 3}, tokenizer.encode("the old").inputIds());
        String message = assertThrows(IllegalArgumentException.class, () -> tokenizer.encode("the zzz"))
                .getMessage();
        assertTrue(message.contains("cannot spell \"zzz\""), message);
        assertThrows(IllegalArgumentException.class, () -> tokenizer.encode("x".repeat(101)));
        assertThrows(IllegalStateException.class, () -> tokenizer.tokensToIds(List.of("zzz")));
        assertThrows(
                IllegalStateException.class,
                () -> tokenizer.pad(tokenizer.encodeBatch(List.of("the", "the old")), Padding.LONGEST));
    }
}
