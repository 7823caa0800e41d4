package io.tesserae.family.common;

import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Embedding;
import io.tesserae.layer.LayerNorm;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.Optional;

/**
 * What encoders of texts begin with: x = LayerNorm(word + token type + position). Devlin et al., arXiv 1810.04805, figure 2.
 *
 * @param words {@code [vocabulary, width]}
 * @param tokenTypes {@code [types, width]}; empty in a family that has none
 * @param positions {@code [positions, width]}; empty in a family that has none
 * @param norm over the width
 */
public record TextEmbeddings(Embedding words, Optional<Tensor> tokenTypes, Optional<Tensor> positions, LayerNorm norm) {

    /** How many rows the tables have; no token types at all are 0. */
    public record Sizes(int words, int tokenTypes, int positions) {}

    /** Loads the tables from below {@code embeddings}. */
    public static TextEmbeddings load(StateDict weights, Sizes sizes, int width, float epsilon) {
        return new TextEmbeddings(
                Embedding.load(weights.at("word_embeddings"), sizes.words(), width),
                sizes.tokenTypes() == 0
                        ? Optional.empty()
                        : Optional.of(weights.read("token_type_embeddings.weight", sizes.tokenTypes(), width)),
                Optional.of(weights.read("position_embeddings.weight", sizes.positions(), width)),
                LayerNorm.load(weights.at("LayerNorm"), width, epsilon));
    }

    /** Refuses token types that have no row in the table. */
    public void requireKnownTypes(TokenBatch batch) {
        requireKnownTypes(batch, tokenTypes.map(table -> table.dimension(0)).orElse(Integer.MAX_VALUE));
    }

    /**
     * Refuses token types that have no row in a table.
     *
     * @param types rows of the table
     */
    public static void requireKnownTypes(TokenBatch batch, int types) {
        for (int type : batch.tokenTypeIds()) {
            if (type < 0 || type >= types) {
                throw new IllegalArgumentException("token type " + type + " is outside the model's table of " + types
                        + " token types" + (types == 1 ? "; it takes single texts, and no pairs" : ""));
            }
        }
    }

    /**
     * Looks up every token of a batch.
     *
     * @param positionIds {@code [tokens]}, each token's row in the table of positions
     * @param x {@code [tokens, width]}, receives the result
     */
    public void forward(Workspace workspace, TokenBatch batch, int[] positionIds, Tensor x) {
        int width = x.dimension(1);
        for (int token = 0; token < batch.tokens(); token++) {
            words.lookUp(batch.inputIds()[token], x.data(), token * width);
            if (tokenTypes.isPresent()) {
                add(workspace, tokenTypes.get(), batch.tokenTypeIds()[token], x, token);
            }
            if (positions.isPresent()) {
                add(workspace, positions.get(), positionIds[token], x, token);
            }
        }
        norm.forward(workspace, x);
    }

    private static void add(Workspace workspace, Tensor table, int row, Tensor x, int token) {
        int width = x.dimension(1);
        workspace.machine().kernels().addScaled(1f, table.data(), row * width, x.data(), token * width, width);
    }
}
