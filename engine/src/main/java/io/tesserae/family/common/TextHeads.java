package io.tesserae.family.common;

import io.tesserae.engine.Engine;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Pooler;
import io.tesserae.model.Encoder;
import io.tesserae.model.MaskedLanguageModel;
import io.tesserae.model.QuestionAnswerer;
import io.tesserae.model.SequenceClassifier;
import io.tesserae.model.TokenClassifier;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.Optional;
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

    /** A classifier on the first token, {@code classifier.out_proj}, behind a linear layer and an activation that are not the pooler's. */
    public SequenceClassifier sequenceClassifier(int labels, Activation activation) {
        StateDict head = weights.at("classifier");
        Linear output = Linear.load(engine, head.at("out_proj"), labels, hidden);
        Pooler first = new Pooler(Linear.load(engine, head.at("dense"), hidden, hidden), activation);
        return SequenceClassifier.ofFirstToken(encoderAlone(), Optional.of(first), output);
    }

    /**
     * fairseq's masked language model, {@code lm_head}. Its activation is GELU, whatever {@code hidden_act} says.
     *
     * @param tied whether decoder and bias are the word embeddings and {@code lm_head.bias} where a checkpoint has none of its own:
     *     {@code tie_word_embeddings}
     * @param embeddings name of the word embeddings
     * @param epsilon of the layer norm
     */
    public MaskedLanguageModel maskedLanguageModel(boolean tied, String embeddings, int vocabulary, float epsilon) {
        MaskedHead head = new MaskedHead("lm_head", "dense", "layer_norm", embeddings, hidden);
        return maskedLanguageModel(tied, head, vocabulary, Activation.GELU, epsilon);
    }

    /**
     * Where a masked language model has its tensors.
     *
     * @param name of the head: {@code cls.predictions}, with {@code decoder} and {@code bias} in it
     * @param dense name of the linear layer in it, which transforms hidden states
     * @param norm name of the layer norm behind that
     * @param embeddings name of the word embeddings
     * @param width of the word embeddings
     */
    public record MaskedHead(String name, String dense, String norm, String embeddings, int width) {}

    /**
     * A masked language model: a linear layer, an activation and a layer norm, and each word's embedding.
     *
     * @param tied whether decoder and bias are the word embeddings and the head's own {@code bias} where a checkpoint has none of the
     *     decoder's: {@code tie_word_embeddings}
     * @param names where it is
     * @param epsilon of the layer norm
     */
    public MaskedLanguageModel maskedLanguageModel(
            boolean tied, MaskedHead names, int vocabulary, Activation activation, float epsilon) {
        StateDict head = weights.at(names.name());
        // The decoder's bias is tied as well: to one that stands beside the decoder.
        boolean ownBias = !tied || head.holds("decoder.bias");
        Tensor bias = head.read(ownBias ? "decoder.bias" : "bias", vocabulary);
        Encoder model = encoder.get();
        MaskedLanguageModel masked = MaskedLanguageModel.of(
                model,
                Linear.load(engine, head.at(names.dense()), names.width(), hidden),
                activation,
                LayerNorm.load(head.at(names.norm()), names.width(), epsilon),
                decoder(tied, names.name() + ".decoder.weight", names.embeddings(), bias, names.width()));
        weights.requireAllUsed(otherHeads);
        return masked;
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
