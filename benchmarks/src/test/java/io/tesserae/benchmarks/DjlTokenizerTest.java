package io.tesserae.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Span;
import io.tesserae.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tesserae's tokenizer against the Rust one, asked through DJL there and then. Skipped where DJL's native library does not load.
 */
class DjlTokenizerTest {

    private static final Path TINY = Path.of("..", "testdata", "spec-cases");
    private static final Path REAL = Path.of("..", "..", "shared", "real", "tokenizers");

    private static final List<String> AWKWARD = List.of(
            "",
            " ",
            "[SEP]",
            "[sep] [ SEP ]",
            "I like soccer. [SEP] We all love soccer! [MASK]",
            "\ufeffsoc\u200bcer e\u0301t e\u0301 \0 \ufffd",
            "İstanbul ΟΔΟΣ ẞ ﬁ",
            "\u0f73\u0f75\u0344",
            "\ud83d\ude00 \ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67 \ud83c\udde9\ud83c\uddea 1\ufe0f\u20e3",
            "a\u2028b\u0085c\u00a0d\u3000e\u000bf",
            "don't can't €5 5×3 x_y",
            "x".repeat(100) + " " + "y".repeat(101));

    static Stream<Path> folders() {
        return Stream.of(
                TINY.resolve("tiny-vocab"),
                TINY.resolve("tiny-vocab-cased"),
                REAL.resolve("bert-base-uncased"),
                REAL.resolve("bert-base-cased"));
    }

    @ParameterizedTest
    @MethodSource("folders")
    void encodesAsTheRustTokenizer(Path folder) {
        Tokenizer tesserae = tesserae(folder);
        try (DjlTokenizer djl = djl(folder)) {
            for (String text : texts()) {
                assertEquals(describe(djl.encode(text)), describe(tesserae.encode(text)), text);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void encodesPairsAsTheRustTokenizer(Path folder) {
        Tokenizer tesserae = tesserae(folder);
        try (DjlTokenizer djl = djl(folder)) {
            List<String> texts = texts();
            for (int i = 0; i < texts.size(); i++) {
                String text = texts.get(i);
                String pair = texts.get((i * 7 + 3) % texts.size());
                if (!pair.isEmpty()) { // which is no pair to Tesserae, as it is to transformers
                    assertEquals(describe(djl.encode(text, pair)), describe(tesserae.encode(text, pair)), text + pair);
                }
            }
        }
    }

    private static Tokenizer tesserae(Path folder) {
        assumeTrue(Files.isDirectory(folder), () -> folder + " is not there");
        return AutoTokenizer.fromPretrained(folder);
    }

    private static DjlTokenizer djl(Path folder) {
        try {
            return new DjlTokenizer(folder);
        } catch (IllegalStateException e) {
            return abort(e.getMessage());
        }
    }

    /** Prose, what is known to be awkward, and code points at random, near and far. */
    private static List<String> texts() {
        List<String> texts = new ArrayList<>(AWKWARD);
        for (TokenizerTexts workload : TokenizerTexts.values()) {
            texts.addAll(workload.texts());
        }
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            int limit = 1 << random.nextInt(7, 21);
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(1, 40); length > 0; length--) {
                int codePoint = random.nextInt(limit);
                text.appendCodePoint(Character.getType(codePoint) == Character.SURROGATE ? ' ' : codePoint);
            }
            texts.add(text.toString());
        }
        return texts;
    }

    private static String describe(Encoding encoding) {
        return lines(
                encoding.tokens(),
                encoding.inputIds(),
                encoding.tokenTypeIds(),
                encoding.attentionMask(),
                encoding.specialTokensMask(),
                encoding.wordIds(),
                encoding.sequenceIds(),
                encoding.offsets());
    }

    private static String describe(ai.djl.huggingface.tokenizers.Encoding encoding) {
        List<Span> offsets = new ArrayList<>();
        for (CharSpan span : encoding.getCharTokenSpans()) { // null for special tokens
            offsets.add(span == null ? new Span(0, 0) : new Span(span.getStart(), span.getEnd()));
        }
        return lines(
                List.of(encoding.getTokens()),
                ints(encoding.getIds()),
                ints(encoding.getTypeIds()),
                ints(encoding.getAttentionMask()),
                ints(encoding.getSpecialTokenMask()),
                ints(encoding.getWordIds()),
                ints(encoding.getSequenceIds()),
                offsets);
    }

    private static String lines(
            List<String> tokens,
            int[] ids,
            int[] types,
            int[] attention,
            int[] special,
            int[] words,
            int[] sequences,
            List<Span> offsets) {
        List<String> lines = new ArrayList<>();
        for (int[] values : List.of(ids, types, attention, special, words, sequences)) {
            lines.add(IntStream.of(values).boxed().toList().toString());
        }
        lines.add(tokens.toString());
        lines.add(offsets.toString());
        return String.join("\n", lines);
    }

    private static int[] ints(long[] values) {
        return LongStream.of(values).mapToInt(Math::toIntExact).toArray();
    }
}
