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
import io.tesserae.pipelines.ReferenceAnswers;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * RoBERTa's and ModernBERT's tokenizers, and whole answers with them, against the reference; testdata/make_byte_level_answers.py asked it.
 * The models' weights are those of its formula.
 */
class ByteLevelAnswersTest {

    private static final Path FILE = Path.of("..", "testdata", "byte-level-answers.json");

    @TempDir
    Path folder;

    private JsonObject family(String name) throws IOException {
        JsonArray families =
                JsonParser.parseString(Packed.text(FILE)).getAsJsonObject().getAsJsonArray("families");
        JsonObject family = ReferenceAnswers.objects(families).stream()
                .filter(one -> one.get("family").getAsString().equals(name))
                .findFirst()
                .orElseThrow();
        JsonObject files = family.getAsJsonObject("files");
        for (String file : files.keySet()) {
            JsonElement content = files.get(file);
            String text = content.isJsonPrimitive() ? content.getAsString() : content.toString();
            Files.writeString(folder.resolve(file), text);
        }
        return family;
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

    @ParameterizedTest
    @ValueSource(strings = {"Roberta", "ModernBert"})
    void encodingsAreThoseOfTheReference(String name) throws IOException {
        JsonObject family = family(name);
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(folder);
        for (JsonObject expected : ReferenceAnswers.objects(family.getAsJsonArray("encodings"))) {
            String pair = expected.get("pair").isJsonNull()
                    ? null
                    : expected.get("pair").getAsString();
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

    @ParameterizedTest
    @ValueSource(strings = {"Roberta", "ModernBert"})
    void masksAreFilledAsByTheReference(String name) throws IOException {
        JsonArray answers = task(name, "fill-mask");
        try (var pipeline = Pipelines.fillMask(folder)) {
            for (JsonObject asked : ReferenceAnswers.objects(answers)) {
                FillMask found = pipeline.fill(asked.get("text").getAsString(), FillMaskOptions.DEFAULT);
                FillMaskAnswersTest.assertMasks(asked.getAsJsonArray("answer"), found, asked.toString());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Roberta", "ModernBert"})
    void tokensAreClassifiedAsByTheReference(String name) throws IOException {
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

    @ParameterizedTest
    @ValueSource(strings = {"Roberta", "ModernBert"})
    void questionsAreAnsweredByTheRulesOfTheReference(String name) throws IOException {
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
