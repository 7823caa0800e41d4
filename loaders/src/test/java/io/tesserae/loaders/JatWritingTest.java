package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.kernel.Kernels;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.DecoderState;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageCaptioner;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.model.episode.Generalist;
import io.tesserae.model.episode.PhotoTextOutput;
import io.tesserae.model.episode.PhotoTexts;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Words from a checkpoint of JAT, by themselves and behind photos: what is read token by token is what is read at once, to the bit. */
class JatWritingTest {

    private static final Fixture CAPTION =
            new Fixture(Fixture.ROOT.resolve("jat").resolve("caption"));
    private static final int PATCHES = 9;
    private static final int VOCABULARY = 300;

    static Stream<Kernels> kernels() {
        return Stream.of(Kernels.best(), Kernels.scalar());
    }

    private static Engine engine(Kernels kernels, int threads) {
        return Engine.builder().kernels(kernels).threads(threads).build();
    }

    /** Two photos with texts of different lengths. */
    private static PhotoTexts photoTexts() throws IOException {
        try (SafetensorsFile expected = CAPTION.expected()) {
            int[][] ids = Fixture.rows(expected, "in.image_text.input_ids");
            int[] mask = Fixture.rows(expected, "in.image_text.attention_mask")[1];
            ids[1] = Arrays.copyOf(ids[1], Arrays.stream(mask).sum());
            return new PhotoTexts(
                    Optional.of(ImageBatch.of(Fixture.tensor(expected, "in.image_text.pixel_values"))), ids);
        }
    }

    private static Generalist generalist(Engine engine) {
        try (Checkpoint checkpoint = Checkpoint.open(CAPTION.files())) {
            return checkpoint.load(Head.GENERALIST, engine);
        }
    }

    private static float[] row(Tensor logits, int row) {
        int from = row * VOCABULARY;
        return Arrays.copyOfRange(logits.data(), from, from + VOCABULARY);
    }

    /** In the first sequence one token at a time, in the second, beside it, another at the same time. */
    @ParameterizedTest
    @MethodSource("kernels")
    void stepsBehindPhotosAreThePassOverThem(Kernels kernels) throws IOException {
        PhotoTexts texts = photoTexts();
        try (Engine engine = engine(kernels, 2);
                Generalist model = generalist(engine);
                AutoModelForImageTextToText captioner =
                        AutoModelForImageTextToText.fromPretrained(CAPTION.files(), engine)) {
            PhotoTextOutput whole = model.forward(texts, OutputOptions.RESULT_ONLY);
            int[][] ids = texts.inputIds();
            int steps = Math.min(ids[0].length, ids[1].length);
            try (DecoderState state =
                    captioner.captioner().newState(texts.photos().orElseThrow(), false)) {
                assertEquals(PATCHES, state.length(1));
                for (int step = 0; step < steps; step++) {
                    Tensor logits = state.advance(new int[][] {{ids[0][step]}, {ids[1][step]}});
                    for (int text = 0; text < 2; text++) {
                        float[] expected = row(whole.logits(), whole.sequenceStarts()[text] + PATCHES + step);
                        assertArrayEquals(expected, row(logits, text), "text " + text + ", step " + step);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void aTextGoesOnAsTheGeneralistReadsIt(Kernels kernels) throws IOException {
        int[] ids = photoTexts().inputIds()[0];
        try (Engine engine = engine(kernels, 1);
                Generalist model = generalist(engine);
                AutoModelForCausalLM continuing = AutoModelForCausalLM.fromPretrained(CAPTION.files(), engine)) {
            Tensor whole =
                    model.forward(PhotoTexts.of(ids), OutputOptions.RESULT_ONLY).logits();
            assertArrayEquals(
                    whole.data(),
                    continuing.forward(TokenBatch.of(ids)).logits().data());
            try (DecoderState state = continuing.languageModel().newState(1)) {
                for (int step = 0; step < ids.length; step++) {
                    assertArrayEquals(row(whole, step), row(state.advance(new int[][] {{ids[step]}}), 0));
                }
            }
        }
    }

    /** One pass on each of the kernels, and a text beside another and alone. */
    @Test
    void vectorsAndCompanyMoveNoBit() throws IOException {
        PhotoTexts texts = photoTexts();
        float[] logits;
        try (Engine engine = engine(Kernels.best(), 3);
                Generalist model = generalist(engine)) {
            logits = model.forward(texts, OutputOptions.RESULT_ONLY).logits().data();
        }
        Tensor second = texts.photos().orElseThrow().pixelValues(1);
        PhotoTexts alone =
                new PhotoTexts(Optional.of(ImageBatch.of(List.of(second))), new int[][] {texts.inputIds()[1]});
        try (Engine engine = engine(Kernels.scalar(), 1);
                Generalist model = generalist(engine)) {
            assertArrayEquals(
                    logits,
                    model.forward(texts, OutputOptions.RESULT_ONLY).logits().data());
            float[] own =
                    model.forward(alone, OutputOptions.RESULT_ONLY).logits().data();
            assertArrayEquals(Arrays.copyOfRange(logits, logits.length - own.length, logits.length), own);
        }
    }

    @Test
    void aCaptionerWithoutAnEncoderSaysSo() throws IOException {
        PhotoTexts texts = photoTexts();
        ImageBatch photos = texts.photos().orElseThrow();
        try (AutoModelForImageTextToText model = AutoModelForImageTextToText.fromPretrained(CAPTION.files())) {
            ImageCaptioner captioner = model.captioner();
            assertFalse(captioner.hasEncoder());
            assertTrue(captioner.takesPrompts());
            assertFalse(captioner.startsPrompts());
            assertEquals(64 - PATCHES, captioner.wordPositions());
            assertEquals(PATCHES, captioner.pictures().tokens());
            TokenBatch words = TokenBatch.of(texts.inputIds());
            assertThrows(IllegalStateException.class, () -> model.forward(photos, words));
            IllegalArgumentException large = assertThrows(
                    IllegalArgumentException.class,
                    () -> captioner.newState(ImageBatch.of(Tensor.zeros(1, 3, 32, 32)), true));
            assertTrue(large.getMessage().contains("expected 24 x 24 pixels"), large.getMessage());
        }
    }

    @Test
    void questionsAreForOthers() {
        ModelLoadingException refused = assertThrows(
                ModelLoadingException.class, () -> AutoModelForVisualQuestionAnswering.fromPretrained(CAPTION.files()));
        assertTrue(refused.getMessage().contains("expected blip"), refused.getMessage());
    }
}
