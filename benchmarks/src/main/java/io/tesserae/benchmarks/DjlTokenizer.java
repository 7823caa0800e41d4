package io.tesserae.benchmarks;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Hugging Face's Rust tokenizer as the Deep Java Library wraps it: what a Java program would otherwise use. It takes {@code
 * tokenizer.json} literally, and here neither pads nor truncates.
 *
 * <p>The native library is unpacked from DJL's jar into {@code ~/.djl.ai} at the first use.
 */
public final class DjlTokenizer implements AutoCloseable {

    private final HuggingFaceTokenizer tokenizer;

    /**
     * Loads the native library, if that has not been done, and a tokenizer.
     *
     * @param folder with a {@code tokenizer.json}
     * @throws IllegalStateException if the native library cannot be had: another platform, or a home that cannot be written
     */
    public DjlTokenizer(Path folder) {
        // DJL otherwise reports its use over the network, and looks there for a library that its jar lacks.
        System.setProperty("ai.djl.offline", "true");
        Map<String, String> options =
                Map.of("addSpecialTokens", "true", "truncation", "do_not_truncate", "padding", "do_not_pad");
        try {
            tokenizer = HuggingFaceTokenizer.newInstance(folder.resolve("tokenizer.json"), options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (LinkageError | RuntimeException e) {
            throw new IllegalStateException("DJL's native tokenizer cannot be loaded here: " + e, e);
        }
    }

    /** Encodes one text. */
    public Encoding encode(String text) {
        return tokenizer.encode(text);
    }

    /** Encodes two texts as one input. */
    public Encoding encode(String text, String textPair) {
        return tokenizer.encode(text, textPair);
    }

    /** Encodes many texts in one native call; on one thread if {@code TOKENIZERS_PARALLELISM=false} is in the environment. */
    public Encoding[] encodeBatch(List<String> texts) {
        return tokenizer.batchEncode(texts);
    }

    /** The version of the Rust library and of DJL, as in {@code 0.21.0-0.38.0}. */
    public String version() {
        return tokenizer.getVersion();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
