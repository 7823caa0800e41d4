package io.tesserae.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.tokenizer.text.NormalizerStep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds for every text, whatever it is. */
class TokenizerPropertiesTest {

    private static final Path CASES = Path.of("..", "testdata", "spec-cases");
    private static final Tokenizer UNCASED = tokenizer("tiny-vocab", true);
    private static final Tokenizer CASED = tokenizer("tiny-vocab-cased", false);

    private static Tokenizer tokenizer(String name, boolean lowerCase) {
        try {
            return Tokenizer.builder(Vocabulary.parse(
                            Files.readString(CASES.resolve(name).resolve("vocab.txt"))))
                    .normalization(lowerCase ? Normalization.Bert.UNCASED : Normalization.Bert.CASED)
                    .addedTokens(List.of(
                            new AddedToken("<x>", false, true, true, false, false),
                            new AddedToken("New-York", true, false, false, true, false)))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Any chars at all, half surrogate pairs included, and what gives the tokenizer work. */
    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> anything = Arbitraries.strings().all().ofMaxLength(40);
        Arbitrary<String> awkward = Arbitraries.of(
                        "the",
                        "soccer",
                        " ",
                        "\t",
                        "[SEP]",
                        "[S\u200bEP]",
                        "<x>",
                        "new-YORK",
                        "é",
                        "e\u0301",
                        "\u0301",
                        "\u0345\u1dfa",
                        "İ",
                        "한국",
                        "北京",
                        "\ud83d\ude00",
                        "\ud83d",
                        "\ude00",
                        "\0",
                        "\uFFFD",
                        "\uFEFF",
                        "ΟΔΟΣ",
                        "\u0f73\u0f75",
                        "?!",
                        "##ing")
                .list()
                .ofMaxSize(12)
                .map(parts -> String.join("", parts));
        return Arbitraries.oneOf(anything, awkward);
    }

    @Property(tries = 3000)
    void offsetsLieInTheTextAndDoNotGoBack(@ForAll("texts") String text) {
        for (Tokenizer tokenizer : List.of(UNCASED, CASED)) {
            Encoding encoding = tokenizer.encode(text);
            List<Span> chars = encoding.utf16Offsets();
            List<Span> codePoints = encoding.offsets();
            int[] words = encoding.wordIds();
            for (int i = 1, before = 0; i < encoding.size() - 1; i++) {
                Span span = chars.get(i);
                assertTrue(before <= span.start() && span.start() < span.end() && span.end() <= text.length());
                assertEquals(
                        text.codePointCount(0, span.start()), codePoints.get(i).start());
                assertEquals(
                        text.codePointCount(0, span.end()), codePoints.get(i).end());
                assertTrue(words[i] == words[i - 1] || words[i] == words[i - 1] + 1);
                before = span.start();
            }
        }
    }

    @Property(tries = 2000)
    void everyArrayHasOneEntryForEachToken(@ForAll("texts") String text, @ForAll("texts") String pair) {
        Encoding encoding = UNCASED.encode(text, pair);
        int size = encoding.size();
        assertEquals(size, encoding.tokens().size());
        assertEquals(size, encoding.offsets().size());
        assertEquals(size, encoding.utf16Offsets().size());
        assertEquals(size, encoding.inputIds().length);
        assertEquals(size, encoding.tokenTypeIds().length);
        assertEquals(size, encoding.attentionMask().length);
        assertEquals(size, encoding.specialTokensMask().length);
        assertEquals(size, encoding.wordIds().length);
        assertEquals(size, encoding.sequenceIds().length);
        assertEquals(0, encoding.truncatedTokens());
    }

    @Property(tries = 2000)
    void aPairIsItsTextsOneAfterTheOther(@ForAll("texts") String text, @ForAll("texts") String pair) {
        EncodingOptions bare = EncodingOptions.DEFAULT.withAddSpecialTokens(false);
        IntStream first = IntStream.of(UNCASED.encode(text, null, bare).inputIds());
        IntStream second = IntStream.of(UNCASED.encode(pair, null, bare).inputIds());
        assertArrayEquals(
                IntStream.concat(first, second).toArray(),
                UNCASED.encode(text, pair, bare).inputIds());
    }

    @Property(tries = 2000)
    void textsWithASpaceBetweenAreEncodedEachByItself(@ForAll("texts") String text, @ForAll("texts") String next) {
        EncodingOptions bare = EncodingOptions.DEFAULT.withAddSpecialTokens(false);
        IntStream first = IntStream.of(CASED.encode(text, null, bare).inputIds());
        IntStream second = IntStream.of(CASED.encode(next, null, bare).inputIds());
        assertArrayEquals(
                IntStream.concat(first, second).toArray(),
                CASED.encode(text + " " + next, null, bare).inputIds());
    }

    @Property(tries = 2000)
    void normalizingTwiceChangesNothing(@ForAll("texts") String text) {
        NormalizerStep normalizer = NormalizerStep.bert(true, false, true, true);
        String once = normalizer.normalize(text);
        assertEquals(once, normalizer.normalize(once));
    }

    @Property(tries = 2000)
    void halfASurrogatePairIsDroppedLikeAReplacementCharacter(@ForAll("texts") String text) {
        String replaced = text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        assertArrayEquals(
                UNCASED.encode(replaced).inputIds(), UNCASED.encode(text).inputIds());
        assertEquals(UNCASED.encode(replaced).offsets(), UNCASED.encode(text).offsets());
    }

    @Property(tries = 2000)
    void truncatedIsNeverTooLongAndSaysWhatIsMissing(
            @ForAll("texts") String text,
            @ForAll("texts") String pair,
            @ForAll @IntRange(min = 3, max = 20) int maxLength) {
        Encoding whole = UNCASED.encode(text, pair);
        Encoding cut = UNCASED.encode(text, pair, EncodingOptions.DEFAULT.withMaxLength(maxLength));
        assertEquals(Math.min(maxLength, whole.size()), cut.size());
        assertEquals(whole.size() - cut.size(), cut.truncatedTokens());
    }

    @Property(tries = 1000)
    void windowsCoverTheTextWithTheStrideInCommon(
            @ForAll("texts") String text,
            @ForAll @IntRange(min = 1, max = 12) int length,
            @ForAll @IntRange(max = 11) int anyStride) {
        int stride = anyStride % length;
        EncodingOptions bare = EncodingOptions.DEFAULT.withAddSpecialTokens(false);
        int[] whole = UNCASED.encode(text, null, bare).inputIds();
        Encoding first = UNCASED.encode(text, null, bare.withMaxLength(length).withOverflow(stride));
        IntStream joined = IntStream.of(first.inputIds());
        for (Encoding window : first.overflow()) {
            assertTrue(window.size() <= length);
            joined = IntStream.concat(joined, IntStream.of(window.inputIds()).skip(stride));
        }
        assertArrayEquals(whole, joined.toArray());
    }
}
