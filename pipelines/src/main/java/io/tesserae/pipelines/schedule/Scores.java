package io.tesserae.pipelines.schedule;

import io.tesserae.kernel.Kernels;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.label.Labels;
import io.tesserae.loaders.label.ProblemType;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.ScoreFunction;
import io.tesserae.tensor.Activation;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** From the outputs of a classification head to scores, and to the best labels. */
public final class Scores {

    private Scores() {}

    /** Makes scores of a head's outputs, in their place. */
    public static void apply(ScoreFunction function, Kernels kernels, float[] logits) {
        switch (function) {
            case SOFTMAX -> kernels.softmax(logits, 0, logits.length);
            case SIGMOID -> kernels.activate(Activation.SIGMOID, logits, 0, 1, logits.length, logits.length);
            case NONE -> {}
        }
    }

    /** What transformers applies by default: by {@code problem_type}, and by the number of labels where that is absent. */
    public static ScoreFunction functionOfTexts(PretrainedConfig config) {
        if (config.problemType().equals(Optional.of(ProblemType.REGRESSION))) {
            return ScoreFunction.NONE;
        }
        return functionOfImages(config);
    }

    /** The same for pictures, where transformers knows no regression: the head's outputs are probabilities in any case. */
    public static ScoreFunction functionOfImages(PretrainedConfig config) {
        boolean each = config.problemType().equals(Optional.of(ProblemType.MULTI_LABEL_CLASSIFICATION))
                || config.labels().count() == 1;
        return each ? ScoreFunction.SIGMOID : ScoreFunction.SOFTMAX;
    }

    /** The labels with the highest scores, best first; equal scores in the order of their ids. */
    public static List<Classification> best(Labels labels, float[] scores, int topK) {
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparing((Integer id) -> scores[id], Comparator.reverseOrder()))
                .limit(topK)
                .map(id -> new Classification(labels.label(id), scores[id]))
                .toList();
    }
}
