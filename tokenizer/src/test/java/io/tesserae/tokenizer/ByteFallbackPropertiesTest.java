package io.tesserae.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.tokenizer.text.ByteAlphabet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every text and every list of ids with a vocabulary of LLaMA's type, and with the words of Llama 3. */
class ByteFallbackPropertiesTest {

    private static final String MARK = "\u2581";

    /** Over the letters of {@code abc}, the mark and some bytes, merges of all kinds of pieces. */
    private static final List<Segmentation.Merge> MERGES = merges();

    private static final Normalization PREPENDING =
            new Normalization.Sequence(List.of(new Normalization.Prepend(MARK), new Normalization.Replace(" ", MARK)));
    private static final PreTokenization WHOLE = new PreTokenization.Sequence(List.of());

    private static final Tokenizer PLAIN = tokenizer(PREPENDING, WHOLE, 256);
    private static final Tokenizer WITHOUT_BYTES = tokenizer(PREPENDING, WHOLE, 0);
    private static final Tokenizer SPLITTING = tokenizer(
            new Normalization.Sequence(List.of()),
            new PreTokenization.Metaspace(0x2581, PreTokenization.Metaspace.PrependScheme.FIRST, true),
            256);

    private static List<Segmentation.Merge> merges() {
        Random random = new Random(5);
        List<String> pieces = new ArrayList<>(List.of("a", "b", "c", MARK, "<0xC3>", "<0xA9>"));
        List<Segmentation.Merge> merges = new ArrayList<>();
        while (merges.size() < 120) {
            String left = pieces.get(random.nextInt(pieces.size()));
            String right = pieces.get(random.nextInt(pieces.size()));
            Segmentation.Merge merge = new Segmentation.Merge(left, right);
            if (left.length() + right.length() < 14 && !merges.contains(merge)) {
                merges.add(merge);
                pieces.add(left + right);
            }
        }
        java.util.Collections.shuffle(merges, random); // so that pieces are there that nothing is merged to
        return merges;
    }

    private static Tokenizer tokenizer(Normalization normalization, PreTokenization preTokenization, int bytes) {
        Map<String, Integer> ids = new HashMap<>();
        ids.put("<unk>", 0);
        for (String piece : List.of("<s>", "a", "b", "c", MARK, "<0xC3>", "<0xA9>")) {
            ids.put(piece, ids.size());
        }
        for (int value = 0; value < bytes; value++) {
            ids.putIfAbsent(String.format("<0x%02X>", value), ids.size());
        }
        MERGES.forEach(merge -> ids.putIfAbsent(merge.left() + merge.right(), ids.size()));
        return Tokenizer.builder(Vocabulary.of(ids))
                .segmentation(new Segmentation.BytePair(MERGES, "<unk>", true, true, false))
                .normalization(normalization)
                .preTokenization(preTokenization)
                .specialTokens(new SpecialTokens("<unk>", null, null, null, null, "<s>", null))
                .template(Template.none())
                .build();
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> awkward = Arbitraries.of(
                        "a",
                        "b",
                        "c",
                        "abcabcabc",
                        " ",
                        "  ",
                        "\n",
                        "\r\n",
                        "\t",
                        "\u3000",
                        "'s",
                        "'LL",
                        "'\u017f",
                        "12345",
                        "!?",
                        "\u00e9",
                        "e\u0301",
                        MARK,
                        "<0x41>",
                        "<s>",
                        "\ud83d",
                        "\ude00",
                        "\ud83d\ude42",
                        "\0",
                        "\uFFFD")
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
    void everyTextComesBack(@ForAll("texts") String any) {
        String text = any.replace("<s>", "");
        String expected = wellFormed(text).replace(MARK, " ");
        assertEquals(expected, PLAIN.decode(mergedBytesApart(PLAIN, text)));
    }

    /** A token that bytes were merged to is no byte when it is decoded, as in the reference. */
    private static int[] mergedBytesApart(Tokenizer tokenizer, String text) {
        return tokenizer.encode(text).tokens().stream()
                .flatMap(token -> Pattern.compile("<0x..>|[^<]").matcher(token).results())
                .mapToInt(piece -> tokenizer.tokenToId(piece.group()).orElseThrow())
                .toArray();
    }

    @Property(tries = 2000)
    void offsetsCoverTheText(@ForAll("texts") String text) {
        for (Tokenizer tokenizer : List.of(PLAIN, SPLITTING)) {
            int end = 0;
            for (Span span : tokenizer.encode(text).utf16Offsets()) {
                assertTrue(span.start() <= end && span.end() >= end && span.start() < span.end(), text);
                end = span.end();
            }
            assertEquals(text.length(), end, text);
        }
    }

    @Property(tries = 3000)
    void oneByOneIsAsAllAtOnce(@ForAll List<Integer> anyIds, @ForAll boolean skip) {
        int[] ids = anyIds.stream()
                .mapToInt(id -> Math.floorMod(id, PLAIN.vocabularySize() + 2))
                .toArray();
        StreamingDecoder decoder = PLAIN.streamingDecoder(skip);
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(decoder.next(id));
            assertTrue(PLAIN.decode(ids, skip).startsWith(text.toString()), "what was handed on is certain");
        }
        assertEquals(PLAIN.decode(ids, skip), text.append(decoder.finish()).toString());
    }

    // --- Against slow twins ---

    /** A whole text is one word, merged with a heap where it is long. */
    @Property(tries = 1500)
    void mergesAsASearchForTheBestPairDoes(@ForAll("words") String word) {
        for (Tokenizer tokenizer : List.of(PLAIN, WITHOUT_BYTES)) {
            List<String> pieces = spelt(tokenizer, MARK + word.replace(" ", MARK));
            while (true) {
                int best = MERGES.size();
                int at = -1;
                for (int i = 0; i + 1 < pieces.size(); i++) {
                    int rank = MERGES.indexOf(new Segmentation.Merge(pieces.get(i), pieces.get(i + 1)));
                    if (rank >= 0 && rank < best) {
                        best = rank;
                        at = i;
                    }
                }
                if (at < 0) {
                    break;
                }
                pieces.set(at, pieces.get(at) + pieces.remove(at + 1));
            }
            for (int round = 0; round < 2; round++) { // the second time some words are known
                assertEquals(pieces, tokenizer.encode(word).tokens());
            }
        }
    }

    /** Characters, or their bytes where there are any, or one unknown token for all in a row. */
    private static List<String> spelt(Tokenizer tokenizer, String text) {
        List<String> pieces = new ArrayList<>();
        boolean waits = false; // an unknown token: only a known character ends it, bytes do not
        for (int c : text.codePoints().toArray()) {
            String character = Character.toString(c);
            List<String> bytes = new ArrayList<>();
            for (byte value : character.getBytes(StandardCharsets.UTF_8)) {
                bytes.add(String.format("<0x%02X>", value));
            }
            if (tokenizer.tokenToId(character).isPresent()) {
                if (waits) {
                    pieces.add("<unk>");
                }
                waits = false;
                pieces.add(character);
            } else if (bytes.stream()
                    .allMatch(value -> tokenizer.tokenToId(value).isPresent())) {
                pieces.addAll(bytes);
            } else {
                waits = true;
            }
        }
        if (waits) {
            pieces.add("<unk>");
        }
        return pieces;
    }

    @Provide
    Arbitrary<String> words() {
        Arbitrary<Character> letters = Arbitraries.of('a', 'b', 'c', ' ', '\u00e9', '\u00e8', '\u6771');
        return Arbitraries.oneOf(
                letters.list().ofMinSize(1).ofMaxSize(9).map(ByteFallbackPropertiesTest::joined),
                letters.list().ofMinSize(40).ofMaxSize(120).map(ByteFallbackPropertiesTest::joined));
    }

    private static String joined(List<Character> letters) {
        StringBuilder text = new StringBuilder();
        letters.forEach(text::append);
        return text.toString();
    }

    /** What a text looks like once it is normalized, seen through a vocabulary that is nothing but bytes. */
    @Property(tries = 2000)
    void replacesAsStringsDo(@ForAll("texts") String any, @ForAll("replacements") List<Normalization.Replace> steps) {
        String expected = wellFormed(any);
        for (Normalization.Replace step : steps) {
            expected = expected.replace(step.pattern(), step.content());
        }
        Map<String, Integer> ids = new HashMap<>();
        for (int value = 0; value < 256; value++) {
            ids.put(String.format("<0x%02X>", value), value);
        }
        Tokenizer tokenizer = Tokenizer.builder(Vocabulary.of(ids))
                .segmentation(new Segmentation.BytePair(List.of(), null, false, true, false))
                .normalization(new Normalization.Sequence(List.copyOf(steps)))
                .preTokenization(WHOLE)
                .specialTokens(new SpecialTokens(null, null, null, null, null))
                .template(Template.none())
                .decoding(new Decoding.ByteFallback())
                .build();
        Encoding encoding = tokenizer.encode(any);
        assertEquals(expected, tokenizer.decode(encoding.inputIds()));
        int end = 0;
        for (Span span : encoding.utf16Offsets()) {
            assertTrue(span.start() < span.end() && span.end() >= end && span.end() <= any.length(), any);
            end = span.end();
        }
    }

    @Provide
    Arbitrary<List<Normalization.Replace>> replacements() {
        return Arbitraries.of(
                        new Normalization.Replace(" ", MARK),
                        new Normalization.Replace("abc", "c"),
                        new Normalization.Replace("bc", "\ud83d\ude42a"),
                        new Normalization.Replace("\ud83d\ude42", ""),
                        new Normalization.Replace("aa", "a"),
                        new Normalization.Replace("\uFFFD", "bcbc"))
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    /** With characters of which the JDK thinks as the reference does. */
    @Property(tries = 3000)
    void wordsAreThoseOfTheRegularExpression(@ForAll("texts") String text, @ForAll boolean manyDigits) {
        String known = text.codePoints()
                .filter(c -> c < 0x250 || c >= 0x3000 && c < 0xA000 || c >= 0x1F600 && c < 0x1F650)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        PreTokenization.Cl100k words = new PreTokenization.Cl100k(manyDigits ? 3 : 1);
        String java = words.pattern()
                .replace("(?i:", "(?iu:")
                .replace("\\s", "\\p{IsWhite_Space}")
                .replace("(?!\\S)", "(?!\\P{IsWhite_Space})");
        Matcher matcher = Pattern.compile(java).matcher(known);
        List<Integer> ends = new ArrayList<>();
        while (matcher.find()) {
            ends.add(matcher.end());
        }
        Map<String, Integer> ids = new HashMap<>();
        for (int value = 0; value < 256; value++) {
            ids.put(String.valueOf(ByteAlphabet.character(value)), value);
        }
        Encoding encoding = Tokenizer.builder(Vocabulary.of(ids))
                .segmentation(Segmentation.BytePair.of(List.of()))
                .normalization(new Normalization.Sequence(List.of()))
                .preTokenization(
                        new PreTokenization.Sequence(List.of(words, new PreTokenization.ByteLevel(false, false))))
                .specialTokens(new SpecialTokens(null, null, null, null, null))
                .template(Template.none())
                .build()
                .encode(known);
        int[] found = encoding.wordIds();
        assertEquals(
                ends,
                IntStream.range(0, encoding.size())
                        .filter(i -> i + 1 == encoding.size() || found[i + 1] != found[i])
                        .mapToObj(i -> encoding.utf16Offsets().get(i).end())
                        .toList(),
                known);
    }

    @Example
    void refusesStepsThatCannotBe() {
        assertThrows(IllegalArgumentException.class, () -> new Normalization.Prepend(""));
        assertThrows(IllegalArgumentException.class, () -> new Normalization.Prepend("\ud83d"));
        assertThrows(IllegalArgumentException.class, () -> new Normalization.Replace("", "a"));
        assertThrows(IllegalArgumentException.class, () -> new Normalization.Replace("a", "a".repeat(65)));
        assertThrows(IllegalArgumentException.class, () -> new PreTokenization.Cl100k(0));
        assertThrows(
                IllegalArgumentException.class,
                () -> new PreTokenization.Metaspace(0xD83D, PreTokenization.Metaspace.PrependScheme.FIRST, true));
    }
}
