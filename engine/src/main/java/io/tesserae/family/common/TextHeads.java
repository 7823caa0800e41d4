package io.tesserae.family.common;

import io.tesserae.engine.Engine;
import io.tesserae.layer.Linear;
import io.tesserae.model.Encoder;
import io.tesserae.model.QuestionAnswerer;
import io.tesserae.model.TokenClassifier;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The heads that all families of texts have alike. Each is loaded before the encoder: a checkpoint that has no such head is refused
 * before anything large is read.
 *
 * @param weights of the whole checkpoint
 * @param hidden width of the residual stream
 * @param encoder loads the encoder
 * @param otherHeads names of tensors that may lie beside the head that is loaded, unused
 */
public record TextHeads(
        Engine engine,
        StateDict weights,
        int hidden,
        Supplier<? extends Encoder> encoder,
        Predicate<String> otherHeads) {

    /** No head. */
    public Encoder encoderAlone() {
        Encoder model = encoder.get();
        weights.requireAllUsed(otherHeads);
        return model;
    }

    /** One linear layer, {@code classifier}, on every token. */
    public TokenClassifier tokenClassifier(int labels) {
        return tokenClassifier("classifier", labels);
    }

    /** One linear layer, {@code qa_outputs}, on every token, with a score for a beginning and one for an end. */
    public QuestionAnswerer questionAnswerer() {
        return new QuestionAnswerer(tokenClassifier("qa_outputs", 2));
    }

    private TokenClassifier tokenClassifier(String head, int labels) {
        Linear classifier = Linear.load(engine, weights.at(head), labels, hidden);
        Encoder model = encoder.get();
        weights.requireAllUsed(otherHeads);
        return new TokenClassifier(model, classifier);
    }

    /**
     * What compares transformed hidden states with every word's embedding. A decoder that the checkpoint holds wins over the
     * embeddings, even where they are tied: so it is in transformers.
     *
     * @param tied whether a checkpoint without a decoder takes the word embeddings for one: {@code tie_word_embeddings}
     * @param decoder name of the decoder's weight
     * @param embeddings name of the word embeddings
     * @param bias {@code [vocabulary]}
     * @param width of the embeddings
     */
    public Linear decoder(boolean tied, String decoder, String embeddings, Tensor bias, int width) {
        String name = !tied || weights.holds(decoder) ? decoder : embeddings;
        int vocabulary = bias.size();
        return Linear.load(engine, weights.require(name, vocabulary, width), bias, vocabulary, width);
    }
}
