package io.tesserae.family.blip;

import io.tesserae.engine.Engine;
import io.tesserae.layer.Linear;
import io.tesserae.model.ImageCaptioner;
import io.tesserae.model.ImageEncoder;
import io.tesserae.model.ImageTextMatcher;
import io.tesserae.model.VisualQuestionAnswerer;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.TensorSource;
import java.util.Optional;

/** The models of BLIP, by the names of their tensors. */
final class BlipHeads {

    private BlipHeads() {}

    /** Writes about a picture. */
    static ImageCaptioner captioner(Engine engine, BlipConfig config, TensorSource source) {
        StateDict weights = stateDict(source);
        BlipTextDecoder decoder = BlipTextDecoder.load(engine, config, weights.at("text_decoder"));
        ImageEncoder encoder = vision(engine, config, weights);
        weights.requireAllUsed(BlipHeads::isOldBuffer);
        return new ImageCaptioner(
                encoder, Optional.empty(), decoder, config.textConfig().tokens(), true, source);
    }

    /** Reads a question, and writes the answer. */
    static VisualQuestionAnswerer questionAnswerer(Engine engine, BlipConfig config, TensorSource source) {
        StateDict weights = stateDict(source);
        BlipTextDecoder decoder = BlipTextDecoder.load(engine, config, weights.at("text_decoder"));
        BlipTextEncoder questions = BlipTextEncoder.load(engine, config, weights.at("text_encoder"));
        ImageEncoder encoder = vision(engine, config, weights);
        weights.requireAllUsed(BlipHeads::isOldBuffer);
        return new VisualQuestionAnswerer(
                encoder, questions, decoder, config.textConfig().tokens(), source);
    }

    /** Says whether a text belongs to a picture. */
    static ImageTextMatcher matcher(Engine engine, BlipConfig config, TensorSource source) {
        StateDict weights = stateDict(source);
        int ofTexts = config.textConfig().hiddenSize();
        int ofPictures = config.visionConfig().hiddenSize();
        int both = config.imageTextHiddenSize();
        Linear itmHead = Linear.load(engine, weights.at("itm_head"), 2, ofTexts);
        Linear visionProj = Linear.load(engine, weights.at("vision_proj"), both, ofPictures);
        Linear textProj = Linear.load(engine, weights.at("text_proj"), both, ofTexts);
        BlipTextEncoder texts = BlipTextEncoder.load(engine, config, weights.at("text_encoder"));
        ImageEncoder encoder = vision(engine, config, weights);
        weights.requireAllUsed(BlipHeads::isOldBuffer);
        return new ImageTextMatcher(
                encoder, texts, new ImageTextMatcher.Projections(itmHead, visionProj, textProj), source);
    }

    /** The vision tower of a checkpoint that holds the text side too. */
    static ImageEncoder visionModel(Engine engine, BlipConfig config, TensorSource source) {
        StateDict weights = StateDict.of(source, "blip.");
        ImageEncoder encoder = vision(engine, config, weights);
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

    private static StateDict stateDict(TensorSource source) {
        return StateDict.ofOpen(source, "blip.");
    }

    private static ImageEncoder vision(Engine engine, BlipConfig config, StateDict weights) {
        return BlipVision.load(engine, config.visionConfig(), weights.at("vision_model"));
    }

    private static boolean belongsToTextSide(String name) {
        return name.matches("(blip\\.)?(text_(decoder|encoder|proj)|vision_proj|itm_head)\\..*");
    }

    /** Old files hold the numbers 0, 1, 2 … as a tensor. */
    private static boolean isOldBuffer(String name) {
        return name.matches("(blip\\.)?text_(decoder\\.bert|encoder)\\.embeddings\\.position_ids");
    }
}
