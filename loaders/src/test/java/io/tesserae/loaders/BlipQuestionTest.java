package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.kernel.Kernels;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.DecoderState;
import io.tesserae.model.GenerationTokens;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.model.VisualQuestionAnswerer;
import io.tesserae.model.VisualQuestionAnswererOutput;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** BLIP answers a question as the reference answers it alone, whatever it is beside. */
class BlipQuestionTest {

    private static final OutputOptions EVERYTHING = new OutputOptions(true, true);

    static List<Path> checkpoints() {
        return BlipAnswers.folders("question", "blip-vqa");
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void everyTensorIsTheReferences(Path folder) throws IOException {
        try (BlipAnswers answers = BlipAnswers.open(folder);
                AutoModelForVisualQuestionAnswering model =
                        AutoModelForVisualQuestionAnswering.fromPretrained(folder)) {
            if (answers.has("in.input_ids")) {
                assertBatch(answers, model);
            } else {
                assertEachAlone(answers, model);
            }
        }
    }

    private static void assertEachAlone(BlipAnswers answers, AutoModelForVisualQuestionAnswering model) {
        ImageBatch pictures = ImageBatch.of(answers.tensor("in.pixel_values"));
        for (int i = 0; i < pictures.images(); i++) {
            int[][] questions = answers.ids("in." + i + ".input_ids");
            int[][] words = answers.ids("in." + i + ".decoder_input_ids");
            VisualQuestionAnswererOutput output = model.forward(
                    ImageBatch.of(List.of(pictures.pixelValues(i))),
                    TokenBatch.of(questions),
                    TokenBatch.of(words),
                    EVERYTHING,
                    false);
            int[][] mask = answers.mask("", questions);
            String out = "out." + i + ".";
            answers.assertRows(
                    out + "encoder.last_hidden_state", mask, output.question().lastHiddenState());
            answers.assertLayers(out + "encoder.", mask, output.question());
            answers.assertRows(
                    out + "logits", answers.mask("", words), output.answer().logits());
        }
    }

    /** Of answers, the reference's are those of the longest question alone: of the others it looks at padding. */
    private static void assertBatch(BlipAnswers answers, AutoModelForVisualQuestionAnswering model) {
        int[][] questions = answers.ids("in.input_ids");
        int[][] mask = answers.mask("in.attention_mask", questions);
        int[][] words = answers.ids("in.decoder_input_ids");
        int[][] wordMask = answers.mask("in.decoder_attention_mask", words);
        VisualQuestionAnswererOutput output = model.forward(
                ImageBatch.of(answers.tensor("in.pixel_values")),
                BlipAnswers.batch(questions, mask),
                BlipAnswers.batch(words, wordMask),
                EVERYTHING,
                false);
        answers.assertTensor("out.image_embeds", output.vision().lastHiddenState());
        answers.assertRows(
                "out.encoder.last_hidden_state", mask, output.question().lastHiddenState());
        answers.assertLayers("out.encoder.", mask, output.question());
        int longest = 0;
        while (Arrays.stream(mask[longest]).sum() < questions[longest].length) {
            longest++;
        }
        int[][] only = new int[words.length][words[0].length];
        only[longest] = wordMask[longest];
        VisualQuestionAnswererOutput alone = model.forward(
                ImageBatch.of(answers.tensor("in.pixel_values")),
                BlipAnswers.batch(questions, mask),
                BlipAnswers.batch(words, only),
                EVERYTHING,
                false);
        answers.assertRows("out.decoder.logits", only, alone.answer().logits());
        answers.assertLayers("out.decoder.", only, alone.answer());
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void everyAnswerIsThatToTheQuestionAlone(Path folder) throws IOException {
        try (BlipAnswers answers = BlipAnswers.open(folder);
                AutoModelForVisualQuestionAnswering model =
                        AutoModelForVisualQuestionAnswering.fromPretrained(folder)) {
            VisualQuestionAnswerer answerer = model.answerer();
            GenerationTokens tokens = answerer.tokens();
            ImageBatch pictures = ImageBatch.of(answers.tensor("in.pixel_values"));
            TokenBatch all = questions(answers);
            int compared = 0;
            for (int i = 0; i < pictures.images(); i++) {
                ImageBatch picture = ImageBatch.of(List.of(pictures.pixelValues(i)));
                TokenBatch question = TokenBatch.of(
                        Arrays.copyOfRange(all.inputIds(), all.sequenceStarts()[i], all.sequenceStarts()[i + 1]));
                for (JsonObject generation :
                        answers.generations("(alone)?" + i + "-.*").values()) {
                    try (DecoderState alone = answerer.newState(picture, question, false);
                            DecoderState beside = answerer.newState(pictures, all, false)) {
                        BlipAnswers.assertGenerates(generation, tokens, alone, BlipAnswers.starts(tokens, 1));
                        beside.select(new int[] {i});
                        BlipAnswers.assertGenerates(generation, tokens, beside, BlipAnswers.starts(tokens, 1));
                    }
                    compared++;
                }
            }
            assertTrue(compared >= 3);
        }
    }

    /** The three models of the family share most of their weights: which one it is decides, and is said. */
    @Test
    void anotherModelOfTheFamilyIsNamed() {
        Path captioner = Path.of("..", "testdata", "fixtures", "blip", "caption");
        String message = assertThrows(
                        ModelLoadingException.class,
                        () -> AutoModelForVisualQuestionAnswering.fromPretrained(captioner))
                .getMessage();
        assertTrue(message.contains("found BlipForConditionalGeneration, which has a decoder that describes"), message);
    }

    /** The longest question of a padded batch is not padded: of it the reference's answers are to be had. */
    @Test
    void theLongestQuestionOfABatchIsAnsweredAsInTheReference() throws IOException {
        Path folder = checkpoints().getLast();
        assumeTrue(checkpoints().size() > 1, "the batch lies beside the repository");
        try (BlipAnswers answers = BlipAnswers.open(folder);
                AutoModelForVisualQuestionAnswering model =
                        AutoModelForVisualQuestionAnswering.fromPretrained(folder)) {
            VisualQuestionAnswerer answerer = model.answerer();
            GenerationTokens tokens = answerer.tokens();
            ImageBatch pictures = ImageBatch.of(answers.tensor("in.pixel_values"));
            TokenBatch all = questions(answers);
            int longest = 0;
            while (all.length(longest) < answers.ids("in.input_ids")[0].length) {
                longest++;
            }
            Map<String, JsonObject> generations = answers.generations("(greedy|beam).*");
            assertTrue(generations.size() >= 4);
            for (JsonObject generation : generations.values()) {
                try (DecoderState state = answerer.newState(pictures, all, false)) {
                    state.select(new int[] {longest});
                    BlipAnswers.assertGenerates(
                            BlipAnswers.ofRow(generation, longest, pictures.images(), tokens),
                            tokens,
                            state,
                            BlipAnswers.starts(tokens, 1));
                }
            }
        }
    }

    private static TokenBatch questions(BlipAnswers answers) {
        if (answers.has("in.input_ids")) {
            int[][] ids = answers.ids("in.input_ids");
            return BlipAnswers.batch(ids, answers.mask("in.attention_mask", ids));
        }
        return TokenBatch.of(
                answers.ids("in.0.input_ids")[0], answers.ids("in.1.input_ids")[0], answers.ids("in.2.input_ids")[0]);
    }

    /** Read at once, or token by token, alone or beside others, on one thread or two, with vectors or without: the same bits. */
    @ParameterizedTest
    @MethodSource("checkpoints")
    void howTokensAreReadMovesNoBit(Path folder) throws IOException {
        try (BlipAnswers answers = BlipAnswers.open(folder);
                Engine scalar =
                        Engine.builder().threads(2).kernels(Kernels.scalar()).build();
                Engine one = Engine.builder().threads(1).build();
                Engine two = Engine.builder().threads(2).build()) {
            ImageBatch pictures = ImageBatch.of(answers.tensor("in.pixel_values"));
            TokenBatch questions = questions(answers);
            int[] words = {questions.inputIds()[1], 7, 5, 3, 9};
            float[] expected = null;
            for (Engine engine : List.of(scalar, one, two)) {
                try (AutoModelForVisualQuestionAnswering model =
                        AutoModelForVisualQuestionAnswering.fromPretrained(ModelFiles.directory(folder), engine)) {
                    Tensor whole = model.forward(pictures, questions, TokenBatch.of(words, words, words))
                            .answer()
                            .logits();
                    expected = expected == null ? whole.toArray() : expected;
                    assertArrayEquals(expected, whole.toArray());
                    try (DecoderState state = model.answerer().newState(pictures, questions, false)) {
                        for (int step = 0; step < words.length; step++) {
                            int[] word = {words[step]};
                            Tensor logits = state.advance(new int[][] {word, word, word});
                            for (int s = 0; s < 3; s++) {
                                assertArrayEquals(
                                        row(expected, s * words.length + step, logits.dimension(1)),
                                        row(logits.toArray(), s, logits.dimension(1)));
                            }
                        }
                    }
                }
            }
        }
    }

    private static float[] row(float[] rows, int row, int width) {
        return Arrays.copyOfRange(rows, row * width, (row + 1) * width);
    }

    @Test
    void whatDoesNotFitIsRefused() throws IOException {
        Path folder = checkpoints().getFirst();
        try (BlipAnswers answers = BlipAnswers.open(folder);
                AutoModelForVisualQuestionAnswering model =
                        AutoModelForVisualQuestionAnswering.fromPretrained(folder)) {
            ImageBatch pictures = ImageBatch.of(answers.tensor("in.pixel_values"));
            VisualQuestionAnswerer answerer = model.answerer();
            TokenBatch two = TokenBatch.of(new int[] {2, 3}, new int[] {2, 3});
            TokenBatch empty = TokenBatch.of(new int[] {2, 3}, new int[0], new int[] {2, 3});
            assertThrows(IllegalArgumentException.class, () -> answerer.newState(pictures, two, false));
            String message = assertThrows(
                            IllegalArgumentException.class, () -> answerer.newState(pictures, empty, false))
                    .getMessage();
            assertTrue(message.contains("question 1"), message);
        }
    }

    /** The decoder's weights for what it looks at are as wide as the picture's rows, but it looks at the question's. */
    @Test
    void otherWidthsAreRefused(@TempDir Path folder) throws IOException {
        Path captions = BlipAnswers.folders("caption").getFirst();
        Files.copy(captions.resolve("model.safetensors"), folder.resolve("model.safetensors"));
        Files.writeString(
                folder.resolve("config.json"),
                Files.readString(captions.resolve("config.json"))
                        .replace("BlipForConditionalGeneration", "BlipForQuestionAnswering"));
        String message = assertThrows(
                        ModelLoadingException.class, () -> AutoModelForVisualQuestionAnswering.fromPretrained(folder))
                .getMessage();
        assertTrue(message.contains("text_config: hidden_size") && message.contains("12"), message);
    }

    /** Where config.json names no class, the tensors tell which it is. */
    @Test
    void tensorsTellOfTheHead(@TempDir Path folder) throws IOException {
        Map<String, Head<?>> heads = Map.of(
                "caption", Head.IMAGE_CAPTIONING,
                "question", Head.VISUAL_QUESTION_ANSWERING,
                "retrieval", Head.IMAGE_TEXT_RETRIEVAL);
        for (Map.Entry<String, Head<?>> head : heads.entrySet()) {
            Path source = BlipAnswers.folders(head.getKey()).getFirst();
            Path copy = Files.createDirectory(folder.resolve(head.getKey()));
            Files.copy(source.resolve("model.safetensors"), copy.resolve("model.safetensors"));
            String config = Files.readString(source.resolve("config.json"));
            Files.writeString(copy.resolve("config.json"), config.replaceFirst("\"architectures\"", "\"unknown\""));
            try (Checkpoint checkpoint = Checkpoint.open(ModelFiles.directory(copy))) {
                assertEquals(head.getValue(), checkpoint.head().orElseThrow());
            }
        }
    }
}
