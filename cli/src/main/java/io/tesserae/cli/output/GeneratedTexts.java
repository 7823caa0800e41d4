package io.tesserae.cli.output;

import io.tesserae.cli.console.Printable;
import io.tesserae.pipelines.generation.GeneratedAnswer;
import io.tesserae.pipelines.generation.GeneratedText;
import java.util.List;
import java.util.stream.Collectors;

/** What a model has written, as transformers' pipelines give it. */
public final class GeneratedTexts {

    private GeneratedTexts() {}

    /** All texts of one input. */
    public static String json(List<GeneratedText> texts) {
        return new Json()
                .array(
                        texts,
                        (json, text) -> json.raw("{")
                                .name("generated_text")
                                .string(text.text())
                                .raw("}"))
                .toString();
    }

    /** All texts of one input, a line for each. */
    public static String lines(List<GeneratedText> texts) {
        return texts.stream().map(text -> Printable.lines(text.text())).collect(Collectors.joining("\n"));
    }

    /** All answers to one question. */
    public static String answersJson(List<GeneratedAnswer> answers) {
        return new Json()
                .array(
                        answers,
                        (json, answer) -> json.raw("{")
                                .name("answer")
                                .string(answer.text())
                                .name("score")
                                .number(answer.score())
                                .raw("}"))
                .toString();
    }
}
