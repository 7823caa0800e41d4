package io.tesserae.training.task;

import io.tesserae.training.data.AnswerWindow;
import io.tesserae.training.data.AnsweredQuestion;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The best answer to each question over all its windows: {@code postprocess_qa_predictions} of transformers' examples.
 *
 * <pre>
 * score of an answer = start logit of its first token + end logit of its last
 * score of none      = both logits of [CLS], the least of all windows
 * </pre>
 *
 * <p>Only the best starts and the best ends of a window are put together. Of equal scores the one that comes first wins.
 */
final class BestAnswers {

    private final List<AnsweredQuestion> questions;
    private final int bestSize;
    private final int maxAnswerLength;
    private final boolean allowsNone;
    private final String[] texts;
    private final float[] scores;
    private final float[] scoresOfNone;

    /**
     * Before the first window.
     *
     * @param bestSize how many starts and ends of a window are tried: {@code n_best_size}
     * @param maxAnswerLength the most tokens of an answer
     * @param allowsNone whether "no answer" wins where it has a higher score
     */
    BestAnswers(List<AnsweredQuestion> questions, int bestSize, int maxAnswerLength, boolean allowsNone) {
        this.questions = questions;
        this.bestSize = bestSize;
        this.maxAnswerLength = maxAnswerLength;
        this.allowsNone = allowsNone;
        this.texts = new String[questions.size()];
        this.scores = new float[questions.size()];
        this.scoresOfNone = new float[questions.size()];
        Arrays.fill(texts, "");
        Arrays.fill(scores, Float.NEGATIVE_INFINITY);
        Arrays.fill(scoresOfNone, Float.POSITIVE_INFINITY);
    }

    /**
     * Takes a window.
     *
     * @param starts {@code [tokens]}, the start logits
     * @param ends {@code [tokens]}, the end logits
     */
    void add(AnswerWindow window, float[] starts, float[] ends) {
        int question = window.question();
        scoresOfNone[question] = Math.min(scoresOfNone[question], starts[0] + ends[0]);
        int[] firsts = best(window, starts);
        int[] lasts = best(window, ends);
        for (int first : firsts) {
            for (int last : lasts) {
                float score = starts[first] + ends[last];
                if (last >= first && last - first < maxAnswerLength && score > scores[question]) {
                    scores[question] = score;
                    texts[question] = questions
                            .get(question)
                            .context()
                            .substring(window.charStarts()[first], window.charEnds()[last]);
                }
            }
        }
    }

    /** The tokens of the context with the highest logits, highest first. */
    private int[] best(AnswerWindow window, float[] logits) {
        return IntStream.range(0, logits.length)
                .filter(token -> window.charStarts()[token] >= 0)
                .boxed()
                .sorted(Comparator.comparing((Integer token) -> -logits[token]))
                .limit(bestSize)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** The answers, in the order of the questions; empty ones for "no answer". */
    List<String> texts() {
        return IntStream.range(0, texts.length)
                .mapToObj(i -> allowsNone && scoresOfNone[i] > scores[i] ? "" : texts[i])
                .toList();
    }
}
