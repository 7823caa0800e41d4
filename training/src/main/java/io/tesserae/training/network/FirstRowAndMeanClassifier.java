package io.tesserae.training.network;

import io.tesserae.model.ImageBatch;
import io.tesserae.training.layer.Linear;
import io.tesserae.training.layer.picture.FirstAndMean;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.Optional;

/**
 * A classifier of pictures by their class token and the mean of their patches, side by side: Oquab et al., arXiv
 * 2304.07193; transformers' {@code Dinov2ForImageClassification}.
 *
 * @param prefix how many rows of a picture come before those of its patches
 */
public record FirstRowAndMeanClassifier(Network.OfPictures encoder, int prefix, Linear classifier)
        implements HeadOnFeatures {

    @Override
    public Variable features(Tape tape, ImageBatch batch) {
        Variable hidden = encoder.hiddenStates(tape, batch, Optional.empty()); // [rows, hidden]
        return FirstAndMean.of(tape, hidden, encoder.starts(batch), prefix); // [pictures, 2 · hidden]
    }
}
