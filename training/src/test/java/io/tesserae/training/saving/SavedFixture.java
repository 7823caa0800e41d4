package io.tesserae.training.saving;

import io.tesserae.loaders.CheckpointWeights;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A small checkpoint in memory, as if it had been trained, and states of runs of it. */
final class SavedFixture {

    static final Path FOLDER = Path.of("..", "testdata", "fixtures", "distilbert-sst2");

    private SavedFixture() {}

    static SequencedMap<String, Tensor> weights(Path checkpoint) {
        SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
        try (CheckpointWeights source = CheckpointWeights.open(ModelFiles.directory(checkpoint))) {
            for (String name : source.names()) {
                int[] shape = Arrays.stream(source.shape(name))
                        .mapToInt(Math::toIntExact)
                        .toArray();
                Tensor tensor = Tensor.zeros(shape);
                source.read(name, 0, tensor.data(), 0, tensor.size());
                weights.put(name, tensor);
            }
        }
        return weights;
    }

    static ModelFolder model() {
        return model(weights(FOLDER));
    }

    static ModelFolder model(SequencedMap<String, Tensor> weights) {
        try {
            return ModelFolder.of(
                    Files.readString(FOLDER.resolve("config.json")), weights, ModelFiles.directory(FOLDER));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static SequencedMap<String, Tensor> smallParameters() {
        SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put("classifier.weight", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
        parameters.put("classifier.bias", Tensor.of(new float[] {7, 8}, 2));
        return parameters;
    }

    static RunState state(int step) {
        SequencedMap<String, Tensor> moments = new LinkedHashMap<>();
        moments.put(
                Moment.EXP_AVG.tensorName("classifier.weight"),
                Tensor.of(new float[] {Float.MIN_VALUE, -0f, 3, 0.1f, 5, Float.MAX_VALUE}, 2, 3));
        moments.put(Moment.EXP_AVG_SQ.tensorName("classifier.weight"), Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
        SequencedMap<String, Number> line = new LinkedHashMap<>();
        line.put("epoch", 0.1);
        line.put("loss", 0.30000000000000004);
        line.put("learning_rate", 5e-5f);
        line.put("step", step);
        TrainerState trainer = new TrainerState(
                new TrainerState.Progress(step, step / 3.0, 1L << 40),
                new TrainerState.Plan(100, 3, 10, 20, 20, 8),
                Optional.of(new TrainerState.Best(0.875, 20, "out/checkpoint-20")),
                List.of(line));
        SortedMap<String, String> arguments = new TreeMap<>();
        arguments.put("learning_rate", "5e-5");
        arguments.put("weight_decay", "0.01");
        SortedMap<String, Long> counters = new TreeMap<>();
        counters.put("optimizer_steps", 1L << 33);
        return new RunState(
                trainer,
                new RunPosition(-42, 1, 17, counters, new TreeMap<>(Map.of("loss", 0.1)), arguments),
                new OptimizerState(moments));
    }

    /** All files below a folder with what is in them, and the folders; hidden ones too. */
    static SortedMap<String, String> contents(Path folder) throws IOException {
        SortedMap<String, String> contents = new TreeMap<>();
        try (Stream<Path> below = Files.walk(folder)) {
            for (Path path : below.toList()) {
                contents.put(
                        folder.relativize(path).toString(),
                        Files.isDirectory(path) ? "folder" : Arrays.toString(Files.readAllBytes(path)));
            }
        }
        return Collections.unmodifiableSortedMap(contents);
    }

    /** A disk with room for so many bytes: the one that is too many fails, as the system says it. */
    static Disk withRoomFor(long bytes) {
        long[] left = {bytes};
        return file -> {
            OutputStream out = Disk.OWN.create(file);
            return new OutputStream() {
                @Override
                public void write(int value) throws IOException {
                    write(new byte[] {(byte) value}, 0, 1);
                }

                @Override
                public void write(byte[] values, int offset, int length) throws IOException {
                    out.write(values, offset, (int) Math.max(0, Math.min(length, left[0])));
                    left[0] -= length;
                    if (left[0] < 0) {
                        throw new IOException("No space left on device");
                    }
                }

                @Override
                public void close() throws IOException {
                    out.close();
                }
            };
        };
    }
}
