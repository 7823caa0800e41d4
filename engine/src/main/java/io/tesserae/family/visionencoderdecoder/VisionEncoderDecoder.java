package io.tesserae.family.visionencoderdecoder;

import io.tesserae.engine.Engine;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.Head;
import io.tesserae.family.HeadLoader;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.family.common.TokensOfConfig;
import io.tesserae.family.deit.DeitFamily;
import io.tesserae.family.gpt2.Gpt2Config;
import io.tesserae.family.gpt2.Gpt2Decoder;
import io.tesserae.family.gpt2.Gpt2Family;
import io.tesserae.family.vit.VitFamily;
import io.tesserae.layer.Linear;
import io.tesserae.model.GenerationTokens;
import io.tesserae.model.ImageCaptioner;
import io.tesserae.model.ImageEncoder;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.TensorSource;
import io.tesserae.tensor.TensorsBelow;
import io.tesserae.tensor.WeightException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The two parts of a {@code VisionEncoderDecoderModel}, and what joins them. The decoder looks at all that the encoder makes of a picture,
 * the class token's row among it, and counts its positions from 0.
 */
final class VisionEncoderDecoder {

    /** What can look. */
    private static final List<ModelFamily> ENCODERS = List.of(new VitFamily(), new DeitFamily());

    private static final String ENCODER = "encoder.";
    private static final String DECODER = "decoder.";

    private VisionEncoderDecoder() {}

    static ImageCaptioner load(Engine engine, ConfigSource config, TensorSource source) {
        ConfigChecks.requireKnownStorage(config);
        ConfigSource encoderConfig = part(config, "encoder");
        ConfigSource decoderConfig = part(config, "decoder");
        ModelFamily family = encoderFamily(encoderConfig);
        requireGpt2(decoderConfig);
        Gpt2Config gpt2 = Gpt2Config.readPart(decoderConfig);
        boolean tied = Gpt2Config.tied(decoderConfig); // the part's own word counts, and not the whole's
        GenerationTokens tokens =
                TokensOfConfig.read(config, decoderConfig, TokensOfConfig.read(decoderConfig, Gpt2Family.END_OF_TEXT));
        ImageEncoder encoder =
                named(ENCODER, () -> encoder(engine, family, encoderConfig, new TensorsBelow(source, ENCODER)));
        StateDict weights = StateDict.of(source, "");
        Optional<Linear> projection = projection(engine, encoder.hiddenSize(), gpt2.nEmbd(), decoderConfig, weights);
        Gpt2Decoder decoder =
                named(DECODER, () -> Gpt2Decoder.load(engine, gpt2, tied, new TensorsBelow(source, DECODER)));
        weights.requireAllUsed(name -> name.startsWith(ENCODER) || name.startsWith(DECODER));
        return new ImageCaptioner(encoder, projection, decoder, tokens, false, source);
    }

    private static ConfigSource part(ConfigSource config, String key) {
        Optional<? extends ConfigSource> part = config.child(key);
        if (part.isEmpty()) {
            throw config.unexpected(key, "the configuration of a part, with its model_type");
        }
        return part.get();
    }

    private static ModelFamily encoderFamily(ConfigSource config) {
        for (ModelFamily family : ENCODERS) {
            for (ModelType type : family.modelTypes()) {
                if (type.name().equals(config.modelType())) {
                    return family;
                }
            }
        }
        throw config.unexpected("model_type", "vit or deit, the encoders that this version runs below a decoder");
    }

    private static void requireGpt2(ConfigSource config) {
        if (!config.modelType().equals("gpt2")) {
            throw config.unexpected(
                    "model_type", "gpt2, the decoder that this version runs above an encoder of pixels");
        }
    }

    /** Its pooler may be there, and is of no use. */
    private static ImageEncoder encoder(Engine engine, ModelFamily family, ConfigSource config, TensorSource weights) {
        HeadLoader<ImageEncoder> loader = family.heads()
                .loader(Head.IMAGE_ENCODER, _ -> false, weights.names())
                .orElseThrow();
        return loader.load(engine, config, weights);
    }

    /** Where the parts are of different widths: {@code enc_to_dec_proj}. */
    private static Optional<Linear> projection(
            Engine engine, int encoderWidth, int decoderWidth, ConfigSource decoderConfig, StateDict weights) {
        if (encoderWidth == decoderWidth) {
            return Optional.empty();
        }
        if (decoderConfig.isSet("cross_attention_hidden_size")) {
            throw decoderConfig.unexpected(
                    "cross_attention_hidden_size",
                    "no such key: GPT-2 looks at rows of its own width, " + decoderWidth + ", and the encoder's have "
                            + encoderWidth);
        }
        return Optional.of(Linear.load(engine, weights.at("enc_to_dec_proj"), decoderWidth, encoderWidth));
    }

    /** A part's tensors are called by their names in it; who reads an error has the whole file before him. */
    private static <P> P named(String prefix, Supplier<P> load) {
        try {
            return load.get();
        } catch (WeightException e) {
            String message = e.getMessage();
            throw message.startsWith("tensor \"")
                    ? new WeightException("tensor names are those behind \"" + prefix + "\": " + message)
                    : e;
        }
    }
}
