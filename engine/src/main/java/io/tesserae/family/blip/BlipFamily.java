package io.tesserae.family.blip;

import io.tesserae.family.CaptionerNames;
import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import java.util.List;
import java.util.Optional;

/** BLIP: Li et al., arXiv 2201.12086. */
public final class BlipFamily implements ModelFamily {

    private static final List<ModelType> TYPES =
            List.of(new ModelType("blip", "Blip", Optional.of("BlipImageProcessor")));

    private static final String DECODER = "text_decoder.bert.embeddings.word_embeddings.weight";

    private static final CaptionerNames NAMES = new CaptionerNames(
            "",
            List.of("image_embeds", "vision.last_hidden_state"),
            Optional.of("vision.pooler_output"),
            "vision.",
            "text.",
            "text.cross_attentions");

    @Override
    public List<ModelType> modelTypes() {
        return TYPES;
    }

    @Override
    public Input input() {
        return Input.PIXELS_AND_TOKENS;
    }

    @Override
    public Heads heads() {
        return Heads.none()
                .with(
                        Head.IMAGE_CAPTIONING,
                        (engine, config, weights) -> BlipHeads.captioner(engine, BlipConfig.read(config), weights),
                        DECODER)
                .with(
                        Head.VISUAL_QUESTION_ANSWERING,
                        (engine, config, weights) ->
                                BlipHeads.questionAnswerer(engine, BlipConfig.readOfQuestions(config), weights),
                        DECODER,
                        "text_encoder.embeddings.word_embeddings.weight")
                .with(
                        Head.IMAGE_TEXT_RETRIEVAL,
                        (engine, config, weights) -> BlipHeads.matcher(engine, BlipConfig.read(config), weights),
                        "itm_head.weight")
                .withVariant(
                        Head.IMAGE_ENCODER,
                        "VisionModel",
                        (engine, config, weights) -> BlipHeads.visionModel(engine, BlipConfig.read(config), weights));
    }

    @Override
    public CaptionerNames captionerNames() {
        return NAMES;
    }
}
