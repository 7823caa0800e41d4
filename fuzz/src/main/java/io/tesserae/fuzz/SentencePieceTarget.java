package io.tesserae.fuzz;

import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.tokenizer.Tokenizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model file of SentencePiece, read for each class that has one. What is loaded has to encode a text and decode it. It is refused if
 * it suits none of them.
 */
public final class SentencePieceTarget implements FuzzTarget {

    private static final SentencePieceTarget TARGET = new SentencePieceTarget();

    /** What such a file is called, by the class of the tokenizer. */
    private static final Map<String, String> FILES = new LinkedHashMap<>();

    static {
        FILES.put("XLMRobertaTokenizer", "sentencepiece.bpe.model");
        FILES.put("CamembertTokenizer", "sentencepiece.bpe.model");
        FILES.put("AlbertTokenizer", "spiece.model");
        FILES.put("DebertaV2Tokenizer", "spm.model");
    }

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
    }

    @Override
    public String name() {
        return "sentence-piece";
    }

    @Override
    public long read(byte[] input) {
        List<ModelLoadingException> refused = new ArrayList<>();
        for (Map.Entry<String, String> one : FILES.entrySet()) {
            byte[] named = ("{\"tokenizer_class\": \"" + one.getKey() + "\"}").getBytes(StandardCharsets.UTF_8);
            Map<String, byte[]> files = Map.of("tokenizer_config.json", named, one.getValue(), input);
            try {
                use(AutoTokenizer.fromPretrained(ModelFiles.resources(
                        "input", name -> files.containsKey(name) ? new ByteArrayInputStream(files.get(name)) : null)));
            } catch (ModelLoadingException e) {
                refused.add(e);
            }
        }
        if (refused.size() == FILES.size()) {
            throw refused.getFirst();
        }
        return 0;
    }

    /**
     * A map that is damaged where nobody looks is refused by the first text that needs it; and a text that the vocabulary cannot spell is,
     * where there is no unknown token.
     */
    static void use(Tokenizer tokenizer) {
        try {
            TokenizerTarget.use(tokenizer);
            TokenizerTarget.requireStreamedAlike(
                    tokenizer,
                    tokenizer.encode("ab \uFB01 ab\u00e9 <mask> \uD83D\uDE00 a").inputIds());
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            if (!message.contains("normalizer") && !message.contains("has no unknown token to stand for it")) {
                throw e;
            }
        }
    }

    @Override
    public List<Class<? extends RuntimeException>> refusals() {
        return List.of(ModelLoadingException.class);
    }

    /** It is read four times; each time a piece of two bytes becomes a token. */
    @Override
    public Bound bound() {
        return new Bound(16 << 20, 1024);
    }

    @Override
    public Map<String, byte[]> seeds() {
        byte[] first = join(piece("<unk>", 0, 2), piece("<s>", 0, 3), piece("</s>", 0, 3));
        byte[] marks = join(piece("<pad>", 0, 3), piece("[CLS]", 0, 3), piece("[SEP]", 0, 3), piece("[MASK]", 0, 4));
        byte[] pieces = join(
                piece("\u2581", -2, 1),
                piece("a", -3, 1),
                piece("b", -3.5f, 1),
                piece("\u2581ab", -1.5f, 1),
                piece("<0xC3>", -9, 6));
        byte[] unigram = message(2, new byte[] {3 << 3, 1});
        return Map.of(
                "pieces", join(first, pieces, unigram),
                "marks", join(first, marks, pieces, unigram),
                "map", join(first, pieces, unigram, message(3, message(2, map()))),
                "nothing", new byte[0]);
    }

    /** A trie in which the ligature fi leads to its two letters: a unit for each of its three bytes, and one for the text. */
    static byte[] map() {
        byte[] texts = "fi\0".getBytes(StandardCharsets.UTF_8);
        int[] units = new int[1024];
        int place = 256; // of the children of the root; a power of two, so that they lie at it plus their byte
        units[0] = place << 10;
        byte[] key = "\uFB01".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < key.length; i++) {
            int at = place ^ key[i] & 0xFF;
            int children = i == key.length - 1 ? 4 : 256 * (i + 2);
            units[at] = (at ^ children) << 10 | key[i] & 0xFF | (i == key.length - 1 ? 1 << 8 : 0);
            place = children;
        }
        units[place] = 1 << 31; // the text at 0
        ByteBuffer map =
                ByteBuffer.allocate(4 + 4 * units.length + texts.length).order(ByteOrder.LITTLE_ENDIAN);
        map.putInt(4 * units.length);
        for (int unit : units) {
            map.putInt(unit);
        }
        return map.put(texts).array();
    }

    private static byte[] piece(String text, float score, int type) {
        byte[] number = ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(score)
                .array();
        return message(
                1,
                join(
                        message(1, text.getBytes(StandardCharsets.UTF_8)),
                        join(new byte[] {2 << 3 | 5}, number),
                        new byte[] {3 << 3, (byte) type}));
    }

    /** A field that has a length. */
    private static byte[] message(int number, byte[] value) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(number << 3 | 2);
        int rest = value.length;
        for (; rest > 0x7F; rest >>>= 7) {
            all.write(rest & 0x7F | 0x80);
        }
        all.write(rest);
        all.writeBytes(value);
        return all.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Override
    public List<String> dictionary() {
        return List.of("<s>", "</s>", "<unk>", "<mask>", "[MASK]", "\u2581", "<0x41>", "\uFB01");
    }

    @Override
    public int longestInput() {
        return 8 << 10;
    }
}
