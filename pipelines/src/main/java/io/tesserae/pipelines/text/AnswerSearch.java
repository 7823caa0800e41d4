package io.tesserae.pipelines.text;

import io.tesserae.kernel.Kernels;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * From the scores of beginnings and ends to answers, as {@code QuestionAnsweringPipeline.postprocess} of transformers 4 does it.
 *
 * <p>In every window the scores become probabilities by themselves; a span's score is the product of its ends'. The best spans of
 * all windows are gathered, and those that read alike add up.
 */
final class AnswerSearch {

    /** What a token that cannot be part of an answer has for a logit. */
    private static final float IMPOSSIBLE = -10000f;

    private final Kernels kernels;
    private final String context;
    private final QuestionAnsweringOptions options;
    private final List<Answer> answers = new ArrayList<>();
    private float nullScore = Float.POSITIVE_INFINITY;

    AnswerSearch(Kernels kernels, String context, QuestionAnsweringOptions options) {
        this.kernels = kernels;
        this.context = context;
        this.options = options;
    }

    /** From the token {@code start} to the token {@code end}, both included. */
    private record Candidate(int start, int end, float score) {

        /** Equal scores in the order of their places. */
        static final Comparator<Candidate> BEST_FIRST = Comparator.comparing(
                        Candidate::score, Comparator.reverseOrder())
                .thenComparingInt(Candidate::start)
                .thenComparingInt(Candidate::end);
    }

    /**
     * Takes up a window.
     *
     * @param startLogits {@code [length]}
     * @param endLogits {@code [length]}
     */
    void addWindow(Encoding window, float[] startLogits, float[] endLogits) {
        int[] sequenceIds = window.sequenceIds();
        float[] start = probabilities(sequenceIds, startLogits);
        float[] end = probabilities(sequenceIds, endLogits);
        nullScore = Math.min(nullScore, start[0] * end[0]);
        for (Candidate candidate : bestCandidates(sequenceIds, start, end)) {
            Span chars = chars(window, candidate);
            add(context.substring(chars.start(), chars.end()), candidate.score(), chars);
        }
    }

    /** The first token, {@code [CLS]}, stands for "no answer here"; it takes part, although it is not of the context. */
    private float[] probabilities(int[] sequenceIds, float[] logits) {
        float[] probabilities = new float[logits.length];
        for (int token = 0; token < logits.length; token++) {
            probabilities[token] = token == 0 || sequenceIds[token] == 1 ? logits[token] : IMPOSSIBLE;
        }
        kernels.softmax(probabilities, 0, probabilities.length);
        return probabilities;
    }

    /** More than are asked for, because some of them will turn out to be the same words. */
    private List<Candidate> bestCandidates(int[] sequenceIds, float[] start, float[] end) {
        long most = options.alignToWords() ? 2L * options.topK() + 10 : options.topK();
        PriorityQueue<Candidate> best = new PriorityQueue<>(Candidate.BEST_FIRST.reversed());
        int[] ofContext = IntStream.range(0, sequenceIds.length)
                .filter(token -> sequenceIds[token] == 1)
                .toArray();
        for (int i = 0; i < ofContext.length; i++) {
            // The context's tokens stand side by side
            int beyond = (int) Math.min(ofContext.length, (long) i + options.maxAnswerLength());
            for (int j = i; j < beyond; j++) {
                float score = start[ofContext[i]] * end[ofContext[j]];
                if (score > 0) {
                    best.add(new Candidate(ofContext[i], ofContext[j], score));
                    if (best.size() > most) {
                        best.remove();
                    }
                }
            }
        }
        return best.stream().sorted(Candidate.BEST_FIRST).toList();
    }

    private Span chars(Encoding window, Candidate candidate) {
        if (options.alignToWords()) {
            int[] wordIds = window.wordIds();
            Optional<Span> first = window.wordToChars(1, wordIds[candidate.start()]);
            Optional<Span> last = window.wordToChars(1, wordIds[candidate.end()]);
            if (first.isPresent() && last.isPresent()) {
                return new Span(first.get().start(), last.get().end());
            }
        }
        List<Span> offsets = window.utf16Offsets();
        return new Span(
                offsets.get(candidate.start()).start(),
                offsets.get(candidate.end()).end());
    }

    private void add(String text, double score, Span chars) {
        String lowerCase = text.toLowerCase(Locale.ROOT);
        for (int i = 0; i < answers.size(); i++) {
            Answer known = answers.get(i);
            if (known.text().toLowerCase(Locale.ROOT).equals(lowerCase)) {
                answers.set(i, new Answer(known.text(), known.score() + score, known.start(), known.end()));
                return;
            }
        }
        answers.add(new Answer(text, score, chars.start(), chars.end()));
    }

    /** The answers of all windows, best first; equal ones in the order in which they were found. */
    List<Answer> best() {
        if (options.handleImpossibleAnswer()) {
            answers.add(new Answer("", nullScore, 0, 0));
        }
        return answers.stream()
                .sorted(Comparator.comparing(Answer::score, Comparator.reverseOrder()))
                .limit(options.topK())
                .toList();
    }
}
