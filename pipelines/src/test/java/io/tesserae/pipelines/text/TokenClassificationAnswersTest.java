package io.tesserae.pipelines.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tesserae.loaders.label.Labels;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.ReferenceAnswers;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole answers, from the text to the scores and places, against the reference's pipeline. */
class TokenClassificationAnswersTest {

    private static final String FILE = "token-classification-answers.json";

    private static final TokenClassificationPipeline PIPELINE =
            Pipelines.tokenClassification(ReferenceAnswers.fixture("distilbert-ner"));

    @ParameterizedTest
    @ValueSource(strings = {"bert-ner", "distilbert-ner"})
    void answersAreThoseOfTheReference(String model) {
        List<JsonObject> questions = ReferenceAnswers.casesByModel(FILE).get(model);
        assertTrue(questions.size() >= 40, "questions: " + questions.size());
        try (var pipeline = Pipelines.tokenClassification(ReferenceAnswers.fixture(model))) {
            for (JsonObject question : questions) {
                String text = question.get("text").getAsString();
                TokenClassification answer = pipeline.classify(text, options(question));
                assertEntities(question.getAsJsonArray("answer"), text, answer.entities(), question.toString());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert-ner", "distilbert-ner", "electra/token"})
    void aFixtureAnswersAsTheReferenceDoes(String model) {
        JsonObject expected = ReferenceAnswers.ofFixture(model);
        TokenClassificationOptions options = options(expected.getAsJsonObject("arguments"));
        try (var pipeline = Pipelines.tokenClassification(ReferenceAnswers.fixture(model))) {
            List<String> texts = ReferenceAnswers.strings(expected.get("inputs"));
            List<TokenClassification> answers = pipeline.classify(texts, options);
            for (int i = 0; i < texts.size(); i++) {
                JsonArray entities = expected.getAsJsonArray("pipeline").get(i).getAsJsonArray();
                assertEntities(rows(entities), texts.get(i), answers.get(i).entities(), texts.get(i));
            }
        }
    }

    @Test
    void furtherModelsAnswerAsTheReferenceDoes() {
        List<JsonObject> questions = Stream.of("token-classification", "ner")
                .flatMap(task -> ReferenceAnswers.ofTinyModels(task).stream())
                .toList();
        assertEquals(7, questions.size());
        for (JsonObject question : questions) {
            JsonElement inputs = question.get("inputs");
            JsonArray outputs = question.getAsJsonArray("output");
            try (var pipeline = Pipelines.tokenClassification(ReferenceAnswers.tinyModel(question))) {
                TokenClassificationOptions options = options(question.getAsJsonObject("call"));
                List<String> texts =
                        inputs.isJsonArray() ? ReferenceAnswers.strings(inputs) : List.of(inputs.getAsString());
                for (int i = 0; i < texts.size(); i++) {
                    JsonArray entities = inputs.isJsonArray() ? outputs.get(i).getAsJsonArray() : outputs;
                    List<Entity> found =
                            pipeline.classify(texts.get(i), options).entities();
                    assertEntities(rows(entities), texts.get(i), found, question.toString());
                }
            }
        }
    }

    /** Outputs that no model made, with all labels beside each other; the formula is that of the script. */
    @Test
    void groupingIsThatOfTheReferenceWhateverTheOutputs() {
        Labels labels = labels("O", "B-PER", "I-PER", "B-LOC", "I-LOC", "PER", "AUX-X-Y", "I-");
        List<JsonObject> questions = ReferenceAnswers.cases("entity-grouping-answers.json");
        assertEquals(36, questions.size());
        for (JsonObject question : questions) {
            String text = question.get("text").getAsString();
            int seed = question.get("seed").getAsInt();
            Encoding encoding = PIPELINE.tokenizer().encode(text);
            List<float[]> scores = new ArrayList<>();
            for (int token = 0; token < encoding.size(); token++) {
                float[] row = new float[labels.count()];
                for (int label = 0; label < row.length; label++) {
                    row[label] = logit(seed, token, label);
                }
                PIPELINE.model().engine().machine().kernels().softmax(row, 0, row.length);
                scores.add(row);
            }
            List<Entity> entities = new EntityGrouping(
                            PIPELINE.tokenizer(), labels, options(question).aggregation())
                    .entities(text, encoding, scores).stream()
                            .filter(entity -> !entity.label().equals("O"))
                            .toList();
            assertEntities(question.getAsJsonArray("answer"), text, entities, question.toString());
        }
    }

    private static float logit(int seed, int token, int label) {
        int pair = token / 2;
        return (float)
                ((seed + pair * 37 + label * 61) * (pair + 3) % 23 * 0.3 + (seed + token * 11 + label * 5) % 7 * 0.2);
    }

    private static Labels labels(String... names) {
        TreeMap<Integer, String> byId = new TreeMap<>();
        for (String name : names) {
            byId.put(byId.size(), name);
        }
        return new Labels(byId);
    }

    /** Records compare floats by their bits. */
    @Test
    void answersDependNeitherOnTheBatchNorOnTheWayTheyAreAskedFor() {
        List<String> texts = ReferenceAnswers.casesByModel(FILE).get("distilbert-ner").stream()
                .map(question -> question.get("text").getAsString())
                .distinct()
                .toList();
        for (TokenClassificationOptions options : List.of(
                TokenClassificationOptions.DEFAULT,
                TokenClassificationOptions.DEFAULT
                        .withAggregation(AggregationStrategy.AVERAGE)
                        .withStride(11))) {
            List<TokenClassification> alone =
                    texts.stream().map(text -> PIPELINE.classify(text, options)).toList();
            for (int batchSize : new int[] {0, 1, 2, 3, 100}) {
                assertEquals(alone, PIPELINE.classify(texts, options.withBatchSize(batchSize)));
                assertEquals(
                        alone,
                        PIPELINE.classify(texts.stream(), options.withBatchSize(batchSize))
                                .toList());
            }
        }
        assertEquals(
                PIPELINE.classify(texts.getFirst(), TokenClassificationOptions.DEFAULT)
                        .entities(),
                PIPELINE.classify(texts.getFirst()));
        assertEquals(List.of(), PIPELINE.classify(List.of(), TokenClassificationOptions.DEFAULT));
    }

    @Test
    void whatWasCutOffIsCountedAndAStrideCutsNothingOff() {
        String text = "the ".repeat(70);
        TokenClassificationOptions all = TokenClassificationOptions.DEFAULT.withIgnoreLabels(List.of());
        TokenClassification cut = PIPELINE.classify(text, all);
        assertEquals(8, cut.truncatedTokens());
        assertEquals(62, cut.entities().size());
        TokenClassification whole = PIPELINE.classify(
                text, all.withAggregation(AggregationStrategy.SIMPLE).withStride(5));
        assertEquals(0, whole.truncatedTokens());
        assertEquals(279, whole.entities().getLast().end());
    }

    /** Any text, any strategy: entities lie in the text, in its order, and do not overlap; words hold whole tokens. */
    @Property(tries = 200)
    void entitiesLieInTheTextAndDoNotOverlap(
            @ForAll String start,
            @ForAll("words") List<String> words,
            @ForAll AggregationStrategy strategy,
            @ForAll @IntRange(max = 61) int stride) {
        String text = start + String.join(" ", words);
        TokenClassificationOptions options =
                TokenClassificationOptions.DEFAULT.withAggregation(strategy).withIgnoreLabels(List.of());
        if (strategy != AggregationStrategy.NONE) {
            options = options.withStride(stride);
        }
        TokenClassification answer = PIPELINE.classify(text, options);
        int end = 0;
        for (Entity entity : answer.entities()) {
            assertTrue(end <= entity.start(), answer.toString());
            assertTrue(entity.start() < entity.end() && entity.end() <= text.length(), answer.toString());
            assertEquals(codePoints(text, entity.start(), entity.end()), entity.codePoints());
            assertTrue(entity.score() > 0 && entity.score() <= 1.000001f, answer.toString());
            assertEquals(strategy == AggregationStrategy.NONE, entity.index().isPresent());
            end = entity.end();
        }
        Encoding encoding = PIPELINE.tokenizer().encode(text);
        if (strategy == AggregationStrategy.NONE) {
            assertEquals(Math.min(encoding.size(), 64) - 2, answer.entities().size());
        } else if (!answer.entities().isEmpty() && encoding.size() <= 64) {
            assertEquals(
                    encoding.utf16Offsets().get(1).start(),
                    answer.entities().getFirst().start());
            assertEquals(encoding.utf16Offsets().get(encoding.size() - 2).end(), end);
        }
    }

    @net.jqwik.api.Provide
    net.jqwik.api.Arbitrary<List<String>> words() {
        return net.jqwik.api.Arbitraries.of(
                        "Berlin",
                        "uncaring",
                        "caf\u00e9",
                        "e\u0301",
                        "\uD83D\uDE00",
                        "[SEP]",
                        "[UNK]",
                        "U.S.",
                        "\u6771")
                .list()
                .ofMaxSize(40);
    }

    private static Span codePoints(String text, int start, int end) {
        return new Span(text.codePointCount(0, start), text.codePointCount(0, end));
    }

    private static TokenClassificationOptions options(JsonObject arguments) {
        TokenClassificationOptions options = TokenClassificationOptions.DEFAULT;
        if (arguments.has("aggregation_strategy")) {
            options = options.withAggregation(AggregationStrategy.valueOf(
                    arguments.get("aggregation_strategy").getAsString().toUpperCase(Locale.ROOT)));
        }
        if (arguments.has("ignore_labels")) {
            options = options.withIgnoreLabels(ReferenceAnswers.strings(arguments.get("ignore_labels")));
        }
        return arguments.has("stride")
                ? options.withStride(arguments.get("stride").getAsInt())
                : options;
    }

    /** Objects as rows of their values. */
    static JsonArray rows(JsonArray entities) {
        JsonArray rows = new JsonArray();
        for (JsonObject entity : ReferenceAnswers.objects(entities)) {
            JsonArray row = new JsonArray();
            entity.asMap().values().forEach(row::add);
            rows.add(row);
        }
        return rows;
    }

    /** Rows are {@code entity_group, score, word, start, end}, or {@code entity, score, index, word, start, end}. */
    static void assertEntities(JsonArray expected, String text, List<Entity> found, String what) {
        assertEquals(expected.size(), found.size(), what + "\n" + found);
        for (int i = 0; i < found.size(); i++) {
            JsonArray row = expected.get(i).getAsJsonArray();
            Entity entity = found.get(i);
            boolean ofToken = row.size() == 6;
            int word = ofToken ? 3 : 2;
            assertEquals(row.get(0).getAsString(), entity.label(), what);
            assertEquals(row.get(1).getAsFloat(), entity.score(), ReferenceAnswers.TOLERANCE, what);
            assertEquals(ofToken ? OptionalInt.of(row.get(2).getAsInt()) : OptionalInt.empty(), entity.index(), what);
            assertEquals(row.get(word).getAsString(), entity.word(), what);
            Span place =
                    new Span(row.get(word + 1).getAsInt(), row.get(word + 2).getAsInt());
            assertEquals(place, entity.codePoints(), what);
            assertEquals(place, codePoints(text, entity.start(), entity.end()), what);
        }
    }
}
