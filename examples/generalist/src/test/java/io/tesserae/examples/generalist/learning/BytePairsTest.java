package io.tesserae.examples.generalist.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BytePairsTest {

    private static final List<String> TEXTS = List.of("go to the red ball", "pick up the \"blue\" key", "a red ball?");

    @TempDir
    Path folder;

    /** Every word of the texts is one token of the tokenizer that is written, and every text comes back. */
    @Test
    void theWordsOfTheTextsAreTokens() throws IOException {
        BytePairs pairs = BytePairs.learn(TEXTS);
        pairs.write(folder, 32);
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(folder);
        for (String text : TEXTS) {
            assertEquals(text, tokenizer.decode(tokenizer.encode(text).inputIds()));
        }
        assertEquals(List.of("go", "Ġto", "Ġthe", "Ġred", "Ġball"), tokenizer.tokenize(TEXTS.getFirst()));
        assertEquals(pairs.endOfText(), tokenizer.eosTokenId());
        assertEquals(pairs.size(), tokenizer.vocabularySize());
    }

    /** Texts that nobody learned from are read as bytes and pairs, and nothing is lost. */
    @Test
    void otherTextsAreReadToo() throws IOException {
        BytePairs.learn(TEXTS).write(folder, 32);
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(folder);
        String text = "Zwölf \\ Boxkämpfer \n jagen";
        assertEquals(text, tokenizer.decode(tokenizer.encode(text).inputIds()));
    }
}
