package io.tesserae.training.data;

import io.tesserae.tokenizer.Span;
import io.tesserae.training.data.table.Origin;
import java.util.List;

/**
 * A question, a text, and where in the text the question is answered.
 *
 * @param question the question
 * @param context the text
 * @param answers places in the context, counted in chars; none where the text has no answer. To be learnt is the first
 * @param origin its row
 */
public record AnsweredQuestion(String question, String context, List<Span> answers, Origin origin) {

    /** Keeps its own copy. */
    public AnsweredQuestion {
        answers = List.copyOf(answers);
    }

    /** The answers as texts. */
    public List<String> answerTexts() {
        return answers.stream()
                .map(answer -> context.substring(answer.start(), answer.end()))
                .toList();
    }
}
