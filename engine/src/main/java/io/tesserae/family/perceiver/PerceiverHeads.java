package io.tesserae.family.perceiver;

import io.tesserae.engine.Engine;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.layer.Linear;
import io.tesserae.model.ImageClassifier;
import io.tesserae.model.MaskedLanguageModel;
import io.tesserae.model.SequenceClassifier;
import io.tesserae.model.latent.LatentEncoder;
import io.tesserae.model.latent.MultimodalAutoencoder;
import io.tesserae.model.latent.OpticalFlowEstimator;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.TensorSource;
import java.util.List;

/**
 * Perceiver's models by the names of their tensors. Of each the head comes first: a checkpoint that has none is refused before anything
 * large is read.
 */
final class PerceiverHeads {

    /** A model of larger pictures is refused: their rows would be more gigabytes than any machine is meant for. */
    private static final int MOST_PIXELS = 1 << 20;

    /** Of pictures that there are learned positions for: as many pixels in all. */
    private static final int LARGEST_SIDE = 1 << 10;

    /** Pixels whose flow is asked for together: enough for tall products, and few beside the rows that the latents read. */
    private static final int QUERIES_AT_A_TIME = 4096;

    private PerceiverHeads() {}

    // --- Texts

    static SequenceClassifier sequenceClassifier(Engine engine, ConfigSource config, TensorSource source) {
        PerceiverText.Config sizes = textConfig(config);
        StateDict weights = StateDict.ofOpen(source, "perceiver.");
        StateDict base = weights.at("perceiver");
        ClassQuery query = ClassQuery.load(engine, sizes.perceiver(), config.labelCount(), base.at("decoder"));
        PerceiverText text = PerceiverText.load(engine, sizes, base, source);
        weights.requireAllUsed(_ -> false);
        return new SequenceClassifier(
                text,
                config.labelCount(),
                (frame, batch, recording) -> query.score(
                        frame, text.encode(frame, batch, recording), text.starts(batch.sequences()), recording));
    }

    static MaskedLanguageModel maskedLanguageModel(Engine engine, ConfigSource config, TensorSource source) {
        PerceiverText.Config sizes = textConfig(config);
        requireHeads(config, "d_model", () -> PositionQueries.shape(sizes.dModel()));
        StateDict weights = StateDict.ofOpen(source, "perceiver.");
        StateDict base = weights.at("perceiver");
        Linear embeddingDecoder = Linear.load(
                engine,
                base.at("input_preprocessor.embeddings").require("weight", sizes.vocabSize(), sizes.dModel()),
                weights.at("embedding_decoder").read("bias", sizes.vocabSize()),
                sizes.vocabSize(),
                sizes.dModel());
        PerceiverText text = PerceiverText.load(engine, sizes, base, source);
        PositionQueries queries = PositionQueries.load(engine, text, embeddingDecoder, base.at("decoder"));
        weights.requireAllUsed(_ -> false);
        return new MaskedLanguageModel(text, queries);
    }

    private static PerceiverText.Config textConfig(ConfigSource config) {
        int dModel = ConfigChecks.width(config, "d_model", 768);
        return new PerceiverText.Config(
                perceiverConfig(config, dModel),
                config.optionalInt("vocab_size", 262, 1, ConfigChecks.LARGEST_VOCABULARY),
                config.optionalInt("max_position_embeddings", 2048, 1, ConfigChecks.MOST_POSITIONS),
                dModel);
    }

    // --- Pictures

    static ImageClassifier learnedImageClassifier(Engine engine, ConfigSource config, TensorSource source) {
        int imageSize = config.optionalInt("image_size", 56, 1, LARGEST_SIDE);
        return imageClassifier(
                engine,
                config,
                source,
                LearnedPixels.CHANNELS,
                weights -> LearnedPixels.load(engine, imageSize, weights));
    }

    static ImageClassifier fourierImageClassifier(Engine engine, ConfigSource config, TensorSource source) {
        FourierPixels pixels = new FourierPixels();
        return imageClassifier(engine, config, source, pixels.channels(), _ -> pixels);
    }

    static ImageClassifier convolutionImageClassifier(Engine engine, ConfigSource config, TensorSource source) {
        return imageClassifier(
                engine,
                config,
                source,
                ConvolvedPixels.CHANNELS,
                weights -> ConvolvedPixels.load(engine, weights.at("convnet")));
    }

    /** Loads what is below {@code perceiver.input_preprocessor}. */
    private interface PixelRowsLoader {
        PixelRows load(StateDict weights);
    }

    private static ImageClassifier imageClassifier(
            Engine engine, ConfigSource config, TensorSource source, int inputWidth, PixelRowsLoader loader) {
        PerceiverConfig sizes = perceiverConfig(config, inputWidth);
        StateDict weights = StateDict.of(source, "perceiver.");
        StateDict base = weights.at("perceiver");
        ClassQuery query = ClassQuery.load(engine, sizes, config.labelCount(), base.at("decoder"));
        PixelRows pixels = loader.load(base.at("input_preprocessor"));
        PerceiverPictures pictures =
                new PerceiverPictures(engine, Perceiver.load(engine, sizes, inputWidth, base), pixels);
        weights.requireAllUsed(name -> name.endsWith(".num_batches_tracked")); // counts batches of the training
        source.close();
        return new ImageClassifier(
                pictures,
                config.labelCount(),
                (frame, batch, starts, recording) -> ImageClassifier.Scores.of(
                        query.score(frame, pictures.encode(frame, batch, recording), starts, recording)));
    }

    // --- Videos with sound

    static MultimodalAutoencoder multimodalAutoencoder(Engine engine, ConfigSource config, TensorSource source) {
        MultimodalConfig sizes = MultimodalConfig.read(config);
        PerceiverConfig perceiver = perceiverConfig(config, MultimodalRows.width(sizes));
        StateDict weights = StateDict.of(source, "perceiver.");
        MultimodalAutoencoder model = PerceiverMultimodal.load(engine, perceiver, sizes, weights.at("perceiver"));
        weights.requireAllUsed(_ -> false);
        source.close();
        return model;
    }

    // --- Two pictures, one after the other

    static OpticalFlowEstimator opticalFlowEstimator(Engine engine, ConfigSource config, TensorSource source) {
        return opticalFlowEstimator(engine, config, source, QUERIES_AT_A_TIME);
    }

    /** With a number of pixels that are asked for together. */
    static OpticalFlowEstimator opticalFlowEstimator(
            Engine engine, ConfigSource config, TensorSource source, int queriesAtATime) {
        PerceiverConfig sizes = perceiverConfig(config, FlowRows.CHANNELS);
        List<Integer> trainSize = trainSize(config);
        StateDict weights = StateDict.of(source, "perceiver.");
        StateDict base = weights.at("perceiver");
        LatentDecoder decoder =
                LatentDecoder.load(engine, sizes, FlowRows.CHANNELS, false, 2, base.at("decoder.decoder"));
        FlowRows rows = FlowRows.load(engine, trainSize.get(0), trainSize.get(1), base.at("input_preprocessor"));
        Perceiver perceiver = Perceiver.load(engine, sizes, FlowRows.CHANNELS, base);
        weights.requireAllUsed(_ -> false);
        source.close();
        return new PerceiverFlow(engine, perceiver, rows, decoder, queriesAtATime);
    }

    /** Height and width of the pictures. */
    private static List<Integer> trainSize(ConfigSource config) {
        List<Integer> size = PerceiverKeys.trainSize(config);
        if (size.get(0) < 1 || size.get(1) < 1 || (long) size.get(0) * size.get(1) > MOST_PIXELS) {
            throw config.unexpected(
                    "train_size",
                    "height and width, of 1 pixel at least and at most " + MOST_PIXELS + " pixels together");
        }
        return size;
    }

    // --- Rows of numbers

    /** What reads, without what prepares and what decodes: those may lie in the checkpoint, and are not looked at. */
    static LatentEncoder latentEncoder(Engine engine, ConfigSource config, TensorSource source) {
        int dModel = ConfigChecks.width(config, "d_model", 768);
        PerceiverConfig sizes = perceiverConfig(config, dModel);
        StateDict weights = StateDict.of(source, "perceiver.");
        PerceiverFeatures features =
                new PerceiverFeatures(engine, Perceiver.load(engine, sizes, dModel, weights.at("perceiver")));
        weights.requireAllUsed(name -> name.matches(
                "((perceiver\\.)?(input_preprocessor|decoder|output_postprocessor)|embedding_decoder)\\..*"));
        source.close();
        return features;
    }

    // --- What all have in common

    /** The sizes of a model whose inputs are so wide. */
    static PerceiverConfig perceiverConfig(ConfigSource config, int inputWidth) {
        PerceiverConfig sizes = PerceiverConfig.read(config);
        requireHeads(config, "num_cross_attention_heads", () -> sizes.readingHeads(inputWidth));
        return sizes;
    }

    /** Refuses heads that do not divide what they share, with the key that says so. */
    private static void requireHeads(ConfigSource config, String key, Runnable heads) {
        try {
            heads.run();
        } catch (IllegalArgumentException e) {
            throw config.refused(key, e);
        }
    }
}
