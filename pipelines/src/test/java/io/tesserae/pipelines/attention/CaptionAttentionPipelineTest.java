package io.tesserae.pipelines.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.generation.Generated;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.GenerationOption;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.Region;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.packed.Packed;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.ReferenceAnswers;
import io.tesserae.pipelines.generation.GeneratedText;
import io.tesserae.pipelines.generation.ImageToTextOptions;
import io.tesserae.pipelines.generation.ImageToTextPipeline;
import io.tesserae.pipelines.generation.PromptedImage;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The maps of a captioner's words are its cross-attention, whoever else is described with them. The model has random weights. */
class CaptionAttentionPipelineTest {

    private static final Path MODEL = ReferenceAnswers.fixture("blip").resolve("caption");
    private static final Path IMAGES = ReferenceAnswers.fixture("images");
    private static final OutputOptions ATTENTIONS = new OutputOptions(false, true);

    private static final CaptionAttentionPipeline PIPELINE = Pipelines.captionAttention(MODEL);
    private static final ImageToTextPipeline WRITER = Pipelines.imageToText(MODEL);

    private static CaptionAttentionOptions options(int beams) {
        return CaptionAttentionOptions.DEFAULT.withConfig(GenerationConfig.DEFAULTS
                .with(GenerationOption.MAX_NEW_TOKENS, 7)
                .with(GenerationOption.NUM_BEAMS, beams));
    }

    private static RgbImage noise(long seed) {
        Random random = new Random(seed);
        byte[] pixels = new byte[3 * 20 * 15];
        random.nextBytes(pixels);
        return new RgbImage(20, 15, pixels);
    }

    private static PromptedImage picture(long seed, int prompt) {
        ImageInput image = ImageInput.of(noise(seed));
        return prompt == 0
                ? PromptedImage.of(image)
                : PromptedImage.of(image, prompt == 1 ? "a picture" : "a picture of");
    }

    private static void assertSame(CaptionAttention expected, CaptionAttention actual) {
        assertEquals(expected.caption(), actual.caption());
        assertEquals(expected.words().size(), actual.words().size());
        for (int word = 0; word < expected.words().size(); word++) {
            WordAttention expectedWord = expected.words().get(word);
            WordAttention actualWord = actual.words().get(word);
            assertEquals(expectedWord.text(), actualWord.text());
            assertEquals(expectedWord.tokens(), actualWord.tokens());
            for (int layer = 0; layer < expected.layers(); layer++) {
                assertArrayEquals(
                        expectedWord.layers().get(layer).values(),
                        actualWord.layers().get(layer).values());
            }
        }
    }

    /** What the pipeline is to say, from the model's output on whole captions. */
    private static CaptionAttention fromWholeCaption(RgbImage picture, String prompt, CaptionAttentionOptions options) {
        ImageBatch pixels = ImageBatch.of(List.of(WRITER.processor().process(picture)));
        Generated written =
                WRITER.generate(pixels, List.of(prompt), ImageToTextOptions.DEFAULT.withConfig(options.config()));
        int[] ids = written.sequences()[0];
        List<Tensor> crossAttentions =
                WRITER.model().forward(pixels, TokenBatch.of(ids), ATTENTIONS, false).text().crossAttentions().stream()
                        .map(List::getFirst)
                        .toList();
        PatchGrid grid = new PatchGrid(picture, WRITER.processor().seenRegion(picture.width(), picture.height()), 3, 3);
        return CaptionWords.of(ids, written.promptLengths()[0], WRITER.tokenizer())
                .attention(grid, 1, crossAttentions);
    }

    /** The caption is read whole, with other tokens behind a word than there were when it was written: no bit is another. */
    @Property(tries = 20)
    void mapsAreTheCrossAttentionOfTheWholeCaption(
            @ForAll long seed, @ForAll @IntRange(max = 2) int prompt, @ForAll @IntRange(min = 1, max = 3) int beams) {
        PromptedImage picture = picture(seed, prompt);
        CaptionAttention attention = PIPELINE.attend(picture, options(beams));
        assertSame(fromWholeCaption(noise(seed), picture.prompt().orElse(""), options(beams)), attention);
        GeneratedText text = WRITER.caption(
                        picture,
                        ImageToTextOptions.DEFAULT.withConfig(options(beams).config()))
                .getFirst();
        assertEquals(text.text().strip(), attention.caption());
    }

    @Property(tries = 20)
    void aMapSumsToOneAtMost(@ForAll long seed, @ForAll @IntRange(max = 2) int prompt) {
        CaptionAttention attention = PIPELINE.attend(picture(seed, prompt), options(1));
        assertEquals(2, PIPELINE.layers());
        for (WordAttention word : attention.words()) {
            assertEquals(2, word.layers().size());
            for (Heatmap map : word.layers()) {
                double sum = 0;
                for (float value : map.values()) {
                    assertTrue(value >= 0, "a share of " + value);
                    sum += value;
                }
                assertTrue(sum > 0 && sum <= 1 + 1e-6, "shares of " + sum + " together");
            }
        }
    }

    @Property(tries = 15)
    void companyChangesNothing(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 6) int pictures,
            @ForAll @IntRange(max = 4) int batchSize,
            @ForAll @IntRange(min = 1, max = 3) int beams) {
        List<PromptedImage> images = IntStream.range(0, pictures)
                .mapToObj(i -> picture(seed + i, (int) Math.floorMod(seed + 5L * i, 3L)))
                .toList();
        CaptionAttentionOptions options = options(beams);
        List<CaptionAttention> together = PIPELINE.answer(images, options.withBatchSize(batchSize));
        List<CaptionAttention> streamed = PIPELINE.answer(images.stream(), options.withBatchSize(batchSize))
                .toList();
        for (int i = 0; i < pictures; i++) {
            CaptionAttention alone = PIPELINE.attend(images.get(i), options);
            assertSame(alone, together.get(i));
            assertSame(alone, streamed.get(i));
        }
    }

    @Test
    void textsAloneHaveTheBitsOfPicturesAndTexts() {
        ImageBatch pixels = ImageBatch.of(
                List.of(WRITER.processor().process(noise(1)), WRITER.processor().process(noise(2))));
        TokenBatch texts = TokenBatch.of(new int[] {99, 49, 66}, new int[] {99, 79, 76, 91, 53});
        var captioner = WRITER.model().captioner();
        var both = captioner.forward(pixels, texts, ATTENTIONS, false).text();
        var alone = captioner.forwardTexts(pixels, texts, ATTENTIONS, false);
        assertArrayEquals(both.logits().data(), alone.logits().data());
        for (int layer = 0; layer < 2; layer++) {
            for (int text = 0; text < 2; text++) {
                assertArrayEquals(
                        both.crossAttentions().get(layer).get(text).data(),
                        alone.crossAttentions().get(layer).get(text).data());
            }
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> captioner.forwardTexts(pixels, TokenBatch.of(new int[] {99}), ATTENTIONS, false));
    }

    /** The words of given ids, once with what the reference's decoder looked at, and once with what this one did. */
    @Test
    void mapsOfGivenTokensAreTheReferences() throws IOException {
        int[] ids = {99, 79, 76, 91, 53, 51, 83, 3}; // in.input_ids, the second
        try (SafetensorsFile expected = SafetensorsFile.open(Packed.file(MODEL.resolve("expected.safetensors")))) {
            List<Tensor> reference = new ArrayList<>();
            for (int layer = 0; layer < 2; layer++) {
                reference.add(
                        second(expected, "out.text.cross_attentions." + layer, 2, 8, 10)); // [heads, tokens, patches]
            }
            Tensor pixels = second(expected, "in.pixel_values", 3, 12, 12); // [channels, height, width]
            List<Tensor> own = WRITER
                    .model()
                    .captioner()
                    .forwardTexts(ImageBatch.of(List.of(pixels)), TokenBatch.of(ids), ATTENTIONS, false)
                    .crossAttentions()
                    .stream()
                    .map(List::getFirst)
                    .toList();
            PatchGrid grid = new PatchGrid(noise(1), new Region(0, 0, 20, 15), 3, 3);
            CaptionWords words = CaptionWords.of(ids, 1, WRITER.tokenizer());
            CaptionAttention theirs = words.attention(grid, 1, reference);
            CaptionAttention ours = words.attention(grid, 1, own);
            assertTrue(theirs.words().size() > 2, theirs.caption());
            for (int word = 0; word < theirs.words().size(); word++) {
                for (int layer = 0; layer < 2; layer++) {
                    assertArrayEquals(
                            theirs.words().get(word).layers().get(layer).values(),
                            ours.words().get(word).layers().get(layer).values(),
                            ReferenceAnswers.TOLERANCE);
                }
            }
        }
    }

    /** The second half of an array of two. */
    private static Tensor second(SafetensorsFile file, String name, int... shape) {
        Tensor second = Tensor.zeros(shape);
        file.read(name, second.size(), second.data(), 0, second.size());
        return second;
    }

    @Test
    void patchesLieOnThePictureAsItWas() {
        Path file = IMAGES.resolve("noise-wide.png");
        RgbImage picture = ImageFiles.read(file);
        PatchGrid grid = PIPELINE.attend(file).grid();
        assertEquals(picture.width(), grid.picture().width());
        assertEquals(PIPELINE.processor().seenRegion(picture.width(), picture.height()), grid.seen());
        assertEquals(3, grid.rows());
        assertEquals(3, grid.columns());
    }

    @Test
    void wordsOfThePromptHaveNoMap() {
        CaptionAttention attention = PIPELINE.attend(picture(3, 2), options(1));
        assertTrue(attention.caption().startsWith("a picture of"), attention.caption());
        assertTrue(
                attention.words().stream().noneMatch(word -> word.end() <= "a picture".length()), attention.caption());
        assertEquals(
                attention.caption(),
                PIPELINE.attend(picture(3, 0), options(1).withPrompt("a picture of"))
                        .caption());
    }

    @Test
    void severalCaptionsOfAPictureAreRefused() {
        CaptionAttentionOptions two = CaptionAttentionOptions.DEFAULT.withConfig(GenerationConfig.DEFAULTS
                .with(GenerationOption.NUM_BEAMS, 2)
                .with(GenerationOption.NUM_RETURN_SEQUENCES, 2));
        String message = assertThrows(IllegalArgumentException.class, () -> PIPELINE.answer(List.of(), two))
                .getMessage();
        assertTrue(message.startsWith("num_return_sequences: "), message);
        assertThrows(
                IllegalArgumentException.class,
                () -> WRITER.generate(
                        ImageBatch.of(List.of(WRITER.processor().process(noise(1)))),
                        List.of(),
                        ImageToTextOptions.DEFAULT));
    }
}
