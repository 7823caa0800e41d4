package io.tesserae.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.tokenizer.piece.TokenIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Texts and settings made to take long or to fail. Quadratic time on a million characters would be minutes at the
 * least.
 */
class HostileTextTest {

    private static final int MILLION = 1_000_000;
    private static final Duration LINEAR = Duration.ofSeconds(20);

    private static Tokenizer tokenizer(AddedToken... added) throws IOException {
        return Tokenizer.builder(Vocabulary.parse(
                        Files.readString(Path.of("..", "testdata", "spec-cases", "tiny-vocab", "vocab.txt"))))
                .addedTokens(List.of(added))
                .build();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "[",
                "[SEP]",
                "[SE",
                ".",
                " ",
                "\0",
                "\ud83d",
                "\ude00",
                "\ud83d\ude00",
                "\u0301",
                "\u0345",
                "\u1dfa\u0345",
                "\u302e\u0301",
                "\u302e\u200b",
                "한",
                "北",
                "İ",
                "\u0344",
                "\u0f75\u302e",
                "##",
                "aa ",
                "<x>",
                "  <x>",
                "\u1ffc"
            })
    void aMillionOfAnythingTakesLinearTime(String piece) throws IOException {
        Tokenizer tokenizer = tokenizer(
                new AddedToken("<x>", false, true, true, false, false),
                new AddedToken(" ", true, true, true, false, false),
                new AddedToken("aaaaaaaaaaaaaaaaaaaab", true, true, true, true, false));
        String text = piece.repeat(MILLION / piece.length());
        assertTimeoutPreemptively(LINEAR, () -> tokenizer.encode(text));
        assertTimeoutPreemptively(LINEAR, () -> tokenizer.encode("e" + text + "x"));
    }

    /** Of strings made of {@code Aa} and {@code BB} all that are equally long have one hash, as they do in every table that hashes like Java's strings. */
    @Test
    void aVocabularyOfEqualHashesIsRefused() {
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < 1 << 18; i++) {
            StringBuilder token = new StringBuilder();
            for (int bit = 0; bit < 18; bit++) {
                token.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            tokens.add(token.toString());
        }
        Vocabulary vocabulary = Vocabulary.of(tokens);
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> assertTimeoutPreemptively(LINEAR, () -> new TokenIndex(vocabulary.tokensById(), "")));
        assertTrue(e.getMessage().contains("made to be slow"), e.getMessage());
    }

    /** Each token may leave holes behind it, but one alone asks for no table of 16 million. */
    @Test
    void idsFarBeyondTheNumberOfTokensAreRefused() {
        assertEquals(2, Vocabulary.of(Map.of("a", 0, "b", 1_048_575)).size());
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> Vocabulary.of(Map.of("a", 0, "b", (1 << 20) + 32)));
        assertEquals(
                "the token \"b\" has the id 1048608, expected one from 0 to 1048607 in a vocabulary of 2 tokens",
                e.getMessage());
    }

    /** A token that is longer than any word is never found, and needs no scratch memory for every text. */
    @Test
    void aTokenOfMillionsOfLettersCostsNoTextAnything() throws IOException {
        Tokenizer tokenizer = Tokenizer.builder(Vocabulary.of(
                        List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b".repeat(10 * MILLION))))
                .build();
        assertTimeoutPreemptively(LINEAR, () -> {
            for (int i = 0; i < 10_000; i++) { // 40 MB each would be too much
                assertArrayEquals(
                        new int[] {2, 5, 1, 3}, tokenizer.encode("a bb").inputIds());
            }
        });
    }

    @Test
    void aWordOfAMillionLettersIsOneUnknownToken() throws IOException {
        Tokenizer tokenizer = tokenizer();
        Encoding encoding = tokenizer.encode("a".repeat(MILLION));
        assertArrayEquals(
                new int[] {tokenizer.clsTokenId(), tokenizer.unkTokenId(), tokenizer.sepTokenId()},
                encoding.inputIds());
        assertEquals(new Span(0, MILLION), encoding.offsets().get(1));
    }

    @Test
    void manyWordsCutBeforehandTakeLinearTime() throws IOException {
        Tokenizer tokenizer = tokenizer();
        List<String> words = Collections.nCopies(200_000, "so\ud83d\ude00");
        assertTimeoutPreemptively(LINEAR, () -> tokenizer.encodeWords(words, null, EncodingOptions.DEFAULT));
    }

    @Test
    void vocabulariesOfNeighbouringCharactersTakeLinearTime() {
        List<String> tokens = new ArrayList<>(List.of("[UNK]"));
        IntStream.range(0x4E00, 0xA000).forEach(c -> {
            tokens.add(Character.toString(c));
            tokens.add("##" + (char) c);
        });
        assertTimeoutPreemptively(
                LINEAR, () -> Tokenizer.builder(Vocabulary.of(tokens)).build());
    }

    @Test
    void refusesWhatCannotBeTruncated() throws IOException {
        Tokenizer tokenizer = tokenizer();
        EncodingOptions options = EncodingOptions.DEFAULT;
        assertThrows(IllegalArgumentException.class, () -> tokenizer.encode("a b c", null, options.withMaxLength(1)));
        assertThrows(IllegalArgumentException.class, () -> options.withMaxLength(-1));
        assertThrows(IllegalArgumentException.class, () -> options.withOverflow(-1));
        assertThrows(
                IllegalArgumentException.class,
                () -> tokenizer.encode("a b c d", null, options.withMaxLength(4).withOverflow(2)));
        assertThrows(IllegalArgumentException.class, () -> tokenizer.encode(null));
    }

    @Test
    void refusesAddedTokensThatCouldNeverBeFound() {
        assertThrows(IllegalArgumentException.class, () -> AddedToken.plain(""));
        assertThrows(IllegalArgumentException.class, () -> tokenizer(AddedToken.plain("\u200b")));
        assertThrows(IllegalArgumentException.class, () -> tokenizer(AddedToken.plain("X1"), AddedToken.plain("x1")));
    }

    @Test
    void refusesAVocabularyWithoutTheUnknownToken() {
        assertThrows(
                IllegalArgumentException.class,
                () -> Tokenizer.builder(Vocabulary.of(List.of("a"))).build());
    }

    @Test
    void vocabularyLinesEndAtLineFeedsOnly() {
        Vocabulary vocabulary = Vocabulary.parse("[UNK]\r\n\u2028a\u0085b\n\nx \u00a0\nx\nlast");
        assertEquals(0, vocabulary.id("[UNK]").orElseThrow());
        assertEquals(1, vocabulary.id("\u2028a\u0085b").orElseThrow());
        assertEquals(4, vocabulary.id("x").orElseThrow());
        assertEquals(5, vocabulary.id("last").orElseThrow());
        assertEquals(5, vocabulary.size());
    }
}
