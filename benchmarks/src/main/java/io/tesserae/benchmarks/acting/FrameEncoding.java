package io.tesserae.benchmarks.acting;

import io.tesserae.engine.Engine;
import io.tesserae.family.jat.EpisodeImageEncoder;
import io.tesserae.kernel.Workspace;
import io.tesserae.model.episode.Observations;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;

/** Frames of games through their encoder alone. */
final class FrameEncoding {

    private final Engine engine;
    private final EpisodeImageEncoder encoder;
    private final int hidden;

    /**
     * Loads the encoder.
     *
     * @param source a whole JAT
     */
    FrameEncoding(Engine engine, TensorSource source, int hidden) {
        this.engine = engine;
        this.hidden = hidden;
        this.encoder =
                EpisodeImageEncoder.load(engine, StateDict.ofOpen(source, "").at("image_encoder"), hidden);
    }

    /** What so many agents see at first: {@code [pictures, 4, 84, 84]}. */
    static Tensor pictures(int count) {
        Tensor pictures =
                Tensor.zeros(count, EpisodeImageEncoder.FRAMES, EpisodeImageEncoder.SIDE, EpisodeImageEncoder.SIDE);
        for (int agent = 0; agent < count; agent++) {
            var frames = (Observations.Frames) Surroundings.FRAMES.observation(agent, 0);
            int size = frames.pixels().size();
            System.arraycopy(frames.pixels().data(), 0, pictures.data(), agent * size, size);
        }
        return pictures;
    }

    /** {@code [pictures, hidden]}. */
    Tensor encode(Tensor pictures) {
        Tensor out = Tensor.zeros(pictures.dimension(0), hidden);
        try (Workspace workspace = engine.machine().workspace()) {
            encoder.forward(workspace, pictures, out);
        }
        return out;
    }
}
