package io.tesserae.training.network;

import io.tesserae.model.ImageBatch;
import io.tesserae.training.layer.Linear;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/** A classifier of pictures in two parts: the features of each, and a linear head that reads nothing else of it. */
public interface HeadOnFeatures extends Network.OfClassifiedPictures {

    /** What the head reads, {@code [pictures, features]}. A picture's do not depend on the others of its batch. */
    Variable features(Tape tape, ImageBatch batch);

    /** The head. */
    Linear classifier();

    @Override
    default Variable logits(Tape tape, ImageBatch batch) {
        return classifier().forward(tape, features(tape, batch)); // [pictures, labels]
    }
}
