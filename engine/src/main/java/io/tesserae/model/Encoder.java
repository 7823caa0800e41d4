package io.tesserae.model;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.NotFinite;
import io.tesserae.layer.Pooler;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.Optional;

/** A model without a head: tokens in, hidden states out. Immutable and thread-safe. */
@SuppressWarnings("exports") // what families compute with is not for others
public abstract class Encoder extends TokenBackbone {

    /**
     * What every encoder has.
     *
     * @param source the checkpoint's tensors, from which embeddings are read as long as the model lives; it closes them
     */
    protected Encoder(Engine engine, TensorSource source) {
        super(engine, source);
    }

    /**
     * Encodes a batch.
     *
     * @throws IllegalArgumentException if an id or a token type is outside the model's tables, or a sequence is longer than
     *     {@link #maxLength}
     */
    public final EncoderOutput forward(TokenBatch batch, OutputOptions options) {
        Recording recording = recording(options, batch);
        try (Workspace workspace = engine().machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor x = encode(frame, batch, recording, Rows.ALL); // [tokens, hidden]
            Tensor lastHiddenState = x.copy();
            return new EncoderOutput(
                    batch,
                    NotFinite.warn("hidden states", lastHiddenState),
                    readByPooler(batch)
                            .map(rows -> pool(frame, rows.gather(frame, x, batch.sequenceStarts()))
                                    .copy())
                            .map(pooled -> NotFinite.warn("numbers of the pooler's output", pooled)),
                    recording.allHiddenStates(),
                    recording.allAttentions());
        }
    }

    /**
     * The forward pass, for the rows that are wanted: see {@link Rows}.
     *
     * @param frame receives the result
     * @return {@code [rows wanted, hidden]}, good until the frame is closed
     */
    protected abstract Tensor encode(Frame frame, TokenBatch batch, Recording recording, Rows wanted);

    /**
     * The forward pass with tokens at the ends of sequences that see the others and are not seen: what queries are filled up with in
     * late interaction. The rows of the tokens that are seen are those of a pass without the others.
     *
     * @param seen {@code [sequences]}, how many of each sequence's tokens are seen: its first ones
     * @param frame receives the result
     * @return {@code [tokens, hidden]}, good until the frame is closed
     * @throws IllegalArgumentException as {@link #forward} does, and if models of this family cannot be asked for it
     */
    protected Tensor encodeSeeing(Frame frame, TokenBatch batch, int[] seen) {
        throw new IllegalArgumentException(
                "tokens that see the others and are not seen: models of this family cannot be asked for them");
    }

    /**
     * The pooled output alone: {@link #forward}'s, with the same bits. The last layer computes no row that it does not need.
     *
     * @param frame receives the result
     * @return {@code [sequences, pooled]}, in the frame's memory
     * @throws IllegalArgumentException as {@link #forward}, and if a sequence lacks the token that the pooler reads
     */
    final Tensor pooled(Frame frame, TokenBatch batch) {
        Rows wanted = readByPooler(batch)
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "texts: expected tokens in each, the one that stands for all of it among them, found a text without"));
        Tensor x = encode(frame, batch, Recording.none(batch.sequenceStarts()), wanted); // [sequences, hidden]
        return pool(frame, x);
    }

    /** The row of each sequence that the pooled output is made of; empty where there is none, or a sequence lacks that token. */
    protected Optional<Rows> readByPooler(TokenBatch batch) {
        return pooler().isPresent() && BatchChecks.haveFirstTokens(batch) ? Optional.of(Rows.FIRST) : Optional.empty();
    }

    /**
     * The pooled output.
     *
     * @param rows {@code [sequences, hidden]}: see {@link #readByPooler}
     * @return {@code [sequences, pooled]}, in the frame's memory
     */
    protected Tensor pool(Frame frame, Tensor rows) {
        return pooler().orElseThrow().forward(frame, rows);
    }

    /** What makes of first tokens the {@code poolerOutput}; empty where a family or a checkpoint has no such thing. */
    protected Optional<Pooler> pooler() {
        return Optional.empty();
    }
}
