package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.TensorSource;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointWeightsTest {

    private static final Path FIXTURES = Path.of("..", "testdata", "fixtures");

    @TempDir
    Path folder;

    /** Names and values of all tensors, in the order of their names; the checksums are of what PyTorch reads. */
    @ParameterizedTest
    @CsvSource({
        "distilbert-bf16-sharded, 40, 3389439807",
        "distilbert-fp16, 40, 2065906535",
        "distilbert-base, 36, 608950556"
    })
    void readsWhatTheReferenceReads(String fixture, int tensors, long checksum) throws IOException {
        try (TensorSource weights =
                CheckpointWeights.open(ModelFiles.directory(Packed.checkpoint(FIXTURES.resolve(fixture))))) {
            assertEquals(tensors, weights.names().size());
            CRC32 crc = new CRC32();
            for (String name : new TreeSet<>(weights.names())) {
                int count = 1;
                for (long dimension : weights.shape(name)) {
                    count *= (int) dimension;
                }
                float[] values = new float[count];
                weights.read(name, 0, values, 0, count);
                ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(values);
                crc.update(name.getBytes(StandardCharsets.UTF_8));
                crc.update(bytes);
            }
            assertEquals(checksum, crc.getValue());
        }
    }

    @Test
    void prefersTheSingleFile() throws IOException {
        shard("model.safetensors", "single");
        shard("a.safetensors", "x");
        index("\"x\":\"a.safetensors\"");
        assertEquals(Set.of("single"), openedNames());
    }

    @Test
    void namesFileAndTensor() throws IOException {
        shard("a.safetensors", "x");
        index("\"x\":\"a.safetensors\"");
        try (CheckpointWeights weights = open()) {
            assertEquals(folder.resolve("a.safetensors") + ": tensor \"x\" (F32 [1])", weights.describe("x"));
            assertTrue(weights.describe("y").contains("model.safetensors.index.json: no tensor \"y\""));
            assertThrows(IllegalArgumentException.class, () -> weights.shape("y"));
            assertThrows(IllegalArgumentException.class, () -> weights.read("y", 0, new float[1], 0, 1));
        }
    }

    /** As the reference does: the index says which files there are, the files what is in them. */
    @Test
    void loadsTensorsThatTheIndexLeavesOut() throws IOException {
        shard("a.safetensors", "x", "left out");
        shard("b.safetensors", "y");
        index("\"x\":\"a.safetensors\",\"y\":\"b.safetensors\"");
        assertEquals(Set.of("x", "left out", "y"), openedNames());
    }

    @Test
    void readsShardsThatAreLinks() throws IOException {
        Path blobs = Files.createDirectory(folder.resolve("blobs"));
        Path snapshot = Files.createDirectory(folder.resolve("snapshot"));
        new SafetensorsWriter().addFloats("x", new float[] {7}, 1).write(blobs.resolve("0a1b"));
        Files.createSymbolicLink(snapshot.resolve("model.safetensors"), Path.of("..", "blobs", "0a1b"));
        try (CheckpointWeights weights = CheckpointWeights.open(ModelFiles.directory(snapshot))) {
            float[] value = new float[1];
            weights.read("x", 0, value, 0, 1);
            assertArrayEquals(new float[] {7}, value);
        }
    }

    /** As those of a jar are: there is nothing to map, and nothing to read past a mapping. */
    @Test
    void readsFilesThatAreNotOnDisk() throws IOException {
        shard("model.safetensors", "xyz");
        ModelFiles onDisk = ModelFiles.directory(folder);
        ModelFiles inMemory = new ModelFiles() {
            @Override
            public boolean exists(String name) {
                return onDisk.exists(name);
            }

            @Override
            public String readText(String name, long byteLimit) throws IOException {
                return onDisk.readText(name, byteLimit);
            }

            @Override
            public MemorySegment map(String name, Arena arena) throws IOException {
                return MemorySegment.ofArray(Files.readAllBytes(folder.resolve(name)));
            }

            @Override
            public String describe(String name) {
                return "resource /" + name;
            }
        };
        try (CheckpointWeights weights = CheckpointWeights.open(inMemory)) {
            float[] value = new float[1];
            weights.read("xyz", 0, value, 0, 1);
            assertArrayEquals(new float[] {3}, value);
            assertEquals("resource /model.safetensors: tensor \"xyz\" (F32 [1])", weights.describe("xyz"));
        }
    }

    @Test
    void readsNothingOnceClosed() throws IOException {
        shard("a.safetensors", "x");
        index("\"x\":\"a.safetensors\"");
        CheckpointWeights weights = open();
        weights.close();
        assertThrows(IllegalStateException.class, () -> weights.read("x", 0, new float[1], 0, 1));
    }

    @Test
    void refusesAnIndexThatIsNotTrue() throws IOException {
        shard("a.safetensors", "x", "both");
        shard("b.safetensors", "y", "both");
        shard("c.safetensors", "z");
        refusesIndex("\"x\":\"a.safetensors\",\"y\":\"b.safetensors\"", "\"both\" is in two shards");
        refusesIndex("\"x\":\"a.safetensors\",\"w\":\"a.safetensors\"", "\"w\" is in a.safetensors, but it is in none");
        refusesIndex("\"x\":\"c.safetensors\",\"z\":\"a.safetensors\"", "but it is in");
        refusesIndex("\"x\":\"missing.safetensors\"", "the shard missing.safetensors, which is not there");
        refusesIndex("", "weight_map: expected the checkpoint's tensors");
        refusesIndex("\"x\":3", "weight_map: expected a file's name for the tensor \"x\", found 3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../a.safetensors",
                "..",
                ".",
                "",
                " ",
                "sub/a.safetensors",
                "/etc/passwd",
                "sub\\\\a.safetensors",
                "C:a.safetensors",
                "a\\u0000.safetensors",
                "caf\u00e9.safetensors",
                "a..b"
            })
    void refusesShardsThatAreNotPlainNames(String name) throws IOException {
        Files.createDirectory(folder.resolve("sub"));
        shard("a.safetensors", "x");
        shard("sub/a.safetensors", "x");
        refusesIndex("\"x\":\"" + name + "\"", "plain name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{\"weight_map\":{\"x\":\"a.safetensors\"}}",
                "{\"metadata\":{}}",
                "{\"metadata\":{},\"weight_map\":[]}",
                "{\"metadata\":{},\"weight_map\":{\"x\":\"a.safetensors\",\"x\":\"a.safetensors\"}}",
                "{\"metadata\":{},\"weight_map\":{\"x\":\"a.safetensors\"}} x"
            })
    void refusesAnIndexOfAnotherForm(String index) throws IOException {
        shard("a.safetensors", "x");
        Files.writeString(folder.resolve("model.safetensors.index.json"), index);
        Exception e = assertThrows(ModelLoadingException.class, this::open);
        assertTrue(e.getMessage().contains("model.safetensors.index.json: "), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tf_model.h5", "flax_model.msgpack"})
    void refusesOtherFormatsByName(String name) throws IOException {
        Files.write(folder.resolve(name), new byte[100]);
        Exception e = assertThrows(ModelLoadingException.class, this::open);
        assertTrue(
                e.getMessage().contains("There is " + name) && e.getMessage().contains("save_pretrained"),
                e.getMessage());
    }

    @Test
    void saysWhatIsMissing() {
        Exception e = assertThrows(ModelLoadingException.class, this::open);
        assertTrue(e.getMessage().contains("model.safetensors: no such file"), e.getMessage());
    }

    private void refusesIndex(String weightMap, String reason) throws IOException {
        index(weightMap);
        Exception e = assertThrows(ModelLoadingException.class, this::open);
        assertTrue(e.getMessage().contains(reason), e.getMessage());
    }

    private Set<String> openedNames() throws IOException {
        try (CheckpointWeights weights = open()) {
            return Set.copyOf(weights.names());
        }
    }

    private CheckpointWeights open() throws IOException {
        return CheckpointWeights.open(ModelFiles.directory(folder));
    }

    private void shard(String file, String... tensors) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (String tensor : tensors) {
            writer.addFloats(tensor, new float[] {tensor.length()}, 1);
        }
        writer.write(folder.resolve(file));
    }

    private void index(String weightMap) throws IOException {
        Files.writeString(
                folder.resolve("model.safetensors.index.json"),
                "{\"metadata\":{\"total_size\":4},\"weight_map\":{" + weightMap + "}}");
    }
}
