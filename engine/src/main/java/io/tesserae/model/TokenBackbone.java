package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Recording;
import io.tesserae.tensor.TensorSource;
import java.util.OptionalInt;

/**
 * What lies below the head of a model of texts: it takes token ids, and makes rows of numbers that a head reads. Most are {@linkplain
 * Encoder encoders}, with a row for every token; others read the tokens with latents. Immutable and thread-safe.
 */
@SuppressWarnings("exports") // what families compute with is not for others
public abstract class TokenBackbone implements Model {

    private final Engine engine;
    private final TensorSource source;

    /**
     * What every backbone has.
     *
     * @param source the checkpoint's tensors, from which embeddings are read as long as the model lives; it closes them
     */
    protected TokenBackbone(Engine engine, TensorSource source) {
        this.engine = Arguments.require(engine, "engine");
        this.source = Arguments.require(source, "source");
    }

    /** The numbers that describe the model. */
    public abstract EncoderConfig config();

    /** The longest sequence there are positions for, in tokens. */
    public int maxLength() {
        return config().maxPositionEmbeddings();
    }

    /** How many tokens the model knows: ids are below this. */
    public int vocabularySize() {
        return config().vocabSize();
    }

    /** How many latents read a sequence, whose states then are the hidden states; empty where every token has its own. */
    public OptionalInt latents() {
        return OptionalInt.empty();
    }

    /** Heads of the layer in which latents read; empty where there are none. */
    public OptionalInt readingHeads() {
        return OptionalInt.empty();
    }

    /** What a call is to keep. */
    Recording recording(OutputOptions options, TokenBatch batch) {
        Arguments.require(options, "options");
        Arguments.require(batch, "batch");
        int[] starts = latents().isEmpty()
                ? batch.sequenceStarts()
                : Ragged.starts(batch.sequences(), latents().getAsInt());
        return new Recording(
                options.hiddenStates(),
                options.attentions(),
                options.crossAttentions(),
                starts,
                config().attentionHeads());
    }

    final Engine engine() {
        return engine;
    }

    /** Its sizes. */
    @Override
    public final String toString() {
        return config().layers() + " layers of " + config().hiddenSize() + " numbers, " + config().attentionHeads()
                + " heads, " + (latents().isPresent() ? latents().getAsInt() + " latents, " : "") + vocabularySize()
                + " tokens, at most " + maxLength() + " in a sequence";
    }

    /** Lets go of the checkpoint's files. Calls that come later fail with {@link IllegalStateException}. */
    @Override
    public final void close() {
        source.close();
    }

    /** A table read past its end would be another model's memory: every index is checked before the first is used. */
    protected final void requireKnown(TokenBatch batch) {
        BatchChecks.requireWithin(batch, vocabularySize(), maxLength());
    }
}
