package io.tesserae.server.task;

import io.tesserae.model.SparseVector;
import io.tesserae.server.json.JsonText;

/** Words of the vocabulary and their weights. */
public final class SparseVectorJson {

    private SparseVectorJson() {}

    /** As text-embeddings-inference has them, in the order of the vocabulary. */
    public static void write(JsonText json, SparseVector vector) {
        json.beginArray();
        for (int i = 0; i < vector.size(); i++) {
            json.begin()
                    .name("index")
                    .integer(vector.ids()[i])
                    .name("value")
                    .number((double) vector.weights()[i])
                    .end();
        }
        json.endArray();
    }
}
