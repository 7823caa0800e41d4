package io.tesserae.benchmarks.acting;

import io.tesserae.benchmarks.RandomWeights;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.family.HeadLoader;
import io.tesserae.family.jat.JatFamily;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.model.episode.Generalist;

/** JAT of {@link RandomWeights}. */
final class RandomJat {

    /** Its sizes. */
    record Sizes(int vocabulary, int positions, int hidden, int pairsOfLayers, int heads, int window) {

        /** As it was published: {@code jat-project/jat}. */
        static final Sizes PUBLISHED = new Sizes(50257, 512, 768, 6, 12, 256);

        int layers() {
            return 2 * pairsOfLayers;
        }

        /** Of the transformer's products, for one agent; of the last layer, only what is predicted from goes past keys and values. */
        double multiplyAdds(int tokens) {
            return (double) hidden * hidden * (12L * tokens * (layers() - 1) + 2L * tokens + 10);
        }

        /** Of each number of a discrete observation. */
        int features() {
            return hidden / HIDDEN_FOR_A_FEATURE;
        }
    }

    /** Numbers of a continuous observation with its reward, at most. */
    static final int CONTINUOUS = 377;

    /** Numbers of a discrete observation: 148 of a grid, 64 of a text. */
    static final int DISCRETE = 212;

    private static final int HIDDEN_FOR_A_FEATURE = 50;
    /** Numbers of what the convolutions leave of a picture. */
    static final int SMALLEST_PICTURE = 128 * 11 * 11;

    private static final int PATCH = 16;

    private RandomJat() {}

    /** The whole model, with what it does not need to act. */
    static Generalist load(Engine engine, Sizes sizes) {
        RandomWeights weights = weights(sizes);
        HeadLoader<Generalist> loader = new JatFamily()
                .heads()
                .loader(Head.GENERALIST, _ -> false, weights.names())
                .orElseThrow();
        return loader.load(engine, config(sizes), weights);
    }

    private static PretrainedConfig config(Sizes sizes) {
        return PretrainedConfig.parse(
                """
                {"model_type": "jat", "architectures": ["JatModel"], "vocab_size": %d, "max_position_embeddings": %d,
                 "hidden_size": %d, "num_layers": %d, "attention_types": [[["global", "local"], %d]], "num_heads": %d,
                 "window_size": %d, "max_continuous_size": %d, "max_discrete_value": %d}
                """.formatted(
                                sizes.vocabulary,
                                sizes.positions,
                                sizes.hidden,
                                sizes.layers(),
                                sizes.pairsOfLayers,
                                sizes.heads,
                                sizes.window,
                                CONTINUOUS,
                                DISCRETE),
                "the configuration of a random JAT");
    }

    /** All of its tensors. */
    static RandomWeights weights(Sizes sizes) {
        int hidden = sizes.hidden;
        int features = sizes.features();
        RandomWeights weights = new RandomWeights();
        weights.add("transformer.wte.weight", sizes.vocabulary, hidden);
        weights.add("transformer.wpe.weight", sizes.positions, hidden);
        for (int layer = 0; layer < sizes.layers(); layer++) {
            addBlock(weights, "transformer.h." + layer + ".", hidden);
        }
        weights.addWithBias("transformer.ln_f", hidden);
        weights.addWithBias("vit_encoder.projection", hidden, 3, PATCH, PATCH);
        weights.addWithBias("continuous_encoder", hidden, CONTINUOUS);
        weights.addWithBias("continuous_decoder", CONTINUOUS, hidden);
        weights.addWithBias("multi_discrete_encoder.1", features, hidden);
        weights.addWithBias("multi_discrete_encoder.4", hidden - 1, (long) DISCRETE * features);
        weights.add("single_discrete_decoder.weight", sizes.vocabulary, hidden);
        addFrames(weights, hidden);
        return weights;
    }

    private static void addBlock(RandomWeights weights, String block, int hidden) {
        weights.addWithBias(block + "ln_1", hidden);
        for (String part : new String[] {"q_proj", "k_proj", "v_proj"}) {
            weights.add(block + "attn.attention." + part + ".weight", hidden, hidden);
        }
        weights.addWithBias(block + "attn.attention.out_proj", hidden, hidden);
        weights.addWithBias(block + "ln_2", hidden);
        weights.addWithBias(block + "mlp.c_fc", 4L * hidden, hidden);
        weights.addWithBias(block + "mlp.c_proj", hidden, 4L * hidden);
    }

    /** What encodes frames of a game, and what decodes them, which predicts what is seen next. */
    private static void addFrames(RandomWeights weights, int hidden) {
        String encoder = "image_encoder.module.";
        weights.addWithBias(encoder + "conv1", 32, 4, 3, 3);
        weights.addWithBias(encoder + "conv2", 64, 32, 3, 3);
        weights.addWithBias(encoder + "conv3", 128, 64, 3, 3);
        addAttention(weights, encoder + "att1", 32);
        addAttention(weights, encoder + "att2", 64);
        addAttention(weights, encoder + "att3", 128);
        weights.addWithBias(encoder + "fc", hidden, SMALLEST_PICTURE);
        String decoder = "image_decoder.module.";
        weights.addWithBias(decoder + "fc", SMALLEST_PICTURE, hidden);
        addTransposed(weights, decoder + "deconv1", 128, 64);
        addTransposed(weights, decoder + "deconv2", 64, 32);
        addTransposed(weights, decoder + "deconv3", 32, 4);
        addAttention(weights, decoder + "att1", 64);
        addAttention(weights, decoder + "att2", 32);
    }

    private static void addTransposed(RandomWeights weights, String name, int channels, int outChannels) {
        weights.add(name + ".weight", channels, outChannels, 3, 3);
        weights.add(name + ".bias", outChannels);
    }

    private static void addAttention(RandomWeights weights, String name, int channels) {
        weights.add(name + ".fc.0.weight", channels / 8, channels);
        weights.add(name + ".fc.2.weight", channels, channels / 8);
    }
}
