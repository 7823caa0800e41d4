package io.tesserae.spark;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/** A DistilBERT of random weights, 500 MB of them, with the tokenizer of a small one. */
final class LargeModel {

    private static final int DIM = 768;
    private static final int HIDDEN = 3072;
    private static final int VOCABULARY = 128_000;
    private static final int LAYERS = 4;

    private static final float[] NUMBERS = numbers(VOCABULARY * DIM);

    private LargeModel() {}

    /** Writes it, and says how many bytes its weights are. */
    static long write(Path small, Path folder) throws IOException {
        for (String name : new String[] {"tokenizer.json", "tokenizer_config.json", "vocab.txt"}) {
            Files.copy(small.resolve(name), folder.resolve(name));
        }
        JsonObject config = JsonParser.parseString(Files.readString(small.resolve("config.json")))
                .getAsJsonObject();
        config.addProperty("dim", DIM);
        config.addProperty("hidden_dim", HIDDEN);
        config.addProperty("n_heads", 12);
        config.addProperty("n_layers", LAYERS);
        config.addProperty("vocab_size", VOCABULARY);
        Files.writeString(folder.resolve("config.json"), config.toString());
        int positions = config.get("max_position_embeddings").getAsInt();
        int labels = config.getAsJsonObject("id2label").size();
        SafetensorsWriter writer = new SafetensorsWriter();
        String embeddings = "distilbert.embeddings.";
        matrix(writer, embeddings + "word_embeddings.weight", VOCABULARY, DIM);
        matrix(writer, embeddings + "position_embeddings.weight", positions, DIM);
        norm(writer, embeddings + "LayerNorm");
        for (int layer = 0; layer < LAYERS; layer++) {
            String block = "distilbert.transformer.layer." + layer + ".";
            for (String part : new String[] {"q", "k", "v", "out"}) {
                linear(writer, block + "attention." + part + "_lin", DIM, DIM);
            }
            norm(writer, block + "sa_layer_norm");
            linear(writer, block + "ffn.lin1", HIDDEN, DIM);
            linear(writer, block + "ffn.lin2", DIM, HIDDEN);
            norm(writer, block + "output_layer_norm");
        }
        linear(writer, "pre_classifier", DIM, DIM);
        linear(writer, "classifier", labels, DIM);
        Path weights = folder.resolve("model.safetensors");
        writer.write(weights);
        return Files.size(weights);
    }

    private static void linear(SafetensorsWriter writer, String name, int outputs, int inputs) {
        matrix(writer, name + ".weight", outputs, inputs);
        writer.addFloats(name + ".bias", Arrays.copyOf(NUMBERS, outputs), outputs);
    }

    private static void norm(SafetensorsWriter writer, String name) {
        float[] ones = new float[DIM];
        Arrays.fill(ones, 1);
        writer.addFloats(name + ".weight", ones, DIM);
        writer.addFloats(name + ".bias", new float[DIM], DIM);
    }

    private static void matrix(SafetensorsWriter writer, String name, int rows, int columns) {
        float[] values = rows * columns == NUMBERS.length ? NUMBERS : shifted(rows * columns, name.hashCode());
        writer.addFloats(name, values, rows, columns);
    }

    private static float[] shifted(int count, int seed) {
        int start = Math.floorMod(seed, NUMBERS.length - count);
        return Arrays.copyOfRange(NUMBERS, start, start + count);
    }

    private static float[] numbers(int count) {
        Random random = new Random(7);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (random.nextFloat() - 0.5f) * 0.1f;
        }
        return numbers;
    }
}
