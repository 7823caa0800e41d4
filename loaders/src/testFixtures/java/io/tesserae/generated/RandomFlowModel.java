package io.tesserae.generated;

import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * A Perceiver that follows pixels of pictures of any size, with random weights: the same for the same sizes.
 *
 * @param height of its pictures
 * @param width of its pictures
 */
public record RandomFlowModel(int height, int width) {

    private static final int LATENTS = 3;
    private static final int LATENT_WIDTH = 8;
    private static final int INPUT_WIDTH = 322;

    /** Writes config.json and model.safetensors, and returns the folder. */
    public Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), """
                {"model_type": "perceiver", "architectures": ["PerceiverForOpticalFlow"], "num_latents": %d, "d_latents": %d,
                 "num_blocks": 1, "num_self_attends_per_block": 1, "num_self_attention_heads": 2,
                 "num_cross_attention_heads": 1, "qk_channels": 8, "v_channels": 8, "train_size": [%d, %d]}
                """.formatted(LATENTS, LATENT_WIDTH, height, width));
        SafetensorsWriter writer = new SafetensorsWriter();
        Random random = new Random(42);
        shapes().forEach((name, shape) -> writer.add(name, weight(name, shape, random)));
        writer.write(folder.resolve("model.safetensors"));
        return folder;
    }

    /** A batch of random pictures: {@code [pairs, 2, 27, height, width]}. */
    public Tensor patches(int pairs, long seed) {
        Tensor patches = Tensor.zeros(pairs, 2, 27, height, width);
        Random random = new Random(seed);
        for (int i = 0; i < patches.size(); i++) {
            patches.data()[i] = random.nextFloat(-1, 1);
        }
        return patches;
    }

    private static Map<String, int[]> shapes() {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        shapes.put("perceiver.embeddings.latents", new int[] {LATENTS, LATENT_WIDTH});
        linear(shapes, "perceiver.input_preprocessor.conv_after_patches", 64, 54);
        layer(shapes, "perceiver.encoder.cross_attention", LATENT_WIDTH, INPUT_WIDTH, LATENT_WIDTH);
        layer(shapes, "perceiver.encoder.self_attends.0", LATENT_WIDTH, 0, LATENT_WIDTH);
        String decoder = "perceiver.decoder.decoder.";
        layer(shapes, decoder + "decoding_cross_attention", INPUT_WIDTH, LATENT_WIDTH, LATENT_WIDTH);
        linear(shapes, decoder + "final_layer", 2, INPUT_WIDTH);
        return shapes;
    }

    /** A layer whose rows look at others; at each other, where the memory has no width. */
    private static void layer(Map<String, int[]> shapes, String name, int width, int memoryWidth, int channels) {
        String self = name + ".attention.self.";
        int keyWidth = memoryWidth == 0 ? width : memoryWidth;
        norm(shapes, self + "layernorm1", width);
        if (memoryWidth > 0) {
            norm(shapes, self + "layernorm2", memoryWidth);
        }
        linear(shapes, self + "query", channels, width);
        linear(shapes, self + "key", channels, keyWidth);
        linear(shapes, self + "value", channels, keyWidth);
        linear(shapes, name + ".attention.output.dense", width, channels);
        norm(shapes, name + ".layernorm", width);
        linear(shapes, name + ".mlp.dense1", width, width);
        linear(shapes, name + ".mlp.dense2", width, width);
    }

    private static void linear(Map<String, int[]> shapes, String name, int outFeatures, int inFeatures) {
        shapes.put(name + ".weight", new int[] {outFeatures, inFeatures});
        shapes.put(name + ".bias", new int[] {outFeatures});
    }

    private static void norm(Map<String, int[]> shapes, String name, int width) {
        shapes.put(name + ".weight", new int[] {width});
        shapes.put(name + ".bias", new int[] {width});
    }

    /** Norms near 1, biases near 0, and matrices that keep the size of what they multiply. */
    private static Tensor weight(String name, int[] shape, Random random) {
        Tensor tensor = Tensor.zeros(shape);
        boolean isNorm = name.contains("layernorm") && name.endsWith("weight");
        double scale = shape.length == 2 ? 1.6 / Math.sqrt(shape[1]) : 0.2;
        for (int i = 0; i < tensor.size(); i++) {
            tensor.data()[i] = (float) ((isNorm ? 1 : 0) + scale * random.nextGaussian());
        }
        return tensor;
    }
}
