package io.tesserae.pipelines.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.ReferenceAnswers;
import io.tesserae.tokenizer.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole answers, from the text to the scores and sequences, against the reference's pipeline. */
class FillMaskAnswersTest {

    private static final String FILE = "fill-mask-answers.json";

    @ParameterizedTest
    @ValueSource(strings = {"bert-mlm", "distilbert-mlm"})
    void answersAreThoseOfTheReference(String model) {
        List<JsonObject> questions = ReferenceAnswers.casesByModel(FILE).get(model);
        assertTrue(questions.size() >= 20, "questions: " + questions.size());
        try (var pipeline = Pipelines.fillMask(ReferenceAnswers.fixture(model))) {
            for (JsonObject question : questions) {
                FillMask answer = pipeline.fill(question.get("text").getAsString(), options(question));
                assertMasks(question.getAsJsonArray("answer"), answer, question.toString());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert-mlm", "distilbert-mlm", "mpnet/masked", "electra/masked", "perceiver/masked"})
    void aFixtureAnswersAsTheReferenceDoes(String model) {
        JsonObject expected = ReferenceAnswers.ofFixture(model);
        try (var pipeline = Pipelines.fillMask(ReferenceAnswers.fixture(model))) {
            List<FillMask> answers = pipeline.fill(
                    ReferenceAnswers.strings(expected.get("inputs")), options(expected.getAsJsonObject("arguments")));
            for (int i = 0; i < answers.size(); i++) {
                JsonArray masks = expected.getAsJsonArray("pipeline").get(i).getAsJsonArray();
                assertMasks(masks, answers.get(i), model);
            }
        }
    }

    @Test
    void furtherModelsAnswerAsTheReferenceDoes() {
        List<JsonObject> questions = ReferenceAnswers.ofTinyModels("fill-mask");
        assertEquals(5, questions.size());
        for (JsonObject question : questions) {
            try (var pipeline = Pipelines.fillMask(ReferenceAnswers.tinyModel(question))) {
                JsonElement inputs = question.get("inputs");
                // A list of one is answered like its only text.
                String text =
                        inputs.isJsonArray() ? inputs.getAsJsonArray().get(0).getAsString() : inputs.getAsString();
                FillMask answer = pipeline.fill(text, options(question.getAsJsonObject("call")));
                assertMasks(question.getAsJsonArray("output"), answer, question.toString());
            }
        }
    }

    /** Records compare floats by their bits. */
    @Test
    void answersDependNeitherOnTheBatchNorOnTheWayTheyAreAskedFor() {
        List<String> texts = ReferenceAnswers.casesByModel(FILE).get("bert-mlm").stream()
                .map(question -> question.get("text").getAsString())
                .toList();
        try (var pipeline = Pipelines.fillMask(ReferenceAnswers.fixture("bert-mlm"))) {
            List<FillMask> alone = texts.stream()
                    .map(text -> pipeline.fill(text, FillMaskOptions.DEFAULT))
                    .toList();
            for (int batchSize : new int[] {0, 1, 2, 3, 100}) {
                FillMaskOptions options = FillMaskOptions.DEFAULT.withBatchSize(batchSize);
                assertEquals(alone, pipeline.fill(texts, options));
                assertEquals(alone, pipeline.fill(texts.stream(), options).toList());
            }
            assertEquals(alone.getFirst().first(), pipeline.fill(texts.getFirst()));
            assertEquals(List.of(), pipeline.fill(List.of(), FillMaskOptions.DEFAULT));
        }
    }

    /** Among targets scores are the same as among all; all of them add up to 1. */
    @Test
    void targetsAreScoredAmongTheWholeVocabulary() {
        try (var pipeline = Pipelines.fillMask(ReferenceAnswers.fixture("bert-mlm"))) {
            String text = "Paris is the [MASK].";
            FillMaskOptions all = FillMaskOptions.DEFAULT.withTopK(Integer.MAX_VALUE);
            List<MaskFilling> everything = pipeline.fill(text, all).first();
            assertEquals(pipeline.tokenizer().vocabularySize(), everything.size());
            assertEquals(1, everything.stream().mapToDouble(MaskFilling::score).sum(), 1e-4);
            List<String> targets = List.of("the", "soccer", "##ing");
            assertEquals(
                    everything.stream()
                            .filter(filling -> targets.contains(filling.tokenText()))
                            .toList(),
                    pipeline.fill(text, all.withTargets(targets)).first());
        }
    }

    @Test
    void aTargetThatIsNotInTheVocabularySaysWhatIsTakenForIt() {
        try (var pipeline = Pipelines.fillMask(ReferenceAnswers.fixture("bert-mlm"))) {
            int par = pipeline.tokenizer().tokenToId("par").orElseThrow();
            int the = pipeline.tokenizer().tokenToId("the").orElseThrow();
            assertEquals(
                    List.of(
                            new MaskTarget("Paris", OptionalInt.of(par), false),
                            new MaskTarget("the", OptionalInt.of(the), true),
                            new MaskTarget(" ", OptionalInt.empty(), false),
                            new MaskTarget(
                                    "\uD83D\uDE00",
                                    OptionalInt.of(pipeline.tokenizer().unkTokenId()),
                                    false)),
                    pipeline.targets(List.of("Paris", "the", " ", "\uD83D\uDE00")));
        }
    }

    @Test
    void whatWasCutOffIsCounted() {
        try (var pipeline = Pipelines.fillMask(ReferenceAnswers.fixture("bert-mlm"))) {
            FillMaskOptions options = FillMaskOptions.DEFAULT.withTruncation(true);
            FillMask answer = pipeline.fill("[MASK] " + "the ".repeat(70), options);
            assertEquals(9, answer.truncatedTokens());
            assertEquals(5, answer.first().size());
        }
    }

    // --- Spans

    /** A word of several pieces, then one piece: each span is the best of every mask, at its place in the text. */
    @ParameterizedTest
    @ValueSource(strings = {"bert-mlm", "distilbert-mlm", "mpnet/masked", "electra/masked", "perceiver/masked"})
    void neighbouringMasksAreFilledAsOneText(String model) {
        try (var pipeline = Pipelines.fillMask(ReferenceAnswers.fixture(model))) {
            String mask = pipeline.tokenizer().specialTokens().mask();
            String text = "a" + mask + mask + "b" + mask;
            FillMask answer = pipeline.fill(text, FillMaskOptions.DEFAULT);
            assertEquals(3, answer.masks().size());
            List<MaskFilling> best = answer.masks().stream().map(List::getFirst).toList();
            int length = mask.length();
            assertEquals(
                    List.of(
                            span(pipeline, best.subList(0, 2), 1, 1 + 2 * length),
                            span(pipeline, best.subList(2, 3), 2 + 2 * length, 2 + 3 * length)),
                    answer.spans());
            assertEquals(best.get(2).score(), answer.spans().getLast().score());
            int[] ids = pipeline.tokenizer().encode(text).inputIds();
            int next = 0;
            for (int i = 0; i < ids.length; i++) {
                if (ids[i] == pipeline.tokenizer().maskTokenId()) {
                    ids[i] = best.get(next++).token();
                }
            }
            assertEquals(pipeline.tokenizer().decode(ids, true), answer.sequence());
        }
    }

    private static MaskSpan span(FillMaskPipeline pipeline, List<MaskFilling> best, int start, int end) {
        int[] tokens = best.stream().mapToInt(MaskFilling::token).toArray();
        double product = best.stream().mapToDouble(MaskFilling::score).reduce(1, (a, b) -> a * b);
        float score = (float) Math.pow(product, 1.0 / tokens.length);
        return new MaskSpan(
                pipeline.tokenizer().decode(tokens),
                score,
                IntStream.of(tokens).boxed().toList(),
                start,
                end,
                new Span(start, end));
    }

    /** What is hidden token by token is asked as a text with as many masks is. */
    @Test
    void aTextThatIsHiddenIsAsManyMasksAsItHasTokens() {
        try (var pipeline = Pipelines.fillMask(ReferenceAnswers.fixture("perceiver/masked"))) {
            FillMask masks = pipeline.fill("ab[MASK][MASK][MASK]d", FillMaskOptions.DEFAULT);
            FillMask hidden = pipeline.fill("ab\u6771d", FillMaskOptions.DEFAULT.withHidden("\u6771"));
            assertEquals(masks.masks(), hidden.masks());
            assertEquals(masks.sequence(), hidden.sequence());
            MaskSpan span = hidden.spans().getFirst();
            assertEquals(masks.spans().getFirst().text(), span.text());
            assertEquals(3, span.tokens().size());
            assertEquals(2, span.start());
            assertEquals(3, span.end());
            FillMask pair = pipeline.fill("\ud83d\ude42b d", FillMaskOptions.DEFAULT.withHidden("b "));
            assertEquals(new Span(1, 3), pair.spans().getFirst().codePoints());
            assertEquals(2, pair.spans().getFirst().start());
            assertEquals(4, pair.spans().getFirst().end());
        }
    }

    /** Every place, and whole tokens; masks that are there already stay. */
    @Test
    void everyOccurrenceIsHidden() {
        try (var pipeline = Pipelines.fillMask(ReferenceAnswers.fixture("bert-mlm"))) {
            FillMaskOptions options = FillMaskOptions.DEFAULT.withHidden("th");
            FillMask answer = pipeline.fill("the film, the [MASK]", options);
            assertEquals(
                    List.of(new Span(0, 3), new Span(10, 20)),
                    answer.spans().stream().map(MaskSpan::codePoints).toList());
            assertEquals(
                    pipeline.fill("[MASK] film, [MASK] [MASK]", FillMaskOptions.DEFAULT)
                            .masks(),
                    answer.masks());
        }
    }

    @Test
    void aTextWithoutWhatIsToBeHiddenIsRefused() {
        try (var pipeline = Pipelines.fillMask(ReferenceAnswers.fixture("bert-mlm"))) {
            FillMaskOptions options = FillMaskOptions.DEFAULT.withHidden("gold");
            var refused = assertThrows(IllegalArgumentException.class, () -> pipeline.fill("the [MASK]", options));
            assertEquals("a text does not have 'gold', which is to be hidden in it", refused.getMessage());
            assertThrows(IllegalArgumentException.class, () -> FillMaskOptions.DEFAULT.withHidden(""));
        }
    }

    /** Few values, so that many are equal: the best are those that sorting all would begin with. */
    @Property(tries = 300)
    void rankingBeginsAsSortingDoes(
            @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 9) Integer> values,
            @ForAll @IntRange(min = 1, max = 70) int topK,
            @ForAll @IntRange(max = 3) int offset) {
        float[] scores = new float[offset + values.size()];
        for (int i = 0; i < values.size(); i++) {
            scores[offset + i] = values.get(i) / 10f;
        }
        int[] candidates =
                IntStream.range(0, values.size()).filter(id -> id % 3 != 1).toArray();
        List<Integer> sorted = new ArrayList<>(IntStream.of(candidates).boxed().toList());
        sorted.sort(Comparator.comparing((Integer id) -> -scores[offset + id]));
        List<Integer> expected = sorted.subList(0, Math.min(topK, sorted.size()));
        RankedTokens found = RankedTokens.best(scores, offset, candidates, topK);
        assertEquals(expected, IntStream.of(found.ids()).boxed().toList());
        for (int i = 0; i < found.size(); i++) {
            assertEquals(scores[offset + found.ids()[i]], found.scores()[i]);
        }
    }

    private static FillMaskOptions options(JsonObject arguments) {
        FillMaskOptions options = FillMaskOptions.DEFAULT;
        if (arguments.has("top_k")) {
            options = options.withTopK(arguments.get("top_k").getAsInt());
        }
        return arguments.has("targets")
                ? options.withTargets(ReferenceAnswers.strings(arguments.get("targets")))
                : options;
    }

    /** A list for one mask, a list of lists for several. */
    static void assertMasks(JsonArray expected, FillMask found, String what) {
        boolean several = expected.get(0).isJsonArray();
        assertEquals(several ? expected.size() : 1, found.masks().size(), what);
        for (int mask = 0; mask < found.masks().size(); mask++) {
            List<JsonObject> fillings =
                    ReferenceAnswers.objects(several ? expected.get(mask).getAsJsonArray() : expected);
            assertEquals(fillings.size(), found.masks().get(mask).size(), what);
            for (int i = 0; i < fillings.size(); i++) {
                JsonObject filling = fillings.get(i);
                MaskFilling one = found.masks().get(mask).get(i);
                assertEquals(filling.get("score").getAsFloat(), one.score(), ReferenceAnswers.TOLERANCE, what);
                assertEquals(filling.get("token").getAsInt(), one.token(), what);
                assertEquals(filling.get("token_str").getAsString(), one.tokenText(), what);
                assertEquals(filling.get("sequence").getAsString(), one.sequence(), what);
            }
        }
    }
}
