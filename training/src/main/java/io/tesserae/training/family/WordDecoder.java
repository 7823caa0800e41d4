package io.tesserae.training.family;

import io.tesserae.training.layer.Linear;
import io.tesserae.training.tape.Initialization;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Parameters;
import java.util.Optional;

/**
 * What compares transformed hidden states with every word's embedding: Press and Wolf, arXiv 1608.05859.
 *
 * @param tied whether it is the word embeddings: {@code tie_word_embeddings}
 * @param words the word embeddings, {@code [vocabulary, width]}
 */
record WordDecoder(boolean tied, Parameter words) {

    /**
     * The decoder with its bias. Where it is to be tied and the checkpoint has one whose values are others than the embeddings', it is not
     * tied: so it is in transformers.
     *
     * @param parameters where its weight is
     * @param name of its weight
     * @param bias {@code [vocabulary]}
     */
    Linear of(Parameters parameters, String name, Parameter bias) {
        boolean own = !tied || parameters.holds(name) && !parameters.holdsCopy(name, words);
        Parameter weight = own
                ? parameters.require(name, Initialization.NORMAL, words.value().shape())
                : words;
        return new Linear(weight, Optional.of(bias));
    }

    /** The same where the bias is tied as well, to one that stands beside the decoder: {@code bias}, {@code decoder.bias}. */
    Linear withTiedBias(Parameters parameters) {
        boolean own = !tied || parameters.holds("decoder.bias");
        int vocabulary = words.value().dimension(0);
        return of(
                parameters,
                "decoder.weight",
                parameters.require(own ? "decoder.bias" : "bias", Initialization.ZEROS, vocabulary));
    }
}
