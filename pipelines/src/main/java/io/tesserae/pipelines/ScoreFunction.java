package io.tesserae.pipelines;

import io.tesserae.kernel.Kernels;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.ProblemType;
import io.tesserae.tensor.Activation;
import java.util.Optional;

/** How a model's outputs become scores: transformers' {@code function_to_apply}. */
public enum ScoreFunction {
    /** Probabilities that add up to 1: one label is right. */
    SOFTMAX {
        @Override
        void apply(Kernels kernels, float[] logits) {
            kernels.softmax(logits, 0, logits.length);
        }
    },
    /** A probability for each label by itself. */
    SIGMOID {
        @Override
        void apply(Kernels kernels, float[] logits) {
            kernels.activate(Activation.SIGMOID, logits, 0, 1, logits.length, logits.length);
        }
    },
    /** The outputs as they are: a regression. */
    NONE {
        @Override
        void apply(Kernels kernels, float[] logits) {}
    };

    abstract void apply(Kernels kernels, float[] logits);

    /** What transformers applies where nobody says: by {@code problem_type}, and by the number of labels where that is absent. */
    static ScoreFunction of(PretrainedConfig config) {
        if (config.problemType().equals(Optional.of(ProblemType.REGRESSION))) {
            return NONE;
        }
        return ofImages(config);
    }

    /** Likewise for pictures, where transformers knows no regression: the head's outputs are probabilities in any case. */
    static ScoreFunction ofImages(PretrainedConfig config) {
        boolean each = config.problemType().equals(Optional.of(ProblemType.MULTI_LABEL_CLASSIFICATION))
                || config.labels().count() == 1;
        return each ? SIGMOID : SOFTMAX;
    }
}
