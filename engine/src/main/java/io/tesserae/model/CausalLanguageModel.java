package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.layer.decoder.DecoderContext;
import io.tesserae.tensor.TensorSource;

/** A model that continues texts: Radford et al., "Language Models are Unsupervised Multitask Learners". Immutable and thread-safe. */
public final class CausalLanguageModel implements Model {

    private final Decoder decoder;
    private final GenerationTokens tokens;
    private final TensorSource source;

    /**
     * Puts a model together.
     *
     * @param source the checkpoint's tensors, which the model closes
     */
    public CausalLanguageModel(Decoder decoder, GenerationTokens tokens, TensorSource source) {
        this.decoder = Arguments.require(decoder, "decoder");
        this.tokens = Arguments.require(tokens, "tokens");
        this.source = Arguments.require(source, "source");
    }

    /**
     * Scores what comes next at every token of a batch.
     *
     * @throws IllegalArgumentException if an id is outside the vocabulary, or a sequence is longer than there are positions for
     */
    public DecoderOutput forward(TokenBatch batch, OutputOptions options) {
        return decoder.forward(batch, DecoderContext.NONE, options);
    }

    /**
     * Sequences that are empty yet, to be read token by token.
     *
     * @param sequences how many; 1 or more
     */
    public DecoderState newState(int sequences) {
        return decoder.newState(sequences, DecoderContext.NONE);
    }

    /** The tokens that its configuration says generation begins, ends and pads with. */
    public GenerationTokens tokens() {
        return tokens;
    }

    /** The numbers that describe it. */
    public EncoderConfig config() {
        return decoder.config();
    }

    /** Its sizes. */
    @Override
    public String toString() {
        return decoder.toString();
    }

    @Override
    public void close() {
        source.close();
    }
}
