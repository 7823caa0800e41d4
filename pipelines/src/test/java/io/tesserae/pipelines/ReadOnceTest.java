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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On the way to a pipeline, every text among a checkpoint's files is read once: config.json too, which all its parts ask. */
class ReadOnceTest {

    private static final Path FIXTURES = Path.of("..", "testdata", "fixtures");

    /** Counts what is read of a folder. */
    private static final class CountedFiles implements ModelFiles {

        private final ModelFiles files;
        private final Map<String, Integer> reads = new ConcurrentHashMap<>();

        CountedFiles(ModelFiles files) {
            this.files = files;
        }

        @Override
        public boolean exists(String name) {
            // With no class named there, the tokenizer asks config.json
            return !name.equals("tokenizer_config.json") && files.exists(name);
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
        CountedFiles files = new CountedFiles(ModelFiles.directory(FIXTURES.resolve("distilbert-sst2")));
        Pipelines.of(task, files, Engine.shared()).close();

        assertEquals(1, files.reads.get("config.json"), files.reads.toString());
        files.reads.forEach((name, reads) -> assertEquals(1, reads, name));
    }
}
