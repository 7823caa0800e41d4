package io.tesserae.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every text and every list of ids with a byte-level vocabulary. */
class BytePairPropertiesTest {

    private static final String END = "<|endoftext|>";

    /** Over the letters of {@code abc} and a space, merges of all kinds of pieces. */
    private static final List<Segmentation.Merge> MERGES = merges(120);

    private static final Tokenizer PLAIN = tokenizer(false, MERGES);
    private static final Tokenizer PREFIXING = tokenizer(true, MERGES);

    private static List<Segmentation.Merge> merges(int count) {
        Random random = new Random(5);
        List<String> pieces = new ArrayList<>(List.of("a", "b", "c", "\u0120", "\u00e6", "\u013f"));
        List<Segmentation.Merge> merges = new ArrayList<>();
        while (merges.size() < count) {
            String left = pieces.get(random.nextInt(pieces.size()));
            String right = pieces.get(random.nextInt(pieces.size()));
            Segmentation.Merge merge = new Segmentation.Merge(left, right);
            if (left.length() + right.length() < 12 && !merges.contains(merge)) {
                merges.add(merge);
                pieces.add(left + right);
            }
        }
        java.util.Collections.shuffle(merges, random); // so that pieces are there that nothing is merged to
        return merges;
    }

    private static Tokenizer tokenizer(boolean prefix, List<Segmentation.Merge> merges) {
        Map<String, Integer> ids = new HashMap<>();
        for (int value = 0; value < 256; value++) {
            ids.put(String.valueOf(ByteAlphabet.character(value)), ids.size());
        }
        merges.forEach(merge -> ids.putIfAbsent(merge.left() + merge.right(), ids.size()));
        ids.put(END, ids.size());
        return Tokenizer.builder(Vocabulary.of(ids))
                .segmentation(Segmentation.BytePair.of(merges))
                .normalization(new Normalization.Sequence(List.of()))
                .preTokenization(new PreTokenization.ByteLevel(prefix, true))
                .specialTokens(new SpecialTokens(null, null, null, null, null, null, END))
                .addedTokens(List.of(AddedToken.special(END)))
                .template(Template.none())
                .build();
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> awkward = Arbitraries.of(
                        "a",
                        "b",
                        "c",
                        " ",
                        "  ",
                        "\n",
                        "\t",
                        "\u00a0",
                        "\u3000",
                        "'s",
                        "'LL",
                        "'",
                        "\u00e9",
                        "e\u0301",
                        "12",
                        "\u00bd",
                        "!?",
                        "\u65e5\u672c",
                        "\ud83d\ude00",
                        "\ud83d",
                        "\ude00",
                        END,
                        "<|",
                        "\0",
                        "\uFFFD",
                        "abcabcabc",
                        "\u0120",
                        "\ud835\udfca")
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
        assertEquals(wellFormed(text), PLAIN.decode(PLAIN.encode(text).inputIds()));
    }

    @Property(tries = 2000)
    void offsetsCoverTheText(@ForAll("texts") String text) {
        for (Tokenizer tokenizer : List.of(PLAIN, PREFIXING)) {
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
        assertEquals(PLAIN.decode(ids, skip), streamed(PLAIN, ids, skip));
    }

    private static String streamed(Tokenizer tokenizer, int[] ids, boolean skip) {
        StreamingDecoder decoder = tokenizer.streamingDecoder(skip);
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(decoder.next(id));
            assertTrue(tokenizer.decode(ids, skip).startsWith(text.toString()), "what was handed on is certain");
        }
        return text.append(decoder.finish()).toString();
    }

    /** Every decoder, alone and behind others. */
    @Property(tries = 3000)
    void everyDecoderOneByOne(@ForAll("decodings") Decoding decoding, @ForAll("tokenIds") List<Integer> ids) {
        List<String> vocabulary = List.of(
                "the", "##er", "##", " .", "<0xC3>", "<0xA9>", "<0xFF>", "\u2581a", "\u2581", "b</w>", " ", "  x", "do",
                "\u00c3", "\u00a9", "!");
        Tokenizer tokenizer = Tokenizer.builder(Vocabulary.of(vocabulary))
                .segmentation(new Segmentation.BytePair(List.of(), null, false, false, false))
                .specialTokens(new SpecialTokens(null, null, "the", null, null))
                .template(Template.none())
                .decoding(decoding)
                .build();
        int[] all = ids.stream().mapToInt(Integer::intValue).toArray();
        assertEquals(tokenizer.decode(all, false), streamed(tokenizer, all, false), decoding.toString());
        assertEquals(tokenizer.decode(all, true), streamed(tokenizer, all, true), decoding.toString());
    }

    @Provide
    Arbitrary<List<Integer>> tokenIds() {
        return Arbitraries.integers().between(0, 16).list().ofMaxSize(8);
    }

    @Provide
    Arbitrary<Decoding> decodings() {
        return Arbitraries.<Decoding>of(
                        new Decoding.None(),
                        new Decoding.WordPiece("##", true),
                        new Decoding.WordPiece("##", false),
                        new Decoding.Fuse(),
                        new Decoding.Strip(' ', 1, 0),
                        new Decoding.Strip(' ', 2, 1),
                        new Decoding.Replace("\u2581", " "),
                        new Decoding.Replace("er", ""),
                        new Decoding.ByteFallback(),
                        new Decoding.Metaspace(0x2581, true),
                        new Decoding.Metaspace(0x2581, false),
                        new Decoding.Bpe("</w>"),
                        new Decoding.ByteLevel())
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(Decoding.Sequence::new);
    }

    // --- Against slow twins ---

    /** Short words and long ones, which are merged by different means. */
    @Property(tries = 1500)
    void mergesAsASearchForTheBestPairDoes(@ForAll("words") String word) {
        List<String> pieces = new ArrayList<>(
                word.chars().mapToObj(c -> String.valueOf((char) c)).toList());
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
            assertEquals(pieces, PLAIN.encode(word).tokens());
        }
    }

    @Provide
    Arbitrary<String> words() {
        return Arbitraries.oneOf(
                Arbitraries.strings().withChars("abc").ofMinLength(1).ofMaxLength(9),
                Arbitraries.strings().withChars("abc").ofMinLength(40).ofMaxLength(120));
    }

    /** With characters of which the JDK thinks as the reference does. */
    @Property(tries = 3000)
    void wordsAreThoseOfTheRegularExpression(@ForAll("texts") String text) {
        String known = text.codePoints()
                .filter(c -> c < 0x250 || c >= 0x3000 && c < 0xA000 || c >= 0x1F600 && c < 0x1F650 || c == 0x1D7CA)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .replace(END, "");
        String java = PreTokenization.Gpt2.PATTERN
                .replace("\\s", "\\p{IsWhite_Space}")
                .replace("(?!\\S)", "(?!\\P{IsWhite_Space})");
        Matcher matcher = Pattern.compile(java).matcher(known);
        List<Integer> ends = new ArrayList<>();
        while (matcher.find()) {
            ends.add(matcher.end());
        }
        Encoding encoding = PLAIN.encode(known);
        int[] words = encoding.wordIds();
        List<Integer> found = IntStream.range(0, encoding.size())
                .filter(i -> i + 1 == encoding.size() || words[i + 1] != words[i])
                .mapToObj(i -> encoding.utf16Offsets().get(i).end())
                .collect(Collectors.toList());
        assertEquals(ends, found, known);
    }

    // --- Bytes ---

    @Property(tries = 3000)
    void validTextIsReadAsJavaReadsIt(@ForAll("texts") String text) {
        byte[] bytes = wellFormed(text).getBytes(StandardCharsets.UTF_8);
        int[] ids = new int[bytes.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = PLAIN.tokenToId(String.valueOf(ByteAlphabet.character(bytes[i] & 0xFF)))
                    .orElseThrow();
        }
        assertEquals(wellFormed(text), PLAIN.decode(ids));
        assertArrayEquals(bytes, PLAIN.decode(ids).getBytes(StandardCharsets.UTF_8));
    }
}
