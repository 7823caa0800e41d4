package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.loaders.safetensors.DType;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.packed.Packed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What {@code tesserae forward} makes of every checkpoint: a line for each tensor, with its shape and its digest. */
final class ForwardDigests {

    /** Checkpoints that are there to be refused: angles that depend on the longest text of a batch, and a text beyond the last position. */
    private static final Set<String> REFUSED = Set.of(
            "llama/writing/rope-dynamic-beyond",
            "llama/writing/rope-longrope-below",
            "llama/writing/rope-longrope-beyond");

    /** A conversation, without tensors to feed: its answers are what is compared, in the tests of pipelines. */
    private static final String OF_PROMPTS = "idefics3/conversation";

    private final Path folder;

    /** With a folder for files that nobody keeps. */
    ForwardDigests(Path folder) {
        this.folder = folder;
    }

    void addTo(Map<String, String> lines) throws IOException {
        for (BitsCheckpoint checkpoint : BitsCheckpoint.all()) {
            if (REFUSED.contains(checkpoint.name()) || checkpoint.name().equals(OF_PROMPTS)) {
                continue;
            }
            Path feed = folder.resolve("feed.safetensors");
            if (checkpoint.isFedInCases()) {
                everyCase(checkpoint, feed, lines);
                continue;
            }
            if (Packed.exists(checkpoint.folder().resolve("expected.safetensors"))) {
                feedOfTheReference(checkpoint, feed);
            } else if (checkpoint.takesPicturesAndTexts()) {
                feedOfCaptions(feed);
            } else if (checkpoint.readsTexts()) {
                feedOfTexts(checkpoint, feed);
            } else {
                new SafetensorsWriter()
                        .addFloats("pixel_values", noise(32), 2, 3, 32, 32)
                        .write(feed);
            }
            forward(checkpoint, feed, lines, "", "--hidden-states", "--attentions");
            if (checkpoint.readsTexts() || checkpoint.readsPictures()) {
                for (String precision : new String[] {"float16", "bfloat16"}) {
                    forward(checkpoint, feed, lines, " --weights " + precision, "--weights", precision);
                }
            }
        }
    }

    /** Of a checkpoint that takes many kinds of input the reference was asked many times. */
    private void everyCase(BitsCheckpoint checkpoint, Path feed, Map<String, String> lines) throws IOException {
        try (SafetensorsFile expected =
                SafetensorsFile.open(Packed.file(checkpoint.folder().resolve("expected.safetensors")))) {
            SortedMap<String, SafetensorsWriter> cases = new TreeMap<>();
            for (TensorEntry entry : expected.entries()) {
                String[] name = entry.name().split("\\.", 3);
                if (name[0].equals("in") && name.length == 3) {
                    add(cases.computeIfAbsent(name[1], _ -> new SafetensorsWriter()), name[2], expected, entry);
                }
            }
            if (cases.containsKey("atari")) {
                addFrames(cases.get("atari"), expected);
            }
            for (Map.Entry<String, SafetensorsWriter> one : cases.entrySet()) {
                one.getValue().write(feed);
                forward(checkpoint, feed, lines, " of " + one.getKey(), "--hidden-states", "--attentions");
            }
        }
    }

    private static void add(SafetensorsWriter writer, String name, SafetensorsFile expected, TensorEntry entry) {
        if (entry.dtype().isFloatingPoint()) {
            writer.addFloats(name, floats(expected, entry), entry.shape());
            return;
        }
        long[] values = new long[(int) entry.elementCount()];
        expected.readLongs(entry.name(), 0, values, 0, values.length);
        if (entry.dtype() == DType.U8) {
            writer.add(name, DType.U8, entry.shape(), out -> {
                for (long value : values) {
                    out.write((byte) value);
                }
            });
        } else {
            writer.addLongs(name, values, entry.shape());
        }
    }

    /** The first two stacks of frames, channels first, from -1 to 1. */
    private static void addFrames(SafetensorsWriter writer, SafetensorsFile expected) {
        TensorEntry entry = expected.entry("in.frames"); // [stacks, height, width, frames]
        int frames = (int) entry.shape()[3];
        int size = (int) (entry.shape()[1] * entry.shape()[2]);
        long[] levels = new long[(int) entry.elementCount()];
        expected.readLongs(entry.name(), 0, levels, 0, levels.length);
        float[] pixels = new float[2 * size * frames];
        for (int i = 0; i < pixels.length; i++) {
            int stack = i / (size * frames);
            int frame = i / size % frames;
            pixels[i] = (levels[(stack * size + i % size) * frames + frame] / 255f - 0.5f) / 0.5f;
        }
        writer.addFloats("image_observations", pixels, 1, 2, frames, entry.shape()[1], entry.shape()[2]);
    }

    private void forward(
            BitsCheckpoint checkpoint, Path feed, Map<String, String> lines, String said, String... options)
            throws IOException {
        Path out = folder.resolve("out.safetensors");
        String[] arguments = {
            "forward", "--model", checkpoint.folder().toString(), "--feed", feed.toString(), "--out", out.toString()
        };
        String[] all = Arrays.copyOf(arguments, arguments.length + options.length);
        System.arraycopy(options, 0, all, arguments.length, options.length);
        Run run = Run.of(all);
        if (run.err().contains(" is not supported; supported are ")) {
            return; // a class that nobody runs yet; lines that were recorded would be missed
        }
        assertEquals(new Run(0, "", ""), run, checkpoint.name());
        try (SafetensorsFile file = SafetensorsFile.open(out)) {
            for (TensorEntry entry : file.entries()) {
                lines.put(
                        "forward" + said + ", " + checkpoint.name() + ", " + entry.name(),
                        Arrays.toString(entry.shape()) + " " + Digest.of(bytes(file, entry)));
            }
        }
    }

    /** Little-endian float32; all that are no number are the same one. */
    private static byte[] bytes(SafetensorsFile file, TensorEntry entry) {
        ByteBuffer bytes =
                ByteBuffer.allocate((int) entry.elementCount() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : floats(file, entry)) {
            bytes.putInt(Float.floatToIntBits(value));
        }
        return bytes.array();
    }

    private static float[] floats(SafetensorsFile file, TensorEntry entry) {
        float[] values = new float[(int) entry.elementCount()];
        file.read(entry.name(), 0, values, 0, values.length);
        return values;
    }

    private static void feedOfTheReference(BitsCheckpoint checkpoint, Path feed) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile expected =
                SafetensorsFile.open(Packed.file(checkpoint.folder().resolve("expected.safetensors")))) {
            for (TensorEntry entry : expected.entries()) {
                String name = entry.name().substring(entry.name().indexOf('.') + 1);
                if (entry.name().startsWith("in.") && entry.dtype().isFloatingPoint()) {
                    add(writer, name, expected, entry);
                } else if (entry.name().startsWith("in.0.")) { // texts of which each was fed alone
                    addTogether(writer, expected, name.substring("0.".length()));
                } else if (entry.name().matches("in\\.\\d+\\..*")) {
                    continue;
                } else if (entry.name().startsWith("in.")) {
                    add(writer, name, expected, entry);
                }
            }
        }
        writer.write(feed);
    }

    /** Pads what was fed alone to one tensor, with its mask. */
    private static void addTogether(SafetensorsWriter writer, SafetensorsFile expected, String name) {
        List<long[]> rows = new ArrayList<>();
        for (int i = 0; expected.names().contains("in." + i + "." + name); i++) {
            long[] row = new long[(int) expected.entry("in." + i + "." + name).elementCount()];
            expected.readLongs("in." + i + "." + name, 0, row, 0, row.length);
            rows.add(row);
        }
        int length = rows.stream().mapToInt(row -> row.length).max().orElseThrow();
        long[] ids = new long[rows.size() * length];
        long[] mask = new long[ids.length];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i), 0, ids, i * length, rows.get(i).length);
            Arrays.fill(mask, i * length, i * length + rows.get(i).length, 1);
        }
        writer.addLongs(name, ids, rows.size(), length);
        writer.addLongs(name.replace("input_ids", "attention_mask"), mask, rows.size(), length);
    }

    private static void feedOfTexts(BitsCheckpoint checkpoint, Path feed) {
        Run run = Run.of(
                "tokenize",
                "--model",
                checkpoint.folder().toString(),
                "--output-file",
                feed.toString(),
                "The actors were very convincing.",
                "A dull, lifeless film: nobody in the audience laughed, not even once.");
        assertEquals(new Run(0, "", ""), run, checkpoint.name());
    }

    /** For the bundled captioner, since fixtures have feeds of their own: two pictures, and how a sentence about each begins. */
    private static void feedOfCaptions(Path feed) throws IOException {
        long[] ids = {51, 5, 8, 10, 19, 51, 5, 9, 14, 20};
        new SafetensorsWriter()
                .addFloats("pixel_values", noise(64), 2, 3, 64, 64)
                .addLongs("input_ids", ids, 2, 5)
                .write(feed);
    }

    /** Two pictures that are that wide and high. */
    private static float[] noise(int side) {
        Random random = new Random(1);
        float[] pixels = new float[2 * 3 * side * side];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.nextFloat() * 2 - 1;
        }
        return pixels;
    }
}
