package io.tesserae.generation;

import static io.tesserae.generation.GenerationOption.EARLY_STOPPING;
import static io.tesserae.generation.GenerationOption.LENGTH_PENALTY;
import static io.tesserae.generation.GenerationOption.NUM_BEAMS;

import io.tesserae.generation.BeamCandidates.Candidate;
import io.tesserae.generation.logits.TokenHistory;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The beams of one prompt: those that run, and the best that have ended. All scores are float32, as the reference's are; what must not be chosen loses
 * 1e9, as there, so that it is chosen before what is forbidden altogether.
 */
final class Beams {

    private static final float WORST = -1e9f;

    /**
     * A sequence that runs.
     *
     * @param rows for each new token the row that it was chosen in
     * @param score the sum of the logarithms of its tokens' probabilities
     * @param sequence which of the decoder's sequences it goes on from
     */
    private record Running(TokenHistory history, int[] rows, float score, int sequence) {}

    /**
     * A sequence that has ended.
     *
     * @param score divided by the power of the length
     */
    record Ended(TokenHistory history, int[] rows, float score, Optional<FinishReason> reason) {

        boolean isThere() {
            return reason.isPresent();
        }
    }

    private final int number;
    private final StopRules stopRules;
    private final EarlyStopping earlyStopping;
    private final double lengthPenalty;
    private final Running[] running;
    private final Ended[] ended;
    /** Whether a running beam could still become one of the best that have ended; once it is false it remains so. */
    private boolean canImprove = true;

    private boolean isOver;

    /** @param number which prompt of the call it is */
    Beams(GenerationConfig config, int number, TokenHistory prompt, StopRules stopRules) {
        this.number = number;
        this.stopRules = stopRules;
        this.earlyStopping = config.get(EARLY_STOPPING);
        this.lengthPenalty = config.get(LENGTH_PENALTY);
        this.running = new Running[config.get(NUM_BEAMS)];
        this.ended = new Ended[running.length];
        // all beams are the prompt: but for the first they are out of the race, lest all do the same
        Arrays.setAll(running, beam -> new Running(prompt, new int[0], beam == 0 ? 0f : WORST, 0));
        Arrays.fill(ended, new Ended(prompt, new int[0], WORST, Optional.empty()));
    }

    /** The row of a beam, by which it is known in {@link Generated}. */
    int row(int beam) {
        return number * running.length + beam;
    }

    TokenHistory history(int beam) {
        return running[beam].history;
    }

    int lastToken(int beam) {
        return running[beam].history.token(running[beam].history.length() - 1);
    }

    float score(int beam) {
        return running[beam].score;
    }

    /** Which of the decoder's sequences a beam goes on from. */
    int sequence(int beam) {
        return running[beam].sequence;
    }

    /** A beam is another of the decoder's sequences now. */
    void setSequence(int beam, int sequence) {
        Running old = running[beam];
        running[beam] = new Running(old.history, old.rows, old.score, sequence);
    }

    boolean isOver() {
        return isOver;
    }

    /** Whether there is an answer already. */
    boolean hasEnded() {
        return ended[0].isThere();
    }

    /** Those that have ended, from the best down. */
    Ended ended(int rank) {
        return ended[rank];
    }

    /**
     * One step. Candidates that do not end are what runs next; of those that end, the ones among the first as many as there are beams are kept.
     *
     * @param candidates from the best down, at least as many as beams
     */
    void goOn(List<Candidate> candidates) {
        int count = candidates.size();
        Ended[] all = new Ended[ended.length + count];
        System.arraycopy(ended, 0, all, 0, ended.length);
        Running[] next = new Running[count];
        boolean takesMore = canImprove && !(earlyStopping == EarlyStopping.YES && isFull());
        boolean allStop = true;
        for (int i = 0; i < count; i++) {
            Candidate candidate = candidates.get(i);
            Running parent = running[candidate.beam()];
            TokenHistory history = parent.history.with(candidate.token());
            int[] rows = Arrays.copyOf(parent.rows, parent.rows.length + 1);
            rows[parent.rows.length] = row(candidate.beam());
            Optional<FinishReason> reason = stopRules.reason(history);
            allStop &= reason.isPresent();
            next[i] =
                    new Running(history, rows, candidate.score() + (reason.isPresent() ? WORST : 0f), parent.sequence);
            boolean isKept = reason.isPresent() && i < running.length;
            float score = candidate.score() / divisor(history.newTokens());
            score = takesMore ? score : score + WORST;
            all[ended.length + i] =
                    new Ended(history, rows, isKept ? score : score + WORST, isKept ? reason : Optional.empty());
        }
        int[] best = best(next.length, i -> next[i].score);
        Arrays.setAll(running, beam -> next[best[beam]]);
        keepBest(all);
        canImprove &= couldImprove();
        isOver = !canImprove || earlyStopping == EarlyStopping.YES && isFull() || allStop;
    }

    /** Ends all beams that run, as they are. */
    void interrupt(FinishReason reason) {
        Ended[] all = new Ended[ended.length + running.length];
        System.arraycopy(ended, 0, all, 0, ended.length);
        for (int beam = 0; beam < running.length; beam++) {
            Running one = running[beam];
            boolean races = one.score > WORST / 2;
            all[ended.length + beam] = new Ended(
                    one.history,
                    one.rows,
                    races ? one.score / divisor(one.history.newTokens()) : 2 * WORST,
                    races ? Optional.of(reason) : Optional.empty());
        }
        keepBest(all);
        isOver = true;
    }

    private void keepBest(Ended[] all) {
        int[] best = best(all.length, i -> all[i].score);
        Arrays.setAll(ended, rank -> all[best[rank]]);
    }

    /** What the sum of so many tokens is divided by. */
    private float divisor(int newTokens) {
        return newTokens == 0 ? 1f : (float) StrictMath.pow(newTokens, lengthPenalty);
    }

    private boolean couldImprove() {
        if (!isFull()) {
            return true;
        }
        TokenHistory history = running[0].history;
        int length = earlyStopping == EarlyStopping.NEVER && lengthPenalty > 0
                ? history.maxLength() - history.promptLength()
                : history.newTokens();
        return running[0].score / divisor(length) > ended[ended.length - 1].score;
    }

    private boolean isFull() {
        return Arrays.stream(ended).allMatch(Ended::isThere);
    }

    private interface Scores {
        float of(int index);
    }

    /** The indices of the best scores, as many as there are beams, from the best down; the lower first among equals. */
    private int[] best(int count, Scores scores) {
        int[] best = new int[running.length];
        boolean[] taken = new boolean[count];
        for (int rank = 0; rank < best.length; rank++) {
            int highest = -1;
            for (int i = 0; i < count; i++) {
                if (!taken[i] && (highest < 0 || scores.of(i) > scores.of(highest))) {
                    highest = i;
                }
            }
            best[rank] = highest;
            taken[highest] = true;
        }
        return best;
    }
}
