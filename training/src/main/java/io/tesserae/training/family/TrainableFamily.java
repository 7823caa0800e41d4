package io.tesserae.training.family;

import io.tesserae.family.ConfigSource;
import io.tesserae.family.Head;
import io.tesserae.training.network.Network;
import io.tesserae.training.tape.Parameters;
import java.util.List;
import java.util.Map;

/** A family whose networks can be trained: what {@link io.tesserae.family.ModelFamily} is for inference. Stateless. */
public interface TrainableFamily {

    /** Builds the network that has a head. */
    @FunctionalInterface
    interface Builder {

        /**
         * Asks for the network's parameters and puts it together.
         *
         * @throws RuntimeException that the source makes, if the configuration is none that the family knows
         * @throws io.tesserae.tensor.WeightException if a checkpoint lacks a parameter, or has it in another shape
         */
        Network build(ConfigSource config, Parameters parameters);
    }

    /** Its names, {@code model_type} in config.json. */
    List<String> modelTypes();

    /** What the names of its base model begin with: {@code "bert."}. */
    String basePrefix();

    /** The keys of config.json that say which share of values is left out. */
    default List<String> dropoutKeys() {
        return List.of("hidden_dropout_prob", "attention_probs_dropout_prob");
    }

    /** The most tokens of a text: no position is beyond the table. */
    default int longestText(ConfigSource config) {
        return config.optionalInt("max_position_embeddings", 512, 1, Integer.MAX_VALUE);
    }

    /** What can be trained, by head. */
    Map<Head<?>, Builder> heads();
}
