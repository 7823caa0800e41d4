package io.tesserae.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds for every text with a vocabulary of pieces and scores. */
class UnigramPropertiesTest {

    private static final String UNKNOWN = "<unk>";

    /** How far below the least score an unknown character is; the class says where that is from. */
    private static final double UNKNOWN_PENALTY = 10;

    private static final String EMOJI = "\ud83d\ude00";
    private static final List<String> PIECES = List.of(
            UNKNOWN,
            "a",
            "b",
            "ab",
            "ba",
            "aab",
            "bab",
            "abab",
            "\u2581",
            "\u2581a",
            "\u2581ab",
            EMOJI,
            "a" + EMOJI,
            "\u00e9",
            "\u65e5\u672c",
            "\ufffd");
    private static final double[] SCORES = {0, -2, -2.5, -3, -3.25, -4.5, -4.5, -5, -2, -3, -3.5, -6, -6.5, -4, -7, -5};

    private static final Tokenizer WHOLE = tokenizer(PIECES, SCORES, false, new PreTokenization.Sequence(List.of()));
    private static final Tokenizer WORDS = tokenizer(
            PIECES,
            SCORES,
            false,
            new PreTokenization.Sequence(List.of(
                    new PreTokenization.WhitespaceSplit(),
                    new PreTokenization.Metaspace(0x2581, PreTokenization.Metaspace.PrependScheme.ALWAYS, true))));

    private static Tokenizer tokenizer(
            List<String> pieces, double[] scores, boolean bytes, PreTokenization preTokenization) {
        return Tokenizer.builder(Vocabulary.of(pieces))
                .segmentation(new Segmentation.Unigram(scores, UNKNOWN, bytes))
                .normalization(new Normalization.Sequence(List.of()))
                .preTokenization(preTokenization)
                .specialTokens(new SpecialTokens(UNKNOWN, null, null, null, null, null, null))
                .template(Template.none())
                .build();
    }

    /** Every byte has a piece, and ASCII but for a few letters is unknown. */
    private static Tokenizer withBytes() {
        List<String> pieces = new ArrayList<>(PIECES);
        double[] scores = java.util.Arrays.copyOf(SCORES, SCORES.length + 256);
        for (int value = 0; value < 256; value++) {
            pieces.add(String.format("<0x%02X>", value));
            scores[SCORES.length + value] = -20;
        }
        return tokenizer(pieces, scores, true, new PreTokenization.Sequence(List.of()));
    }

    private static final Tokenizer BYTES = withBytes();

    @Provide
    Arbitrary<String> shortTexts() {
        return Arbitraries.of("a", "b", "ab", "\u2581", "z", "\u00e9", EMOJI, "\u65e5", "\u672c")
                .list()
                .ofMinSize(1)
                .ofMaxSize(7)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> awkward = Arbitraries.of(
                        "a",
                        "b",
                        "ab",
                        " ",
                        "  ",
                        "\n",
                        "\u3000",
                        "\u2581",
                        "\u2581\u2581",
                        UNKNOWN,
                        "\0",
                        EMOJI,
                        "\ud83d",
                        "\ude00",
                        "\ufffd",
                        "e\u0301",
                        "\u65e5\u672c",
                        "\udbff\udfff",
                        "z",
                        "abababab")
                .list()
                .ofMaxSize(20)
                .map(parts -> String.join("", parts));
        return Arbitraries.oneOf(Arbitraries.strings().all().ofMaxLength(40), awkward);
    }

    // --- The best way

    @Property(tries = 3000)
    void theWayIsTheBestOfAll(@ForAll("shortTexts") String text) {
        assertBest(WHOLE, PIECES, SCORES, text);
    }

    /** Scores that jqwik draws: few different ones, so that many ways are equally good. */
    @Property(tries = 2000)
    void theWayIsTheBestOfAllWhateverTheScores(
            @ForAll("shortTexts") String text, @ForAll @Size(16) List<@IntRange(min = -8, max = 0) Integer> drawn) {
        double[] scores = drawn.stream().mapToDouble(score -> score / 2.0).toArray();
        assertBest(tokenizer(PIECES, scores, false, new PreTokenization.Sequence(List.of())), PIECES, scores, text);
    }

    /**
     * The sum of what was found is that of the best of all ways. Sums of halves and quarters are exact, in any order.
     *
     * <p>Neighbouring unknown characters are one token, and may even look like a piece: the characters that such a token stands for are
     * found by trying; so is only compared how good the ways are where all that is unknown is told apart.
     */
    private static void assertBest(Tokenizer tokenizer, List<String> pieces, double[] scores, String text) {
        Map<String, Double> byPiece = new TreeMap<>();
        IntStream.range(1, scores.length).forEach(id -> byPiece.put(pieces.get(id), scores[id]));
        double unknown = IntStream.range(0, scores.length)
                        .mapToDouble(id -> scores[id])
                        .min()
                        .orElseThrow()
                - UNKNOWN_PENALTY;
        Encoding found = tokenizer.encode(text);
        double sum = 0;
        for (int i = 0; i < found.size(); i++) {
            Span place = found.utf16Offsets().get(i);
            String covered = text.substring(place.start(), place.end());
            int id = found.inputIds()[i];
            sum += id == 0 ? unknown * covered.codePointCount(0, covered.length()) : scores[id];
            assertTrue(id == 0 || pieces.get(id).equals(covered), found.tokens() + " " + covered);
        }
        assertEquals(best(text, 0, byPiece, unknown), sum, text + " " + found.tokens());
    }

    /** The sum on the best way from here to the end, all ways tried. */
    private static double best(String text, int from, Map<String, Double> scores, double unknown) {
        if (from == text.length()) {
            return 0;
        }
        int next = text.offsetByCodePoints(from, 1);
        double best = scores.containsKey(text.substring(from, next))
                ? Double.NEGATIVE_INFINITY // what is a piece by itself is never unknown
                : unknown + best(text, next, scores, unknown);
        for (int end = next; end <= text.length(); end++) {
            Double score = scores.get(text.substring(from, end));
            if (score != null) {
                best = Math.max(best, score + best(text, end, scores, unknown));
            }
        }
        return best;
    }

    // --- Ids and places

    @Property(tries = 3000)
    void idsAreInTheVocabularyAndOffsetsCoverTheText(@ForAll("texts") String text) {
        Encoding found = WHOLE.encode(text);
        int end = 0;
        for (int i = 0; i < found.size(); i++) {
            assertTrue(found.inputIds()[i] >= 0 && found.inputIds()[i] < PIECES.size());
            assertEquals(end, found.utf16Offsets().get(i).start());
            end = found.utf16Offsets().get(i).end();
        }
        assertEquals(text.length(), end);
    }

    /** Words may be marked where the text has nothing; else every token is of its own word, and whitespace alone is left out. */
    @Property(tries = 3000)
    void offsetsOfWordsLeaveOutWhitespaceAlone(@ForAll("texts") String text) {
        Encoding found = WORDS.encode(text);
        int end = 0;
        for (Span place : found.utf16Offsets()) {
            if (place.start() > end) {
                String between = text.substring(end, place.start());
                assertTrue(between.codePoints().allMatch(UnigramPropertiesTest::isSpace), () -> "left out: " + between);
            }
            assertTrue(place.start() <= place.end());
            end = Math.max(end, place.end());
        }
        assertTrue(text.substring(end).codePoints().allMatch(UnigramPropertiesTest::isSpace));
    }

    private static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
    }

    @Property(tries = 3000)
    void whatIsSpeltInBytesComesBack(@ForAll("texts") String text) {
        StringBuilder back = new StringBuilder();
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        for (String token : BYTES.encode(text).tokens()) {
            if (token.startsWith("<0x")) {
                bytes.write(Integer.parseInt(token.substring(3, 5), 16));
            } else {
                back.append(bytes.toString(java.nio.charset.StandardCharsets.UTF_8))
                        .append(token);
                bytes.reset();
            }
        }
        back.append(bytes.toString(java.nio.charset.StandardCharsets.UTF_8));
        assertEquals(wellFormed(text), back.toString());
    }

    /** Halves of surrogate pairs are no characters. */
    private static String wellFormed(String text) {
        return text.codePoints()
                .map(c -> c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Property(tries = 1000)
    void aTextAloneIsEncodedAsAmongOthers(@ForAll("texts") String text, @ForAll("texts") String other) {
        Encoding among = WORDS.encodeBatch(List.of(other, text, other)).get(1);
        assertArrayEquals(WORDS.encode(text).inputIds(), among.inputIds());
        assertEquals(WORDS.encode(text).offsets(), among.offsets());
    }
}
