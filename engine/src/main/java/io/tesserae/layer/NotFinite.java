package io.tesserae.layer;

import io.tesserae.tensor.Tensor;
import java.lang.System.Logger.Level;

/**
 * Says so, once for a call, where a result is no number. Weights are finite, or they would not have been loaded; but sums can grow
 * beyond float32 on the way from finite weights, and whoever feeds pixels can feed anything.
 */
public final class NotFinite {

    private NotFinite() {}

    /**
     * Looks at a call's result.
     *
     * @param what the result is, for the message
     * @return the result
     */
    public static Tensor warn(String what, Tensor result) {
        if (!result.isFinite()) {
            System.getLogger("io.tesserae").log(Level.WARNING, message(what, result));
        }
        return result;
    }

    private static String message(String what, Tensor result) {
        int count = 0;
        for (int i = 0; i < result.size(); i++) {
            count += Float.isFinite(result.data()[i]) ? 0 : 1;
        }
        return count + " of " + result.size() + " " + what
                + " are NaN or infinite: numbers have become larger than float32"
                + " holds, or the input had such values. The answer means nothing; are these the weights of a trained model?";
    }
}
