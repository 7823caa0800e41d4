package io.tesserae.fuzz;

import io.tesserae.tokenizer.AddedToken;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.EncodingOptions;
import io.tesserae.tokenizer.Normalization;
import io.tesserae.tokenizer.Padding;
import io.tesserae.tokenizer.Segmentation;
import io.tesserae.tokenizer.Side;
import io.tesserae.tokenizer.Span;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.tokenizer.TruncationStrategy;
import io.tesserae.tokenizer.Vocabulary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Any text under any options: four bytes that choose tokenizer and options, then the text, as UTF-8 or, to get at halves of surrogate
 * pairs, as UTF-16. A zero character divides it into two texts.
 */
public final class TextTarget implements FuzzTarget {

    private static final TextTarget TARGET = new TextTarget();

    private static final int OPTION_BYTES = 4;

    /** Of windows that were asked for, decoded and padded: where both texts are cut, there is one for every pair, as in the reference. */
    private static final int BYTES_PER_TOKEN = 1024;

    /** Of each of these windows, however short. */
    private static final int BYTES_PER_WINDOW = 4096;

    private static final List<AddedToken> ADDED = List.of(
            new AddedToken("<x>", false, true, true, false, false),
            new AddedToken(" ", true, true, true, false, false),
            new AddedToken("Straße", true, false, false, true, false),
            AddedToken.special("<|end|>"));

    private static final class Loaded {
        static final List<Tokenizer> TOKENIZERS = tokenizers();
    }

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
    }

    @Override
    public String name() {
        return "text";
    }

    @Override
    public long read(byte[] input) {
        if (input.length < OPTION_BYTES) {
            return 0;
        }
        Tokenizer tokenizer = Loaded.TOKENIZERS.get((input[0] & 0xFF) % Loaded.TOKENIZERS.size());
        boolean wide = (input[1] & 64) != 0;
        String text = wide
                ? utf16(input)
                : new String(input, OPTION_BYTES, input.length - OPTION_BYTES, StandardCharsets.UTF_8);
        int zero = text.indexOf('\0');
        String first = zero < 0 ? text : text.substring(0, zero);
        String second = zero < 0 ? null : text.substring(zero + 1);
        EncodingOptions options = options(input);
        boolean words = (input[1] & 128) != 0;
        Encoding encoding = words
                ? tokenizer.encodeWords(List.of(first.split(" ")), second == null ? null : List.of(second), options)
                : tokenizer.encode(first, second, options);
        check(
                tokenizer,
                encoding,
                words ? Integer.MAX_VALUE : Math.max(first.length(), zero < 0 ? 0 : second.length()));
        encoding.overflow().forEach(further -> tokenizer.decode(further.inputIds(), true));
        List<Encoding> padded = tokenizer.pad(List.of(encoding), Padding.LONGEST.toMultipleOf(1 + (input[3] & 0xFF)));
        return padded.getFirst().overflow().stream()
                .mapToLong(further -> BYTES_PER_WINDOW + (long) further.size() * BYTES_PER_TOKEN)
                .sum();
    }

    /** Not a decoder, which would mend it. */
    private static String utf16(byte[] input) {
        char[] characters = new char[(input.length - OPTION_BYTES) / 2];
        for (int i = 0; i < characters.length; i++) {
            int at = OPTION_BYTES + 2 * i;
            characters[i] = (char) (input[at] & 0xFF | (input[at + 1] & 0xFF) << 8);
        }
        return new String(characters);
    }

    private static EncodingOptions options(byte[] input) {
        TruncationStrategy[] strategies = TruncationStrategy.values();
        int maxLength = input[2] & 0xFF;
        return new EncodingOptions(
                (input[1] & 1) != 0,
                strategies[(input[1] >> 1 & 0xF) % strategies.length],
                maxLength == 0 ? OptionalInt.empty() : OptionalInt.of(maxLength - 1),
                (input[3] & 0xFF) % 16,
                (input[1] & 32) != 0);
    }

    private static void check(Tokenizer tokenizer, Encoding encoding, int textLength) {
        int size = encoding.size();
        require(encoding.inputIds().length == size, "as many ids as tokens");
        require(encoding.tokenTypeIds().length == size && encoding.wordIds().length == size, "as many ids as tokens");
        require(encoding.sequenceIds().length == size, "as many sequences as tokens");
        List<String> tokens = encoding.tokens();
        List<Span> utf16Offsets = encoding.utf16Offsets();
        List<Span> offsets = encoding.offsets();
        for (int i = 0; i < size; i++) {
            String token = tokenizer.idToToken(encoding.inputIds()[i]);
            require(token.equals(tokens.get(i)) || isAdded(token), "the ids' tokens");
            Span utf16 = utf16Offsets.get(i);
            Span offset = offsets.get(i);
            require(0 <= offset.start() && offset.start() <= offset.end(), "offsets in order");
            require(
                    0 <= utf16.start() && utf16.start() <= utf16.end() && utf16.end() <= textLength,
                    "offsets inside the text");
        }
        tokenizer.decode(encoding.inputIds(), false);
        tokenizer.decode(encoding.inputIds(), true, true);
    }

    /** Such a token is shown as it was found: with the spaces that it takes, or normalized. */
    private static boolean isAdded(String token) {
        return ADDED.stream().anyMatch(added -> added.content().equals(token));
    }

    private static void require(boolean kept, String what) {
        if (!kept) {
            throw new Finding("expected " + what);
        }
    }

    private static List<Tokenizer> tokenizers() {
        Vocabulary uncased = vocabulary("tiny-vocab");
        Vocabulary cased = vocabulary("tiny-vocab-cased");
        return List.of(
                Tokenizer.builder(uncased).build(),
                Tokenizer.builder(cased)
                        .normalization(Normalization.Bert.CASED)
                        .truncationSide(Side.LEFT)
                        .build(),
                Tokenizer.builder(uncased)
                        .addedTokens(ADDED)
                        .paddingSide(Side.LEFT)
                        .build(),
                Tokenizer.builder(cased)
                        .addedTokens(ADDED)
                        .splitSpecialTokens(true)
                        .normalization(new Normalization.Bert(false, true, true, false))
                        .build(),
                Tokenizer.builder(uncased)
                        .normalization(new Normalization.Bert(true, false, false, true))
                        .segmentation(new Segmentation.WordPiece(null, "##", 1 << 20))
                        .build());
    }

    private static Vocabulary vocabulary(String folder) {
        try {
            return Vocabulary.parse(
                    new String(TestData.bytes("spec-cases/" + folder + "/vocab.txt"), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<Class<? extends RuntimeException>> refusals() {
        return List.of(IllegalArgumentException.class);
    }

    /** Windows that overlap repeat the text, here up to 16 times; each token has its string, its span and six numbers. */
    @Override
    public Bound bound() {
        return new Bound(4 << 20, 16 * 1024);
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        for (String text : SpecificationCases.texts()) {
            byte[] bytes = ("\0\1\0\0" + text).getBytes(StandardCharsets.UTF_8);
            if (bytes.length <= longestInput()) {
                seeds.put(String.format("case-%03d", seeds.size()), bytes);
            }
        }
        return seeds;
    }

    @Override
    public List<String> dictionary() {
        return List.of(
                "[SEP]",
                "[MASK]",
                "<x>",
                "<|end|>",
                "\u0301",
                "\u0345",
                "\u302E",
                "\uD83D\uDE00",
                "\uFEFF",
                "\u200B",
                "İ",
                "ß",
                "北",
                "한",
                "\u1FFC",
                "\u0F75",
                "\uFFFD",
                "##",
                " ",
                "\u00A0",
                "\u2028",
                "\u0344",
                "\u1E9E");
    }

    @Override
    public int longestInput() {
        return 1 << 10;
    }
}
