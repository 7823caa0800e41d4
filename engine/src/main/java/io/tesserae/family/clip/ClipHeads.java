package io.tesserae.family.clip;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.MeanRows;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Rows;
import io.tesserae.model.Encoder;
import io.tesserae.model.ImageClassifier;
import io.tesserae.model.ImageEncoder;
import io.tesserae.model.ImageTextEncoder;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.Optional;
import java.util.OptionalInt;

/** The models of CLIP, by the names of their tensors. */
final class ClipHeads {

    private static final String TEXT = "text_model";
    private static final String VISION = "vision_model";

    private ClipHeads() {}

    /** Both towers. */
    static ImageTextEncoder both(Engine engine, ClipConfig config, TensorSource source) {
        StateDict weights = StateDict.ofOpen(source, "clip.");
        float scale = weights.read("logit_scale").data()[0];
        Linear ofTexts = projection(engine, weights, config.projectionDim(), config.textConfig());
        Linear ofPictures = projection(engine, weights, config.projectionDim(), config.visionConfig());
        ClipText texts = ClipText.load(engine, config.textConfig(), weights.at(TEXT), Optional.of(ofTexts), source);
        ClipVision pictures =
                ClipVision.load(engine, config.visionConfig(), weights.at(VISION), Optional.of(ofPictures));
        weights.requireAllUsed(ClipHeads::isOldBuffer);
        return new ImageTextEncoder(
                pictures,
                texts,
                // The same on every machine, where Math.exp need not be
                new ImageTextEncoder.Comparison((float) StrictMath.exp(scale), 0f, true, OptionalInt.empty()));
    }

    /** The text tower of a checkpoint that holds both. */
    static Encoder textModel(Engine engine, ClipConfig config, TensorSource source) {
        StateDict weights = StateDict.ofOpen(source, "clip.");
        ClipText texts = ClipText.load(engine, config.textConfig(), weights.at(TEXT), Optional.empty(), source);
        weights.requireAllUsed(name -> isOldBuffer(name) || liesBeside(name, VISION));
        return texts;
    }

    /** The vision tower of a checkpoint that holds both. */
    static ImageEncoder visionModel(Engine engine, ClipConfig config, TensorSource source) {
        StateDict weights = StateDict.of(source, "clip.");
        ClipVision pictures = ClipVision.load(engine, config.visionConfig(), weights.at(VISION), Optional.empty());
        weights.requireAllUsed(name -> isOldBuffer(name) || liesBeside(name, TEXT));
        source.close();
        return pictures;
    }

    /** A classifier on the mean of the patches. */
    static ImageClassifier classifier(Engine engine, ClipConfig config, int labels, TensorSource source) {
        StateDict weights = StateDict.of(source, "clip.");
        int hidden = config.visionConfig().shape().hiddenSize();
        Linear classifier = Linear.load(engine, weights.at("classifier"), labels, hidden);
        ClipVision pictures = ClipVision.load(engine, config.visionConfig(), weights.at(VISION), Optional.empty());
        weights.requireAllUsed(ClipHeads::isOldBuffer);
        source.close();
        return new ImageClassifier(pictures, labels, (frame, batch, starts, recording) -> {
            Tensor rows = pictures.encode(frame, batch, starts, recording, Rows.ALL); // [tokens, hidden]
            Tensor means = MeanRows.of(frame, rows, starts, pictures.prefixTokens()); // [images, hidden]
            return ImageClassifier.Scores.of(classifier.forward(frame.workspace(), means));
        });
    }

    /** A checkpoint of the text tower alone. */
    static Encoder textModelAlone(Engine engine, ClipTextConfig config, boolean projected, TensorSource source) {
        StateDict weights = StateDict.ofOpen(source, TEXT + ".");
        Optional<Linear> projection =
                projected ? Optional.of(projection(engine, weights, config.projectionDim(), config)) : Optional.empty();
        ClipText texts = ClipText.load(engine, config, weights.at(TEXT), projection, source);
        weights.requireAllUsed(name -> isOldBuffer(name) || !projected && isProjection(name));
        return texts;
    }

    /** A checkpoint of the vision tower alone. */
    static ImageEncoder visionModelAlone(
            Engine engine, ClipVisionConfig config, boolean projected, TensorSource source) {
        StateDict weights = StateDict.of(source, VISION + ".");
        Optional<Linear> projection =
                projected ? Optional.of(projection(engine, weights, config.projectionDim(), config)) : Optional.empty();
        ClipVision pictures = ClipVision.load(engine, config, weights.at(VISION), projection);
        weights.requireAllUsed(name -> isOldBuffer(name) || !projected && isProjection(name));
        source.close();
        return pictures;
    }

    private static Linear projection(Engine engine, StateDict weights, int shared, ClipTextConfig config) {
        return Linear.load(engine, weights.at("text_projection"), shared, config.hiddenSize(), false);
    }

    private static Linear projection(Engine engine, StateDict weights, int shared, ClipVisionConfig config) {
        int hidden = config.shape().hiddenSize();
        return Linear.load(engine, weights.at("visual_projection"), shared, hidden, false);
    }

    private static boolean isProjection(String name) {
        return name.matches("(text|visual)_projection\\.weight");
    }

    /** What a checkpoint of both towers holds beside one of them. */
    private static boolean liesBeside(String name, String otherTower) {
        return isProjection(name)
                || name.startsWith(otherTower + ".")
                || name.matches("logit_scale|classifier\\.(weight|bias)");
    }

    /** Old files hold the numbers 0, 1, 2 … as a tensor. */
    private static boolean isOldBuffer(String name) {
        return name.endsWith("embeddings.position_ids");
    }
}
