package io.tesserae.training.loss;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.layer.SequenceStarts;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/**
 * Where answers start and end: the loss of transformers' models for question answering, {@code ForQuestionAnsweringLoss}; Devlin et al.,
 * arXiv 1810.04805, section 4.2.
 *
 * <pre>
 * start of a sequence = logSumExp(start logits of its own tokens) − start logit of the start position
 * end of a sequence   = likewise
 * loss                = (mean of starts + mean of ends) / 2
 * </pre>
 *
 * <p>A position after the last token does not count, as in the reference: its part of the mean is over the other sequences. The
 * reference takes negative positions for 0; here they are refused, since none of them means anything.
 */
public final class AnswerPositions {

    private static final int START = 0;
    private static final int END = 1;

    private AnswerPositions() {}

    /** Half of the loss: the column it reads, and how many sequences count. */
    private record Side(int column, int[] positions, int counted) {

        static Side of(int column, int[] positions, int[] sequenceStarts) {
            int counted = 0;
            for (int s = 0; s < positions.length; s++) {
                counted += counts(positions[s], sequenceStarts, s) ? 1 : 0;
            }
            return new Side(column, positions, counted);
        }

        boolean counts(int[] sequenceStarts, int sequence) {
            return counts(positions[sequence], sequenceStarts, sequence);
        }

        private static boolean counts(int position, int[] sequenceStarts, int sequence) {
            return position < sequenceStarts[sequence + 1] - sequenceStarts[sequence];
        }
    }

    /**
     * The loss, one value; NaN where no start counts, or no end, as in the reference.
     *
     * @param logits {@code [tokens, 2]}: how well an answer starts, and ends, at each token
     * @param sequenceStarts where each sequence's tokens begin: {@code [sequences + 1]}
     * @param startPositions {@code [sequences]}, the answers' first tokens, as places in their sequences
     * @param endPositions {@code [sequences]}, the answers' last tokens, likewise
     * @throws IllegalArgumentException if shapes do not agree, or a position is negative
     */
    public static Variable of(
            Tape tape, Variable logits, int[] sequenceStarts, int[] startPositions, int[] endPositions) {
        requireShapes(logits, sequenceStarts);
        requirePositions("start", startPositions, sequenceStarts.length - 1);
        requirePositions("end", endPositions, sequenceStarts.length - 1);
        Side starts = Side.of(START, startPositions, sequenceStarts);
        Side ends = Side.of(END, endPositions, sequenceStarts);
        Tensor loss = tape.take(1);
        double sum = mean(tape, logits, sequenceStarts, starts) + mean(tape, logits, sequenceStarts, ends);
        loss.data()[0] = (float) (sum / 2);
        return tape.record(loss, logits.needsGradient(), gradient -> {
            backward(tape, logits, sequenceStarts, starts, gradient.data()[0] / 2);
            backward(tape, logits, sequenceStarts, ends, gradient.data()[0] / 2);
        });
    }

    private static double mean(Tape tape, Variable logits, int[] sequenceStarts, Side side) {
        double sum = 0;
        for (int s = 0; s < side.positions().length; s++) {
            if (side.counts(sequenceStarts, s)) {
                float[] scores = scores(logits, sequenceStarts, s, side.column());
                float logSum = tape.kernels().logSumExp(scores, 0, scores.length);
                sum += (double) logSum - scores[side.positions()[s]];
            }
        }
        return sum / side.counted();
    }

    private static void backward(Tape tape, Variable logits, int[] sequenceStarts, Side side, float weight) {
        float scale = weight / side.counted();
        float[] gradient = logits.gradient().toAddTo().data();
        for (int s = 0; s < side.positions().length; s++) {
            if (side.counts(sequenceStarts, s)) {
                float[] p = scores(logits, sequenceStarts, s, side.column());
                tape.machine().kernels().softmax(p, 0, p.length);
                p[side.positions()[s]] -= 1f;
                for (int token = 0; token < p.length; token++) {
                    int place = (sequenceStarts[s] + token) * 2 + side.column();
                    gradient[place] = Math.fma(scale, p[token], gradient[place]);
                }
            }
        }
    }

    /** A column of a sequence's own tokens. */
    private static float[] scores(Variable logits, int[] sequenceStarts, int sequence, int column) {
        float[] scores = new float[sequenceStarts[sequence + 1] - sequenceStarts[sequence]];
        for (int token = 0; token < scores.length; token++) {
            scores[token] = logits.value().data()[(sequenceStarts[sequence] + token) * 2 + column];
        }
        return scores;
    }

    private static void requireShapes(Variable logits, int[] sequenceStarts) {
        if (logits.value().rank() != 2 || logits.columns() != 2) {
            throw new IllegalArgumentException("logits: expected [tokens, 2], found " + logits.value());
        }
        SequenceStarts.require(sequenceStarts, logits.rows());
    }

    private static void requirePositions(String side, int[] positions, int sequences) {
        if (positions.length != sequences) {
            throw new IllegalArgumentException(
                    positions.length + " " + side + " positions for " + sequences + " sequences");
        }
        for (int s = 0; s < sequences; s++) {
            if (positions[s] < 0) {
                throw new IllegalArgumentException(side + " position of sequence " + s
                        + ": expected a place in the sequence, from 0, found " + positions[s]);
            }
        }
    }
}
