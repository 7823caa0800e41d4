package io.tesserae.family.visionencoderdecoder;

import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import java.util.List;
import java.util.Optional;

/**
 * An encoder of pictures and a decoder of texts that were trained apart, joined by attention: Rothe et al., arXiv 1907.12461, with
 * pictures; transformers' {@code VisionEncoderDecoderModel}.
 */
public final class VisionEncoderDecoderFamily implements ModelFamily {

    private static final List<ModelType> TYPES =
            List.of(new ModelType("vision-encoder-decoder", "VisionEncoderDecoder", Optional.empty()));

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
        return Heads.none().withVariant(Head.IMAGE_CAPTIONING, "Model", VisionEncoderDecoder::load);
    }
}
