package io.tesserae.family.perceiver;

import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import java.util.List;
import java.util.Optional;

/** Perceiver IO: Jaegle et al., arXiv 2107.14795. */
public final class PerceiverFamily implements ModelFamily {

    private static final List<ModelType> TYPES =
            List.of(new ModelType("perceiver", "Perceiver", Optional.of("PerceiverTokenizer")));

    @Override
    public List<ModelType> modelTypes() {
        return TYPES;
    }

    @Override
    public Input input() {
        return Input.BY_HEAD;
    }

    @Override
    public boolean readsWithLatents() {
        return true;
    }

    @Override
    public Heads heads() {
        return Heads.none()
                .with(Head.LATENT_ENCODER, PerceiverHeads::latentEncoder)
                .with(Head.MASKED_LM, PerceiverHeads::maskedLanguageModel, "embedding_decoder.bias")
                .with(Head.SEQUENCE_CLASSIFICATION, PerceiverHeads::sequenceClassifier)
                .withVariant(
                        Head.IMAGE_CLASSIFICATION,
                        "ForImageClassificationFourier",
                        PerceiverHeads::fourierImageClassifier)
                .withVariant(
                        Head.IMAGE_CLASSIFICATION,
                        "ForImageClassificationLearned",
                        PerceiverHeads::learnedImageClassifier,
                        "input_preprocessor.convnet_1x1.weight")
                .withVariant(
                        Head.IMAGE_CLASSIFICATION,
                        "ForImageClassificationConvProcessing",
                        PerceiverHeads::convolutionImageClassifier,
                        "input_preprocessor.convnet.conv.weight")
                .with(
                        Head.MULTIMODAL_AUTOENCODING,
                        PerceiverHeads::multimodalAutoencoder,
                        "input_preprocessor.mask.label")
                .with(
                        Head.OPTICAL_FLOW,
                        PerceiverHeads::opticalFlowEstimator,
                        "input_preprocessor.conv_after_patches.weight");
    }
}
