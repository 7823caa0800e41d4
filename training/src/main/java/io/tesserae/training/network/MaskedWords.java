package io.tesserae.training.network;

import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Activation;
import io.tesserae.training.layer.Activate;
import io.tesserae.training.layer.LayerNorm;
import io.tesserae.training.layer.Linear;
import io.tesserae.training.layer.Rows;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.Optional;

/** A masked language model's head: {@code decoder(norm(activation(dense(hidden state))))}, for the tokens that are asked about alone. */
public record MaskedWords(Network.OfTexts encoder, Linear dense, Activation activation, LayerNorm norm, Linear decoder)
        implements Network.OfMaskedWords {

    @Override
    public Variable logits(Tape tape, TokenBatch batch, Rows asked) {
        Variable hidden = encoder.hiddenStates(tape, batch, Optional.of(asked)); // [asked, hidden]
        Variable transformed = norm.forward(tape, Activate.forward(tape, activation, dense.forward(tape, hidden)));
        return decoder.forward(tape, transformed); // [asked, vocabulary]
    }
}
