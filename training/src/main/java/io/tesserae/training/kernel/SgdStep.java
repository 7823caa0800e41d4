package io.tesserae.training.kernel;

/**
 * The numbers of one step of stochastic gradient descent, in torch.optim.SGD's order of operations:
 *
 * <pre>
 * g        = gradient · gradientScale + weightDecay · value
 * momentum = momentum · momentum + g          the first step: g
 * value    = value − learningRate · (momentum; g without; g + momentum factor · momentum with Nesterov's)
 * </pre>
 */
public record SgdStep(
        float gradientScale, float weightDecay, float momentum, boolean nesterov, boolean first, float learningRate) {}
