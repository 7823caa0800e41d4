package io.tesserae.family.blip;

import io.tesserae.engine.Engine;
import io.tesserae.model.ImageEncoder;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.TensorSource;

/** The models of BLIP, by the names of their tensors. */
final class BlipHeads {

    private BlipHeads() {}

    /** The vision tower of a checkpoint that holds the text side too. */
    static ImageEncoder visionModel(Engine engine, BlipConfig config, TensorSource source) {
        StateDict weights = StateDict.of(source, "blip.");
        ImageEncoder encoder = BlipVision.load(engine, config.visionConfig(), weights.at("vision_model"));
        weights.requireAllUsed(BlipHeads::belongsToTextSide);
        source.close();
        return encoder;
    }

    /** A checkpoint of the vision tower alone. */
    static ImageEncoder visionModelAlone(Engine engine, BlipVisionConfig config, TensorSource source) {
        StateDict weights = StateDict.of(source, "vision_model.");
        ImageEncoder encoder = BlipVision.load(engine, config, weights);
        weights.requireAllUsed(name -> false);
        source.close();
        return encoder;
    }

    private static boolean belongsToTextSide(String name) {
        return name.matches("(blip\\.)?(text_(decoder|encoder|proj)|vision_proj|itm_head)\\..*");
    }
}
