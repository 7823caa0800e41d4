package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageTextMatcher;
import io.tesserae.model.ImageTextMatcherOutput;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** BLIP compares pictures with texts as the reference does, and each pair as if it were alone. */
class BlipRetrievalTest {

    static List<Path> checkpoints() {
        return BlipAnswers.folders("retrieval", "blip-itm");
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void everyTensorIsTheReferences(Path folder) throws IOException {
        try (BlipAnswers answers = BlipAnswers.open(folder);
                AutoModelForImageTextRetrieval model = AutoModelForImageTextRetrieval.fromPretrained(folder)) {
            int[][] ids = answers.ids("in.input_ids");
            int[][] mask = answers.mask("in.attention_mask", ids);
            ImageBatch pictures = ImageBatch.of(answers.tensor("in.pixel_values"));
            TokenBatch texts = BlipAnswers.batch(ids, mask);
            ImageTextMatcherOutput match = model.match(pictures, texts);
            ImageTextMatcherOutput cosine = model.compare(pictures, texts);
            answers.assertTensor("out.itm_score", match.scores());
            answers.assertTensor("out.cosine", cosine.scores());
            String embeds = answers.has("out.question_embeds") ? "out.question_embeds" : "out.itm.question_embeds";
            answers.assertRows(embeds, mask, match.text().lastHiddenState());
            if (answers.has("out.cosine.question_embeds")) {
                answers.assertRows(
                        "out.cosine.question_embeds", mask, cosine.text().lastHiddenState());
                answers.assertTensor("out.last_hidden_state", cosine.vision().lastHiddenState());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void everyPairIsScoredAsIfItWereAlone(Path folder) throws IOException {
        try (BlipAnswers answers = BlipAnswers.open(folder);
                AutoModelForImageTextRetrieval model = AutoModelForImageTextRetrieval.fromPretrained(folder)) {
            ImageTextMatcher matcher = model.matcher();
            int[][] ids = answers.ids("in.input_ids");
            TokenBatch texts = BlipAnswers.batch(ids, answers.mask("in.attention_mask", ids));
            ImageBatch pictures = ImageBatch.of(answers.tensor("in.pixel_values"));
            Tensor match = model.match(pictures, texts).scores();
            Tensor cosine = model.compare(pictures, texts).scores();
            for (int i = 0; i < pictures.images(); i++) {
                ImageBatch picture = ImageBatch.of(List.of(pictures.pixelValues(i)));
                TokenBatch text = TokenBatch.of(
                        Arrays.copyOfRange(texts.inputIds(), texts.sequenceStarts()[i], texts.sequenceStarts()[i + 1]));
                assertArrayEquals(
                        new float[] {match.get(i, 0), match.get(i, 1)},
                        matcher.match(picture, text, OutputOptions.RESULT_ONLY, false)
                                .scores()
                                .toArray());
                Tensor row = matcher.compare(picture, texts, OutputOptions.RESULT_ONLY, false)
                        .scores(); // [1, texts]
                for (int t = 0; t < texts.sequences(); t++) {
                    assertArrayEquals(new float[] {cosine.get(i, t)}, new float[] {row.get(0, t)});
                }
            }
        }
    }

    @Test
    void whatDoesNotFitIsRefused() throws IOException {
        Path folder = checkpoints().getFirst();
        try (BlipAnswers answers = BlipAnswers.open(folder);
                AutoModelForImageTextRetrieval model = AutoModelForImageTextRetrieval.fromPretrained(folder)) {
            ImageBatch pictures = ImageBatch.of(answers.tensor("in.pixel_values"));
            TokenBatch one = TokenBatch.of(new int[] {2, 3});
            TokenBatch unknown = TokenBatch.of(new int[] {2, 1_000_000}, new int[] {2, 3});
            TokenBatch empty = TokenBatch.of(new int[] {2, 3}, new int[0]);
            assertThrows(IllegalArgumentException.class, () -> model.match(pictures, one));
            assertThrows(IllegalArgumentException.class, () -> model.compare(pictures, unknown));
            assertThrows(IllegalArgumentException.class, () -> model.compare(pictures, empty));
        }
    }
}
