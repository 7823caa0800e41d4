package io.tesserae.cli;

import io.tesserae.engine.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.text.Answer;
import io.tesserae.pipelines.text.QuestionAnsweringOptions;
import io.tesserae.pipelines.text.QuestionAnsweringPipeline;
import io.tesserae.pipelines.text.QuestionInput;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** {@code tesserae run question-answering}. */
final class QuestionAnsweringTask {

    private QuestionAnsweringTask() {}

    static void run(RunCommand command) throws IOException {
        QuestionAnsweringOptions options = command.questions()
                .pipelineOptions(command.topK().orElse(1), command.batchSize().orElse(0));
        QuestionFormat format = new QuestionFormat(command.questions().context(command));
        if (format.context().isEmpty() && !command.arguments().isEmpty()) {
            throw command.usage(
                    "a question needs a text to find the answer in: give --context TEXT or --context-file FILE");
        }
        try (Inputs<QuestionInput> questions = command.inputs(format);
                Engine engine = command.openEngine();
                QuestionAnsweringPipeline pipeline = Pipelines.questionAnswering(command.requireModel(), engine);
                Progress progress = Progress.of(questions, command.console())) {
            EveryInput.run(
                    command,
                    questions,
                    EveryInput.textsTogether(command.batchSize()),
                    batch -> pipeline.answer(batch, options),
                    (question, answers) -> command.isJson() ? json(question, answers) : line(question, answers),
                    progress);
        }
    }

    /** As in transformers, several answers are a list, and one is none, however many were asked for. */
    private static String json(QuestionInput question, List<Answer> answers) {
        Json line = new Json();
        if (answers.size() > 1) {
            return line.array(answers, (json, answer) -> write(json, question, answer))
                    .toString();
        }
        return write(line, question, answers.isEmpty() ? new Answer("", 0, 0, 0) : answers.getFirst())
                .toString();
    }

    /** Places are counted in code points, as Python does. */
    private static Json write(Json json, QuestionInput question, Answer answer) {
        String context = question.context();
        return json.raw("{")
                .name("score")
                .number(answer.score())
                .name("start")
                .integer(context.codePointCount(0, answer.start()))
                .name("end")
                .integer(context.codePointCount(0, answer.end()))
                .name("answer")
                .string(answer.text())
                .raw("}");
    }

    private static String line(QuestionInput question, List<Answer> answers) {
        String asked = Printable.excerpt(question.question());
        return answers.isEmpty()
                ? asked + "\n  (no answer)"
                : answers.stream()
                        .map(answer -> FiniteNumber.text(answer.score()) + "  "
                                + (answer.text().isEmpty() ? "(no answer)" : Printable.excerpt(answer.text())))
                        .collect(Collectors.joining("\n  ", asked + "\n  ", ""));
    }
}
