package io.tesserae.pipelines.attention.latents;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoModelForImageClassification;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.RowGrid;
import io.tesserae.packed.Packed;
import io.tesserae.pipelines.attention.TextAttentionOptions;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What latents read, as the reference says it. */
class LatentPipelinesTest {

    private static final Path FIXTURES = Path.of("..", "testdata", "fixtures");
    private static final Path SHAPES = FIXTURES.resolve("images").resolve("shapes.png");

    private static Path fixture(String name) {
        return FIXTURES.resolve("perceiver").resolve(name);
    }

    private static <P extends Pipeline<?, ?, ?>> P open(PipelineTask<P> task, Path folder) {
        try (Checkpoint checkpoint = Checkpoint.open(ModelFiles.directory(Packed.checkpoint(folder)))) {
            return task.open(checkpoint, Engine.shared());
        }
    }

    private static SafetensorsFile expected(String name) throws IOException {
        return SafetensorsFile.open(Packed.file(fixture(name).resolve("expected.safetensors")));
    }

    /** One example of a batch: {@code [sizes…]}. */
    private static float[] example(SafetensorsFile file, String name, int index) {
        long[] shape = file.shape(name);
        int size = (int) (file.entry(name).elementCount() / shape[0]);
        float[] values = new float[size];
        file.read(name, (long) index * size, values, 0, size);
        return values;
    }

    private static void checkSums(LatentAttention attention) {
        for (int latent = 0; latent < attention.latents(); latent++) {
            for (int head = 0; head < attention.heads(); head++) {
                assertEquals(1, sum(attention.shares(head, latent)), 1e-5);
            }
            assertEquals(1, sum(attention.shares(latent)), 1e-5);
            double effective = attention.effectiveRows(latent);
            assertTrue(effective >= 1 && effective <= attention.rows() + 1e-9, effective + " rows");
        }
        assertEquals(1, sum(attention.total()), 1e-5);
    }

    private static double sum(float[] shares) {
        double sum = 0;
        for (float share : shares) {
            sum += share;
        }
        return sum;
    }

    // --- Texts

    /** The reference's rows are padded to the longest text. */
    @ParameterizedTest
    @CsvSource({"sequence, 2, 'Crème 東京 🙂 \0'", "sequence, 1, ''", "masked, 0, a [MASK]", "masked, 1, 東[MASK]"})
    void textsAreReadAsTheReferenceReadsThem(String name, int index, String text) throws IOException {
        try (TextLatentAttentionPipeline pipeline = open(TextLatentAttentionPipeline.TASK, fixture(name));
                SafetensorsFile file = expected(name)) {
            LatentAttention attention = pipeline.attend(text).attention();
            long[] shape = file.shape("out.cross_attentions.0"); // [texts, heads, latents, longest]
            assertEquals(shape[1], attention.heads());
            assertEquals(shape[2], attention.latents());
            assertEquals(shape[2], pipeline.latents());
            float[] reference = example(file, "out.cross_attentions.0", index);
            int longest = (int) shape[3];
            for (int row = 0; row < attention.heads() * attention.latents(); row++) {
                float[] found = attention.shares(row / attention.latents(), row % attention.latents());
                for (int i = 0; i < found.length; i++) {
                    assertEquals(reference[row * longest + i], found[i], 2e-5f);
                }
            }
            checkSums(attention);
        }
    }

    @Test
    void bytesOfACharacterAreItsOwn() {
        try (TextLatentAttentionPipeline pipeline = open(TextLatentAttentionPipeline.TASK, fixture("sequence"))) {
            TextLatentAttention text = pipeline.attend(TextInput.of("è東🙂", "a[SEP]"));
            assertEquals(
                    List.of("[CLS]", "è", "東", "🙂", "[SEP]", "a", "[SEP]", "[SEP]"),
                    text.characters().stream().map(ReadCharacter::text).toList());
            assertEquals(
                    List.of(1, 2, 3, 4, 1, 1, 1, 1),
                    text.characters().stream().map(ReadCharacter::rows).toList());
            assertEquals(
                    List.of(-1, 0, 0, 0, -1, 1, 1, -1),
                    text.characters().stream().map(ReadCharacter::sequence).toList());
            assertEquals(2, text.characters().get(3).start());
            assertEquals(14, text.attention().rows());
            float[] rows = text.attention().shares(1);
            float[] characters = text.shares(1);
            assertEquals(rows[0], characters[0]);
            assertEquals((double) rows[1] + rows[2], characters[1], 1e-7);
            assertEquals((double) rows[3] + rows[4] + rows[5], characters[2], 1e-7);
            assertEquals(rows[13], characters[7]);
            assertEquals(1, sum(characters), 1e-5);
            assertEquals(1, sum(text.total()), 1e-5);
        }
    }

    /** Two characters that are alike stay two. */
    @Test
    void equalCharactersAreApart() {
        try (TextLatentAttentionPipeline pipeline = open(TextLatentAttentionPipeline.TASK, fixture("sequence"))) {
            assertEquals(5, pipeline.attend("èèè").characters().size());
            assertEquals(2, pipeline.attend("").characters().size());
        }
    }

    @Test
    void aTextThatIsTooLongIsRefusedOrCut() {
        try (TextLatentAttentionPipeline pipeline = open(TextLatentAttentionPipeline.TASK, fixture("masked"))) {
            String text = "x".repeat(3 * pipeline.maxLength());
            var refusal = assertThrows(IllegalArgumentException.class, () -> pipeline.attend(text));
            assertTrue(refusal.getMessage().contains("TextAttentionOptions.DEFAULT.withTruncation(true)"));
            TextLatentAttention cut =
                    pipeline.attend(TextInput.of(text), TextAttentionOptions.DEFAULT.withTruncation(true));
            assertEquals(pipeline.maxLength(), cut.attention().rows());
        }
    }

    // --- Pictures

    /** Reading alone is recorded when it alone is asked for, and is what it is beside the rest. */
    @ParameterizedTest
    @ValueSource(strings = {"image-learned", "image-conv", "image-fourier"})
    void picturesAreReadAsTheReferenceReadsThem(String name) throws IOException {
        try (AutoModelForImageClassification model =
                        AutoModelForImageClassification.fromPretrained(Packed.checkpoint(fixture(name)));
                SafetensorsFile file = expected(name)) {
            long[] shape = file.shape("in.pixel_values");
            for (int i = 0; i < shape[0]; i++) {
                Tensor pixels =
                        Tensor.of(example(file, "in.pixel_values", i), (int) shape[1], (int) shape[2], (int) shape[3]);
                var output = model.forward(ImageBatch.of(List.of(pixels)), new OutputOptions(false, false, true));
                assertEquals(List.of(), output.attentions());
                assertEquals(List.of(), output.hiddenStates());
                Tensor maps = output.crossAttentions().getFirst().getFirst();
                assertArrayEquals(example(file, "out.cross_attentions.0", i), maps.data(), 2e-5f);
                RowGrid grid = model.classifier()
                        .backbone()
                        .rowGrid((int) shape[2], (int) shape[3])
                        .orElseThrow();
                assertEquals(maps.dimension(2), grid.cells());
                assertEquals(
                        maps.dimension(0),
                        model.classifier().backbone().readingHeads().orElseThrow());
                checkSums(new LatentAttention(maps));
            }
        }
    }

    /** Of 224 pixels a convolution and a maximum make 55 places, around the pixels 2, 6, 10, …: their middles are 2.5, 6.5, … */
    @Test
    void theGridOfAConvolution() {
        try (AutoModelForImageClassification model =
                AutoModelForImageClassification.fromPretrained(Packed.checkpoint(fixture("image-conv")))) {
            RowGrid grid = model.classifier().backbone().rowGrid(224, 112).orElseThrow();
            assertEquals(55, grid.rows());
            assertEquals(27, grid.columns());
            assertEquals(2.5, 224 * (grid.top() + 0.5 * grid.height() / 55), 1e-9);
            assertEquals(2.5 + 4 * 54, 224 * (grid.top() + 54.5 * grid.height() / 55), 1e-9);
            assertEquals(2.5 + 4 * 26, 112 * (grid.left() + 26.5 * grid.width() / 27), 1e-9);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> model.classifier().backbone().rowGrid(2, 224));
        }
    }

    @Test
    void aPictureAtTheModelsSize() {
        try (ImageLatentAttentionPipeline pipeline =
                open(ImageLatentAttentionPipeline.TASK, fixture("image-learned"))) {
            ImageLatentAttention attention = pipeline.attend(SHAPES);
            assertEquals(RowGrid.ofPixels(5, 5), attention.grid());
            assertEquals(5, attention.map(0).rows());
            assertEquals(1, attention.map(2).mass(), 1e-5);
            assertEquals(1, attention.map(3, 2).mass(), 1e-5);
            assertEquals(1, attention.total().mass(), 1e-5);
            checkSums(attention.attention());
            var refusal =
                    assertThrows(IllegalArgumentException.class, () -> pipeline.attend(ImageInput.of(SHAPES), 64));
            assertTrue(refusal.getMessage().contains("learned positions for 5 x 5"), refusal.getMessage());
        }
    }

    @Test
    void aPictureAtAnotherSize(@TempDir Path folder) throws IOException {
        for (String name : List.of("image-fourier", "image-conv")) {
            Path model = withProcessor(fixture(name), folder.resolve(name));
            try (ImageLatentAttentionPipeline pipeline = open(ImageLatentAttentionPipeline.TASK, model)) {
                ImageLatentAttention attention = pipeline.attend(ImageInput.of(SHAPES), 24);
                int side = name.endsWith("conv") ? 5 : 24;
                assertEquals(side, attention.grid().rows());
                assertEquals(side, attention.grid().columns());
                checkSums(attention.attention());
            }
        }
    }

    /** A copy of a checkpoint of pictures that has no image processor, with one. */
    private static Path withProcessor(Path checkpoint, Path copy) throws IOException {
        Files.createDirectories(copy);
        try (Stream<Path> files = Files.list(Packed.checkpoint(checkpoint))) {
            for (Path file :
                    files.filter(file -> !file.toString().endsWith(".gz")).toList()) {
                Files.copy(file, copy.resolve(file.getFileName().toString()));
            }
        }
        Files.copy(
                fixture("image-learned").resolve("preprocessor_config.json"), copy.resolve("preprocessor_config.json"));
        return copy;
    }

    // --- What is refused

    @Test
    void modelsWithoutLatentsAreRefused() {
        for (var refusal : List.of(
                assertThrows(
                        ModelLoadingException.class,
                        () -> open(ImageLatentAttentionPipeline.TASK, FIXTURES.resolve("vit-classify"))),
                assertThrows(
                        ModelLoadingException.class,
                        () -> open(TextLatentAttentionPipeline.TASK, FIXTURES.resolve("distilbert-sst2"))))) {
            assertTrue(refusal.getMessage().contains("read with latents"), refusal.getMessage());
        }
    }
}
