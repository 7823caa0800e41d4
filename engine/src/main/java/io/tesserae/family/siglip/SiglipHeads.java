package io.tesserae.family.siglip;

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
import java.util.OptionalInt;

/** The models of SigLIP, by the names of their tensors. */
final class SiglipHeads {

    /** Tokens of a text with its padding, in training; transformers has this number in its pipeline. */
    static final int TEXT_LENGTH = 64;

    private static final String TEXT = "text_model";
    private static final String VISION = "vision_model";

    private SiglipHeads() {}

    /** Both towers. */
    static ImageTextEncoder both(Engine engine, SiglipConfig config, TensorSource source) {
        StateDict weights = StateDict.ofOpen(source, "siglip.");
        float scale = weights.read("logit_scale", 1).data()[0];
        float bias = weights.read("logit_bias", 1).data()[0];
        SiglipText texts = SiglipText.load(engine, config.textConfig(), weights.at(TEXT), source);
        SiglipVision pictures = SiglipVision.load(engine, config.visionConfig(), weights.at(VISION), true);
        weights.requireAllUsed(SiglipHeads::isOldBuffer);
        return new ImageTextEncoder(
                pictures,
                texts,
                // The same on every machine, where Math.exp need not be
                new ImageTextEncoder.Comparison(
                        (float) StrictMath.exp(scale), bias, false, OptionalInt.of(TEXT_LENGTH)));
    }

    /** The text tower of a checkpoint that holds both. */
    static Encoder textModel(Engine engine, SiglipConfig config, TensorSource source) {
        StateDict weights = StateDict.ofOpen(source, "siglip.");
        SiglipText texts = SiglipText.load(engine, config.textConfig(), weights.at(TEXT), source);
        weights.requireAllUsed(name -> isOldBuffer(name) || liesBeside(name, VISION));
        return texts;
    }

    /** The vision tower of a checkpoint that holds both. */
    static ImageEncoder visionModel(Engine engine, SiglipConfig config, TensorSource source) {
        StateDict weights = StateDict.of(source, "siglip.");
        SiglipVision pictures = SiglipVision.load(engine, config.visionConfig(), weights.at(VISION), true);
        weights.requireAllUsed(name -> isOldBuffer(name) || liesBeside(name, TEXT));
        source.close();
        return pictures;
    }

    /** A classifier on the mean of the patches. */
    static ImageClassifier classifier(Engine engine, SiglipConfig config, int labels, TensorSource source) {
        StateDict weights = StateDict.of(source, "siglip.");
        int hidden = config.visionConfig().shape().hiddenSize();
        Linear classifier = Linear.load(engine, weights.at("classifier"), labels, hidden);
        SiglipVision pictures = SiglipVision.load(engine, config.visionConfig(), weights.at(VISION), false);
        weights.requireAllUsed(name -> isOldBuffer(name) || name.startsWith(VISION + ".head."));
        source.close();
        return new ImageClassifier(pictures, labels, (frame, batch, starts, recording) -> {
            Tensor rows = pictures.encode(frame, batch, starts, recording, Rows.ALL); // [patches, hidden]
            Tensor means = MeanRows.of(frame, rows, starts, 0); // [images, hidden]
            return ImageClassifier.Scores.of(classifier.forward(frame.workspace(), means));
        });
    }

    /** A checkpoint of the text tower alone. */
    static Encoder textModelAlone(Engine engine, SiglipTextConfig config, TensorSource source) {
        StateDict weights = StateDict.ofOpen(source, TEXT + ".");
        SiglipText texts = SiglipText.load(engine, config, weights.at(TEXT), source);
        weights.requireAllUsed(SiglipHeads::isOldBuffer);
        return texts;
    }

    /** A checkpoint of the vision tower alone. */
    static ImageEncoder visionModelAlone(Engine engine, SiglipVisionConfig config, TensorSource source) {
        StateDict weights = StateDict.of(source, VISION + ".");
        SiglipVision pictures = SiglipVision.load(engine, config, weights.at(VISION), true);
        weights.requireAllUsed(SiglipHeads::isOldBuffer);
        source.close();
        return pictures;
    }

    /** What a checkpoint of both towers holds beside one of them. */
    private static boolean liesBeside(String name, String otherTower) {
        return name.startsWith(otherTower + ".") || name.matches("logit_(scale|bias)|classifier\\.(weight|bias)");
    }

    /** Old files hold the numbers 0, 1, 2 … as a tensor. */
    private static boolean isOldBuffer(String name) {
        return name.endsWith("embeddings.position_ids");
    }
}
