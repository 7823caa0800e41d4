package io.tesserae.generation;

import static io.tesserae.generation.GenerationOption.DO_SAMPLE;
import static io.tesserae.generation.GenerationOption.NUM_RETURN_SEQUENCES;
import static io.tesserae.generation.GenerationOption.PAD_TOKEN_ID;

import io.tesserae.generation.logits.Softmax;
import io.tesserae.generation.logits.TokenHistory;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;

/** Greedy search and sampling: every row takes one token after the other ({@code GenerationMixin._sample}). */
final class TokenByToken {

    private final GenerationConfig config;
    private final int vocabularySize;
    private final StopRules stopRules;
    private final Interruption interruption;
    private final TokenListener listener;
    private final boolean isDrawn;
    private final int sequencesPerPrompt;
    private final double[] probabilities;

    TokenByToken(
            GenerationConfig config,
            int vocabularySize,
            StopRules stopRules,
            Interruption interruption,
            TokenListener listener) {
        this.config = config;
        this.vocabularySize = vocabularySize;
        this.stopRules = stopRules;
        this.interruption = interruption;
        this.listener = listener;
        this.isDrawn = config.get(DO_SAMPLE);
        this.sequencesPerPrompt = config.get(NUM_RETURN_SEQUENCES);
        this.probabilities = new double[isDrawn ? vocabularySize : 0];
    }

    Generated generate(DecoderSteps steps, TokenHistory[] prompts, long seed) {
        Row[] rows = new Row[prompts.length * sequencesPerPrompt];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = new Row(
                    row, prompts[row / sequencesPerPrompt].copy(), new RandomStream(seed, row % sequencesPerPrompt));
        }
        NextTokenScores scores = new NextTokenScores(config, vocabularySize, rows.length, false);
        run(steps, prompts, rows, scores);
        return new Generated(
                Arrays.stream(rows).map(row -> row.history.toArray()).toArray(int[][]::new),
                Arrays.stream(rows)
                        .mapToInt(row -> row.history.promptLength() - row.history.padding())
                        .toArray(),
                Arrays.stream(rows).map(row -> row.reason.orElseThrow()).toList(),
                new float[0],
                new int[0][],
                scores.scores(),
                scores.logits(),
                fill());
    }

    private void run(DecoderSteps steps, TokenHistory[] prompts, Row[] rows, NextTokenScores scores) {
        Row[] running = rows;
        Tensor logits = null;
        while (running.length > 0) {
            Optional<FinishReason> interrupted = interruption.before(logits == null);
            if (interrupted.isPresent()) {
                for (Row row : running) {
                    row.finish(interrupted, listener);
                }
                return;
            }
            if (logits == null) {
                logits = steps.read(
                        Arrays.stream(prompts).map(TokenHistory::toArray).toArray(int[][]::new));
                for (Row row : running) {
                    row.sequence = row.number / sequencesPerPrompt;
                }
            } else {
                logits = steps.advance(
                        Arrays.stream(running).mapToInt(row -> row.sequence).toArray(),
                        Arrays.stream(running).mapToInt(Row::lastToken).toArray());
                for (int i = 0; i < running.length; i++) {
                    running[i].sequence = i;
                }
            }
            for (Row row : running) {
                int token = choose(row, scores.of(logits, row.sequence, row.number, row.history));
                row.history.append(token);
                listener.token(row.number, token);
                row.finish(stopRules.reason(row.history), listener);
            }
            running = Arrays.stream(running).filter(row -> row.reason.isEmpty()).toArray(Row[]::new);
        }
    }

    private int choose(Row row, float[] scores) {
        int token = -1;
        if (!isDrawn) {
            token = best(scores);
        } else if (Softmax.probabilities(scores, scores.length, probabilities)) {
            token = Draw.index(probabilities, scores.length, row.random);
        }
        if (token < 0) {
            boolean isForbidden = Softmax.largest(scores, scores.length) == Double.NEGATIVE_INFINITY;
            throw NextTokenScores.nothingLeft(row.number, row.history, isForbidden);
        }
        return token;
    }

    /** The index of the highest score, the lowest among equals; -1 if all are minus infinity. */
    private static int best(float[] scores) {
        int best = -1;
        float highest = Float.NEGATIVE_INFINITY;
        for (int token = 0; token < scores.length; token++) {
            if (scores[token] > highest) {
                highest = scores[token];
                best = token;
            }
        }
        return best;
    }

    private int fill() {
        int eos = stopRules.eos().length > 0 ? stopRules.eos()[0] : -1;
        return config.find(PAD_TOKEN_ID).orElse(eos);
    }

    /** One sequence. */
    private static final class Row {

        private final int number;
        private final TokenHistory history;
        private final RandomStream random;
        private Optional<FinishReason> reason = Optional.empty();
        /** Which of the decoder's sequences it is. */
        private int sequence;

        Row(int number, TokenHistory history, RandomStream random) {
            this.number = number;
            this.history = history;
            this.random = random;
        }

        int lastToken() {
            return history.token(history.length() - 1);
        }

        void finish(Optional<FinishReason> reason, TokenListener listener) {
            this.reason = reason;
            reason.ifPresent(why -> listener.finished(number, why));
        }
    }
}
