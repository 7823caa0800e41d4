package io.tesserae.training.network;

import io.tesserae.model.TokenBatch;
import io.tesserae.training.layer.Dropout;
import io.tesserae.training.layer.Linear;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.Optional;

/** A classifier of tokens: one linear layer on every hidden state. Also what marks answers, with two scores a token. */
public record EveryTokenClassifier(Network.OfTexts encoder, Optional<Dropout> dropout, Linear classifier)
        implements Network.OfTokens {

    @Override
    public Variable logits(Tape tape, TokenBatch batch) {
        Variable hidden = encoder.hiddenStates(tape, batch, Optional.empty()); // [tokens, hidden]
        Variable entering = dropout.map(site -> site.forward(tape, hidden)).orElse(hidden);
        return classifier.forward(tape, entering); // [tokens, labels]
    }
}
