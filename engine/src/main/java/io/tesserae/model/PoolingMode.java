package io.tesserae.model;

import io.tesserae.layer.Rows;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How one vector is made of the hidden states of a sequence: {@code pooling_mode} of sentence-transformers' {@code
 * Pooling}. Sums run over the tokens in their order, in float64, and are rounded to float32 once; so the bits are the same
 * whatever else is in the batch.
 */
public enum PoolingMode {
    /** The first token. */
    CLS("cls") {
        @Override
        boolean readsOneToken() {
            return true;
        }

        @Override
        int token(int first, int end) {
            return first;
        }

        @Override
        void pool(Tokens tokens, float[] out, int offset) {
            tokens.copy(token(tokens.first, tokens.end), out, offset);
        }
    },
    /** The greatest value of each channel. */
    MAX("max") {
        @Override
        void pool(Tokens tokens, float[] out, int offset) {
            CLS.pool(tokens, out, offset);
            for (int token = tokens.first + 1; token < tokens.end; token++) {
                for (int channel = 0; channel < tokens.hidden; channel++) {
                    out[offset + channel] =
                            Math.max(out[offset + channel], tokens.data[token * tokens.hidden + channel]);
                }
            }
        }
    },
    /** The mean. */
    MEAN("mean") {
        @Override
        void pool(Tokens tokens, float[] out, int offset) {
            divide(sum(tokens, false), tokens.count(), out, offset);
        }
    },
    /** The sum, divided by the square root of the number of tokens. */
    MEAN_SQRT_LEN_TOKENS("mean_sqrt_len_tokens") {
        @Override
        void pool(Tokens tokens, float[] out, int offset) {
            divide(sum(tokens, false), Math.sqrt(tokens.count()), out, offset);
        }
    },
    /** The mean in which a token weighs as much as its place in the sequence says, from 1: Muennighoff, arXiv 2202.08904. */
    WEIGHTED_MEAN("weightedmean") {
        @Override
        void pool(Tokens tokens, float[] out, int offset) {
            double weights = 0;
            for (int token = tokens.first; token < tokens.end; token++) {
                weights += tokens.weight(token);
            }
            divide(sum(tokens, true), weights, out, offset);
        }
    },
    /** The last token. */
    LAST_TOKEN("lasttoken") {
        @Override
        boolean readsOneToken() {
            return true;
        }

        @Override
        int token(int first, int end) {
            return end - 1;
        }

        @Override
        void pool(Tokens tokens, float[] out, int offset) {
            tokens.copy(token(tokens.first, tokens.end), out, offset);
        }
    };

    private final String configName;

    PoolingMode(String configName) {
        this.configName = configName;
    }

    /**
     * The mode that a configuration names.
     *
     * @throws IllegalArgumentException if there is none of this name; the message lists those there are
     */
    public static PoolingMode named(String name) {
        return Arrays.stream(values())
                .filter(mode -> mode.configName.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown pooling mode \"" + name + "\"; known are "
                        + Arrays.stream(values()).map(mode -> mode.configName).collect(Collectors.joining(", "))));
    }

    /** Its name in a configuration. */
    public String configName() {
        return configName;
    }

    /**
     * The tokens of one sequence that are pooled; at least one.
     *
     * @param data {@code [tokens, hidden]}, of all sequences
     * @param positionIds {@code [tokens]}
     * @param first the first row that counts
     * @param end the row after the last
     */
    record Tokens(float[] data, int hidden, int[] positionIds, int first, int end) {

        int count() {
            return end - first;
        }

        void copy(int token, float[] out, int offset) {
            System.arraycopy(data, token * hidden, out, offset, hidden);
        }

        double weight(int token) {
            return positionIds[token] + 1.0;
        }
    }

    /** Whether the vector is that of one token, and no other needs to be computed. */
    boolean readsOneToken() {
        return false;
    }

    /**
     * Which token that is.
     *
     * @param first the first token of a sequence that counts
     * @param end the token after the last
     */
    int token(int first, int end) {
        throw new UnsupportedOperationException(name());
    }

    /** Makes {@code hidden} values of a sequence's tokens. */
    abstract void pool(Tokens tokens, float[] out, int offset);

    /**
     * Pools every sequence of a batch by several modes, their vectors side by side.
     *
     * @param hiddenStates {@code [tokens, hidden]}
     * @param promptTokens how many tokens at the beginning of every sequence do not count
     * @return {@code [sequences, modes · hidden]}
     * @throws IllegalArgumentException if a sequence has no token that counts
     */
    static Tensor pool(List<PoolingMode> modes, TokenBatch batch, Tensor hiddenStates, int promptTokens) {
        int hidden = hiddenStates.dimension(1);
        Tensor pooled = Tensor.zeros(batch.sequences(), modes.size() * hidden);
        for (int s = 0; s < batch.sequences(); s++) {
            Tokens tokens = new Tokens(
                    hiddenStates.data(),
                    hidden,
                    batch.positionIds(),
                    firstToken(batch, s, promptTokens),
                    batch.sequenceStarts()[s + 1]);
            for (int mode = 0; mode < modes.size(); mode++) {
                modes.get(mode).pool(tokens, pooled.data(), (s * modes.size() + mode) * hidden);
            }
        }
        return pooled;
    }

    /** The first token of a sequence that counts. */
    private static int firstToken(TokenBatch batch, int sequence, int promptTokens) {
        if (batch.length(sequence) <= promptTokens) {
            throw new IllegalArgumentException("sequence " + sequence + " has " + batch.length(sequence)
                    + " tokens, of which " + promptTokens + " are a prompt that does not count: there is nothing to"
                    + " pool; shorten the prompt, or give a text");
        }
        return batch.sequenceStarts()[sequence] + promptTokens;
    }

    /**
     * The rows that modes read which {@linkplain #readsOneToken read one token}: for every sequence one by each mode.
     *
     * @throws IllegalArgumentException if a sequence has no token that counts
     */
    static Rows rows(List<PoolingMode> modes, TokenBatch batch, int promptTokens) {
        int[] rows = new int[batch.sequences() * modes.size()];
        for (int s = 0; s < batch.sequences(); s++) {
            int first = firstToken(batch, s, promptTokens);
            for (int mode = 0; mode < modes.size(); mode++) {
                rows[s * modes.size() + mode] = modes.get(mode).token(first, batch.sequenceStarts()[s + 1]);
            }
        }
        return Rows.of(rows);
    }

    private static double[] sum(Tokens tokens, boolean weighted) {
        double[] sums = new double[tokens.hidden];
        for (int token = tokens.first; token < tokens.end; token++) {
            double weight = weighted ? tokens.weight(token) : 1;
            for (int channel = 0; channel < tokens.hidden; channel++) {
                sums[channel] += weight * tokens.data[token * tokens.hidden + channel];
            }
        }
        return sums;
    }

    private static void divide(double[] sums, double divisor, float[] out, int offset) {
        for (int channel = 0; channel < sums.length; channel++) {
            out[offset + channel] = (float) (sums[channel] / divisor);
        }
    }
}
