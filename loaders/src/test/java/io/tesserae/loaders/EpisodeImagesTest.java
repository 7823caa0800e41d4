package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.engine.Engine;
import io.tesserae.family.jat.EpisodeImageDecoder;
import io.tesserae.family.jat.EpisodeImageEncoder;
import io.tesserae.kernel.Kernels;
import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Convolution;
import io.tesserae.layer.picture.InstanceNorm;
import io.tesserae.layer.picture.PictureConvolution;
import io.tesserae.layer.picture.SqueezeExcitation;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** JAT's way from the frames of a game to a row of the transformer and back, beside the reference's; and ourselves beside ourselves. */
class EpisodeImagesTest {

    private static final Path FOLDER = Fixture.ROOT.resolve("jat").resolve("atari");
    private static final int HIDDEN = 50;
    private static final int PICTURE = EpisodeImageEncoder.FRAMES * EpisodeImageEncoder.SIDE * EpisodeImageEncoder.SIDE;

    @Test
    void rowsOfFramesAreTheReferences() throws Exception {
        try (SafetensorsFile expected = new Fixture(FOLDER).expected()) {
            Tensor rows = encode(Engine.shared(), frames(expected, 2));
            Tensor embeddings = Fixture.tensor(expected, "out.atari.inputs_embeds"); // [1, tokens, hidden]
            for (int step = 0; step < 2; step++) {
                assertArrayEquals(row(embeddings.data(), 2 * step), row(rows.data(), step), 2e-5f);
            }
        }
    }

    /** The first stage, layer by layer: the fixture has two of its channels. */
    @Test
    void theFirstStageIsTheReferences() throws Exception {
        try (SafetensorsFile expected = new Fixture(FOLDER).expected();
                SafetensorsFile weights = weights();
                Workspace workspace = Engine.shared().machine().workspace()) {
            StateDict module = StateDict.of(weights, "").at("image_encoder.module");
            Tensor x = Tensor.zeros(1, 32, 42, 42);
            PictureConvolution.load(Engine.shared(), module.at("conv1"), 32, 4, new Convolution.Windows(3, 2, 1, 1))
                    .forward(workspace, frames(expected, 1), x);
            assertFirstChannels(expected, "conv1", x);
            new InstanceNorm(1e-5f).forward(workspace, x, x);
            assertFirstChannels(expected, "norm1", x);
            ParallelKernels.activate(workspace, Activation.LEAKY_RELU, x);
            SqueezeExcitation.load(Engine.shared(), module.at("att1"), 32, 4).forward(workspace, x, x);
            assertFirstChannels(expected, "encoder1", x);
        }
    }

    @Test
    void framesOfRowsAreTheReferences() throws Exception {
        try (SafetensorsFile expected = new Fixture(FOLDER).expected()) {
            Tensor hiddenStates = Fixture.tensor(expected, "out.atari.hidden_states.2"); // [1, tokens, hidden]
            float[] rows = new float[2 * HIDDEN]; // those of the two first actions
            System.arraycopy(row(hiddenStates.data(), 1), 0, rows, 0, HIDDEN);
            System.arraycopy(row(hiddenStates.data(), 3), 0, rows, HIDDEN, HIDDEN);
            Tensor frames = decode(Engine.shared(), Tensor.of(rows, 2, HIDDEN));
            Tensor first = Fixture.tensor(expected, "out.atari.pred_observations.step0");
            assertArrayEquals(first.toArray(), Arrays.copyOf(frames.data(), PICTURE), 2e-5f);
            Tensor last = Fixture.tensor(expected, "out.atari.pred_observations.step1.channel3");
            int from = 2 * PICTURE - last.size();
            assertArrayEquals(last.toArray(), Arrays.copyOfRange(frames.data(), from, 2 * PICTURE), 2e-5f);
        }
    }

    @Test
    void aPictureHasTheSameBitsAloneAndOnScalarKernels() throws Exception {
        try (SafetensorsFile expected = new Fixture(FOLDER).expected();
                Engine scalar =
                        Engine.builder().kernels(Kernels.scalar()).threads(1).build();
                Engine three = Engine.builder().threads(3).build()) {
            Tensor frames = frames(expected, 3);
            Tensor rows = encode(three, frames);
            Tensor back = decode(three, rows);
            assertArrayEquals(encode(scalar, frames).data(), rows.data());
            assertArrayEquals(decode(scalar, rows).data(), back.data());
            for (int i = 0; i < 3; i++) {
                float[] picture = Arrays.copyOfRange(frames.data(), i * PICTURE, (i + 1) * PICTURE);
                Tensor row = encode(three, Tensor.of(picture, 1, 4, 84, 84));
                assertArrayEquals(row(rows.data(), i), row.data());
                float[] decoded = Arrays.copyOfRange(back.data(), i * PICTURE, (i + 1) * PICTURE);
                assertArrayEquals(decoded, decode(three, row).data());
            }
        }
    }

    private static SafetensorsFile weights() throws Exception {
        return SafetensorsFile.open(Packed.checkpoint(FOLDER).resolve("model.safetensors"));
    }

    private static Tensor encode(Engine engine, Tensor frames) throws Exception {
        Tensor rows = Tensor.zeros(frames.dimension(0), HIDDEN);
        with(
                engine,
                (weights, workspace) -> EpisodeImageEncoder.load(engine, weights.at("image_encoder"), HIDDEN)
                        .forward(workspace, frames, rows));
        return rows;
    }

    private static Tensor decode(Engine engine, Tensor rows) throws Exception {
        Tensor frames = Tensor.zeros(rows.dimension(0), 4, 84, 84);
        with(
                engine,
                (weights, workspace) -> EpisodeImageDecoder.load(engine, weights.at("image_decoder"), HIDDEN)
                        .forward(workspace, rows, frames));
        return frames;
    }

    private interface Work {
        void run(StateDict weights, Workspace workspace);
    }

    private static void with(Engine engine, Work work) throws Exception {
        try (SafetensorsFile file = weights();
                Workspace workspace = engine.machine().workspace()) {
            work.run(StateDict.of(file, ""), workspace);
        }
    }

    /** The first pictures of the fixture, which are stored as the games give them: {@code [pictures, 84, 84, 4]}, of bytes. */
    private static Tensor frames(SafetensorsFile expected, int pictures) {
        int[] bytes = new int[pictures * PICTURE];
        expected.readInts("in.frames", 0, bytes, 0, bytes.length);
        float[] values = new float[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            int pixel = i / 4 % (84 * 84);
            values[i / PICTURE * PICTURE + i % 4 * 84 * 84 + pixel] = (bytes[i] / 255f - 0.5f) / 0.5f;
        }
        return Tensor.of(values, pictures, 4, 84, 84);
    }

    private static void assertFirstChannels(SafetensorsFile expected, String stage, Tensor x) {
        Tensor channels = Fixture.tensor(expected, "out.atari.stages." + stage);
        assertEquals(x.dimension(2), channels.dimension(1), stage);
        assertArrayEquals(channels.toArray(), Arrays.copyOf(x.data(), channels.size()), 2e-5f, stage);
    }

    private static float[] row(float[] rows, int row) {
        return Arrays.copyOfRange(rows, row * HIDDEN, (row + 1) * HIDDEN);
    }
}
