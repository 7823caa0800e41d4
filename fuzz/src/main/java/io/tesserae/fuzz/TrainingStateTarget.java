package io.tesserae.fuzz;

import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.saving.RunState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;

/** A checkpoint from which a run goes on: the first byte of the input says which of its files is attacked, the rest is that file. */
public final class TrainingStateTarget implements FuzzTarget {

    private static final TrainingStateTarget TARGET = new TrainingStateTarget();

    private static final List<String> FILES = List.of("trainer_state.json", "run_state.json", "optimizer.safetensors");

    private static final String TRAINER =
            "{\"best_global_step\":null,\"best_metric\":null,\"best_model_checkpoint\":null,"
                    + "\"epoch\":1.0,\"eval_steps\":2,\"global_step\":2,\"log_history\":[{\"step\":2,\"epoch\":1.0,\"loss\":0.5}],"
                    + "\"logging_steps\":1,\"max_steps\":4,\"num_input_tokens_seen\":0,\"num_train_epochs\":2,\"save_steps\":2,"
                    + "\"train_batch_size\":8}";

    private static final String POSITION = "{\"format\":1,\"seed\":42,\"epochs_completed\":1,\"batches_into_epoch\":0,"
            + "\"counters\":{\"optimizer_steps\":2},\"sums\":{},\"arguments\":{\"learning_rate\":\"1.0E-4\"}}";

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
    }

    @Override
    public String name() {
        return "training-state";
    }

    @Override
    public long read(byte[] input) throws IOException {
        Path folder = Files.createTempDirectory("training-state");
        try {
            List<byte[]> whole = List.of(bytes(TRAINER), bytes(POSITION), moments());
            for (int file = 0; file < FILES.size(); file++) {
                Files.write(folder.resolve(FILES.get(file)), whole.get(file));
            }
            int attacked = input.length == 0 ? 0 : (input[0] & 0xFF) % FILES.size();
            byte[] content = Arrays.copyOfRange(input, Math.min(1, input.length), input.length);
            Files.write(folder.resolve(FILES.get(attacked)), content);
            RunState.read(folder, parameters());
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted((a, b) -> b.compareTo(a))
                        .forEach(path -> path.toFile().delete());
            }
        }
        return 0;
    }

    private static SequencedMap<String, Tensor> parameters() {
        SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put("classifier.bias", Tensor.zeros(2));
        return parameters;
    }

    private static byte[] moments() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            new SafetensorsWriter()
                    .add("exp_avg.classifier.bias", Tensor.zeros(2))
                    .add("exp_avg_sq.classifier.bias", Tensor.zeros(2))
                    .write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Override
    public List<Class<? extends RuntimeException>> refusals() {
        return List.of(TrainingException.class, ModelLoadingException.class);
    }

    @Override
    public Bound bound() {
        return new Bound(8 << 20, 512);
    }

    @Override
    public Map<String, byte[]> seeds() {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        seeds.put("trainer", prefixed(0, bytes(TRAINER)));
        seeds.put("position", prefixed(1, bytes(POSITION)));
        seeds.put("moments", prefixed(2, moments()));
        return seeds;
    }

    private static byte[] prefixed(int file, byte[] content) {
        byte[] input = new byte[content.length + 1];
        input[0] = (byte) file;
        System.arraycopy(content, 0, input, 1, content.length);
        return input;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public List<String> dictionary() {
        return List.of(
                "null",
                "-1",
                "1e999",
                "9223372036854775808",
                "\"global_step\":",
                "\"log_history\":[",
                "{}",
                "[]",
                "\"ema.",
                "\"exp_avg.",
                "\"F32\"",
                "\"data_offsets\":[0,",
                "\\ud800");
    }
}
