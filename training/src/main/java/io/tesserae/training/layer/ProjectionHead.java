package io.tesserae.training.layer;

import io.tesserae.tensor.Activation;
import io.tesserae.training.tape.Parameters;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/**
 * The head that self-distillation trains a network with, and that is thrown away after: {@code DINOHead} of Caron et al., arXiv 2104.14294,
 * section 3.1 and appendix C; three layers with GELU between them, rows of length 1, and a weight-normalised layer.
 *
 * @param first {@code [hidden, in]}
 * @param second {@code [hidden, hidden]}
 * @param third {@code [bottleneck, hidden]}
 * @param last {@code [out, bottleneck]}
 */
public record ProjectionHead(Linear first, Linear second, Linear third, WeightNormalizedLinear last) {

    /**
     * How wide the layers are.
     *
     * @param in of the network's vectors
     * @param hidden of the layers between; 2,048 in the reference
     * @param bottleneck of the vectors of length 1; 256 in the reference
     * @param out how many prototypes; 65,536 in the reference
     */
    public record Width(int in, int hidden, int bottleneck, int out) {}

    /**
     * The head below a name, with the reference's names: {@code mlp.0}, {@code mlp.2}, {@code mlp.4}, {@code last_layer}.
     *
     * @param normalizesLast whether the last layer's rows stay of length 1: {@code norm_last_layer}
     */
    public static ProjectionHead of(Parameters parameters, Width width, boolean normalizesLast) {
        WeightNormalizedLinear last =
                WeightNormalizedLinear.of(parameters.at("last_layer"), width.out(), width.bottleneck());
        if (normalizesLast) {
            last.magnitude().freeze();
        }
        return new ProjectionHead(
                Linear.of(parameters.at("mlp", 0), width.hidden(), width.in()),
                Linear.of(parameters.at("mlp", 2), width.hidden(), width.hidden()),
                Linear.of(parameters.at("mlp", 4), width.bottleneck(), width.hidden()),
                last);
    }

    /** From vectors {@code [rows, in]} to logits {@code [rows, out]}. */
    public Variable forward(Tape tape, Variable x) {
        Variable hidden = Activate.forward(tape, Activation.GELU, first.forward(tape, x));
        hidden = Activate.forward(tape, Activation.GELU, second.forward(tape, hidden));
        return last.forward(tape, Normalize.forward(tape, third.forward(tape, hidden)));
    }
}
