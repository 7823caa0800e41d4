package io.tesserae.training.family;

import io.tesserae.family.ConfigSource;
import io.tesserae.training.layer.Embeddings;

/** What configurations say of training alone: which share of the values is left out, and which word is never trained. */
final class Dropouts {

    /** At 1 nothing would be left. */
    private static final double MOST = 0.999;

    private Dropouts() {}

    /** A probability of being left out, or the default where the key is absent or null. */
    static double rate(ConfigSource config, String key, double absent) {
        return config.isSet(key) ? config.optionalDouble(key, absent, 0, MOST) : absent;
    }

    /** The row of the word embeddings that is never trained, {@code pad_token_id}; {@link Embeddings#NO_PADDING} where it is null. */
    static int padding(ConfigSource config, int absent, int vocabulary) {
        return config.isSet("pad_token_id") ? config.optionalInt("pad_token_id", absent, 0, vocabulary - 1) : absent;
    }
}
