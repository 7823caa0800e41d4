package io.tesserae.pipelines.attention.mixed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.GenerationOption;
import io.tesserae.loaders.chat.ChatMessage;
import io.tesserae.loaders.chat.ContentPart;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.model.InterleavedBatch;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.PictureAttention;
import io.tesserae.model.PictureRows;
import io.tesserae.model.PictureSight;
import io.tesserae.model.TokenBatch;
import io.tesserae.model.VisionLanguageModel;
import io.tesserae.model.VisionLanguageOutput;
import io.tesserae.packed.Packed;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.ReferenceAnswers;
import io.tesserae.pipelines.attention.CaptionAttention;
import io.tesserae.pipelines.attention.CaptionPictureOptions;
import io.tesserae.pipelines.attention.CaptionWords;
import io.tesserae.pipelines.attention.Heatmap;
import io.tesserae.pipelines.attention.WordAttention;
import io.tesserae.pipelines.generation.Conversation;
import io.tesserae.pipelines.generation.ImageTextToTextOptions;
import io.tesserae.pipelines.generation.ImageTextToTextPipeline;
import io.tesserae.pipelines.generation.MixedPrompt;
import io.tesserae.pipelines.generation.MixedPrompt.Part;
import io.tesserae.pipelines.generation.MixedWriting;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The maps of words behind pictures are the model's attention, whoever is answered with them. The models have random weights. */
class MixedAttentionPipelineTest {

    private static final Path IMAGES = ReferenceAnswers.fixture("images");
    private static final ImageInput SHAPES = image("shapes.png");
    private static final ImageInput GREY = image("grey.png");
    private static final MixedPrompt ONE = MixedPrompt.of("what is <image> this?", SHAPES);
    private static final MixedPrompt TWO = MixedPrompt.of("<image>a<image>", GREY, SHAPES);

    private static ImageInput image(String name) {
        return ImageInput.of(IMAGES.resolve(name));
    }

    private static MixedAttentionPipeline open(String fixture) {
        return Pipelines.mixedAttention(Packed.checkpoint(ReferenceAnswers.fixture(fixture)));
    }

    private static ImageTextToTextOptions options(int tokens) {
        return ImageTextToTextOptions.DEFAULT.withConfig(
                GenerationConfig.DEFAULTS.with(GenerationOption.MAX_NEW_TOKENS, tokens));
    }

    private static void assertSame(MixedAttention expected, MixedAttention actual) {
        assertEquals(expected.text(), actual.text());
        assertEquals(expected.pictures().size(), actual.pictures().size());
        for (int picture = 0; picture < expected.pictures().size(); picture++) {
            CaptionAttention ofExpected = expected.pictures().get(picture).attention();
            CaptionAttention ofActual = actual.pictures().get(picture).attention();
            assertEquals(ofExpected.words().size(), ofActual.words().size());
            for (int word = 0; word < ofExpected.words().size(); word++) {
                WordAttention one = ofExpected.words().get(word);
                WordAttention other = ofActual.words().get(word);
                assertEquals(one.tokens(), other.tokens());
                for (int layer = 0; layer < ofExpected.layers(); layer++) {
                    assertArrayEquals(
                            one.layers().get(layer).values(),
                            other.layers().get(layer).values());
                }
            }
        }
    }

    /** The maps of a pass over all that was written, from the prompt's last token on, are those of the model that attends: no bit is another. */
    @ParameterizedTest
    @ValueSource(strings = {"idefics/plain", "idefics/resampler", "idefics3/conversation"})
    void whatIsKeptOfAPromptsEndIsWhatAWholePassKeeps(String fixture) {
        try (ImageTextToTextPipeline writer =
                Pipelines.imageTextToText(Packed.checkpoint(ReferenceAnswers.fixture(fixture)))) {
            VisionLanguageModel model = writer.model().visionLanguageModel();
            MixedWriting writing = writer.write(List.of(ONE, TWO), options(6));
            PictureAttention found = model.attend(writing.prompts(), writing.written());
            InterleavedBatch whole = whole(
                    writing, model, writer.tokenizer().tokenToId("<image>").getAsInt());
            VisionLanguageOutput output = model.forward(whole, new OutputOptions(false, true));
            PictureRows rows = model.pictureRows();
            List<List<Tensor>> layers = rows.areTokens()
                    ? output.text().attentions()
                    : output.text().crossAttentions();
            assertEquals(rows.layers(), layers.size());
            assertEquals(layers.size(), found.layers().size());
            for (int layer = 0; layer < layers.size(); layer++) {
                for (int text = 0; text < 2; text++) {
                    int[] columns = columns(writing.prompts(), text, model, output.imageStarts());
                    int at = 0;
                    for (int picture = whole.pictureStarts()[text];
                            picture < whole.pictureStarts()[text + 1];
                            picture++) {
                        Tensor map = found.layers().get(layer).get(picture);
                        int[] ofPicture = Arrays.copyOfRange(columns, at, at += map.dimension(2));
                        Tensor all = layers.get(layer).get(text);
                        int first = writing.prompts().texts().length(text) - 1;
                        assertArrayEquals(rowsFrom(all, first, ofPicture), map.data());
                    }
                    assertEquals(columns.length, at);
                }
            }
            assertEquals(output.imageAttentions().size(), found.resampler().size());
            assertEquals(fixture.endsWith("resampler"), !found.resampler().isEmpty());
            for (int block = 0; block < found.resampler().size(); block++) {
                assertEquals(3, found.resampler().get(block).size());
                for (int picture = 0; picture < 3; picture++) {
                    assertArrayEquals(
                            output.imageAttentions().get(block).get(picture).data(),
                            found.resampler().get(block).get(picture).data());
                }
            }
            assertTrue(model.forward(whole, OutputOptions.RESULT_ONLY)
                    .imageAttentions()
                    .isEmpty());
        }
    }

    private static InterleavedBatch whole(MixedWriting writing, VisionLanguageModel model, int mark) {
        TokenBatch prompts = writing.prompts().texts();
        int[][] ids = new int[prompts.sequences()][];
        for (int text = 0; text < ids.length; text++) {
            int[] written = writing.written()[text];
            assertTrue(Arrays.stream(written).noneMatch(id -> id == mark), "a mark that is written is a word");
            ids[text] = Arrays.copyOf(
                    Arrays.copyOfRange(
                            prompts.inputIds(), prompts.sequenceStarts()[text], prompts.sequenceStarts()[text + 1]),
                    prompts.length(text) + written.length);
            System.arraycopy(written, 0, ids[text], prompts.length(text), written.length);
        }
        TokenBatch texts = TokenBatch.of(ids);
        return InterleavedBatch.of(
                texts,
                writing.prompts().pictures(),
                writing.prompts().pictureStarts(),
                model.needsSight() ? Optional.of(PictureSight.latest(texts, mark, -1)) : Optional.empty());
    }

    /** Of a text's map, those of its pictures: the places of the marks, or all of the memory. */
    private static int[] columns(InterleavedBatch prompts, int text, VisionLanguageModel model, int[] imageStarts) {
        List<Integer> columns = new ArrayList<>();
        if (model.imageToken().isPresent()) {
            for (int token = 0; token < prompts.texts().length(text); token++) {
                int id = prompts.texts().inputIds()[prompts.texts().sequenceStarts()[text] + token];
                if (id == model.imageToken().getAsInt()) {
                    columns.add(token);
                }
            }
        } else {
            int rows = imageStarts[prompts.pictureStarts()[text + 1]] - imageStarts[prompts.pictureStarts()[text]];
            for (int row = 0; row < rows; row++) {
                columns.add(row);
            }
        }
        return columns.stream().mapToInt(Integer::intValue).toArray();
    }

    private static float[] rowsFrom(Tensor map, int first, int[] columns) {
        int rows = map.dimension(1) - first;
        float[] values = new float[map.dimension(0) * rows * columns.length];
        int at = 0;
        for (int head = 0; head < map.dimension(0); head++) {
            for (int row = first; row < map.dimension(1); row++) {
                for (int column : columns) {
                    values[at++] = map.data()[(head * map.dimension(1) + row) * map.dimension(2) + column];
                }
            }
        }
        return values;
    }

    /** What a word's tokens gave to a picture, and to the rows of it that are no patches, is its attention. */
    @ParameterizedTest
    @ValueSource(strings = {"idefics/plain", "idefics/resampler", "idefics3/conversation"})
    void aWordsMapSumsToItsAttention(String fixture) {
        Path folder = Packed.checkpoint(ReferenceAnswers.fixture(fixture));
        try (MixedAttentionPipeline pipeline = Pipelines.mixedAttention(folder);
                ImageTextToTextPipeline writer = Pipelines.imageTextToText(folder)) {
            MixedWriting writing = writer.write(List.of(TWO), options(8));
            VisionLanguageModel model = writer.model().visionLanguageModel();
            PictureAttention attention = model.attend(writing.prompts(), writing.written());
            MixedAttention found = pipeline.attend(TWO, options(8));
            assertEquals(writing.texts().getFirst().strip(), found.text());
            assertEquals(model.pictureRows().layers(), pipeline.layers());
            int last = writing.prompts().texts().tokens() - 1;
            var words = CaptionWords.behind(
                    writing.prompts().texts().inputIds()[last], writing.written()[0], writer.tokenizer());
            assertFalse(words.words().isEmpty(), "no word in \"" + found.text() + "\"");
            for (int word = 0; word < words.words().size(); word++) {
                for (int layer = 0; layer < pipeline.layers(); layer++) {
                    int tile = 0;
                    double all = 0;
                    for (int picture = 0; picture < 2; picture++) {
                        int end = tile
                                + (int) writing.pictures()
                                        .getFirst()
                                        .get(picture)
                                        .tiles()
                                        .tiles();
                        double expected = 0;
                        for (; tile < end; tile++) {
                            expected += onPatches(
                                    attention,
                                    model.pictureRows(),
                                    layer,
                                    tile,
                                    words.words().get(word).tokens());
                        }
                        Heatmap map = found.pictures()
                                .get(picture)
                                .attention()
                                .words()
                                .get(word)
                                .layers()
                                .get(layer);
                        assertEquals(expected, map.mass(), 1e-5);
                        all += map.mass();
                    }
                    assertTrue(all > 0 && all <= 1 + 1e-5, "a sum of " + all);
                }
            }
        }
    }

    /** In the mean of heads and tokens, what is left of the attention to a tile without its class token, and what its latents keep among themselves. */
    private static double onPatches(
            PictureAttention attention, PictureRows rows, int layer, int tile, List<Integer> tokens) {
        Tensor map = attention.layers().get(layer).get(tile);
        double sum = 0;
        for (int token : tokens) {
            for (int head = 0; head < map.dimension(0); head++) {
                for (int column = 0; column < map.dimension(2); column++) {
                    float share = map.data()[(head * map.dimension(1) + token - 1) * map.dimension(2) + column];
                    sum += share
                            * (attention.resampler().isEmpty()
                                    ? column < rows.prefix() ? 0 : 1
                                    : passedOn(attention, rows, tile, column));
                }
            }
        }
        return sum / (map.dimension(0) * tokens.size());
    }

    /** What a latent gives to patches: all but what goes to the class token and to latents. */
    private static double passedOn(PictureAttention attention, PictureRows rows, int tile, int latent) {
        double kept = 0;
        int count = 0;
        for (List<Tensor> block : attention.resampler()) {
            Tensor map = block.get(tile); // [heads, latents, rows + latents]
            for (int head = 0; head < map.dimension(0); head++, count++) {
                int row = (head * map.dimension(1) + latent) * map.dimension(2);
                for (int column = 0; column < map.dimension(2); column++) {
                    kept += column < rows.prefix() || column >= rows.count() ? map.data()[row + column] : 0;
                }
            }
        }
        return 1 - kept / count;
    }

    /** To IDEFICS a word's picture is the one before it; Idefics3 sees all. */
    @ParameterizedTest
    @ValueSource(strings = {"idefics/plain", "idefics/resampler", "idefics3/conversation"})
    void whichPicturesAreSeen(String fixture) {
        try (MixedAttentionPipeline pipeline = open(fixture)) {
            MixedAttention attention = pipeline.attend(TWO, options(8));
            assertEquals(
                    !fixture.startsWith("idefics/"),
                    attention.pictures().getFirst().isSeen());
            assertTrue(attention.pictures().getLast().isSeen());
            assertEquals(
                    IMAGES.resolve("grey.png").toString(),
                    attention.pictures().getFirst().name());
            assertTrue(attention.share(0, 0) + attention.share(1, 0) <= 1);
            assertEquals(attention.pictures().getFirst().isSeen(), attention.share(0, 0) > 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"idefics/plain", "idefics/resampler", "idefics3/conversation"})
    void companyChangesNothing(String fixture) {
        List<MixedPrompt> prompts = List.of(TWO, ONE, MixedPrompt.of(new Part.Picture(GREY), new Part.Words("a dog")));
        try (MixedAttentionPipeline pipeline = open(fixture)) {
            List<MixedAttention> alone = prompts.stream()
                    .map(prompt -> pipeline.attend(prompt, options(6)))
                    .toList();
            for (int batchSize = 0; batchSize <= 3; batchSize++) {
                ImageTextToTextOptions options = options(6).withBatchSize(batchSize);
                List<MixedAttention> together = pipeline.answer(prompts, options);
                List<MixedAttention> streamed =
                        pipeline.answer(prompts.stream(), options).toList();
                for (int prompt = 0; prompt < prompts.size(); prompt++) {
                    assertSame(alone.get(prompt), together.get(prompt));
                    assertSame(alone.get(prompt), streamed.get(prompt));
                }
            }
        }
    }

    /** Which of several beams wins is known when all is written. */
    @Test
    void beamsAndConversationsAndExamples() {
        try (MixedAttentionPipeline pipeline = open("idefics3/conversation")) {
            ImageTextToTextOptions beams = ImageTextToTextOptions.DEFAULT.withConfig(
                    options(6).config().with(GenerationOption.NUM_BEAMS, 3));
            assertFalse(pipeline.attend(ONE, beams).pictures().isEmpty());
            MixedPrompt chat = new MixedPrompt.Chat(new Conversation(
                    List.of(ChatMessage.of(
                            "user", List.of(ContentPart.Image.place(), new ContentPart.Text("what is this?")))),
                    List.of(SHAPES)));
            assertTrue(pipeline.attend(chat, options(6)).pictures().getFirst().isSeen());
            MixedAttention behind = pipeline.attend(
                    MixedPrompt.of("<image>a", SHAPES),
                    options(6).withExamples(List.of(new Part.Picture(GREY), new Part.Words("a dog"))));
            assertEquals(2, behind.pictures().size());
            assertSame(pipeline.attend(MixedPrompt.of("<image>a dog<image>a", GREY, SHAPES), options(6)), behind);
        }
    }

    @Test
    void whatCannotBeAnsweredIsRefusedAndOthersAreNot() {
        try (MixedAttentionPipeline pipeline = open("idefics3/conversation")) {
            refused(() -> pipeline.attend(MixedPrompt.of("no picture"), options(3)), "without a picture");
            refused(() -> pipeline.attend(MixedPrompt.of("<image> <image>", SHAPES), options(3)), "image");
            ImageTextToTextOptions several = ImageTextToTextOptions.DEFAULT.withConfig(GenerationConfig.DEFAULTS
                    .with(GenerationOption.NUM_BEAMS, 2)
                    .with(GenerationOption.NUM_RETURN_SEQUENCES, 2));
            refused(() -> pipeline.attend(ONE, several), "num_return_sequences");
            ImageInput lost = image("there-is-none.png");
            List<MixedAttention> before = new ArrayList<>();
            ImageException failure = assertThrows(
                    ImageException.class,
                    () -> pipeline.answer(
                                    List.of(ONE, MixedPrompt.of("<image>", lost), ONE).stream(),
                                    options(3).withBatchSize(3))
                            .forEach(before::add));
            assertTrue(failure.getMessage().contains("there-is-none.png"), failure.getMessage());
            assertEquals(1, before.size());
        }
    }

    private static void refused(Runnable call, String part) {
        String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(message.contains(part), message);
        assertEquals(1, message.lines().count(), message);
    }

    // --- What is drawn

    @ParameterizedTest
    @ValueSource(strings = {"idefics/plain", "idefics/resampler", "idefics3/conversation"})
    void drawingsOfSeenPicturesCanBeLookedAt(String fixture, @TempDir Path folder) throws IOException {
        try (MixedAttentionPipeline pipeline = open(fixture)) {
            List<Path> one = MixedPictures.write(pipeline.attend(ONE, options(8)), folder.resolve("one"));
            assertEquals(
                    List.of(
                            folder.resolve("one").resolve("contact-sheet.png"),
                            folder.resolve("one").resolve("caption.html")),
                    one);
            List<Path> two = MixedPictures.write(pipeline.attend(TWO, options(8)), folder.resolve("two"));
            Path second = folder.resolve("two").resolve("picture-2");
            assertEquals(fixture.startsWith("idefics/") ? 2 : 4, two.size());
            assertEquals(second.resolve("contact-sheet.png"), two.get(two.size() - 2));
            for (Path sheet : List.of(one.getFirst(), two.get(two.size() - 2))) {
                assertTrue(colours(ImageFiles.read(sheet)) > 200, "a blank sheet");
            }
            assertTrue(Files.readString(two.getLast()).contains("shapes.png, picture 2 of 2"));
        }
    }

    private static int colours(RgbImage image) {
        Set<Integer> colours = new HashSet<>();
        for (int i = 0; i < image.pixels().length; i += 3) {
            colours.add((image.pixels()[i] & 0xFF) << 16
                    | (image.pixels()[i + 1] & 0xFF) << 8
                    | image.pixels()[i + 2] & 0xFF);
        }
        return colours.size();
    }

    @Test
    void aLayerThatThereIsNotIsRefused(@TempDir Path folder) {
        try (MixedAttentionPipeline pipeline = open("idefics/resampler")) {
            MixedAttention attention = pipeline.attend(TWO, options(8));
            refused(
                    () -> {
                        try {
                            MixedPictures.write(
                                    attention, folder, CaptionPictureOptions.DEFAULT.withLayer(pipeline.layers()));
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    },
                    "layer");
        }
    }
}
