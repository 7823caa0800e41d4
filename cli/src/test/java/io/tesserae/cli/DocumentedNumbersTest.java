package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.documents.Page;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.TileShape;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoModelForImageClassification;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.model.DecoderState;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageCaptioner;
import io.tesserae.model.ImageClassifierOutput;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.SequenceClassifierOutput;
import io.tesserae.model.TokenBatch;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.generation.ImageToTextOptions;
import io.tesserae.pipelines.generation.ImageToTextPipeline;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.pipelines.text.TextClassificationOptions;
import io.tesserae.tensor.Precision;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The numbers on the two reading paths are those that come out. */
class DocumentedNumbersTest {

    private static final Path MODELS = Path.of("src", "main", "resources", "io", "tesserae", "cli", "models");
    private static final Path SENTIMENT = MODELS.resolve("sentiment");
    private static final Path PHOTOS = MODELS.resolve("photos");
    private static final Path CAPTIONS = MODELS.resolve("captions");
    private static final OutputOptions EVERYTHING = new OutputOptions(true, true);
    private static final String SENTENCE = "The actors were very convincing.";

    /** A page with all its white space as single blanks. */
    private record Text(String page, String text) {

        static Text of(String page) {
            return new Text(page, oneBlank(String.join("\n", Page.named(page).lines())));
        }

        void says(String expected) {
            assertTrue(
                    text.contains(oneBlank(expected)),
                    () -> page + " does not say what comes out: " + oneBlank(expected));
        }

        private static String oneBlank(String text) {
            return text.replaceAll("\\s+", " ").replace('−', '-');
        }
    }

    @Test
    void thePathOfASentence() {
        Text page = Text.of("docs/reading-path.md");
        try (var classifier = Pipelines.textClassification(SENTIMENT)) {
            page.says(
                    classifier
                            .classify(TextInput.of(SENTENCE), TextClassificationOptions.DEFAULT.withTopK(2))
                            .labels()
                            .stream()
                            .map(DocumentedNumbersTest::labelAndScore)
                            .collect(Collectors.joining(", ")));
        }
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(SENTIMENT);
        int[] sentence = tokenizer.encode(SENTENCE).inputIds();
        int[] second =
                tokenizer.encode("A dull, lifeless and utterly boring film.").inputIds();
        TokenBatch two = TokenBatch.of(sentence, second);
        page.says("inputIds " + row(two.inputIds()) + " [" + two.tokens() + "]");
        page.says("positionIds " + row(two.positionIds()) + " [" + two.tokens() + "]");
        page.says("sequenceStarts " + row(two.sequenceStarts()) + " [" + two.sequenceStarts().length + "]");
        page.says("with its " + second.length + " tokens");
        try (var model = AutoModelForSequenceClassification.fromPretrained(SENTIMENT)) {
            SequenceClassifierOutput output = model.forward(TokenBatch.of(sentence), EVERYTHING);
            page.says("after the embeddings " + firstFour(output.hiddenStates().get(0)));
            page.says("after layer 0 " + firstFour(output.hiddenStates().get(1)));
            page.says("after layer 1 " + firstFour(output.hiddenStates().get(2)));
            page.says("layer 0 " + firstRow(output.attentions().get(0).getFirst()));
            page.says("layer 1 " + firstRow(output.attentions().get(1).getFirst()));
            assertEquals(3, headsThatTakeMostFrom(5, output.attentions().get(0).getFirst(), 3), "convincing, for were");
            float[] logits = output.logits().toArray();
            page.says("logits NEGATIVE " + logits[0] + " POSITIVE " + logits[1]);
            page.says("`" + hexBits(logits[0]) + " " + hexBits(logits[1]) + "`");
            float[] beside = model.forward(two).logits().toArray();
            assertEquals(hexBits(logits[0]) + hexBits(logits[1]), hexBits(beside[0]) + hexBits(beside[1]));
        }
    }

    @Test
    void theWeightsOfTheSentencesModel() throws IOException {
        Text page = Text.of("docs/reading-path.md");
        try (SafetensorsFile weights = SafetensorsFile.open(SENTIMENT.resolve("model.safetensors"))) {
            for (String name : new String[] {
                "embeddings.word_embeddings",
                "embeddings.position_embeddings",
                "transformer.layer.0.attention.q_lin",
                "transformer.layer.0.ffn.lin1"
            }) {
                TensorEntry entry = weights.entry("distilbert." + name + ".weight");
                page.says(entry.name() + " " + Arrays.toString(entry.shape()));
            }
            page.says("… " + weights.names().size() + " tensors");
            float[] actors = new float[4];
            weights.read("distilbert.embeddings.word_embeddings.weight", 874L * 128, actors, 0, 4);
            page.says("number 874, begins " + Arrays.toString(actors).replaceAll("[\\[\\]]", ""));
        }
    }

    @Test
    void theTilesOfTheWidestVectors() {
        Text page = Text.of("docs/reading-path.md");
        TileShape tile = Engine.shared().machine().kernels().tileShape(8, Precision.FLOAT16);
        if (tile.lanes() == 16) {
            page.says("our 8 rows are two tiles of " + shape(tile) + ";");
            page.says("from 65 rows on, a full one has "
                    + shape(Engine.shared().machine().kernels().tileShape(65, Precision.FLOAT32)) + ".");
        }
    }

    @Test
    void thePathOfAPicture() {
        Text page = Text.of("docs/vision.md");
        RgbImage ship = ImageFiles.read(Path.of("..", "docs", "images", "ship.jpg"));
        page.says("%d × %d pixels, the first of them %d, %d, %d: sky"
                .formatted(ship.width(), ship.height(), ship.get(0, 0, 0), ship.get(0, 0, 1), ship.get(0, 0, 2)));
        Tensor pixels = AutoImageProcessor.fromPretrained(PHOTOS).process(ship); // [3, 32, 32]
        page.says("`%s`, which begins %s in red, %s in green, %s in blue"
                .formatted(
                        Arrays.toString(pixels.shape()),
                        pixels.get(0, 0, 0),
                        pixels.get(1, 0, 0),
                        pixels.get(2, 0, 0)));
        try (var model = AutoModelForImageClassification.fromPretrained(PHOTOS)) {
            ImageClassifierOutput output = model.forward(ImageBatch.of(pixels.reshape(1, 3, 32, 32)), EVERYTHING);
            page.says("after the embeddings " + firstFour(output.hiddenStates().get(0)));
            page.says("after layer 0 " + firstFour(output.hiddenStates().get(1)));
            page.says("after layer 2 " + firstFour(output.hiddenStates().get(3)));
            page.says("after layer 5 " + firstFour(output.hiddenStates().get(6)));
            float[] logits = output.logits().toArray();
            float[] sorted = logits.clone();
            Arrays.sort(sorted);
            page.says("The logit of ship is %s, the next one (airplane) %s."
                    .formatted(sorted[logits.length - 1], sorted[logits.length - 2]));
        }
    }

    @Test
    void thePathOfACaption() {
        Text page = Text.of("docs/generation.md");
        RgbImage scene = ImageFiles.read(Path.of("..", "docs", "images", "scene.png"));
        try (var pipeline = Pipelines.imageToText(CAPTIONS)) {
            Tensor pixels = pipeline.processor().process(scene); // [3, 64, 64]
            page.says("pixel values, `%s`".formatted(Arrays.toString(pixels.shape())));
            ImageBatch picture = ImageBatch.of(pixels.reshape(1, 3, 64, 64));
            ImageCaptioner captioner = pipeline.model().captioner();
            Tensor seen = captioner
                    .encoder()
                    .forward(picture, OutputOptions.RESULT_ONLY, false)
                    .lastHiddenState();
            page.says("`%s`. The first begins %s".formatted(Arrays.toString(seen.shape()), firstFour(seen)));
            int[] written = pipeline.generate(picture, List.of(""), ImageToTextOptions.DEFAULT)
                    .sequences()[0];
            page.says(pipeline.caption(scene).text());
            try (DecoderState state = captioner.newState(picture, false)) {
                for (int i = 0; i < written.length - 1; i++) {
                    String read = i == 0 ? "the start" : token(pipeline, written[i]);
                    float[] logits = state.advance(new int[][] {{written[i]}}).toArray();
                    int best = highest(logits);
                    assertEquals(written[i + 1], best);
                    String line = "%s → %s %s".formatted(read, token(pipeline, best), twoPlaces(logits[best]));
                    logits[best] = Float.NEGATIVE_INFINITY;
                    int second = highest(logits);
                    page.says("%s, %s %s".formatted(line, token(pipeline, second), twoPlaces(logits[second])));
                }
            }
        }
    }

    private static String token(ImageToTextPipeline pipeline, int id) {
        return pipeline.tokenizer().decode(new int[] {id}, false);
    }

    private static int highest(float[] scores) {
        int highest = 0;
        for (int i = 1; i < scores.length; i++) {
            highest = scores[i] > scores[highest] ? i : highest;
        }
        return highest;
    }

    private static String twoPlaces(float value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static String labelAndScore(Classification classification) {
        return classification.label() + " " + classification.score();
    }

    private static String shape(TileShape tile) {
        return tile.rows() + " rows by " + tile.vectors() * tile.lanes() + " columns";
    }

    private static String row(int[] values) {
        return Arrays.stream(values).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    }

    private static String firstFour(Tensor hiddenStates) {
        return IntStream.range(0, 4)
                .mapToObj(i -> Float.toString(hiddenStates.get(0, i)))
                .collect(Collectors.joining(" "));
    }

    /** What the first head gives to the first token. */
    private static String firstRow(Tensor attention) {
        return IntStream.range(0, attention.dimension(2))
                .mapToObj(key -> String.format(Locale.ROOT, "%.3f", attention.get(0, 0, key)))
                .collect(Collectors.joining(" "));
    }

    /** In how many heads the token {@code query} takes more from the token {@code key} than from any other. */
    private static long headsThatTakeMostFrom(int key, Tensor attention, int query) {
        int keys = attention.dimension(2); // [heads, queries, keys]
        return IntStream.range(0, attention.dimension(0))
                .filter(head -> IntStream.range(0, keys)
                        .allMatch(other ->
                                other == key || attention.get(head, query, other) < attention.get(head, query, key)))
                .count();
    }

    private static String hexBits(float value) {
        return Integer.toHexString(Float.floatToRawIntBits(value));
    }
}
