package io.tesserae.training.network;

import io.tesserae.model.ImageBatch;
import io.tesserae.training.layer.Linear;
import io.tesserae.training.layer.Rows;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.Optional;

/** A classifier of pictures by their class token: one linear layer. */
public record FirstRowClassifier(Network.OfPictures encoder, Linear classifier) implements HeadOnFeatures {

    @Override
    public Variable features(Tape tape, ImageBatch batch) {
        Rows firsts = Rows.firsts(encoder.starts(batch));
        return encoder.hiddenStates(tape, batch, Optional.of(firsts)); // [pictures, hidden]
    }
}
