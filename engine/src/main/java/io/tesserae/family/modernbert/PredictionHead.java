package io.tesserae.family.modernbert;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Linear;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/**
 * What stands before every classifier: transformers' {@code ModernBertPredictionHead}, {@code norm(act(dense(x)))}.
 *
 * @param dense {@code [hidden, hidden]}
 */
record PredictionHead(Linear dense, Activation activation, LayerNorm norm) {

    /**
     * Loads it.
     *
     * @param biased whether {@code dense} has a bias: {@code classifier_bias}
     * @param head what lies below {@code head}
     */
    static PredictionHead load(
            Engine engine, ModernBertConfig config, boolean biased, Activation activation, StateDict head) {
        int hidden = config.hiddenSize();
        return new PredictionHead(
                Linear.load(engine, head.at("dense"), hidden, hidden, biased),
                activation,
                ModernBert.norm(config, head.at("norm")));
    }

    /**
     * Transforms rows.
     *
     * @param frame receives the result
     * @param x {@code [rows, hidden]}
     * @return {@code [rows, hidden]}
     */
    Tensor forward(Frame frame, Tensor x) {
        Tensor transformed = frame.tensor(x.dimension(0), x.dimension(1)); // [rows, hidden]
        dense.forward(frame.workspace(), x, new Epilogue.Activate(activation), transformed);
        norm.forward(frame.workspace(), transformed);
        return transformed;
    }
}
