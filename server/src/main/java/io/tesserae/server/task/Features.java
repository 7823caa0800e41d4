package io.tesserae.server.task;

import io.tesserae.server.json.JsonText;
import io.tesserae.tensor.Tensor;

/** What an encoder makes of an input. */
final class Features {

    private Features() {}

    /**
     * Nested lists with a batch of one around them, as the pipelines of transformers return them.
     *
     * @param features {@code [tokens, hidden]}, or {@code [hidden]}
     */
    static void write(JsonText json, Tensor features) {
        int columns = features.dimension(-1);
        json.beginArray();
        if (features.rank() > 1) {
            json.beginArray();
        }
        for (int row = 0; row < features.size() / columns; row++) {
            json.beginArray();
            for (int column = 0; column < columns; column++) {
                json.number((double) features.data()[row * columns + column]);
            }
            json.endArray();
        }
        if (features.rank() > 1) {
            json.endArray();
        }
        json.endArray();
    }
}
