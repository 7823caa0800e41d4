package io.tesserae.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Texts to tokenize; {@code peers/time_tokenizers.py} reads the same files. */
public enum TokenizerTexts {
    /** 24 English sentences, one by one. */
    SENTENCES,
    /** The same sentences as one text. */
    PARAGRAPH,
    /** Article 1 of the Universal Declaration of Human Rights in 24 languages, one by one. */
    MULTILINGUAL;

    /** The texts, in order. */
    public List<String> texts() {
        return switch (this) {
            case SENTENCES -> lines("english.txt");
            case PARAGRAPH -> List.of(String.join(" ", lines("english.txt")));
            case MULTILINGUAL -> lines("multilingual.txt");
        };
    }

    private static List<String> lines(String name) {
        try (InputStream in = TokenizerTexts.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
