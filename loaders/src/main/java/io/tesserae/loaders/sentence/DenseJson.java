package io.tesserae.loaders.sentence;

import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.tensor.Activation;
import java.util.Map;

/** Reads what {@code config.json} of a {@code Dense} module says. */
final class DenseJson {

    /** Classes of {@code torch.nn} that are activations, with their defaults. */
    private static final Map<String, Activation> ACTIVATIONS = Map.of(
            "Identity", Activation.LINEAR,
            "Tanh", Activation.TANH,
            "ReLU", Activation.RELU,
            "ReLU6", Activation.RELU6,
            "LeakyReLU", Activation.LEAKY_RELU,
            "GELU", Activation.GELU,
            "SiLU", Activation.SILU,
            "Mish", Activation.MISH,
            "Hardswish", Activation.HARDSWISH,
            "Sigmoid", Activation.SIGMOID);

    private DenseJson() {}

    /** @param folder where the layer's weights lie */
    static SentenceTransformerConfig.Dense read(JsonObjectReader config, String folder) {
        if (config.bool("use_residual", false)) {
            throw config.wrong(
                    "use_residual",
                    "false: a residual connection around a dense layer is not supported",
                    config.object().get("use_residual"));
        }
        return new SentenceTransformerConfig.Dense(
                folder,
                ModuleFiles.dimension(config, "in_features"),
                ModuleFiles.dimension(config, "out_features"),
                config.bool("bias", true),
                activation(config));
    }

    /** The class of the activation by its path in Python; without one it is the hyperbolic tangent. */
    private static Activation activation(JsonObjectReader config) {
        if (!config.keys().contains("activation_function")) {
            return Activation.TANH;
        }
        String path = config.requireString("activation_function");
        Activation activation = ACTIVATIONS.get(path.substring(path.lastIndexOf('.') + 1));
        if (activation == null || !path.startsWith("torch.nn.")) {
            throw config.wrong(
                    "activation_function",
                    "a class of torch.nn among "
                            + String.join(
                                    ", ", ACTIVATIONS.keySet().stream().sorted().toList()),
                    config.object().get("activation_function"));
        }
        return activation;
    }
}
