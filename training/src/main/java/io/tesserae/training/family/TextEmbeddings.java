package io.tesserae.training.family;

import io.tesserae.model.TokenBatch;
import io.tesserae.training.layer.Dropout;
import io.tesserae.training.layer.Embeddings;
import io.tesserae.training.layer.Embeddings.LookUp;
import io.tesserae.training.layer.LayerNorm;
import io.tesserae.training.tape.Initialization;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Parameters;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What encoders of texts begin with: x = dropout(norm(word + token type + position)). Devlin et al., arXiv 1810.04805, figure 2.
 *
 * @param words {@code [vocabulary, width]}
 * @param padding the rows that no look-up trains
 * @param tokenTypes {@code [types, width]}; empty in a family that has none
 * @param positions {@code [positions, width]}
 */
record TextEmbeddings(
        Parameter words,
        Padding padding,
        Optional<Parameter> tokenTypes,
        Parameter positions,
        LayerNorm norm,
        Dropout dropout) {

    /** How many rows the tables have; no token types at all are 0. */
    record Sizes(int words, int tokenTypes, int positions) {}

    /**
     * The rows that stand for no text, and that no look-up trains: {@code padding_idx}; {@link Embeddings#NO_PADDING} for none.
     *
     * @param word its row of the words
     * @param position its row of the positions
     */
    record Padding(int word, int position) {

        /** A family whose padding has a word, and positions as others. */
        static Padding ofWord(int word) {
            return new Padding(word, Embeddings.NO_PADDING);
        }
    }

    /** The tables below {@code embeddings}. */
    static TextEmbeddings of(
            Parameters parameters, Sizes sizes, int width, float epsilon, Padding padding, double dropout) {
        return new TextEmbeddings(
                table(parameters, "word_embeddings.weight", sizes.words(), width, padding.word()),
                padding,
                sizes.tokenTypes() == 0
                        ? Optional.empty()
                        : Optional.of(table(
                                parameters,
                                "token_type_embeddings.weight",
                                sizes.tokenTypes(),
                                width,
                                Embeddings.NO_PADDING)),
                table(parameters, "position_embeddings.weight", sizes.positions(), width, padding.position()),
                LayerNorm.of(parameters.at("LayerNorm"), width, epsilon),
                Dropout.of(parameters, dropout));
    }

    /** Where a table begins anew, its row of padding is zero. */
    private static Parameter table(Parameters parameters, String name, int rows, int width, int padding) {
        Parameter table = parameters.require(name, Initialization.NORMAL, rows, width);
        if (padding != Embeddings.NO_PADDING && parameters.newlyInitialized().contains(table.name())) {
            Arrays.fill(table.data(), padding * width, (padding + 1) * width, 0f);
        }
        return table;
    }

    /**
     * The rows of a batch's tokens, {@code [tokens, width]}.
     *
     * @param positionIds {@code [tokens]}
     */
    Variable forward(Tape tape, TokenBatch batch, int[] positionIds) {
        List<LookUp> lookUps = new ArrayList<>();
        lookUps.add(new LookUp(words, batch.inputIds(), padding.word()));
        tokenTypes.ifPresent(types -> lookUps.add(LookUp.of(types, batch.tokenTypeIds())));
        lookUps.add(new LookUp(positions, positionIds, padding.position()));
        Variable sum = Embeddings.sum(tape, lookUps);
        return dropout.forward(tape, norm.forward(tape, sum));
    }
}
