package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.FusedLinear;
import io.tesserae.layer.Linear;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.Objects;

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

        public Dense {
            Arguments.require(linear, "linear");
            Arguments.require(activation, "activation");
        }

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
            Arguments.require(engine, "engine");
            Arguments.require(activation, "activation");
            StateDict weights = StateDict.of(Arguments.require(source, "source"), "");
            Linear linear = FusedLinear.load(engine, outFeatures, inFeatures, biased, weights.at("linear"));
            weights.requireAllUsed(_ -> false);
            return new Dense(linear, inFeatures, activation);
        }

        /**
         * Loads a layer that is alone in its source, {@code weight}, {@code [outFeatures, inFeatures]}, and {@code bias}. The source is not
         * needed afterwards.
         *
         * @throws io.tesserae.tensor.WeightException if tensors are missing, unexpected or of other shapes
         */
        public static Dense loadAlone(
                Engine engine, TensorSource source, int inFeatures, int outFeatures, Activation activation) {
            Arguments.require(engine, "engine");
            Arguments.require(activation, "activation");
            StateDict weights = StateDict.of(Arguments.require(source, "source"), "");
            Linear linear = FusedLinear.load(engine, outFeatures, inFeatures, true, weights);
            weights.requireAllUsed(_ -> false);
            return new Dense(linear, inFeatures, activation);
        }

        @Override
        public Tensor forward(Workspace workspace, Tensor x) {
            Arguments.require(workspace, "workspace");
            if (Arguments.require(x, "x").rank() != 2 || x.dimension(1) != inFeatures) {
                throw new IllegalArgumentException("x: expected [sequences, " + inFeatures + "], found " + x);
            }
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
            if (Arguments.require(x, "x").rank() != 2) {
                throw new IllegalArgumentException("x: expected [sequences, features], found " + x);
            }
            for (int row = 0; row < x.dimension(0); row++) {
                normalize(x.data(), row * x.dimension(1), x.dimension(1));
            }
            return x;
        }

        @Override
        public int outFeatures(int features) {
            return features;
        }

        /**
         * Divides {@code count} values by their Euclidean length, in place: {@code torch.nn.functional.normalize}.
         *
         * @throws IndexOutOfBoundsException if they are not inside the array
         */
        public static void normalize(float[] values, int offset, int count) {
            Objects.checkFromIndexSize(offset, count, Arguments.require(values, "values").length);
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
