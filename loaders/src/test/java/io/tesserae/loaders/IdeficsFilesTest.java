package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.StrictJson;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.model.DecoderState;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageExtent;
import io.tesserae.model.InterleavedBatch;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.PictureSight;
import io.tesserae.model.TokenBatch;
import io.tesserae.model.VisionLanguageModel;
import io.tesserae.model.VisionLanguageOutput;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which files are an IDEFICS, and which batches it takes. */
class IdeficsFilesTest {

    private static final String MORE_WORDS = "model.embed_tokens.additional_embedding.weight";

    /** Each of the two parts by itself, as in the reference. */
    @ParameterizedTest
    @MethodSource("io.tesserae.loaders.IdeficsTest#checkpoints")
    void tiedHeadsAreTheEmbeddingsWhereTheFileHasNoOthers(Path checkpoint, @TempDir Path folder) throws IOException {
        assumeTrue(Files.exists(Packed.checkpoint(checkpoint).resolve("model.safetensors")), "several files");
        Map<String, Tensor> words = new HashMap<>();
        Map<String, Tensor> own = new HashMap<>();
        try (SafetensorsFile file =
                SafetensorsFile.open(Packed.checkpoint(checkpoint).resolve("model.safetensors"))) {
            words.put("lm_head.weight", Fixture.tensor(file, "model.embed_tokens.weight"));
            if (file.names().contains(MORE_WORDS)) {
                words.put("lm_head.additional_fc.weight", Fixture.tensor(file, MORE_WORDS));
            }
            Tensor head = Fixture.tensor(file, "model.embed_tokens.weight");
            for (int i = 0; i < head.size(); i++) {
                head.data()[i] *= -2;
            }
            own.put("lm_head.weight", head);
        }
        float[] tied = logits(checkpoint, folder, true, Map.of());
        float[] tiedButForOne = logits(checkpoint, folder, true, own);
        assertArrayEquals(logits(checkpoint, folder, false, words), tied);
        words.putAll(own);
        assertArrayEquals(logits(checkpoint, folder, false, words), tiedButForOne);
        assertFalse(Arrays.equals(tied, tiedButForOne));
    }

    private static float[] logits(Path checkpoint, Path folder, boolean tied, Map<String, Tensor> heads)
            throws IOException {
        copy(checkpoint, folder, name -> name.startsWith("lm_head.") ? "" : name, heads);
        JsonObject config = StrictJson.parseObject(Files.readString(folder.resolve("config.json")), "config.json");
        config.addProperty("tie_word_embeddings", tied);
        Files.writeString(folder.resolve("config.json"), config.toString());
        try (SafetensorsFile file = IdeficsTest.expected(checkpoint);
                VisionLanguageModel model = IdeficsTest.load(folder, Engine.shared())) {
            return model.forward(InterleavedFeed.of(file, "in.").batch(), OutputOptions.RESULT_ONLY)
                    .text()
                    .logits()
                    .toArray();
        }
    }

    /** Buffers that old files hold change nothing, nor does it that a norm is absent that nothing reads. */
    @ParameterizedTest
    @MethodSource("io.tesserae.loaders.IdeficsTest#checkpoints")
    void oldFilesAreTheSameModel(Path checkpoint, @TempDir Path folder) throws IOException {
        assumeTrue(Files.exists(Packed.checkpoint(checkpoint).resolve("model.safetensors")), "several files");
        copy(
                checkpoint,
                folder,
                UnaryOperator.identity(),
                Map.of(
                        "model.layers.0.self_attn.rotary_emb.inv_freq", Tensor.zeros(3),
                        "model.gated_cross_attn_layers.0.cross_attn.rotary_emb.inv_freq", Tensor.zeros(3),
                        "model.vision_model.embeddings.position_ids", Tensor.zeros(1, 9)));
        try (SafetensorsFile file = IdeficsTest.expected(checkpoint);
                VisionLanguageModel model = IdeficsTest.load(checkpoint, Engine.shared());
                VisionLanguageModel old = IdeficsTest.load(folder, Engine.shared())) {
            InterleavedBatch batch = InterleavedFeed.of(file, "in.").batch();
            float[] logits = model.forward(batch, OutputOptions.RESULT_ONLY)
                    .text()
                    .logits()
                    .toArray();
            assertArrayEquals(
                    logits,
                    old.forward(batch, OutputOptions.RESULT_ONLY)
                            .text()
                            .logits()
                            .toArray());
        }
        assertRefused(
                checkpoint, folder, "model.unheard_of.weight", Map.of("model.unheard_of.weight", Tensor.zeros(2)));
        for (String needed : List.of(
                "model.gated_cross_attn_layers.0.alpha_dense",
                "model.vision_model.embeddings.class_embedding",
                "model.vision_model.pre_layrnorm.bias",
                "model.embed_tokens.weight")) {
            copy(checkpoint, folder, name -> name.equals(needed) ? "" : name, Map.of());
            String message = assertThrows(ModelLoadingException.class, () -> IdeficsTest.load(folder, Engine.shared()))
                    .getMessage();
            assertTrue(message.contains("tensor \"" + needed + "\""), message);
        }
    }

    private static void assertRefused(Path checkpoint, Path folder, String tensor, Map<String, Tensor> more)
            throws IOException {
        copy(checkpoint, folder, UnaryOperator.identity(), more);
        String message = assertThrows(ModelLoadingException.class, () -> IdeficsTest.load(folder, Engine.shared()))
                .getMessage();
        assertTrue(message.contains("tensor \"" + tensor + "\""), message);
    }

    /** @param rename gives a tensor another name, or none: it is left out */
    private static void copy(Path checkpoint, Path folder, UnaryOperator<String> rename, Map<String, Tensor> more)
            throws IOException {
        Path from = Packed.checkpoint(checkpoint);
        Files.copy(from.resolve("config.json"), folder.resolve("config.json"), StandardCopyOption.REPLACE_EXISTING);
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile file = SafetensorsFile.open(from.resolve("model.safetensors"))) {
            for (String name : file.names()) {
                String renamed = rename.apply(name);
                if (!renamed.isEmpty() && !name.startsWith("model.vision_model.post_layernorm.")) {
                    writer.add(renamed, Fixture.tensor(file, name));
                }
            }
        }
        more.forEach(writer::add);
        Files.deleteIfExists(folder.resolve("model.safetensors"));
        writer.write(folder.resolve("model.safetensors"));
    }

    @ParameterizedTest
    @MethodSource("io.tesserae.loaders.IdeficsTest#checkpoints")
    void whatItDoesNotTakeIsRefusedBeforeAnythingIsComputed(Path folder) throws IOException {
        try (SafetensorsFile file = IdeficsTest.expected(folder);
                VisionLanguageModel model = IdeficsTest.load(folder, Engine.shared())) {
            InterleavedBatch taken = InterleavedFeed.of(file, "in.").batch();
            assertTrue(model.needsSight());
            assertNotTaken(
                    model,
                    "sight: expected which pictures each token sees",
                    InterleavedBatch.of(taken.texts(), taken.pictures(), taken.pictureStarts(), Optional.empty()));
            int size = model.imageSize();
            int images = taken.pictures().orElseThrow().images();
            List<Tensor> smaller = Collections.nCopies(images, Tensor.zeros(3, size, size - 1));
            assertNotTaken(
                    model,
                    "picture 0 of the batch has 3 channels of " + size + " x " + (size - 1) + " pixels",
                    InterleavedBatch.of(
                            taken.texts(), Optional.of(ImageBatch.of(smaller)), taken.pictureStarts(), taken.sight()));
            assertNotTaken(
                    model,
                    "picture 0 of the batch has padding beyond 1 x " + size + " pixels",
                    new InterleavedBatch(
                            taken.texts(),
                            taken.pictures(),
                            taken.pictureStarts(),
                            Collections.nCopies(images, new ImageExtent(1, size)),
                            taken.sight()));
        }
    }

    private static void assertNotTaken(VisionLanguageModel model, String expected, InterleavedBatch batch) {
        for (Executable attempt : List.<Executable>of(
                () -> model.forward(batch, OutputOptions.RESULT_ONLY), () -> model.newState(batch))) {
            String message =
                    assertThrows(IllegalArgumentException.class, attempt).getMessage();
            assertTrue(message.startsWith(expected), message);
        }
    }

    /** A batch without a picture needs not say what is seen. */
    @ParameterizedTest
    @MethodSource("io.tesserae.loaders.IdeficsTest#checkpoints")
    void textsWithoutPicturesAreTakenAsTheyAre(Path folder) throws IOException {
        try (VisionLanguageModel model = IdeficsTest.load(folder, Engine.shared())) {
            TokenBatch texts = TokenBatch.of(new int[] {1, 7, 9}, new int[] {1, 5});
            PictureSight none = PictureSight.latest(texts, -1, -1);
            VisionLanguageOutput said = model.forward(
                    InterleavedBatch.of(texts, Optional.empty(), new int[3], Optional.of(none)),
                    new OutputOptions(true, true));
            InterleavedBatch silent = InterleavedBatch.of(texts, Optional.empty(), new int[3], Optional.empty());
            float[] logits = said.text().logits().toArray();
            assertArrayEquals(
                    logits,
                    model.forward(silent, OutputOptions.RESULT_ONLY)
                            .text()
                            .logits()
                            .toArray());
            assertEquals(0, said.imageHiddenStates().size());
            assertEquals(
                    "Tensor[" + model.config().attentionHeads() + ", 3, 0]",
                    said.text().crossAttentions().getFirst().getFirst().toString());
            try (DecoderState state = model.newState(silent)) {
                Tensor scores = state.advance(new int[][] {{1, 7, 9}, {1, 5}});
                int vocabulary = model.config().vocabSize();
                assertArrayEquals(
                        Arrays.copyOfRange(logits, 2 * vocabulary, 3 * vocabulary),
                        IdeficsTest.row(scores, 0, vocabulary));
                assertArrayEquals(
                        Arrays.copyOfRange(logits, 4 * vocabulary, 5 * vocabulary),
                        IdeficsTest.row(scores, 1, vocabulary));
            }
        }
    }
}
