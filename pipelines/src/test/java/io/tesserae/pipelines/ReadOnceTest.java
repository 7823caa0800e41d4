package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.files.ModelFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On the way to a pipeline, every text among a checkpoint's files is read once: config.json too, which all its parts ask. */
class ReadOnceTest {

    private static final Path FIXTURES = Path.of("..", "testdata", "fixtures");

    /** Counts what is read of a folder. */
    private static final class CountedFiles implements ModelFiles {

        private final ModelFiles files;
        private final String hidden;
        private final Map<String, Integer> reads = new ConcurrentHashMap<>();

        /** @param hidden a file that is not there */
        CountedFiles(ModelFiles files, String hidden) {
            this.files = files;
            this.hidden = hidden;
        }

        @Override
        public boolean exists(String name) {
            return !name.equals(hidden) && files.exists(name);
        }

        @Override
        public String readText(String name, long byteLimit) throws IOException {
            reads.merge(name, 1, Integer::sum);
            return files.readText(name, byteLimit);
        }

        @Override
        public MemorySegment map(String name, Arena arena) throws IOException {
            reads.merge(name, 1, Integer::sum);
            return files.map(name, arena);
        }

        @Override
        public Optional<Path> path(String name) {
            return Optional.empty(); // so that weights come through here
        }

        @Override
        public String describe(String name) {
            return files.describe(name);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text-classification", "feature-extraction", "sentence-embedding"})
    void everyFileIsReadOnce(String task) {
        // With no class named there, the tokenizer asks config.json
        CountedFiles files =
                new CountedFiles(ModelFiles.directory(FIXTURES.resolve("distilbert-sst2")), "tokenizer_config.json");
        Pipelines.of(task, files, Engine.shared()).close();

        assertEquals(1, files.reads.get("config.json"), files.reads.toString());
        files.reads.forEach((name, reads) -> assertEquals(1, reads, name));
    }

    /** A chat template is given the special tokens, which are told by the tokenizer's files. */
    @Test
    void aVocabularyIsReadOnceForTheTokenizerAndTheChatTemplate() {
        CountedFiles files = new CountedFiles(ModelFiles.directory(FIXTURES.resolve("idefics3/conversation")), "");
        Pipelines.of("image-text-to-text", files, Engine.shared()).close();

        assertEquals(1, files.reads.get("chat_template.jinja"), files.reads.toString());
        assertEquals(1, files.reads.get("tokenizer.json"), files.reads.toString());
    }
}
