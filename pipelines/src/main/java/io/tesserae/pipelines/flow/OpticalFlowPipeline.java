package io.tesserae.pipelines.flow;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoModelForOpticalFlow;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.model.latent.OpticalFlowEstimator;
import io.tesserae.pipelines.schedule.Calls;
import io.tesserae.pipelines.schedule.Descriptions;
import io.tesserae.pipelines.schedule.RunningOutOfMemory;
import io.tesserae.pipelines.schedule.Work;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineListener;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Two pictures in, how far each pixel moves from one to the other out. Transformers has the model, {@code PerceiverForOpticalFlow}, and no
 * pipeline: what comes before and after it is that of DeepMind's example. Pictures may be larger than what the model takes; they are cut
 * into tiles that overlap, and the mean is taken where they do.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 *
 * @see <a href="https://github.com/google-deepmind/deepmind-research/blob/master/perceiver/colabs/optical_flow.ipynb">DeepMind's
 *     example</a>
 */
public final class OpticalFlowPipeline implements Pipeline<FramePair, OpticalFlowOptions, OpticalFlow> {

    /** The task {@code optical-flow}. */
    public static final PipelineTask<OpticalFlowPipeline> TASK =
            new PipelineTask<>(OpticalFlowPipeline.class, List.of("optical-flow"), OpticalFlowPipeline::load);

    /** A pair fills every batch: pictures are as large as they are, and their tiles go through the model one by one. */
    private static final int ONE_BY_ONE = 1;

    private final AutoModelForOpticalFlow model;
    private final String description;
    private final Calls calls;

    private static OpticalFlowPipeline load(Checkpoint checkpoint, Engine engine) {
        return new OpticalFlowPipeline(AutoModelForOpticalFlow.fromPretrained(checkpoint, engine));
    }

    private OpticalFlowPipeline(AutoModelForOpticalFlow model) {
        this.model = model;
        this.description = Descriptions.of(TASK, model.config(), model.engine());
        this.calls = Calls.UNHEARD;
    }

    private OpticalFlowPipeline(OpticalFlowPipeline other, Calls calls) {
        this.model = other.model;
        this.description = other.description;
        this.calls = calls;
    }

    /** Where the pixels of one picture are in the next. */
    public OpticalFlow between(Path first, Path second) {
        return answer(FramePair.of(first, second));
    }

    /** Where the pixels of one picture are in the next. */
    public OpticalFlow between(FramePair pair, OpticalFlowOptions options) {
        return answer(pair, options);
    }

    /**
     * Where the pixels of pictures are in the next ones, in the order of the pairs.
     *
     * @throws IllegalArgumentException if the pictures of a pair differ in size, or are smaller than the model takes; or if tiles cannot
     *     overlap so far
     * @throws ImageException if one cannot be read; the message names it
     */
    public List<OpticalFlow> between(List<FramePair> pairs, OpticalFlowOptions options) {
        return answer(pairs, options);
    }

    /** Likewise for any number of pairs: read and computed as they are asked for, one at a time. */
    public Stream<OpticalFlow> between(Stream<FramePair> pairs, OpticalFlowOptions options) {
        return answer(pairs, options);
    }

    @Override
    public List<OpticalFlow> answer(List<? extends FramePair> inputs, OpticalFlowOptions options) {
        Arguments.require(options, "options");
        return calls.list(inputs, ONE_BY_ONE, new Following(options, options.progress()));
    }

    /** Looks after every tile whether its thread was interrupted. */
    @Override
    public Stream<OpticalFlow> answer(Stream<? extends FramePair> inputs, OpticalFlowOptions options) {
        Arguments.require(options, "options");
        FlowProgress interruptible = (tiles, of) -> {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("interrupted");
            }
            options.progress().reached(tiles, of);
        };
        return calls.stream(inputs, ONE_BY_ONE, new Following(options, interruptible));
    }

    @Override
    public OpticalFlowOptions defaultOptions() {
        return OpticalFlowOptions.DEFAULT;
    }

    /** A pair is read when its turn comes. */
    private final class Following implements Work<FramePair, FramePair, OpticalFlow, OpticalFlow> {

        private final TiledFlow tiled;
        private final FlowProgress progress;

        Following(OpticalFlowOptions options, FlowProgress progress) {
            OpticalFlowEstimator estimator = model.estimator();
            int height = estimator.imageHeight();
            int width = estimator.imageWidth();
            FlowTiles tiles = options.minOverlap().isPresent()
                    ? new FlowTiles(height, width, options.minOverlap().getAsInt())
                    : FlowTiles.of(height, width);
            this.tiled = new TiledFlow(OpticalFlowPipeline.this::forward, tiles);
            this.progress = progress;
        }

        @Override
        public List<FramePair> encode(FramePair input) {
            return List.of(input);
        }

        @Override
        public int size(FramePair pair) {
            return model.estimator().latents();
        }

        @Override
        public Outcome<OpticalFlow> run(List<FramePair> batch) {
            RgbImage first = batch.getFirst().first().reader().get();
            RgbImage second = batch.getFirst().second().reader().get();
            return new Outcome<>(List.of(tiled.between(first, second, progress)), null);
        }

        @Override
        public OpticalFlow answer(FramePair input, List<FramePair> pairs, List<OpticalFlow> results) {
            return results.getFirst();
        }

        @Override
        public <T> T withinMemory(Supplier<T> work) {
            return RunningOutOfMemory.refusesPictures(work);
        }
    }

    /** From {@code [2, 27, height, width]} to {@code [height, width, 2]}. */
    private Tensor forward(Tensor patches) {
        int height = patches.dimension(2);
        int width = patches.dimension(3);
        Tensor pairs = patches.reshape(1, patches.dimension(0), patches.dimension(1), height, width);
        return model.forward(pairs).flow().reshape(height, width, OpticalFlow.AXES);
    }

    /** The model. */
    public AutoModelForOpticalFlow model() {
        return model;
    }

    @Override
    public OpticalFlowPipeline withListener(PipelineListener listener) {
        return new OpticalFlowPipeline(this, Calls.heardBy(listener));
    }

    @Override
    public String description() {
        return description;
    }

    /** The {@link #description}. */
    @Override
    public String toString() {
        return description;
    }

    /** Lets go of the checkpoint's files; calls that come later fail. */
    @Override
    public void close() {
        model.close();
    }
}
