package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.safetensors.DType;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.packed.Packed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardCommandTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "distilbert-sst2",
                "distilbert-base",
                "distilbert-bf16-sharded",
                "vit-base",
                "vit-classify",
                "vit-interpolate-positions",
                "deit-distilled",
                "dinov2-classify",
                "dinov2-swiglu",
                "dinov2-registers",
                "gpt2/writing/model"
            })
    void writesEveryTensorOfTheReference(String fixture) throws IOException {
        Path feed = folder.resolve("feed.safetensors");
        Path out = folder.resolve("out.safetensors");
        try (SafetensorsFile expected =
                SafetensorsFile.open(Packed.file(Run.FIXTURES.resolve(fixture).resolve("expected.safetensors")))) {
            SafetensorsWriter writer = new SafetensorsWriter();
            Map<String, TensorEntry> wanted = new TreeMap<>();
            for (TensorEntry entry : expected.entries()) {
                if (entry.name().equals("in.pixel_values")) {
                    float[] values = new float[(int) entry.elementCount()];
                    expected.read(entry.name(), 0, values, 0, values.length);
                    writer.addFloats("pixel_values", values, entry.shape());
                } else if (entry.name().startsWith("in.")) {
                    long[] values = new long[(int) entry.elementCount()];
                    expected.readLongs(entry.name(), 0, values, 0, values.length);
                    writer.addLongs(entry.name().substring(3), values, entry.shape());
                } else {
                    wanted.put(entry.name().substring(4), entry);
                }
            }
            writer.write(feed);
            Run run = forward(fixture, feed, out, "--hidden-states", "--attentions");
            assertEquals(new Run(0, "", ""), run);
            try (SafetensorsFile actual = SafetensorsFile.open(out)) {
                wanted.forEach((name, entry) -> {
                    assertEquals(DType.F32, actual.entry(name).dtype());
                    assertArrayEquals(entry.shape(), actual.shape(name), name);
                });
            }
        }
    }

    /** Padding on the left moves the columns, which are the positions where the feed has none of its own. */
    @Test
    void positionsMayBeGiven() throws IOException {
        float[] alone = logits(writer -> writer.addLongs("input_ids", new long[] {5, 6, 7}, 1, 3));
        float[] counted = logits(writer -> {
            writer.addLongs("input_ids", new long[] {9, 9, 5, 6, 7}, 1, 5);
            writer.addLongs("attention_mask", new long[] {0, 0, 1, 1, 1}, 1, 5);
            writer.addLongs("position_ids", new long[] {0, 0, 0, 1, 2}, 1, 5);
        });
        float[] columns = logits(writer -> {
            writer.addLongs("input_ids", new long[] {9, 9, 5, 6, 7}, 1, 5);
            writer.addLongs("attention_mask", new long[] {0, 0, 1, 1, 1}, 1, 5);
        });
        int vocabulary = alone.length / 3;
        assertArrayEquals(new float[2 * vocabulary], Arrays.copyOf(counted, 2 * vocabulary));
        assertArrayEquals(alone, Arrays.copyOfRange(counted, 2 * vocabulary, 5 * vocabulary));
        assertFalse(Arrays.equals(alone, Arrays.copyOfRange(columns, 2 * vocabulary, 5 * vocabulary)));
        Path wrong = write(writer -> {
            writer.addLongs("input_ids", new long[] {2, 7}, 1, 2);
            writer.addLongs("position_ids", new long[] {0, 1}, 1, 2);
        });
        assertFails(
                "unknown input; expected input_ids and, if wanted, attention_mask and token_type_ids",
                forward("distilbert-base", wrong, folder.resolve("out.safetensors")));
    }

    private float[] logits(Consumer<SafetensorsWriter> feed) throws IOException {
        Path out = folder.resolve("out.safetensors");
        assertEquals(new Run(0, "", ""), forward("gpt2/writing/model", write(feed), out));
        try (SafetensorsFile file = SafetensorsFile.open(out)) {
            float[] logits = new float[(int) file.entry("logits").elementCount()];
            file.read("logits", 0, logits, 0, logits.length);
            return logits;
        }
    }

    @Test
    void withoutOptionsTheResultAlone() throws IOException {
        Path out = folder.resolve("out.safetensors");
        Path feed = write(writer -> writer.addLongs("input_ids", new long[] {2, 7, 3, 2, 9, 3}, 2, 3));
        assertEquals(new Run(0, "", ""), forward("distilbert-sst2", feed, out));
        try (SafetensorsFile file = SafetensorsFile.open(out)) {
            assertEquals("[logits]", file.names().toString());
        }
    }

    private record BadFeed(String why, Consumer<SafetensorsWriter> content) {
        @Override
        public String toString() {
            return why;
        }
    }

    static BadFeed[] badFeeds() {
        long[] ids = {2, 7, 3, 3};
        return new BadFeed[] {
            new BadFeed("has no tensor input_ids", writer -> {}),
            new BadFeed("has no tensor input_ids", writer -> writer.addLongs("attention_mask", ids, 2, 2)),
            new BadFeed("[batch, length]", writer -> writer.addLongs("input_ids", ids, 4)),
            new BadFeed("[batch, length]", writer -> writer.addLongs("input_ids", ids, 1, 2, 2)),
            new BadFeed("[batch, length]", writer -> writer.addLongs("input_ids", new long[0], 0, 4)),
            new BadFeed("[batch, length]", writer -> writer.addLongs("input_ids", new long[0], 1L << 40, 0)),
            new BadFeed("I64 or I32", writer -> writer.addFloats("input_ids", new float[4], 2, 2)),
            new BadFeed(
                    "expected the shape",
                    writer -> writer.addLongs("input_ids", ids, 2, 2).addLongs("attention_mask", ids, 1, 4)),
            new BadFeed(
                    "expected 0 or 1",
                    writer -> writer.addLongs("input_ids", ids, 2, 2).addLongs("attention_mask", ids, 2, 2)),
            new BadFeed(
                    "masked",
                    writer -> writer.addLongs("input_ids", ids, 2, 2).addLongs("attention_mask", new long[4], 2, 2)),
            new BadFeed(
                    "unknown input",
                    writer -> writer.addLongs("input_ids", ids, 2, 2).addLongs("inputs", ids, 2, 2)),
            new BadFeed("-1", writer -> writer.addLongs("input_ids", new long[] {2, -1}, 1, 2)),
            new BadFeed("1000000", writer -> writer.addLongs("input_ids", new long[] {2, 1_000_000}, 1, 2)),
            new BadFeed("range of an int", writer -> writer.addLongs("input_ids", new long[] {2, 1L << 40}, 1, 2)),
            new BadFeed("positions", writer -> writer.addLongs("input_ids", new long[100_000], 1, 100_000)),
        };
    }

    @ParameterizedTest
    @MethodSource("badFeeds")
    void badFeedsAreRefused(BadFeed bad) throws IOException {
        assertFails(bad.why(), forward("distilbert-sst2", write(bad.content()), folder.resolve("out")));
        assertFalse(Files.exists(folder.resolve("out")));
    }

    static BadFeed[] badPictures() {
        float[] pixels = new float[2 * 3 * 8 * 8];
        return new BadFeed[] {
            new BadFeed("has no tensor pixel_values", writer -> {}),
            new BadFeed("must have pixel_values alone", writer -> writer.addLongs("input_ids", new long[4], 2, 2)),
            new BadFeed(
                    "[batch, channels, height, width]", writer -> writer.addFloats("pixel_values", pixels, 3, 8, 16)),
            new BadFeed(
                    "[batch, channels, height, width]",
                    writer -> writer.addFloats("pixel_values", new float[0], 0, 3, 8, 8)),
            new BadFeed(
                    "[batch, channels, height, width]",
                    writer -> writer.addFloats("pixel_values", new float[0], 1L << 40, 3, 0, 8)),
            new BadFeed("type F32", writer -> writer.addLongs("pixel_values", new long[384], 2, 3, 8, 8)),
            new BadFeed("takes 3 channels", writer -> writer.addFloats("pixel_values", pixels, 1, 6, 8, 8)),
            new BadFeed("a patch alone is 8 x 8", writer -> writer.addFloats("pixel_values", pixels, 4, 3, 4, 8)),
        };
    }

    @ParameterizedTest
    @MethodSource("badPictures")
    void badPicturesAreRefused(BadFeed bad) throws IOException {
        assertFails(bad.why(), forward("vit-classify", write(bad.content()), folder.resolve("out")));
        assertFalse(Files.exists(folder.resolve("out")));
    }

    @Test
    void pixelsAreNothingForAModelOfTexts() throws IOException {
        Path feed = write(writer -> writer.addFloats("pixel_values", new float[192], 1, 3, 8, 8));
        assertFails("expected input_ids", forward("distilbert-sst2", feed, folder.resolve("out")));
    }

    @Test
    void garbageIsRefused() throws IOException {
        byte[] garbage = new byte[10_000];
        new Random(1).nextBytes(garbage);
        Path feed = Files.write(folder.resolve("garbage"), garbage);
        assertFails("garbage", forward("distilbert-sst2", feed, folder.resolve("out")));
        assertFails("garbage", Run.of("inspect", feed.toString()));
        assertFails("no such", forward("distilbert-sst2", folder.resolve("absent"), folder.resolve("out")));
        Path good = write(writer -> writer.addLongs("input_ids", new long[] {2, 3}, 1, 2));
        assertFails(
                "folder",
                forward("distilbert-sst2", good, folder.resolve("absent").resolve("out")));
    }

    @Test
    void inspectShowsFilesOfTorch() {
        String torch = "../loaders/src/test/resources/io/tesserae/loaders/torch/";
        String tensors = Run.of("inspect", torch + "linear.pt").out();
        assertTrue(
                tensors.contains("[2, 3]") && tensors.contains("8 parameters (F32) in 2 tensors, 32 bytes"), tensors);
        assertFails("before version 1.6", Run.of("inspect", torch + "linear-old.pt"));
        assertFails("pytorch_model.bin: no such file", Run.of("inspect", "pytorch_model.bin"));
    }

    @Test
    void architecturesThatDoNotRunAreNamed() throws IOException {
        Path good = write(writer -> writer.addLongs("input_ids", new long[] {2, 3}, 1, 2));
        Path model = Files.createDirectory(folder.resolve("deberta"));
        Files.writeString(
                model.resolve("config.json"),
                "{\"model_type\": \"deberta\", \"architectures\": [\"DebertaForMaskedLM\"]}");
        for (Run run : new Run[] {
            Run.of("forward", "--model", model.toString(), "--feed", good.toString(), "--out", "x"),
            Run.of("bench", "--model", model.toString())
        }) {
            assertFails("DebertaForMaskedLM is not supported; supported are BertModel", run);
        }
        String inspected = Run.of("inspect", model.toString()).out();
        assertTrue(inspected.contains("\nruns here     no: "), inspected);
        assertTrue(inspected.contains("DebertaForMaskedLM is not supported; supported are BertModel"), inspected);
    }

    private Run forward(String fixture, Path feed, Path out, String... more) {
        String[] arguments = {
            "forward", "--model", Run.fixture(fixture), "--feed", feed.toString(), "--out", out.toString()
        };
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return Run.of(all);
    }

    private Path write(Consumer<SafetensorsWriter> content) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        content.accept(writer);
        Path file = folder.resolve("feed.safetensors");
        writer.write(file);
        return file;
    }

    static void assertFails(String why, Run run) {
        assertEquals(1, run.exitCode(), run.err());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("tesserae: ") && run.err().contains(why), run.err());
        assertFalse(run.err().contains("internal error"), run.err());
    }
}
