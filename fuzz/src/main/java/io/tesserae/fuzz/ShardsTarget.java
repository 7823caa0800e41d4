package io.tesserae.fuzz;

import io.tesserae.loaders.CheckpointWeights;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A checkpoint in shards, as a {@link Bundle}: model.safetensors.index.json, or that of torch, and the files that it names. */
public final class ShardsTarget implements FuzzTarget {

    private static final ShardsTarget TARGET = new ShardsTarget();

    private static final String INDEX = "model.safetensors.index.json";

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
    }

    @Override
    public String name() {
        return "shards";
    }

    @Override
    public long read(byte[] input) throws IOException {
        try (CheckpointWeights weights =
                CheckpointWeights.open(Bundle.parse(input).modelFiles())) {
            for (String name : weights.names()) {
                weights.shape(name);
                weights.describe(name);
            }
        }
        return 0;
    }

    @Override
    public List<Class<? extends RuntimeException>> refusals() {
        return List.of(ModelLoadingException.class);
    }

    @Override
    public Bound bound() {
        return new Bound(4 << 20, 256);
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(INDEX, """
                {"metadata": {"total_size": 24}, "weight_map": {"a": "m-1.safetensors", "b": "m-2.safetensors",
                "c": "m-2.safetensors"}}""".getBytes(StandardCharsets.UTF_8));
        files.put("m-1.safetensors", shard("a"));
        files.put("m-2.safetensors", shard("b", "c"));
        Map<String, byte[]> single = Map.of("model.safetensors", shard("a"));
        Map<String, byte[]> twice = new LinkedHashMap<>(files);
        twice.put("m-2.safetensors", shard("a", "b", "c"));
        return Map.of(
                "two", Bundle.write(files),
                "single", Bundle.write(single),
                "twice", Bundle.write(twice),
                "torch", Bundle.write(torch()));
    }

    private static Map<String, byte[]> torch() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("pytorch_model.bin.index.json", """
                {"metadata": {}, "weight_map": {"weight": "m.bin"}}""".getBytes(StandardCharsets.UTF_8));
        files.put("m.bin", TorchTarget.archive(TorchTarget.pickle()));
        return files;
    }

    private static byte[] shard(String... names) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
        for (String name : names) {
            writer.addFloats(name, new float[] {1, 2}, 2);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.write(out);
        return out.toByteArray();
    }

    @Override
    public List<String> dictionary() {
        return JsonWords.with(
                "metadata",
                "weight_map",
                "m-1.safetensors",
                "m-2.safetensors",
                "..",
                "/",
                "\\\\",
                ".",
                "C:",
                "\n=== m-1.safetensors\n",
                "\n=== m-2.safetensors\n",
                "=== model.safetensors.index.json\n",
                "=== pytorch_model.bin\n");
    }

    @Override
    public int longestInput() {
        return 4 << 10;
    }
}
