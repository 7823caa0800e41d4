package io.tesserae.model;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Linear;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;

/**
 * What a sentence encoder does to its pooled vectors: a module of sentence-transformers after {@code Pooling}. Steps are given to a
 * {@link SentenceEncoder}, which alone computes them.
 */
@SuppressWarnings("exports") // what they compute with is not
public sealed interface EmbeddingStep {

    /**
     * Computes the step.
     *
     * @param x {@code [sequences, features]}; may be overwritten
     * @return {@code [sequences, outFeatures(features)]}
     */
    Tensor forward(Workspace workspace, Tensor x);

    /**
     * The width of the result.
     *
     * @throws IllegalArgumentException if the step does not take vectors of this width
     */
    int outFeatures(int inFeatures);

    /** A linear layer and an activation: {@code Dense}. */
    record Dense(Linear linear, int inFeatures, Activation activation) implements EmbeddingStep {

        /**
         * Loads the layer, {@code linear.weight} and {@code linear.bias}. The source is not needed afterwards.
         *
         * @throws io.tesserae.tensor.WeightException if tensors are missing, unexpected or of other shapes
         */
        public static Dense load(
                Engine engine,
                TensorSource source,
                int inFeatures,
                int outFeatures,
                boolean biased,
                Activation activation) {
            StateDict weights = StateDict.of(source, "");
            Linear linear = Linear.fused(engine, outFeatures, inFeatures, biased, weights.at("linear"));
            weights.requireAllUsed(_ -> false);
            return new Dense(linear, inFeatures, activation);
        }

        @Override
        public Tensor forward(Workspace workspace, Tensor x) {
            Tensor out = Tensor.zeros(x.dimension(0), linear.outFeatures());
            Epilogue epilogue = activation == Activation.LINEAR ? Epilogue.NONE : new Epilogue.Activate(activation);
            linear.forward(workspace, x, epilogue, out);
            return out;
        }

        @Override
        public int outFeatures(int features) {
            if (features != inFeatures) {
                throw new IllegalArgumentException(
                        "takes vectors of " + inFeatures + " numbers, but gets vectors of " + features);
            }
            return linear.outFeatures();
        }
    }

    /** Every vector divided by its length: {@code Normalize}. */
    record Normalize() implements EmbeddingStep {

        /** A vector that is shorter than this is divided by it, as PyTorch does, so that zero stays zero. */
        private static final double LEAST_LENGTH = 1e-12;

        @Override
        public Tensor forward(Workspace workspace, Tensor x) {
            for (int row = 0; row < x.dimension(0); row++) {
                normalize(x.data(), row * x.dimension(1), x.dimension(1));
            }
            return x;
        }

        @Override
        public int outFeatures(int features) {
            return features;
        }

        /** Divides {@code count} values by their Euclidean length, in place: {@code torch.nn.functional.normalize}. */
        public static void normalize(float[] values, int offset, int count) {
            double squares = 0;
            for (int i = offset; i < offset + count; i++) {
                squares += (double) values[i] * values[i];
            }
            double length = Math.max(Math.sqrt(squares), LEAST_LENGTH);
            for (int i = offset; i < offset + count; i++) {
                values[i] = (float) (values[i] / length);
            }
        }
    }
}
