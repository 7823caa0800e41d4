package io.tesserae.training.kernel;

/**
 * The numbers of one step of AdamW, in torch.optim.AdamW's order of operations:
 *
 * <pre>
 * value        = value · decay                                      decay = 1 − learning rate · weight decay
 * firstMoment  = firstMoment + (1 − β₁) · (g − firstMoment)          g = gradient · gradientScale
 * secondMoment = secondMoment · β₂ + (1 − β₂) · g · g
 * value        = value − stepSize · firstMoment / (√secondMoment / biasCorrection + ε)
 * </pre>
 *
 * @param gradientScale what gradients are multiplied by first: clipping
 * @param decay {@code 1 − learning rate · weight decay}
 * @param beta1 decay of the first moment; as a double, so that {@code 1 − β₁} is rounded once
 * @param beta2 decay of the second moment; likewise
 * @param stepSize {@code learning rate / (1 − β₁ᵗ)}
 * @param biasCorrection {@code √(1 − β₂ᵗ)}
 * @param epsilon added to the root
 */
public record AdamWStep(
        float gradientScale,
        float decay,
        double beta1,
        double beta2,
        float stepSize,
        float biasCorrection,
        float epsilon) {}
