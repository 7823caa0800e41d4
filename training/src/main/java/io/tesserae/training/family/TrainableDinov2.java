package io.tesserae.training.family;

import io.tesserae.family.ConfigSource;
import io.tesserae.family.Head;
import io.tesserae.family.dinov2.Dinov2Config;
import io.tesserae.layer.Resampling;
import io.tesserae.tensor.Activation;
import io.tesserae.training.layer.Dropout;
import io.tesserae.training.layer.FeedForward;
import io.tesserae.training.layer.GatedFeedForward;
import io.tesserae.training.layer.LayerNorm;
import io.tesserae.training.layer.LayerScale;
import io.tesserae.training.layer.Linear;
import io.tesserae.training.layer.PositionWise;
import io.tesserae.training.layer.PreNormBlock;
import io.tesserae.training.layer.picture.PictureTokens;
import io.tesserae.training.network.FirstRowAndMeanClassifier;
import io.tesserae.training.network.Network;
import io.tesserae.training.tape.Initialization;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * DINOv2: Oquab et al., arXiv 2304.07193; transformers' {@code Dinov2Model} and its classifier. And its variant with
 * registers: Darcet et al., arXiv 2309.16588; {@code Dinov2WithRegistersModel}.
 */
final class TrainableDinov2 implements TrainableFamily {

    private static final double LARGEST_SCALE = 1e6;

    private final String modelType;

    private TrainableDinov2(String modelType) {
        this.modelType = modelType;
    }

    /** The original. */
    static TrainableDinov2 original() {
        return new TrainableDinov2("dinov2");
    }

    /** The variant with registers. */
    static TrainableDinov2 withRegisters() {
        return new TrainableDinov2("dinov2_with_registers");
    }

    @Override
    public List<String> modelTypes() {
        return List.of(modelType);
    }

    @Override
    public String basePrefix() {
        return modelType + ".";
    }

    @Override
    public Map<Head<?>, Builder> heads() {
        return Map.of(Head.IMAGE_ENCODER, this::encoder, Head.IMAGE_CLASSIFICATION, this::classifier);
    }

    private Network classifier(ConfigSource config, Parameters parameters) {
        PictureEncoder encoder = encoder(config, parameters);
        Parameters head = parameters.head().at("classifier");
        return new FirstRowAndMeanClassifier(
                encoder, encoder.embeddings().prefix(), Linear.of(head, config.labelCount(), 2 * encoder.hiddenSize()));
    }

    private PictureEncoder encoder(ConfigSource config, Parameters all) {
        Dinov2Config sizes = Dinov2Config.read(config);
        requireFullDepth(config);
        Parameters parameters = all.at(modelType);
        PictureTokens embeddings = PictureEncoder.embeddings(
                parameters.at("embeddings"),
                new PictureEncoder.Names(List.of("cls_token")),
                sizes.grid(),
                sizes.numChannels(),
                sizes.hiddenSize(),
                sizes.numRegisterTokens(),
                sizes.withRegisters() ? Resampling.ANTIALIASED_BICUBIC : Resampling.BICUBIC);
        Dropout dropout = Dropout.of(parameters, Dropouts.rate(config, "hidden_dropout_prob", 0));
        double attentionDropout = Dropouts.rate(config, "attention_probs_dropout_prob", 0);
        float scale = (float) config.optionalDouble("layerscale_value", 1, -LARGEST_SCALE, LARGEST_SCALE);
        List<PreNormBlock> blocks = new ArrayList<>();
        for (int layer = 0; layer < sizes.numHiddenLayers(); layer++) {
            blocks.add(block(parameters.at("encoder.layer", layer), sizes, scale, attentionDropout));
        }
        LayerNorm norm = LayerNorm.of(parameters.at("layernorm"), sizes.hiddenSize(), sizes.layerNormEps());
        return PictureEncoder.of(embeddings, dropout, blocks, norm, sizes.grid(), sizes.numChannels())
                .interpolatingPositions();
    }

    private static void requireFullDepth(ConfigSource config) {
        if (Dropouts.rate(config, "drop_path_rate", 0) != 0) {
            throw config.unexpected("drop_path_rate", "0: blocks that are skipped by chance are not supported");
        }
    }

    /** Nothing is left out of what joins the residual stream. */
    private static PreNormBlock block(Parameters parameters, Dinov2Config sizes, float scale, double attentionDropout) {
        int hidden = sizes.hiddenSize();
        return new PreNormBlock(
                LayerNorm.of(parameters.at("norm1"), hidden, sizes.layerNormEps()),
                VitNetworks.attention(
                        parameters.at("attention"),
                        hidden,
                        sizes.numAttentionHeads(),
                        sizes.qkvBias(),
                        attentionDropout),
                Dropout.of(parameters, 0),
                Optional.of(layerScale(parameters.at("layer_scale1"), hidden, scale)),
                LayerNorm.of(parameters.at("norm2"), hidden, sizes.layerNormEps()),
                feedForward(parameters.at("mlp"), sizes),
                Dropout.of(parameters, 0),
                Optional.of(layerScale(parameters.at("layer_scale2"), hidden, scale)));
    }

    /** @param initial every factor's value where it begins anew: {@code layerscale_value} */
    private static LayerScale layerScale(Parameters parameters, int hidden, float initial) {
        boolean isNew = !parameters.holds("lambda1");
        Parameter factors = parameters.require("lambda1", Initialization.ONES, hidden);
        if (isNew) {
            Arrays.fill(factors.data(), initial);
        }
        return new LayerScale(factors);
    }

    private static PositionWise feedForward(Parameters parameters, Dinov2Config sizes) {
        int hidden = sizes.hiddenSize();
        int intermediate = sizes.intermediateSize();
        if (!sizes.useSwigluFfn()) {
            return new FeedForward(
                    Linear.of(parameters.at("fc1"), intermediate, hidden),
                    sizes.hiddenAct(),
                    Linear.of(parameters.at("fc2"), hidden, intermediate));
        }
        List<Linear> expand = parameters.holds("gate_proj.weight")
                ? List.of(
                        Linear.of(parameters.at("gate_proj"), intermediate, hidden),
                        Linear.of(parameters.at("up_proj"), intermediate, hidden))
                : List.of(Linear.of(parameters.at("weights_in"), 2 * intermediate, hidden));
        Linear contract = Linear.of(parameters.atEither("weights_out", "down_proj"), hidden, intermediate);
        return new GatedFeedForward(expand, Activation.SILU, contract);
    }
}
