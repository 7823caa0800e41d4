package io.tesserae.pipelines.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.packed.Packed;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.Question;
import io.tesserae.pipelines.ReferenceAnswers;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Compares encodings and whole answers with those in a file that testdata/make_byte_level_answers.py or make_piece_answers.py wrote, for a
 * family's tokenizer and models whose weights are those of a formula.
 */
final class FormulaAnswers {

    private final Path file;
    private final Path folder;

    /** The file is in testdata; the folder takes a tokenizer's and a model's files. */
    FormulaAnswers(String file, Path folder) {
        this.file = Path.of("..", "testdata").resolve(file);
        this.folder = folder;
    }

    private JsonObject family(String name) throws IOException {
        JsonArray families =
                JsonParser.parseString(Packed.text(file)).getAsJsonObject().getAsJsonArray("families");
        JsonObject family = ReferenceAnswers.objects(families).stream()
                .filter(one -> one.get("family").getAsString().equals(name))
                .findFirst()
                .orElseThrow();
        JsonObject files = family.getAsJsonObject("files");
        for (String one : files.keySet()) {
            JsonElement content = files.get(one);
            Files.write(folder.resolve(one), bytes(content));
        }
        return family;
    }

    private static byte[] bytes(JsonElement content) {
        if (content instanceof JsonObject object && object.has("base64")) {
            return Base64.getDecoder().decode(object.get("base64").getAsString());
        }
        String text = content.isJsonPrimitive() ? content.getAsString() : content.toString();
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Writes a task's configuration and weights beside the tokenizer's files. */
    private JsonArray task(String name, String task) throws IOException {
        JsonObject asked = ReferenceAnswers.objects(family(name).getAsJsonArray("tasks")).stream()
                .filter(one -> one.get("task").getAsString().equals(task))
                .findFirst()
                .orElseThrow();
        Files.writeString(
                folder.resolve("config.json"), asked.getAsJsonObject("config").toString());
        SafetensorsWriter writer = new SafetensorsWriter();
        int number = 0;
        for (var shape : asked.getAsJsonObject("tensors").entrySet()) {
            writer.add(shape.getKey(), weights(number++, shape.getKey(), ints(shape.getValue())));
        }
        writer.write(folder.resolve("model.safetensors"));
        return asked.getAsJsonArray("answers");
    }

    private static Tensor weights(int number, String name, int[] shape) {
        Tensor tensor = Tensor.zeros(shape);
        boolean isNorm = name.toLowerCase(Locale.ROOT).contains("norm") && name.endsWith("weight");
        for (int i = 0; i < tensor.size(); i++) {
            long mixed = i * 2654435761L + number * 40503L + 12345 & 0xFFFFFFFFL;
            mixed = mixed * 2246822519L & 0xFFFFFFFFL;
            tensor.data()[i] = ((mixed >>> 16) % 33 - 16) / 32f + (isNorm ? 1 : 0);
        }
        return tensor;
    }

    void encodings(String name) throws IOException {
        JsonObject family = family(name);
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(folder);
        for (JsonObject expected : ReferenceAnswers.objects(family.getAsJsonArray("encodings"))) {
            JsonElement second = expected.get("pair");
            String pair = second.isJsonNull() ? null : second.getAsString();
            Encoding found = tokenizer.encode(expected.get("text").getAsString(), pair);
            String what = expected.toString();
            assertArrayEquals(ints(expected.get("ids")), found.inputIds(), what);
            assertArrayEquals(ints(expected.get("special")), found.specialTokensMask(), what);
            assertArrayEquals(ints(expected.get("words")), found.wordIds(), what);
            assertArrayEquals(ints(expected.get("sequences")), found.sequenceIds(), what);
            int[] places = found.offsets().stream()
                    .flatMapToInt(span -> IntStream.of(span.start(), span.end()))
                    .toArray();
            assertArrayEquals(ints(expected.get("offsets")), places, what);
            assertEquals(expected.get("decoded").getAsString(), tokenizer.decode(found.inputIds()));
            assertEquals(expected.get("skipped").getAsString(), tokenizer.decode(found.inputIds(), true));
        }
    }

    void masks(String name) throws IOException {
        JsonArray answers = task(name, "fill-mask");
        try (var pipeline = Pipelines.fillMask(folder)) {
            for (JsonObject asked : ReferenceAnswers.objects(answers)) {
                JsonArray answer = asked.getAsJsonArray("answer");
                JsonElement first = answer.get(0);
                int count = first.isJsonArray() ? first.getAsJsonArray().size() : answer.size();
                FillMaskOptions options = FillMaskOptions.DEFAULT.withTopK(count);
                FillMask found = pipeline.fill(asked.get("text").getAsString(), options);
                FillMaskAnswersTest.assertMasks(answer, found, asked.toString());
            }
        }
    }

    void tokens(String name) throws IOException {
        JsonArray answers = task(name, "token-classification");
        try (var pipeline = Pipelines.tokenClassification(folder)) {
            for (JsonObject asked : ReferenceAnswers.objects(answers)) {
                String text = asked.get("text").getAsString();
                String strategy = asked.get("strategy").getAsString().toUpperCase(Locale.ROOT);
                TokenClassificationOptions options =
                        TokenClassificationOptions.DEFAULT.withAggregation(AggregationStrategy.valueOf(strategy));
                List<Entity> found = pipeline.classify(text, options).entities();
                JsonArray rows = TokenClassificationAnswersTest.rows(asked.getAsJsonArray("answer"));
                TokenClassificationAnswersTest.assertEntities(rows, text, found, asked.toString());
            }
        }
    }

    void questions(String name) throws IOException {
        JsonArray answers = task(name, "question-answering");
        try (var pipeline = Pipelines.questionAnswering(folder)) {
            for (JsonObject asked : ReferenceAnswers.objects(answers)) {
                QuestionInput input = new QuestionInput(
                        asked.get("question").getAsString(),
                        asked.get("context").getAsString());
                List<Answer> found = pipeline.answer(input, options(asked));
                JsonArray expected = asked.getAsJsonArray("answers");
                assertEquals(expected.size(), found.size(), asked + " " + found);
                for (int i = 0; i < found.size(); i++) {
                    assertAnswer(expected.get(i).getAsJsonObject(), found.get(i), input.context());
                }
            }
        }
    }

    void classes(String name) throws IOException {
        JsonArray answers = task(name, "text-classification");
        try (var pipeline = Pipelines.textClassification(folder)) {
            for (JsonObject asked : ReferenceAnswers.objects(answers)) {
                String text = asked.get("text").getAsString();
                JsonElement pair = asked.get("pair");
                TextInput input = pair.isJsonNull() ? TextInput.of(text) : TextInput.of(text, pair.getAsString());
                TextClassificationOptions options =
                        TextClassificationOptions.DEFAULT.withAllLabels().withTruncation(true);
                assertLabels(
                        Question.answer(asked.get("answer")),
                        pipeline.classify(input, options).labels(),
                        asked.toString());
            }
        }
    }

    void topics(String name) throws IOException {
        JsonArray answers = task(name, "zero-shot-classification");
        try (var pipeline = Pipelines.zeroShotClassification(folder)) {
            for (JsonObject asked : ReferenceAnswers.objects(answers)) {
                List<String> labels = ReferenceAnswers.strings(asked.get("labels"));
                var input = new ZeroShotInput(asked.get("text").getAsString(), labels);
                var options = ZeroShotClassificationOptions.DEFAULT.withMultiLabel(
                        asked.get("each").getAsBoolean());
                ZeroShotClassificationAnswersTest.assertAnswer(
                        asked.getAsJsonObject("answer"), pipeline.classify(input, options), asked.toString());
            }
        }
    }

    /** Each sum has a part of every token's number, weighted by the token's place. */
    void features(String name) throws IOException {
        JsonArray answers = task(name, "feature-extraction");
        FeatureExtractionOptions cut = FeatureExtractionOptions.DEFAULT.withTruncation(true);
        try (var pipeline = Pipelines.featureExtraction(folder)) {
            for (JsonObject asked : ReferenceAnswers.objects(answers)) {
                Tensor found =
                        pipeline.extract(asked.get("text").getAsString(), cut).hiddenStates();
                int tokens = found.dimension(0);
                assertEquals(asked.get("tokens").getAsInt(), tokens, asked.toString());
                JsonArray sums = asked.getAsJsonArray("sums");
                for (int i = 0; i < sums.size(); i++) {
                    double sum = 0;
                    for (int token = 0; token < tokens; token++) {
                        sum += found.data()[token * sums.size() + i] * (double) (token + 1);
                    }
                    double mean = sum / tokens / tokens;
                    assertEquals(sums.get(i).getAsDouble(), mean, 2 * ReferenceAnswers.TOLERANCE, asked.toString());
                }
            }
        }
    }

    private static void assertLabels(List<Classification> expected, List<Classification> found, String what) {
        assertEquals(
                expected.stream().map(Classification::label).toList(),
                found.stream().map(Classification::label).toList(),
                what);
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).score(), found.get(i).score(), ReferenceAnswers.TOLERANCE, what);
        }
    }

    private static void assertAnswer(JsonObject expected, Answer found, String context) {
        assertEquals(expected.get("answer").getAsString(), found.text());
        assertEquals(expected.get("score").getAsDouble(), found.score(), ReferenceAnswers.TOLERANCE);
        assertEquals(expected.get("start").getAsInt(), context.codePointCount(0, found.start()));
        assertEquals(expected.get("end").getAsInt(), context.codePointCount(0, found.end()));
    }

    private static QuestionAnsweringOptions options(JsonObject asked) {
        JsonObject arguments = asked.getAsJsonObject("arguments");
        QuestionAnsweringOptions options = QuestionAnsweringOptions.DEFAULT
                .withTopK(arguments.get("top_k").getAsInt())
                .withDocStride(asked.get("stride").getAsInt());
        if (arguments.has("align_to_words")) {
            options = options.withAlignToWords(arguments.get("align_to_words").getAsBoolean());
        }
        return arguments.has("handle_impossible_answer") ? options.withHandleImpossibleAnswer(true) : options;
    }

    private static int[] ints(JsonElement array) {
        return array.getAsJsonArray().asList().stream()
                .mapToInt(JsonElement::getAsInt)
                .toArray();
    }
}
