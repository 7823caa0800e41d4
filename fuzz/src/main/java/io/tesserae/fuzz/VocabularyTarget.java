package io.tesserae.fuzz;

import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.files.ModelLoadingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A vocab.txt with nothing beside it. */
public final class VocabularyTarget implements FuzzTarget {

    private static final VocabularyTarget TARGET = new VocabularyTarget();

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
    }

    @Override
    public String name() {
        return "vocabulary";
    }

    @Override
    public long read(byte[] input) {
        TokenizerTarget.use(AutoTokenizer.fromPretrained(new Bundle(Map.of("vocab.txt", input)).modelFiles()));
        return 0;
    }

    @Override
    public List<Class<? extends RuntimeException>> refusals() {
        return List.of(ModelLoadingException.class);
    }

    /** A blank line is a byte, and a place in several tables. */
    @Override
    public Bound bound() {
        return new Bound(8 << 20, 512);
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        seeds.put("tiny", TestData.bytes("spec-cases/tiny-vocab/vocab.txt"));
        seeds.put("cased", TestData.bytes("spec-cases/tiny-vocab-cased/vocab.txt"));
        seeds.put(
                "few",
                "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\n##ing\na \n\u0085\n".getBytes(StandardCharsets.UTF_8));
        return seeds;
    }

    @Override
    public List<String> dictionary() {
        return List.of(
                "[PAD]\n",
                "[UNK]\n",
                "[CLS]\n",
                "[SEP]\n",
                "[MASK]\n",
                "##",
                "\n",
                "\r\n",
                "\u2028",
                "\uFEFF",
                "\u0301");
    }

    @Override
    public int longestInput() {
        return 14 << 10;
    }
}
