package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Workspace;
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
     * The forward pass, in the workspace's memory.
     *
     * @return {@code [tokens, hidden]}, good until the workspace is closed
     */
    final Tensor encode(Workspace workspace, TokenBatch batch, Recording recording) {
        return encode(workspace, batch, recording, config().layers());
    }

    /**
     * Likewise for the first token of every sequence alone, which the last layer then computes and no other, unless more is to
     * be returned than the result. That saves most of a layer, an eighth of DistilBERT's work and a sixteenth of BERT-base's; the
     * bits are the same, since no token's row depends on another's.
     *
     * @param batch with the first token of each of its sequences
     * @return {@code [sequences, hidden]}, good until the workspace is closed
     */
    final Tensor encodeFirstTokens(Workspace workspace, TokenBatch batch, Recording recording) {
        if (config().layers() == 0 || !recording.isOff()) {
            return FirstTokens.gather(workspace, batch.sequenceStarts(), encode(workspace, batch, recording));
        }
        return lastLayerOfFirstTokens(workspace, batch, encode(workspace, batch, recording, config().layers() - 1));
    }

    /** The forward pass through the first so many layers. */
    abstract Tensor encode(Workspace workspace, TokenBatch batch, Recording recording, int layers);

    /** The last layer's output for the first token of each sequence, from its input {@code [tokens, hidden]}. */
    abstract Tensor lastLayerOfFirstTokens(Workspace workspace, TokenBatch batch, Tensor x);

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
