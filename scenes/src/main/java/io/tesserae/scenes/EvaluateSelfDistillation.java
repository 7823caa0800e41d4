package io.tesserae.scenes;

import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoVisionModel;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageEncoderOutput;
import io.tesserae.model.OutputOptions;
import io.tesserae.scenes.evaluation.AttentionSegmentation;
import io.tesserae.scenes.evaluation.NearestNeighbours;
import io.tesserae.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Says how good the features and the attention of a vision transformer are that was never told what is in a picture: how often the nearest
 * neighbours of a scene with one thing show the same shape, and how well the best head of the last layer cuts out the thing.
 *
 * <pre>{@code
 * java -cp … io.tesserae.scenes.EvaluateSelfDistillation CHECKPOINT 2000 400
 * }</pre>
 */
public final class EvaluateSelfDistillation {

    private static final OutputOptions ATTENTIONS = new OutputOptions(false, true);

    private final AutoVisionModel model;
    private final ImageProcessor processor;
    private final long seed;

    private EvaluateSelfDistillation(AutoVisionModel model, ImageProcessor processor, long seed) {
        this.model = model;
        this.processor = processor;
        this.seed = seed;
    }

    /**
     * What came of it.
     *
     * @param accuracy of nearest neighbours, 0 to 1
     * @param intersectionOverUnion of the best head of each picture with the thing, the mean over pictures
     */
    public record Result(double accuracy, double intersectionOverUnion) {}

    /**
     * Measures a model on the pictures of {@link SingleShapes}.
     *
     * @param seed of the set of pictures
     * @param train how many have a known shape, 1 or more
     * @param test how many are asked about, 1 or more
     */
    public static Result of(Path checkpoint, long seed, int train, int test) {
        try (AutoVisionModel model = AutoVisionModel.fromPretrained(checkpoint)) {
            EvaluateSelfDistillation evaluation =
                    new EvaluateSelfDistillation(model, AutoImageProcessor.fromPretrained(checkpoint), seed);
            List<NearestNeighbours.Labelled> known = new ArrayList<>();
            for (int number = 0; number < train; number++) {
                Scene scene = SingleShapes.draw(seed, SingleShapes.Split.TRAIN, number);
                known.add(labelled(scene, evaluation.output(scene, OutputOptions.RESULT_ONLY)));
            }
            return evaluation.ask(NearestNeighbours.of(known), test);
        }
    }

    private Result ask(NearestNeighbours neighbours, int test) {
        List<NearestNeighbours.Labelled> asked = new ArrayList<>();
        double overlap = 0;
        for (int number = 0; number < test; number++) {
            Scene scene = SingleShapes.draw(seed, SingleShapes.Split.TEST, number);
            ImageEncoderOutput output = output(scene, ATTENTIONS);
            asked.add(labelled(scene, output));
            overlap += overlap(scene, output.attentions().getLast().getFirst());
        }
        return new Result(neighbours.accuracy(asked), overlap / test);
    }

    private ImageEncoderOutput output(Scene scene, OutputOptions options) {
        RgbImage image = new RgbImage(Scene.SIDE, Scene.SIDE, scene.pixels());
        return model.forward(ImageBatch.of(List.of(processor.process(image))), options);
    }

    /** The class token's last hidden state, and the number of the shape. */
    private static NearestNeighbours.Labelled labelled(Scene scene, ImageEncoderOutput output) {
        Tensor states = output.lastHiddenState();
        float[] feature = Arrays.copyOf(states.data(), states.dimension(-1));
        return new NearestNeighbours.Labelled(
                feature, scene.things().getFirst().description().shape().ordinal());
    }

    /**
     * How well the head that does it best cuts out the thing.
     *
     * @param attention {@code [heads, tokens, tokens]}; the class token is the first, patches of a square follow
     */
    private static double overlap(Scene scene, Tensor attention) {
        int tokens = attention.dimension(1);
        int side = (int) Math.round(Math.sqrt(tokens - 1));
        List<float[]> heads = new ArrayList<>();
        for (int head = 0; head < attention.dimension(0); head++) {
            int row = head * tokens * tokens; // of the class token
            heads.add(Arrays.copyOfRange(attention.data(), row + tokens - side * side, row + tokens));
        }
        return new AttentionSegmentation(side, side, AttentionSegmentation.USUAL_MASS)
                .best(heads, scene.things().getFirst().mask())
                .intersectionOverUnion();
    }

    /** Arguments: the folder of the checkpoint, how many scenes are known and how many asked about, by default 2000 and 400. */
    public static void main(String[] arguments) {
        Path checkpoint = Path.of(arguments[0]);
        int train = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2000;
        int test = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 400;
        Result result = of(checkpoint, 5, train, test);
        System.out.printf(
                "nearest neighbours: %.1f %% of %d shapes; attention: intersection over union %.3f%n",
                100 * result.accuracy(), test, result.intersectionOverUnion());
    }
}
