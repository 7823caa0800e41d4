package io.tesserae.loaders.safetensors;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.files.ModelLoadingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Valid files with a few bytes changed: they are read or refused with {@link ModelLoadingException}, nothing else. */
class MutatedFilesTest {

    private static final String TOKENS = "{}[]\",:0123456789-.eE\\u \n\u0000\u00ff";

    @Property(tries = 20_000)
    void everyMutationIsReadOrRefused(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        byte[] mutated = mutate(validFile(), random);
        readOrRefuse(mutated);
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] valid = validFile();
        for (int length = 0; length < valid.length; length++) {
            assertTrue(!readOrRefuse(Arrays.copyOf(valid, length)), "read with " + length + " bytes");
        }
        assertTrue(!readOrRefuse(Arrays.copyOf(valid, valid.length + 1)), "read with a byte too many");
        assertTrue(readOrRefuse(valid));
    }

    /** Five megabytes of each thing that could be slow or deep. */
    @Test
    void longHeadersTakeNoTime() {
        for (String part : new String[] {"[", "{\"a\":", "\"\\u0041", "1", " ", "{\"x\":[", "[1,", "\\\\"}) {
            byte[] json = ("{\"a\":{\"x\":" + part.repeat(5_000_000 / part.length())).getBytes(StandardCharsets.UTF_8);
            byte[] file = new byte[8 + json.length];
            for (int i = 0; i < 4; i++) {
                file[i] = (byte) (json.length >>> 8 * i);
            }
            System.arraycopy(json, 0, file, 8, json.length);
            assertTimeoutPreemptively(Duration.ofSeconds(10), () -> assertTrue(!readOrRefuse(file)), part);
        }
    }

    private static boolean readOrRefuse(byte[] bytes) {
        try (SafetensorsFile file = SafetensorsFile.of(MemorySegment.ofArray(bytes), "mutated")) {
            for (TensorEntry entry : file.entries()) {
                assertTrue(entry.byteCount() <= bytes.length);
                if (entry.dtype().readsAsFloat()) {
                    int count = Math.toIntExact(entry.elementCount());
                    file.read(entry.name(), 0, new float[count], 0, count);
                }
            }
            return true;
        } catch (ModelLoadingException e) {
            return false;
        }
    }

    private static byte[] mutate(byte[] file, Random random) {
        int headerEnd = 8 + (file[0] & 0xFF | (file[1] & 0xFF) << 8);
        for (int change = random.nextInt(4); change >= 0; change--) {
            int position = random.nextInt(random.nextInt(10) == 0 ? file.length : headerEnd);
            switch (random.nextInt(5)) {
                case 0 -> file[position] ^= (byte) (1 << random.nextInt(8));
                case 1 -> file[position] = (byte) TOKENS.charAt(random.nextInt(TOKENS.length()));
                case 2 -> file = Arrays.copyOf(file, Math.max(1, file.length + random.nextInt(-3, 4)));
                case 3 -> file[random.nextInt(8)] = (byte) random.nextInt();
                default -> {
                    int other = random.nextInt(Math.min(headerEnd, file.length));
                    int length = Math.min(random.nextInt(12), file.length - Math.max(position, other));
                    if (length > 0) {
                        System.arraycopy(file, other, file, position, length);
                    }
                }
            }
            headerEnd = Math.min(headerEnd, file.length);
        }
        return file;
    }

    private static byte[] validFile() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SafetensorsWriter()
                .metadata("format", "pt")
                .addFloats("classifier.weight", new float[] {1, 2, 3, 4, 5, 6}, 2, 3)
                .addFloats("empty", new float[0], 2, 0)
                .addLongs("position_ids", new long[] {0, 1}, 1, 2)
                .add("half\u00e9\n", DType.F16, new long[] {3}, data -> data.write(new byte[6]))
                .write(out);
        return out.toByteArray();
    }
}
