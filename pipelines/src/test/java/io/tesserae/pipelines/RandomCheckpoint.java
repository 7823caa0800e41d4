package io.tesserae.pipelines;

import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** A DistilBERT classifier of any size, with random weights: the same for the same sizes. It has no tokenizer. */
record RandomCheckpoint(int vocabulary, int positions, int dim, int heads, int hiddenDim, int layers, int labels) {

    /** Writes config.json and model.safetensors. */
    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), """
                {"model_type": "distilbert", "vocab_size": %d, "max_position_embeddings": %d, "dim": %d, "n_heads": %d,
                 "hidden_dim": %d, "n_layers": %d, "num_labels": %d}
                """.formatted(
                        vocabulary, positions, dim, heads, hiddenDim, layers, labels));
        SafetensorsWriter writer = new SafetensorsWriter();
        Random random = new Random(42);
        shapes().forEach((name, shape) -> writer.add(name, weight(name, shape, random)));
        writer.write(folder.resolve("model.safetensors"));
    }

    private Map<String, int[]> shapes() {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        shapes.put("distilbert.embeddings.word_embeddings.weight", new int[] {vocabulary, dim});
        shapes.put("distilbert.embeddings.position_embeddings.weight", new int[] {positions, dim});
        norm(shapes, "distilbert.embeddings.LayerNorm");
        for (int layer = 0; layer < layers; layer++) {
            String block = "distilbert.transformer.layer." + layer + ".";
            for (String part : new String[] {"q_lin", "k_lin", "v_lin", "out_lin"}) {
                linear(shapes, block + "attention." + part, dim, dim);
            }
            norm(shapes, block + "sa_layer_norm");
            linear(shapes, block + "ffn.lin1", hiddenDim, dim);
            linear(shapes, block + "ffn.lin2", dim, hiddenDim);
            norm(shapes, block + "output_layer_norm");
        }
        linear(shapes, "pre_classifier", dim, dim);
        linear(shapes, "classifier", labels, dim);
        return shapes;
    }

    private static void linear(Map<String, int[]> shapes, String name, int outFeatures, int inFeatures) {
        shapes.put(name + ".weight", new int[] {outFeatures, inFeatures});
        shapes.put(name + ".bias", new int[] {outFeatures});
    }

    private void norm(Map<String, int[]> shapes, String name) {
        shapes.put(name + ".weight", new int[] {dim});
        shapes.put(name + ".bias", new int[] {dim});
    }

    /** Norms near 1, biases near 0, and matrices that keep the size of what they multiply. */
    private static Tensor weight(String name, int[] shape, Random random) {
        Tensor tensor = Tensor.zeros(shape);
        boolean norm = name.toLowerCase().contains("norm.weight");
        double scale = shape.length == 2 ? 1.6 / Math.sqrt(shape[1]) : 0.2;
        for (int i = 0; i < tensor.size(); i++) {
            tensor.data()[i] = (float) ((norm ? 1 : 0) + scale * random.nextGaussian());
        }
        return tensor;
    }
}
