package io.tesserae.training.family;

import io.tesserae.family.ConfigSource;
import io.tesserae.family.vit.VitConfig;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.layer.Resampling;
import io.tesserae.training.layer.Attention;
import io.tesserae.training.layer.Dropout;
import io.tesserae.training.layer.FeedForward;
import io.tesserae.training.layer.LayerNorm;
import io.tesserae.training.layer.Linear;
import io.tesserae.training.layer.PreNormBlock;
import io.tesserae.training.layer.ScaledDotProduct;
import io.tesserae.training.layer.picture.PictureTokens;
import io.tesserae.training.network.FirstRowClassifier;
import io.tesserae.training.network.Network;
import io.tesserae.training.tape.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The networks of ViT and of families that are one, by the names of their tensors.
 *
 * @param base the base model's name
 * @param tokens names of the tokens before the patches'
 */
record VitNetworks(String base, List<String> tokens) {

    /** Embeddings, blocks and the last norm; the pooler is no part of it. */
    PictureEncoder encoder(ConfigSource config, Parameters all) {
        VitConfig sizes = VitConfig.read(config);
        Parameters parameters = all.at(base);
        double hiddenDropout = Dropouts.rate(config, "hidden_dropout_prob", 0);
        double attentionDropout = Dropouts.rate(config, "attention_probs_dropout_prob", 0);
        PictureTokens embeddings = PictureEncoder.embeddings(
                parameters.at("embeddings"),
                new PictureEncoder.Names(tokens),
                sizes.grid(),
                sizes.numChannels(),
                sizes.hiddenSize(),
                0,
                Resampling.BICUBIC);
        Dropout dropout = Dropout.of(parameters, hiddenDropout);
        List<PreNormBlock> blocks = new ArrayList<>();
        for (int layer = 0; layer < sizes.numHiddenLayers(); layer++) {
            Parameters block = parameters.atEither("encoder.layer." + layer, "layers." + layer);
            blocks.add(block(block, sizes, hiddenDropout, attentionDropout));
        }
        LayerNorm norm = LayerNorm.of(parameters.at("layernorm"), sizes.hiddenSize(), sizes.layerNormEps());
        return PictureEncoder.of(embeddings, dropout, blocks, norm, sizes.grid(), sizes.numChannels());
    }

    /** A linear classifier on the class token. */
    Network classifier(ConfigSource config, Parameters parameters) {
        PictureEncoder encoder = encoder(config, parameters);
        return new FirstRowClassifier(
                encoder, Linear.of(parameters.head().at("classifier"), config.labelCount(), encoder.hiddenSize()));
    }

    private static PreNormBlock block(
            Parameters parameters, VitConfig sizes, double hiddenDropout, double attentionDropout) {
        int hidden = sizes.hiddenSize();
        return new PreNormBlock(
                LayerNorm.of(parameters.at("layernorm_before"), hidden, sizes.layerNormEps()),
                attention(
                        parameters.at("attention"),
                        hidden,
                        sizes.numAttentionHeads(),
                        sizes.qkvBias(),
                        attentionDropout),
                Dropout.of(parameters, hiddenDropout),
                Optional.empty(),
                LayerNorm.of(parameters.at("layernorm_after"), hidden, sizes.layerNormEps()),
                new FeedForward(
                        Linear.of(
                                parameters.atEither("intermediate.dense", "mlp.fc1"), sizes.intermediateSize(), hidden),
                        sizes.hiddenAct(),
                        Linear.of(parameters.atEither("output.dense", "mlp.fc2"), hidden, sizes.intermediateSize())),
                Dropout.of(parameters, hiddenDropout),
                Optional.empty());
    }

    /** Attention below {@code attention}, whose layers were renamed once. */
    static Attention attention(Parameters parameters, int hidden, int heads, boolean qkvBias, double dropout) {
        return new Attention(
                projection(parameters.atEither("attention.query", "q_proj"), hidden, qkvBias),
                projection(parameters.atEither("attention.key", "k_proj"), hidden, qkvBias),
                projection(parameters.atEither("attention.value", "v_proj"), hidden, qkvBias),
                new ScaledDotProduct(AttentionShape.of(heads, hidden / heads), Dropout.of(parameters, dropout)),
                Linear.of(parameters.atEither("output.dense", "o_proj"), hidden, hidden));
    }

    private static Linear projection(Parameters parameters, int hidden, boolean biased) {
        return biased ? Linear.of(parameters, hidden, hidden) : Linear.withoutBias(parameters, hidden, hidden);
    }
}
