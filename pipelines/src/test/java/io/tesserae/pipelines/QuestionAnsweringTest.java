package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.packed.Packed;
import io.tesserae.pipelines.text.Answer;
import io.tesserae.pipelines.text.QuestionAnsweringOptions;
import io.tesserae.pipelines.text.QuestionAnsweringPipeline;
import io.tesserae.pipelines.text.QuestionInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

/** Whole answers, text, score and place, against those of transformers 4.57. */
class QuestionAnsweringTest {

    private static final Path SQUAD = ReferenceAnswers.fixture("distilbert-squad");

    private record Asked(QuestionInput input, QuestionAnsweringOptions options, JsonArray answers) {}

    @Test
    void thePipelineOfTransformersAnsweredSo() throws IOException {
        List<Asked> asked = new ArrayList<>();
        for (JsonElement element : cases("question-answering-goldens.json")) {
            JsonObject golden = element.getAsJsonObject();
            for (JsonElement each : golden.getAsJsonArray("variants")) {
                JsonObject variant = each.getAsJsonObject();
                JsonObject arguments = variant.getAsJsonObject("call");
                arguments.add("max_seq_len", golden.get("max_seq_len"));
                arguments.add("doc_stride", golden.get("doc_stride"));
                JsonElement output = variant.get("output");
                JsonArray answers = new JsonArray();
                if (output.isJsonArray()) {
                    answers = output.getAsJsonArray();
                } else {
                    answers.add(output); // one answer is no list there
                }
                asked.add(new Asked(input(golden), options(arguments), answers));
            }
        }
        assertEquals(45, asked.size());
        check(ReferenceAnswers.fixture("bert-squad"), asked);
    }

    @Test
    void variedQuestionsAreAnsweredAsTheRulesSay() throws IOException {
        List<Asked> asked = new ArrayList<>();
        for (JsonElement element : cases("question-answers.json")) {
            JsonObject each = element.getAsJsonObject();
            asked.add(
                    new Asked(input(each), options(each.getAsJsonObject("arguments")), each.getAsJsonArray("answers")));
        }
        assertTrue(asked.size() >= 20);
        check(SQUAD, asked);
    }

    private static void check(Path folder, List<Asked> questions) {
        try (QuestionAnsweringPipeline pipeline = Pipelines.questionAnswering(folder)) {
            for (Asked asked : questions) {
                List<Answer> answers = pipeline.answer(asked.input(), asked.options());
                String context = asked.input().context();
                assertEquals(asked.answers().size(), answers.size(), asked + " " + answers);
                for (int i = 0; i < answers.size(); i++) {
                    JsonObject expected = asked.answers().get(i).getAsJsonObject();
                    Answer found = answers.get(i);
                    assertEquals(expected.get("answer").getAsString(), found.text(), asked.toString());
                    assertEquals(expected.get("score").getAsDouble(), found.score(), 1e-5, asked.toString());
                    assertEquals(
                            expected.get("start").getAsInt(),
                            context.codePointCount(0, found.start()),
                            "start in code points");
                    assertEquals(
                            expected.get("end").getAsInt(), context.codePointCount(0, found.end()), "end, likewise");
                    assertEquals(found.text(), context.substring(found.start(), found.end()));
                }
            }
            List<QuestionInput> inputs = questions.stream().map(Asked::input).toList();
            QuestionAnsweringOptions three = QuestionAnsweringOptions.DEFAULT.withTopK(3);
            List<List<Answer>> alone =
                    inputs.stream().map(input -> pipeline.answer(input, three)).toList();
            assertEquals(alone, pipeline.answer(inputs, three), "together");
            assertEquals(alone, pipeline.answer(inputs, three.withBatchSize(3)), "in small batches");
            try (Stream<List<Answer>> stream = pipeline.answer(inputs.stream(), three)) {
                assertEquals(alone, stream.toList(), "streamed");
            }
        }
    }

    @Test
    void theShortWay() {
        try (QuestionAnsweringPipeline pipeline = Pipelines.questionAnswering(SQUAD)) {
            Answer answer = pipeline.answer("Who?", "Nobody knows.");
            assertEquals(answer.text(), "Nobody knows.".substring(answer.start(), answer.end()));
            assertEquals(new Answer("", 0, 0, 0), pipeline.answer("Who?", " \t "), "no words, no answer");
        }
    }

    @Test
    void whatCannotBeIsSaid() {
        try (QuestionAnsweringPipeline pipeline = Pipelines.questionAnswering(SQUAD)) {
            QuestionInput input = new QuestionInput("Who?", "Nobody knows.");
            QuestionAnsweringOptions options = QuestionAnsweringOptions.DEFAULT;
            refused("question: expected", () -> new QuestionInput("", "Nobody."));
            refused("context: expected", () -> new QuestionInput("Who?", ""));
            refused("topK: expected 1", () -> options.withTopK(0));
            refused("maxAnswerLength: expected 1", () -> options.withMaxAnswerLength(0));
            refused("64 positions", () -> pipeline.answer(input, options.withMaxSequenceLength(65)));
            refused("docStride: expected", () -> pipeline.answer(input, options.withDocStride(64)));
            QuestionInput endless = new QuestionInput("who ".repeat(80), "word ".repeat(80));
            refused("", () -> pipeline.answer(endless, options));
        }
    }

    private static void refused(String message, Runnable call) {
        var refusal = assertThrows(IllegalArgumentException.class, call::run);
        assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
    }

    @Property(tries = 60)
    void answersLieInTheText(
            @ForAll @StringLength(min = 1, max = 20) String question,
            @ForAll @StringLength(min = 1, max = 300) String context,
            @ForAll @IntRange(min = 1, max = 20) int topK,
            @ForAll boolean alignToWords) {
        QuestionAnsweringOptions options =
                QuestionAnsweringOptions.DEFAULT.withTopK(topK).withAlignToWords(alignToWords);
        try (QuestionAnsweringPipeline pipeline = Pipelines.questionAnswering(SQUAD)) {
            List<Answer> answers = pipeline.answer(new QuestionInput(question, context), options);
            assertTrue(answers.size() <= topK);
            double before = Double.POSITIVE_INFINITY;
            for (Answer answer : answers) {
                assertEquals(answer.text(), context.substring(answer.start(), answer.end()));
                assertTrue(answer.score() > 0 && answer.score() <= before);
                before = answer.score();
            }
        }
    }

    private static JsonArray cases(String file) throws IOException {
        return JsonParser.parseString(Packed.text(Question.TEST_DATA.resolve(file)))
                .getAsJsonObject()
                .getAsJsonArray("cases");
    }

    private static QuestionInput input(JsonObject asked) {
        return new QuestionInput(
                asked.get("question").getAsString(), asked.get("context").getAsString());
    }

    private static QuestionAnsweringOptions options(JsonObject arguments) {
        QuestionAnsweringOptions options = QuestionAnsweringOptions.DEFAULT;
        for (String name : arguments.keySet()) {
            JsonElement value = arguments.get(name);
            options = switch (name) {
                case "top_k" -> options.withTopK(value.getAsInt());
                case "max_seq_len" -> options.withMaxSequenceLength(value.getAsInt());
                case "doc_stride" -> options.withDocStride(value.getAsInt());
                case "max_answer_len" -> options.withMaxAnswerLength(value.getAsInt());
                case "handle_impossible_answer" -> options.withHandleImpossibleAnswer(value.getAsBoolean());
                case "align_to_words" -> options.withAlignToWords(value.getAsBoolean());
                default -> throw new AssertionError(name);
            };
        }
        return options;
    }
}
