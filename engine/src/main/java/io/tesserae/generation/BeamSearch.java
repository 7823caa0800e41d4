package io.tesserae.generation;

import static io.tesserae.generation.GenerationOption.NUM_BEAMS;
import static io.tesserae.generation.GenerationOption.NUM_RETURN_SEQUENCES;
import static io.tesserae.generation.GenerationOption.PAD_TOKEN_ID;

import io.tesserae.generation.logits.TokenHistory;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Beam search over all prompts of a call ({@code GenerationMixin._beam_search}): each prompt has its {@link Beams}, and leaves the batch when they have
 * ended.
 */
final class BeamSearch {

    /** Of all beams together: their scores lie in one array. */
    private static final int MOST_CANDIDATES = 1 << 30;

    private final GenerationConfig config;
    private final int vocabularySize;
    private final StopRules stopRules;
    private final Interruption interruption;
    private final TokenListener listener;
    private final int beamCount;

    BeamSearch(
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
        this.beamCount = config.get(NUM_BEAMS);
    }

    Generated generate(DecoderSteps steps, TokenHistory[] prompts, long seed) {
        if ((long) beamCount * vocabularySize > MOST_CANDIDATES) {
            throw new IllegalArgumentException("`num_beams` is " + beamCount + ", too many beams for a vocabulary of "
                    + vocabularySize + " tokens.");
        }
        // enough that a beam's worth of candidates goes on, even if every end token of every beam is among them
        int wanted = Math.clamp((long) Math.max(2, 1 + stopRules.eos().length) * beamCount, 0, Integer.MAX_VALUE);
        BeamCandidates candidates = new BeamCandidates(config, vocabularySize, beamCount, wanted);
        NextTokenScores scores = new NextTokenScores(config, vocabularySize, prompts.length * beamCount, true);
        Beams[] beams = new Beams[prompts.length];
        RandomStream[] random = new RandomStream[prompts.length];
        for (int i = 0; i < prompts.length; i++) {
            beams[i] = new Beams(config, i, prompts[i], stopRules);
            random[i] = new RandomStream(seed, 0);
        }
        int[] running = new int[prompts.length];
        Arrays.setAll(running, i -> i);
        Tensor logits = null;
        while (running.length > 0) {
            Optional<FinishReason> interrupted = interruption.before(logits == null);
            if (interrupted.isPresent()) {
                for (int i : running) {
                    beams[i].interrupt(interrupted.get());
                }
                break;
            }
            logits = logits == null ? read(steps, prompts, beams) : advance(steps, beams, running);
            for (int i : running) {
                for (int beam = 0; beam < beamCount; beam++) {
                    float[] tokenScores =
                            scores.of(logits, beams[i].sequence(beam), beams[i].row(beam), beams[i].history(beam));
                    candidates.put(beam, tokenScores, beams[i].score(beam));
                }
                requireUsable(candidates.highest(), beams[i]);
                beams[i].goOn(candidates.choose(random[i]));
            }
            running = Arrays.stream(running).filter(i -> !beams[i].isOver()).toArray();
        }
        return generated(beams, scores);
    }

    /** Where the rules leave a prompt nothing to go on with, it has those that have ended, or no answer at all. */
    private static void requireUsable(double highestScore, Beams beams) {
        boolean isLost = highestScore == Double.NEGATIVE_INFINITY && !beams.hasEnded();
        if (isLost || !(highestScore < Double.POSITIVE_INFINITY)) {
            throw NextTokenScores.nothingLeft(beams.row(0), beams.history(0), isLost);
        }
    }

    /** Reads the prompts, each once: until the first step the beams of a prompt are all one. */
    private Tensor read(DecoderSteps steps, TokenHistory[] prompts, Beams[] beams) {
        for (int i = 0; i < beams.length; i++) {
            for (int beam = 0; beam < beamCount; beam++) {
                beams[i].setSequence(beam, i);
            }
        }
        return steps.read(Arrays.stream(prompts).map(TokenHistory::toArray).toArray(int[][]::new));
    }

    private Tensor advance(DecoderSteps steps, Beams[] beams, int[] running) {
        int[] parents = new int[running.length * beamCount];
        int[] tokens = new int[parents.length];
        int sequence = 0;
        for (int i : running) {
            for (int beam = 0; beam < beamCount; beam++) {
                parents[sequence] = beams[i].sequence(beam);
                tokens[sequence] = beams[i].lastToken(beam);
                beams[i].setSequence(beam, sequence++);
            }
        }
        return steps.advance(parents, tokens);
    }

    private Generated generated(Beams[] beams, NextTokenScores scores) {
        int sequencesPerPrompt = config.get(NUM_RETURN_SEQUENCES);
        List<Beams.Ended> answers = new ArrayList<>();
        for (Beams ofPrompt : beams) {
            for (int rank = 0; rank < sequencesPerPrompt; rank++) {
                answers.add(ofPrompt.ended(rank));
            }
        }
        List<FinishReason> reasons = new ArrayList<>();
        float[] sequencesScores = new float[answers.size()];
        for (int row = 0; row < sequencesScores.length; row++) {
            Beams.Ended answer = answers.get(row);
            sequencesScores[row] = answer.score();
            reasons.add(answer.reason().orElse(FinishReason.MAX_LENGTH));
            tell(row, answer.history(), reasons.get(row));
        }
        return new Generated(
                answers.stream().map(answer -> answer.history().toArray()).toArray(int[][]::new),
                answers.stream()
                        .mapToInt(answer -> answer.history().promptLength()
                                - answer.history().padding())
                        .toArray(),
                List.copyOf(reasons),
                sequencesScores,
                answers.stream().map(Beams.Ended::rows).toArray(int[][]::new),
                scores.scores(),
                scores.logits(),
                fill());
    }

    private void tell(int row, TokenHistory history, FinishReason reason) {
        for (int i = history.promptLength(); i < history.length(); i++) {
            listener.token(row, history.token(i));
        }
        listener.finished(row, reason);
    }

    /** The reference fills with {@code pad or eos[0]}, and in Python 0 is no id to fill with. */
    private int fill() {
        if (stopRules.eos().length == 0) {
            return -1;
        }
        return config.find(PAD_TOKEN_ID)
                .filter(pad -> pad != 0)
                .orElse(stopRules.eos()[0]);
    }
}
