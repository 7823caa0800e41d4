package io.tesserae.training.saving;

import java.util.Arrays;
import java.util.Optional;

/** What an optimiser keeps of each parameter, by PyTorch's names. */
public enum Moment {
    /** AdamW: the moving average of the gradient. */
    EXP_AVG("exp_avg"),
    /** AdamW: the moving average of the gradient's square. */
    EXP_AVG_SQ("exp_avg_sq"),
    /** SGD with momentum: the velocity. */
    MOMENTUM_BUFFER("momentum_buffer"),
    /** The moving average of the weights themselves. */
    EMA("ema");

    private final String stateName;

    Moment(String stateName) {
        this.stateName = stateName;
    }

    /** The name of a parameter's tensor of this kind, {@code exp_avg.classifier.weight}. */
    public String tensorName(String parameter) {
        return stateName + "." + parameter;
    }

    /** The kind that a tensor's name begins with. */
    static Optional<Moment> of(String tensorName) {
        return Arrays.stream(values())
                .filter(moment -> tensorName.startsWith(moment.tensorName("")))
                .findFirst();
    }

    /** The parameter that a tensor of this kind belongs to. */
    String parameter(String tensorName) {
        return tensorName.substring(stateName.length() + 1);
    }
}
