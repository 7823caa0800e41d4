package io.tesserae.training.family;

import io.tesserae.family.ConfigSource;
import io.tesserae.family.Head;
import io.tesserae.family.blip.BlipVisionConfig;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.layer.Resampling;
import io.tesserae.training.layer.AttentionTogether;
import io.tesserae.training.layer.Dropout;
import io.tesserae.training.layer.FeedForward;
import io.tesserae.training.layer.LayerNorm;
import io.tesserae.training.layer.Linear;
import io.tesserae.training.layer.PreNormBlock;
import io.tesserae.training.layer.ScaledDotProduct;
import io.tesserae.training.layer.picture.PictureTokens;
import io.tesserae.training.tape.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * BLIP's vision tower in a checkpoint of its own: Li et al., arXiv 2201.12086; transformers' {@code BlipVisionModel}.
 */
final class TrainableBlipVision implements TrainableFamily {

    private static final int CHANNELS = 3;

    private static final PictureEncoder.Names NAMES =
            new PictureEncoder.Names(List.of("class_embedding"), "position_embedding", "patch_embedding");

    @Override
    public List<String> modelTypes() {
        return List.of("blip_vision_model");
    }

    @Override
    public String basePrefix() {
        return "vision_model.";
    }

    @Override
    public Map<Head<?>, Builder> heads() {
        return Map.of(Head.IMAGE_ENCODER, (config, parameters) -> encoder(config, parameters.at("vision_model")));
    }

    /**
     * The tower.
     *
     * @param config of the tower
     * @param parameters below {@code vision_model}
     */
    static PictureEncoder encoder(ConfigSource config, Parameters parameters) {
        return encoder(BlipVisionConfig.read(config), parameters, Dropouts.rate(config, "attention_dropout", 0));
    }

    /** The same; nothing is left out but probabilities of attention. */
    static PictureEncoder encoder(BlipVisionConfig sizes, Parameters parameters, double attentionDropout) {
        PictureTokens embeddings = PictureEncoder.embeddings(
                parameters.at("embeddings"), NAMES, sizes.grid(), CHANNELS, sizes.hiddenSize(), 0, Resampling.BICUBIC);
        Dropout dropout = Dropout.of(parameters, 0);
        List<PreNormBlock> blocks = new ArrayList<>();
        for (int layer = 0; layer < sizes.numHiddenLayers(); layer++) {
            blocks.add(block(parameters.at("encoder.layers", layer), sizes, attentionDropout));
        }
        LayerNorm norm = LayerNorm.of(parameters.at("post_layernorm"), sizes.hiddenSize(), sizes.layerNormEps());
        return PictureEncoder.of(embeddings, dropout, blocks, norm, sizes.grid(), CHANNELS);
    }

    private static PreNormBlock block(Parameters parameters, BlipVisionConfig sizes, double attentionDropout) {
        int hidden = sizes.hiddenSize();
        AttentionShape shape = AttentionShape.of(sizes.numAttentionHeads(), hidden / sizes.numAttentionHeads());
        return new PreNormBlock(
                LayerNorm.of(parameters.at("layer_norm1"), hidden, sizes.layerNormEps()),
                new AttentionTogether(
                        Linear.of(parameters.at("self_attn.qkv"), 3 * hidden, hidden),
                        new ScaledDotProduct(shape, Dropout.of(parameters, attentionDropout)),
                        Linear.of(parameters.at("self_attn.projection"), hidden, hidden)),
                Dropout.of(parameters, 0),
                Optional.empty(),
                LayerNorm.of(parameters.at("layer_norm2"), hidden, sizes.layerNormEps()),
                new FeedForward(
                        Linear.of(parameters.at("mlp.fc1"), sizes.intermediateSize(), hidden),
                        sizes.hiddenAct(),
                        Linear.of(parameters.at("mlp.fc2"), hidden, sizes.intermediateSize())),
                Dropout.of(parameters, 0),
                Optional.empty());
    }
}
