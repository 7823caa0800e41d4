package io.tesserae.family.debertav2;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.TextEmbeddings;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Embedding;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Linear;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.Optional;

/**
 * What DeBERTa begins with: x = LayerNorm(projection(word + position + token type)), of which only words and norm are in every model.
 *
 * @param words {@code [vocabulary, embedding]}
 * @param width of the tables
 * @param positions {@code [positions, embedding]}
 * @param tokenTypes {@code [types, embedding]}
 * @param projection {@code [hidden, embedding]}, where the two differ
 * @param norm over the hidden width
 */
record DebertaV2Embeddings(
        Embedding words,
        int width,
        Optional<Tensor> positions,
        Optional<Tensor> tokenTypes,
        Optional<Linear> projection,
        LayerNorm norm) {

    /** Loads what lies below {@code embeddings}. */
    static DebertaV2Embeddings load(Engine engine, DebertaV2Config config, StateDict weights) {
        int width = config.embeddingSize();
        int hidden = config.hiddenSize();
        int types = config.typeVocabSize();
        return new DebertaV2Embeddings(
                Embedding.load(weights.at("word_embeddings"), config.vocabSize(), width),
                width,
                config.positionBiasedInput()
                        ? Optional.of(weights.read("position_embeddings.weight", config.maxPositionEmbeddings(), width))
                        : Optional.empty(),
                types > 0 ? Optional.of(weights.read("token_type_embeddings.weight", types, width)) : Optional.empty(),
                width == hidden
                        ? Optional.empty()
                        : Optional.of(Linear.load(engine, weights.at("embed_proj"), hidden, width, false)),
                LayerNorm.load(weights.at("LayerNorm"), hidden, config.layerNormEps()));
    }

    /**
     * Looks up every token of a batch.
     *
     * @param x {@code [tokens, hidden]}, receives the result
     * @throws IllegalArgumentException if a token type has no row in the table
     */
    void forward(Workspace workspace, TokenBatch batch, Tensor x) {
        if (tokenTypes.isPresent()) {
            TextEmbeddings.requireKnownTypes(batch, tokenTypes.get().dimension(0));
        }
        if (projection.isPresent()) {
            try (Frame frame = workspace.frame()) {
                Tensor narrow = frame.tensor(batch.tokens(), width); // [tokens, embedding]
                lookUp(workspace, batch, narrow);
                projection.get().forward(workspace, narrow, Epilogue.NONE, x);
            }
        } else {
            lookUp(workspace, batch, x);
        }
        norm.forward(workspace, x);
    }

    private void lookUp(Workspace workspace, TokenBatch batch, Tensor x) {
        for (int token = 0; token < batch.tokens(); token++) {
            words.lookUp(batch.inputIds()[token], x.data(), token * width);
            if (positions.isPresent()) {
                add(workspace, positions.get(), batch.positionIds()[token], x, token);
            }
            if (tokenTypes.isPresent()) {
                add(workspace, tokenTypes.get(), batch.tokenTypeIds()[token], x, token);
            }
        }
    }

    private static void add(Workspace workspace, Tensor table, int row, Tensor x, int token) {
        int width = x.dimension(1);
        workspace.machine().kernels().addScaled(1f, table.data(), row * width, x.data(), token * width, width);
    }
}
