package io.tesserae.training.network;

import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Activation;
import io.tesserae.training.layer.Activate;
import io.tesserae.training.layer.Dropout;
import io.tesserae.training.layer.Linear;
import io.tesserae.training.layer.Rows;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.Optional;

/**
 * A classifier of texts by their first token: {@code classifier(dropout(activation(dense(first token))))}.
 *
 * @param beforeDense left out before the first layer; most families leave out nothing there
 * @param beforeClassifier left out before the last layer
 */
public record FirstTokenClassifier(
        Network.OfTexts encoder,
        Optional<Dropout> beforeDense,
        Linear dense,
        Activation activation,
        Dropout beforeClassifier,
        Linear classifier)
        implements Network.OfSequences {

    @Override
    public Variable logits(Tape tape, TokenBatch batch) {
        Rows firsts = Rows.firsts(batch.sequenceStarts());
        Variable first = encoder.hiddenStates(tape, batch, Optional.of(firsts)); // [sequences, hidden]
        Variable entering =
                beforeDense.map(dropout -> dropout.forward(tape, first)).orElse(first);
        Variable pooled = Activate.forward(tape, activation, dense.forward(tape, entering));
        return classifier.forward(tape, beforeClassifier.forward(tape, pooled)); // [sequences, labels]
    }
}
