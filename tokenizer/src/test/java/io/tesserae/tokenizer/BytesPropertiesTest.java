package io.tesserae.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every text and every list of ids where bytes are the tokens. */
class BytesPropertiesTest {

    private static final List<String> SPECIAL = List.of("[PAD]", "[BOS]", "[EOS]", "[MASK]", "[CLS]", "[SEP]");

    private static final Tokenizer TOKENIZER = tokenizer(List.of()).build();

    private static TokenizerBuilder tokenizer(List<AddedToken> more) {
        Map<String, Integer> ids = new HashMap<>();
        SPECIAL.forEach(token -> ids.put(token, ids.size()));
        for (char value = 0; value < 256; value++) {
            ids.put(String.valueOf(value), ids.size());
        }
        List<AddedToken> added =
                new ArrayList<>(SPECIAL.stream().map(AddedToken::special).toList());
        added.addAll(more);
        return Tokenizer.builder(Vocabulary.of(ids))
                .segmentation(new Segmentation.Bytes())
                .backend(Backend.PYTHON)
                .normalization(new Normalization.Sequence(List.of()))
                .preTokenization(new PreTokenization.Gpt2())
                .specialTokens(new SpecialTokens(null, "[SEP]", "[PAD]", "[CLS]", "[MASK]", "[BOS]", "[EOS]"))
                .addedTokens(added);
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> awkward = Arbitraries.of(
                        "a",
                        " ",
                        "  ",
                        "\n",
                        "\u00a0",
                        "\u00e9",
                        "e\u0301",
                        "\u65e5\u672c",
                        "\ud83d\ude00",
                        "\ud83d",
                        "\ude00",
                        "[SEP]",
                        "[MASK]",
                        "[MAS",
                        "]",
                        "\0",
                        "\u007f",
                        "\u0080",
                        "\u07ff",
                        "\u0800",
                        "\uFFFD",
                        "\uffff")
                .list()
                .ofMaxSize(20)
                .map(parts -> String.join("", parts));
        return Arbitraries.oneOf(Arbitraries.strings().all().ofMaxLength(40), awkward);
    }

    /** Halves of surrogate pairs are no characters. */
    private static String wellFormed(String text) {
        return text.codePoints()
                .map(c -> c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Property(tries = 3000)
    void everyTextComesBack(@ForAll("texts") String text) {
        Encoding encoding = TOKENIZER.encode(text);
        String all = TOKENIZER.decode(encoding.inputIds());
        assertEquals("[CLS]" + wellFormed(text) + "[SEP]", all);
        for (int id : encoding.inputIds()) {
            assertTrue(id >= 0 && id < 262);
        }
    }

    @Property(tries = 3000)
    void withoutSpecialTokensTheIdsAreTheBytes(@ForAll("texts") String text) {
        Tokenizer plain = tokenizer(List.of()).splitSpecialTokens(true).build();
        byte[] bytes = wellFormed(text).getBytes(StandardCharsets.UTF_8);
        int[] expected =
                IntStream.range(0, bytes.length).map(i -> (bytes[i] & 0xFF) + 6).toArray();
        assertArrayEquals(
                expected,
                plain.encode(text, EncodingOptions.DEFAULT.withAddSpecialTokens(false))
                        .inputIds());
    }

    @Property(tries = 3000)
    void everyTokenHasThePlaceOfWhatItSpells(@ForAll("texts") String text) {
        Encoding encoding = TOKENIZER.encode(text, EncodingOptions.DEFAULT.withAddSpecialTokens(false));
        List<Span> spans = encoding.utf16Offsets();
        int end = 0;
        for (int i = 0; i < spans.size(); ) {
            Span span = spans.get(i);
            assertEquals(end, span.start(), "places follow each other");
            end = span.end();
            String source = wellFormed(text.substring(span.start(), span.end()));
            int last = i;
            while (last < spans.size() && spans.get(last).equals(span)) {
                last++;
            }
            int[] ids = java.util.Arrays.copyOfRange(encoding.inputIds(), i, last);
            assertEquals(source, TOKENIZER.decode(ids));
            i = last;
        }
        assertEquals(text.length(), end);
    }

    @Property(tries = 3000)
    void tokensOneByOneMakeTheSameText(@ForAll List<Integer> anything, @ForAll boolean skip) {
        int[] ids = anything.stream().mapToInt(i -> Math.floorMod(i, 270) - 3).toArray();
        StreamingDecoder decoder = TOKENIZER.streamingDecoder(skip);
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(decoder.next(id));
        }
        assertEquals(TOKENIZER.decode(ids, skip), text.append(decoder.finish()).toString());
    }

    @Property(tries = 2000)
    void truncationKeepsWhatItPromises(
            @ForAll("texts") String first,
            @ForAll("texts") String second,
            @ForAll boolean left,
            @ForAll TruncationStrategy strategy) {
        Tokenizer tokenizer = tokenizer(List.of())
                .truncationSide(left ? Side.LEFT : Side.RIGHT)
                .build();
        int limit = 9;
        EncodingOptions options = EncodingOptions.DEFAULT.withMaxLength(limit).withTruncation(strategy);
        Encoding whole = tokenizer.encode(first, second);
        if (strategy == TruncationStrategy.DO_NOT_TRUNCATE || whole.size() <= limit) {
            assertArrayEquals(
                    whole.inputIds(), tokenizer.encode(first, second, options).inputIds());
        } else if (strategy == TruncationStrategy.LONGEST_FIRST) {
            int size = tokenizer.encode(first, second, options).size();
            assertEquals(left && second.isEmpty() ? limit - 1 : limit, size);
        } else {
            int kept = tokenizer
                            .encode(strategy == TruncationStrategy.ONLY_FIRST ? second : first)
                            .size()
                    + 1;
            if (kept > limit) {
                assertThrows(IllegalArgumentException.class, () -> tokenizer.encode(first, second, options));
            } else {
                assertEquals(limit, tokenizer.encode(first, second, options).size());
            }
        }
    }

    // --- Added tokens ---

    @Example
    void aTokenThatStandsAloneIsFoundBetweenSpaces() {
        Tokenizer tokenizer = tokenizer(List.of(new AddedToken("<w>", true, false, false, false, false)))
                .build();
        assertArrayEquals(
                new int[] {4, 38, 262, 38, 5}, tokenizer.encode(" <w> ").inputIds());
        assertArrayEquals(
                new int[] {4, 66, 125, 68, 104, 5}, tokenizer.encode("<w>b").inputIds());
        // What it joins is text too.
        assertEquals(
                List.of("[CLS]", "[", "S", "E", "P", "]", "<", "w", ">", "[SEP]"),
                tokenizer.encode("[SEP]<w>").tokens());
    }

    @Example
    void swallowedSpacesAreInNoToken() {
        Tokenizer tokenizer = tokenizer(List.of(
                        new AddedToken("<l>", false, true, false, false, false),
                        new AddedToken("<r>", false, false, true, false, false)))
                .build();
        Encoding encoding = tokenizer.encode("a \u001c<l> b<r> \tc");
        assertArrayEquals(new int[] {4, 103, 262, 38, 104, 263, 105, 5}, encoding.inputIds());
        assertEquals(new Span(3, 6), encoding.offsets().get(2));
        assertEquals(new Span(13, 14), encoding.offsets().get(6));
    }

    @Example
    void refusesAnAddedTokenThatLooksLikeAByte() {
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class, () -> TOKENIZER.withAddedTokens(List.of(AddedToken.plain("\u00ff"))));
        assertTrue(refusal.getMessage().contains("is what the byte 255 is called"), refusal.getMessage());
    }

    @Example
    void refusesAVocabularyWithoutAByte() {
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class,
                () -> Tokenizer.builder(Vocabulary.of(SPECIAL))
                        .segmentation(new Segmentation.Bytes())
                        .specialTokens(new SpecialTokens(null, "[SEP]", "[PAD]", "[CLS]", "[MASK]"))
                        .build());
        assertTrue(refusal.getMessage().contains("the byte 0: expected the character U+0000"), refusal.getMessage());
    }

    /** In linear time these take a moment, in quadratic time minutes. */
    @Example
    void longTextsTakeLinearTime() {
        Tokenizer tokenizer = tokenizer(List.of(
                        new AddedToken("<w>", true, false, false, false, false),
                        new AddedToken("<l>", false, true, true, false, false),
                        AddedToken.plain("  ")))
                .build();
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (String part : List.of("<w>", "a<w>", " <w>", "<l> ", "  ", "  <l>", "[MASK", "\ud83d", "\u6771 ")) {
                assertTrue(tokenizer.encode(part.repeat(200_000)).size() > 2);
            }
        });
    }
}
