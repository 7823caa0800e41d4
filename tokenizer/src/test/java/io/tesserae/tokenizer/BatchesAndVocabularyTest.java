package io.tesserae.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BatchesAndVocabularyTest {

    private static final Tokenizer TOKENIZER = tokenizer();

    private static Tokenizer tokenizer() {
        try {
            return Tokenizer.builder(Vocabulary.parse(
                            Files.readString(Path.of("..", "testdata", "spec-cases", "tiny-vocab", "vocab.txt"))))
                    .build();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertSame(Encoding expected, Encoding actual) {
        assertArrayEquals(expected.inputIds(), actual.inputIds());
        assertArrayEquals(expected.tokenTypeIds(), actual.tokenTypeIds());
        assertArrayEquals(expected.wordIds(), actual.wordIds());
        assertEquals(expected.offsets(), actual.offsets());
        assertEquals(expected.tokens(), actual.tokens());
    }

    @Property(tries = 200)
    void aBatchIsItsTextsOneByOne(
            @ForAll @Size(max = 20) List<String> texts, @ForAll @IntRange(min = 1, max = 3_000) int times) {
        // Repeated until the batch is large enough for threads, most of the time.
        List<String> many = Collections.nCopies(times, texts).stream()
                .flatMap(List::stream)
                .limit(2_000)
                .toList();
        List<Encoding> encodings = TOKENIZER.encodeBatch(many);
        assertEquals(many.size(), encodings.size());
        for (int i = 0; i < many.size(); i += 97) {
            assertSame(TOKENIZER.encode(many.get(i)), encodings.get(i));
        }
    }

    @Test
    void aBatchOfPairsMayLackSome() {
        List<String> pairs = new java.util.ArrayList<>(List.of("soccer", "we"));
        pairs.add(null);
        List<Encoding> encodings = TOKENIZER.encodeBatch(List.of("I", "like", "it"), pairs, EncodingOptions.DEFAULT);
        assertSame(TOKENIZER.encode("I", "soccer"), encodings.getFirst());
        assertSame(TOKENIZER.encode("it"), encodings.getLast());
        assertThrows(
                IllegalArgumentException.class,
                () -> TOKENIZER.encodeBatch(List.of("I"), pairs, EncodingOptions.DEFAULT));
    }

    @Test
    void whatIsWrongWithOneOfABatchSaysWithWhich() {
        EncodingOptions options = EncodingOptions.DEFAULT
                .withTruncation(TruncationStrategy.ONLY_SECOND)
                .withMaxLength(5);
        IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class,
                () -> TOKENIZER.encodeBatch(List.of("a", "a b c d e f"), null, options));
        assertTrue(failure.getMessage().startsWith("text 1: "), failure.getMessage());
    }

    @Test
    void tokensAndIdsThereAndBack() {
        assertEquals(List.of("i", "like", "soccer", "."), TOKENIZER.tokenize("I like soccer."));
        int[] ids = TOKENIZER.tokensToIds(List.of("[CLS]", "like", "no such token"));
        assertArrayEquals(
                new int[] {TOKENIZER.clsTokenId(), TOKENIZER.tokenToId("like").orElseThrow(), TOKENIZER.unkTokenId()},
                ids);
        assertEquals(List.of("[CLS]", "like", "[UNK]"), TOKENIZER.idsToTokens(ids));
        assertThrows(IllegalArgumentException.class, () -> TOKENIZER.idsToTokens(new int[] {1_000_000}));
        assertEquals(2, TOKENIZER.specialTokensAround(false));
        assertEquals(3, TOKENIZER.specialTokensAround(true));
        assertEquals(
                List.of("like", "i"),
                TOKENIZER.decodeBatch(
                        List.of(
                                ids(ids[0], ids[1]),
                                ids(TOKENIZER.tokenToId("i").orElseThrow())),
                        true));
    }

    /** Also of such as are in no vocabulary; the first stands as it is. */
    @Test
    void tokensBecomeATextAgain() {
        assertEquals(
                "##ing soccering. \u6771\u4eac!",
                TOKENIZER.tokensToText(List.of("##ing", "soccer", "##ing", ".", "\u6771\u4eac", "!")));
        assertEquals("", TOKENIZER.tokensToText(List.of()));
        assertEquals("##", TOKENIZER.segmentation().continuingSubwordPrefix());
        assertEquals(SpecialTokens.BERT, TOKENIZER.specialTokens());
    }

    private static int[] ids(int... ids) {
        return ids;
    }

    @Test
    void theVocabularyIsAMapThatNobodyCanChange() {
        Map<String, Integer> vocabulary = TOKENIZER.vocabulary();
        assertEquals(TOKENIZER.vocabularySize(), vocabulary.size());
        vocabulary.forEach((token, id) -> assertEquals(OptionalInt.of(id), TOKENIZER.tokenToId(token)));
        assertThrows(UnsupportedOperationException.class, () -> vocabulary.put("x", 1));
        assertEquals(5, TOKENIZER.addedTokens().size());
        assertThrows(
                UnsupportedOperationException.class,
                () -> TOKENIZER.addedTokens().clear());
    }

    @Test
    void addingTokensLeavesTheTokenizerAsItWas() {
        int size = TOKENIZER.vocabularySize();
        Tokenizer larger = TOKENIZER.withAddedTokens(List.of(AddedToken.plain("<x>"), AddedToken.plain("soccer")));
        assertEquals(
                List.of("[CLS]", "i", "<x>", "soccer", "[SEP]"),
                larger.encode("I <X>soccer").tokens().stream()
                        .map(t -> t.equals("<x>") ? "<x>" : t)
                        .toList());
        assertEquals(OptionalInt.of(size), larger.tokenToId("<x>"));
        assertEquals(TOKENIZER.tokenToId("soccer"), larger.tokenToId("soccer"));
        assertEquals(size + 1, larger.vocabularySize());
        assertEquals(size, TOKENIZER.vocabularySize());
        assertFalse(TOKENIZER.tokenToId("<x>").isPresent());

        Tokenizer largest = larger.withAddedTokens(List.of(AddedToken.special("<y>"), AddedToken.special("<x>")));
        assertEquals(OptionalInt.of(size), largest.tokenToId("<x>"));
        assertEquals(OptionalInt.of(size + 1), largest.tokenToId("<y>"));
        assertTrue(largest.isSpecialToken(size));
        assertFalse(larger.isSpecialToken(size));
    }

    /** Accents stay, which BERT takes away where it lowers the case itself; special tokens are found before. */
    @Test
    void theCaseMayBeLoweredBeforeAllElse() {
        Tokenizer cased = Tokenizer.builder(Vocabulary.parse("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nsoccer\ncafé\n"))
                .normalization(Normalization.Bert.CASED)
                .build();
        assertEquals(
                List.of("[CLS]", "[UNK]", "[UNK]", "[SEP]"),
                cased.encode("Soccer Café").tokens());
        Tokenizer lowering = cased.loweringCaseFirst();
        assertEquals(
                List.of("[CLS]", "soccer", "[SEP]", "café", "[SEP]"),
                lowering.encode("SOCCER [SEP] Café").tokens());
        assertEquals(lowering, lowering.loweringCaseFirst());
        assertEquals(TOKENIZER, TOKENIZER.loweringCaseFirst());
    }
}
