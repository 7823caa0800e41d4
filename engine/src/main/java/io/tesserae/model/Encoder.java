package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;

/** A model without a head: tokens in, hidden states out. Immutable and thread-safe. */
public abstract sealed class Encoder implements AutoCloseable permits Bert, DistilBert {

    Encoder() {}

    /**
     * Loads the base model of a family from a checkpoint of it, or of any model that has it below a head.
     *
     * @param config which family, and of what size
     * @param source the checkpoint's tensors; the model reads embeddings from it for as long as it lives, and closes it
     * @throws io.tesserae.tensor.WeightException if tensors are missing, unexpected or of other shapes
     */
    public static Encoder load(Engine engine, EncoderConfig config, TensorSource source) {
        Arguments.require(engine, "engine");
        Arguments.require(config, "config");
        return switch (config) {
            case BertConfig bert -> Bert.load(engine, bert, source);
            case DistilBertConfig distilBert -> DistilBert.load(engine, distilBert, source);
        };
    }

    /** The part of a checkpoint that lies below a head. */
    static Encoder loadBelowHead(Engine engine, EncoderConfig config, StateDict weights, TensorSource source) {
        return switch (config) {
            case BertConfig bert -> Bert.loadBelowHead(engine, bert, weights, source);
            case DistilBertConfig distilBert -> DistilBert.loadBelowHead(engine, distilBert, weights, source);
        };
    }

    /**
     * Encodes a batch.
     *
     * @throws IllegalArgumentException if an id or a token type is outside the model's tables, or a sequence is longer than
     *     {@link #maxLength}
     */
    public abstract EncoderOutput forward(TokenBatch batch, OutputOptions options);

    /**
     * The forward pass, for the rows that are wanted: see {@link Rows}.
     *
     * @param frame receives the result
     * @return {@code [rows wanted, hidden]}, good until the frame is closed
     */
    abstract Tensor encode(Frame frame, TokenBatch batch, Recording recording, Rows wanted);

    abstract Engine engine();

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

    /** Lets go of the checkpoint's files. Calls that come later fail with {@link IllegalStateException}. */
    @Override
    public abstract void close();

    final Recording recording(OutputOptions options, TokenBatch batch) {
        return new Recording(options, Arguments.require(batch, "batch").sequenceStarts(), config().attentionHeads());
    }

    /** A table read past its end would be another model's memory: every index is checked before the first is used. */
    final void requireKnown(TokenBatch batch) {
        for (int token = 0; token < batch.tokens(); token++) {
            int id = batch.inputIds()[token];
            int position = batch.positionIds()[token];
            if (id < 0 || id >= vocabularySize()) {
                throw new IllegalArgumentException("input id " + id + " is outside the model's vocabulary of "
                        + vocabularySize() + " tokens; does the tokenizer belong to this model?");
            }
            if (position < 0 || position >= maxLength()) {
                throw new IllegalArgumentException("a sequence reaches position " + position
                        + ", but the model has only " + maxLength() + " positions; truncate the text");
            }
        }
    }
}
