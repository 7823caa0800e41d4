package io.tesserae.family.perceiver;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Linear;
import io.tesserae.layer.MemoryAttention;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.model.MaskedLanguageModel;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.Optional;

/**
 * A trained query for each position, whose answer is compared with every byte's embedding: the decoder of transformers' {@code
 * PerceiverForMaskedLM}. Queries know of their position and of nothing else, so a position can be asked about whether a token is there or
 * not; only those are asked that are wanted.
 *
 * @param text reads the text
 * @param positions {@code [positions, dModel]}
 * @param embeddingDecoder {@code [vocabulary, dModel]}, the table of embeddings
 */
record PositionQueries(PerceiverText text, LatentDecoder decoder, Tensor positions, Linear embeddingDecoder)
        implements MaskedLanguageModel.Scoring {

    /** Fixed in the reference, which has no key for them. */
    private static final int HEADS = 8;

    private static final int QUERY_CHANNELS = 8 * 32;

    /** The heads of this decoder. */
    static AttentionShape shape(int dModel) {
        return PerceiverConfig.heads(HEADS, QUERY_CHANNELS, dModel);
    }

    /**
     * Loads the decoder from below {@code perceiver.decoder}.
     *
     * @param embeddingDecoder from the queries' width to the vocabulary
     */
    static PositionQueries load(Engine engine, PerceiverText text, Linear embeddingDecoder, StateDict weights) {
        PerceiverText.Config config = text.config();
        int dModel = config.dModel();
        return new PositionQueries(
                text,
                LatentDecoder.load(engine, config.perceiver(), dModel, shape(dModel), false, Optional.empty(), weights),
                weights.at("output_position_encodings")
                        .read("position_embeddings", config.maxPositionEmbeddings(), dModel),
                embeddingDecoder);
    }

    @Override
    public Tensor score(Frame frame, TokenBatch batch, int[] tokens, Recording recording) {
        int[] queryStarts = Rows.of(tokens).in(batch.sequenceStarts()).starts();
        Tensor queries = frame.tensor(tokens.length, positions.dimension(1)); // [tokens, dModel]
        for (int i = 0; i < tokens.length; i++) {
            copyPosition(batch.positionIds()[tokens[i]], queries, i);
        }
        return ask(frame, batch, new Ragged(queries, queryStarts), recording);
    }

    @Override
    public Optional<Tensor> scorePositions(Frame frame, TokenBatch batch, Recording recording) {
        int count = positions.dimension(0);
        int[] queryStarts = Ragged.starts(batch.sequences(), count);
        Tensor queries = frame.tensor(Math.multiplyExact(batch.sequences(), count), positions.dimension(1));
        for (int s = 0; s < batch.sequences(); s++) {
            System.arraycopy(positions.data(), 0, queries.data(), s * positions.size(), positions.size());
        }
        return Optional.of(ask(frame, batch, new Ragged(queries, queryStarts), recording));
    }

    private void copyPosition(int position, Tensor queries, int row) {
        int width = positions.dimension(1);
        System.arraycopy(positions.data(), position * width, queries.data(), row * width, width);
    }

    /** {@code [queries, vocabulary]}, in memory of its own. */
    private Tensor ask(Frame frame, TokenBatch batch, Ragged queries, Recording recording) {
        Tensor latents = text.encode(frame, batch, recording); // [sequences · latents, dLatents]
        MemoryAttention.Remembered memory = decoder.remember(frame, latents, text.starts(batch.sequences()));
        Tensor decoded = decoder.decode(frame, queries, memory, recording); // [queries, dModel]
        return embeddingDecoder.forward(frame.workspace(), decoded);
    }
}
