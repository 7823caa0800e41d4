package io.tesserae.training.task;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.training.data.AnswerWindow;
import io.tesserae.training.data.AnsweredQuestion;
import io.tesserae.training.data.EncodedText;
import io.tesserae.training.data.table.Origin;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BestAnswersTest {

    private static final List<AnsweredQuestion> QUESTIONS =
            List.of(new AnsweredQuestion("who", "Anna sings here", List.of(), new Origin(Path.of("q.jsonl"), 1)));

    /** [CLS] who [SEP] Anna sings here [SEP]. */
    private static AnswerWindow window() {
        return new AnswerWindow(
                0, new EncodedText(new int[7], new int[7]), 0, 0, new int[] {-1, -1, -1, 0, 5, 11, -1}, new int[] {
                    -1, -1, -1, 4, 10, 15, -1
                });
    }

    private static String best(int bestSize, int maxAnswerLength, boolean allowsNone, float[]... startsAndEnds) {
        BestAnswers best = new BestAnswers(QUESTIONS, bestSize, maxAnswerLength, allowsNone);
        for (int i = 0; i < startsAndEnds.length; i += 2) {
            best.add(window(), startsAndEnds[i], startsAndEnds[i + 1]);
        }
        return best.texts().getFirst();
    }

    @Test
    void takesTheSpanWithTheHighestSum() {
        float[] starts = {9, 9, 9, 3, 1, 0, 9};
        float[] ends = {9, 9, 9, 1, 4, 0, 9};
        assertEquals("Anna sings", best(20, 30, false, starts, ends));
        assertEquals("Anna sings", best(1, 30, false, starts, ends));
    }

    @Test
    void endsDoNotComeBeforeStartsAndAnswersAreNotTooLong() {
        float[] starts = {0, 0, 0, 3, 0, 2, 0};
        float[] ends = {0, 0, 0, 1, 0, 4, 0};
        assertEquals("Anna sings here", best(20, 30, false, starts, ends));
        assertEquals("here", best(20, 2, false, starts, ends));
        float[] backwards = {0, 0, 0, 0, 0, 5, 0};
        float[] before = {0, 0, 0, 5, 0, 0, 0};
        assertEquals("here", best(20, 30, false, backwards, before)); // 5 + 0, found before 0 + 5
    }

    @Test
    void onlyTheBestStartsAndEndsArePutTogether() {
        float[] starts = {0, 0, 0, 1, 0, 5, 0};
        float[] ends = {0, 0, 0, 5, 1, 0, 0};
        assertEquals("", best(1, 30, false, starts, ends));
        assertEquals("Anna", best(3, 30, false, starts, ends));
    }

    @Test
    void aLaterWindowMayHaveTheBetterAnswer() {
        float[] low = {0, 0, 0, 1, 0, 0, 0};
        float[] high = {0, 0, 0, 0, 0, 2, 0};
        assertEquals("here", best(20, 30, false, low, low, high, high));
        assertEquals("here", best(20, 30, false, high, high, low, low));
    }

    @Test
    void noAnswerWinsWhereItsLeastScoreIsHigherAndItMay() {
        float[] logits = {2, 0, 0, 1, 0, 0, 0};
        float[] surer = {0, 0, 0, 1, 0, 0, 0};
        assertEquals("", best(20, 30, true, logits, logits));
        assertEquals("Anna", best(20, 30, false, logits, logits));
        assertEquals("Anna", best(20, 30, true, logits, logits, surer, surer));
    }
}
