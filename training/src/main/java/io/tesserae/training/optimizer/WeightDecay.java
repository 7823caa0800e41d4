package io.tesserae.training.optimizer;

import io.tesserae.training.tape.Parameter;
import java.util.Locale;
import java.util.regex.Pattern;

/** Which parameters decay: all but biases and the parameters of norms, as transformers' {@code get_decay_parameter_names} says. */
public final class WeightDecay {

    private static final Pattern SPARED =
            Pattern.compile("bias|layernorm|rmsnorm|(?:^|\\.)norm(?:$|\\.)|_norm(?:$|\\.)");

    private WeightDecay() {}

    /** Whether a parameter decays. */
    public static boolean decays(Parameter parameter) {
        return !parameter.isOfNorm()
                && !SPARED.matcher(parameter.name().toLowerCase(Locale.ROOT)).find();
    }
}
