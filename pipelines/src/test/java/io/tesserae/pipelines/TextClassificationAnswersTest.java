package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tesserae.packed.Packed;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.ScoreFunction;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.pipelines.text.TextClassification;
import io.tesserae.pipelines.text.TextClassificationOptions;
import io.tesserae.pipelines.text.TextClassificationPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole answers, from the text to the scores, against the reference's pipeline. */
class TextClassificationAnswersTest {

    private static final float TOLERANCE = 1e-5f;

    /** The SST-2 dev set lies beside the repository on some machines, and is not part of it. */
    private static final Path SST2 = Path.of("..", "..", "shared", "real", "sst2", "dev.tsv");

    static List<Path> fixtures() throws IOException {
        List<Path> answered = new ArrayList<>();
        try (Stream<Path> folders = Files.walk(Question.TEST_DATA.resolve("fixtures"), 2)) {
            for (Path folder : folders.sorted().toList()) {
                if (Files.exists(folder.resolve("expected.json"))
                        && !Question.ofFixture(folder).isEmpty()) {
                    answered.add(folder);
                }
            }
        }
        assertTrue(answered.size() >= 6, "fixtures with answers: " + answered);
        return answered;
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void aFixtureAnswersAsTheReferenceDoes(Path folder) throws IOException {
        check(folder, Question.ofFixture(folder));
    }

    @Test
    void theBundledModelAnswersAsTheReferenceDoes() throws IOException {
        check(BundledModel.SENTIMENT, Question.ofBundledModel());
    }

    /** Pairs most of them: the model sees by their token types where the second begins. */
    @Test
    void aBertModelAnswersAsTheReferenceDoes() throws IOException {
        List<Question> questions = Question.ofBert();
        assertTrue(questions.size() >= 50, "questions: " + questions.size());
        check(ReferenceAnswers.fixture("bert-nli-legacy-names"), questions);
    }

    /** The shapes of the reference's answers are many: an object, a list, or a list in a list. */
    @Test
    void furtherModelsAnswerAsTheReferenceDoes() {
        List<JsonObject> cases = ReferenceAnswers.ofTinyModels("text-classification");
        assertEquals(11, cases.size());
        for (JsonObject question : cases) {
            JsonElement inputs = question.get("inputs");
            int count = inputs.isJsonArray() ? inputs.getAsJsonArray().size() : 1;
            JsonElement function = question.getAsJsonObject("call").get("function_to_apply");
            TextClassificationOptions all = TextClassificationOptions.DEFAULT.withAllLabels();
            TextClassificationOptions options = function == null
                    ? all
                    : all.withFunctionToApply(
                            ScoreFunction.valueOf(function.getAsString().toUpperCase(Locale.ROOT)));
            try (var pipeline = Pipelines.textClassification(ReferenceAnswers.tinyModel(question))) {
                for (int i = 0; i < count; i++) {
                    JsonElement input =
                            inputs.isJsonArray() ? inputs.getAsJsonArray().get(i) : inputs;
                    JsonArray output = question.getAsJsonArray("output");
                    JsonElement one = inputs.isJsonArray() || output.get(0).isJsonArray() ? output.get(i) : output;
                    List<Classification> answer = Question.answer(one.isJsonArray() ? one : array(one));
                    Question asked = new Question(Question.input(input), options.withTopK(answer.size()), answer);
                    assertAnswer(asked, pipeline.classify(asked.input(), asked.options()));
                }
            }
        }
    }

    private static JsonArray array(JsonElement element) {
        JsonArray array = new JsonArray();
        array.add(element);
        return array;
    }

    private static void check(Path folder, List<Question> questions) throws IOException {
        try (TextClassificationPipeline pipeline = Pipelines.textClassification(Packed.checkpoint(folder))) {
            List<TextClassification> alone = new ArrayList<>();
            for (Question question : questions) {
                TextClassification answer = pipeline.classify(question.input(), question.options());
                assertAnswer(question, answer);
                alone.add(pipeline.classify(question.input(), question.options().withAllLabels()));
            }
            // Records compare floats by their bits.
            List<TextInput> inputs = questions.stream().map(Question::input).toList();
            TextClassificationOptions options = questions.getFirst().options().withAllLabels();
            for (int batchSize : new int[] {0, 1, 2, 3, 100}) {
                assertEquals(
                        alone, pipeline.classify(inputs, options.withBatchSize(batchSize)), "batch size " + batchSize);
            }
        }
    }

    private static void assertAnswer(Question question, TextClassification found) {
        List<Classification> expected = question.answer();
        String what = question.input() + ": expected " + expected + ", found " + found;
        assertEquals(
                expected.stream().map(Classification::label).toList(),
                found.labels().stream().map(Classification::label).toList(),
                what);
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).score(), found.labels().get(i).score(), TOLERANCE, what);
        }
        assertEquals(expected.getFirst().label(), found.best().label());
    }

    @Test
    void theShortFormsAnswerLikeTheLongOne() throws IOException {
        try (TextClassificationPipeline pipeline = Pipelines.textClassification(BundledModel.SENTIMENT)) {
            List<String> texts = List.of("A dull, lifeless and utterly boring film.", "So good!", "");
            List<Classification> answers = pipeline.classify(texts);
            for (int i = 0; i < texts.size(); i++) {
                assertEquals(pipeline.classify(texts.get(i)), answers.get(i));
                assertEquals(
                        pipeline.classify(TextInput.of(texts.get(i)), TextClassificationOptions.DEFAULT)
                                .labels(),
                        List.of(answers.get(i)));
            }
            assertEquals(List.of(), pipeline.classify(List.of()));
        }
    }

    /** The scores of one text under each function: logits as they are, each through the sigmoid, all through softmax. */
    @Test
    void theFunctionCanBeChosen() throws IOException {
        try (TextClassificationPipeline pipeline =
                Pipelines.textClassification(Question.TEST_DATA.resolve("fixtures/distilbert-mnli"))) {
            TextInput pair = TextInput.of("She loves me.", "She loves me not.");
            TextClassificationOptions all = TextClassificationOptions.DEFAULT.withAllLabels();
            double[] logits = scores(pipeline.classify(pair, all.withFunctionToApply(ScoreFunction.NONE)));
            double[] sigmoids = scores(pipeline.classify(pair, all.withFunctionToApply(ScoreFunction.SIGMOID)));
            double[] softmax = scores(pipeline.classify(pair, all.withFunctionToApply(ScoreFunction.SOFTMAX)));
            double sum = Arrays.stream(logits).map(Math::exp).sum();
            for (int i = 0; i < logits.length; i++) {
                assertEquals(1 / (1 + Math.exp(-logits[i])), sigmoids[i], 1e-6);
                assertEquals(Math.exp(logits[i]) / sum, softmax[i], 1e-6);
            }
            assertEquals(
                    pipeline.classify(pair, all),
                    pipeline.classify(pair, all.withFunctionToApply(ScoreFunction.SOFTMAX)));
        }
    }

    private static double[] scores(TextClassification answer) {
        return answer.labels().stream().mapToDouble(Classification::score).toArray();
    }

    @Test
    void whatWasCutOffIsCounted() throws IOException {
        try (TextClassificationPipeline pipeline = Pipelines.textClassification(BundledModel.SENTIMENT)) {
            TextClassificationOptions options = TextClassificationOptions.DEFAULT.withTruncation(true);
            assertEquals(128, pipeline.maxLength());
            assertEquals(
                    0,
                    pipeline.classify(TextInput.of("good ".repeat(126)), options)
                            .truncatedTokens());
            assertEquals(
                    5,
                    pipeline.classify(TextInput.of("good ".repeat(131)), options)
                            .truncatedTokens());
        }
    }

    /** The reference, in float32 and in float16 alike, is right on 703 of the 872 sentences: 80.6 %. */
    @Test
    void theBundledModelSaysOfEverySentenceOfSst2WhatTheReferenceSays() throws IOException {
        assumeTrue(Files.exists(SST2), "no SST-2 dev set at " + SST2);
        List<String[]> rows = Files.readAllLines(SST2).stream()
                .skip(1)
                .map(line -> line.split("\t"))
                .toList();
        List<TextInput> texts = rows.stream().map(row -> TextInput.of(row[0])).toList();
        double[] expected = sst2Answers();
        assertEquals(872, rows.size());
        assertEquals(872, expected.length);
        try (TextClassificationPipeline pipeline = Pipelines.textClassification(BundledModel.SENTIMENT)) {
            List<TextClassification> answers = pipeline.classify(
                    texts,
                    TextClassificationOptions.DEFAULT.withTruncation(true).withAllLabels());
            int right = 0;
            for (int i = 0; i < rows.size(); i++) {
                Classification best = answers.get(i).best();
                boolean positive = best.label().equals("POSITIVE");
                assertEquals(expected[i] > 0.5, positive, rows.get(i)[0]);
                assertEquals(expected[i], positive ? best.score() : 1 - best.score(), 1e-5, rows.get(i)[0]);
                right += positive == rows.get(i)[1].equals("1") ? 1 : 0;
            }
            assertEquals(703, right);
            assertEquals(answers, streamed(pipeline, texts), "one by one from a stream");
        }
    }

    private static List<TextClassification> streamed(TextClassificationPipeline pipeline, List<TextInput> texts) {
        TextClassificationOptions options =
                TextClassificationOptions.DEFAULT.withTruncation(true).withAllLabels();
        try (Stream<TextClassification> answers = pipeline.classify(texts.stream(), options)) {
            return answers.toList();
        }
    }

    private static double[] sst2Answers() throws IOException {
        String json = Files.readString(Question.TEST_DATA.resolve("sst2-dev-answers.json"));
        return new Gson().fromJson(new Gson().fromJson(json, JsonObject.class).get("positive"), double[].class);
    }
}
