package io.tesserae.server.task;

import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.tokenizer.Tokenizer;
import java.util.Optional;

/** A task whose inputs are pictures alone. */
interface ImageJson<P extends Pipeline<ImageInput, O, A>, O, A> extends TaskJson<P, ImageInput, O, A> {

    @Override
    default int tokens(P pipeline, ImageInput image, O options) {
        return Inputs.TOKENS_OF_IMAGE;
    }

    @Override
    default Optional<Tokenizer> tokenizer(P pipeline) {
        return Optional.empty();
    }

    @Override
    default ImageInput sample(P pipeline) {
        return Inputs.sampleImage();
    }
}
