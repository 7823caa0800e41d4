package io.tesserae.server.task;

import io.tesserae.pipelines.task.Classification;
import io.tesserae.server.json.JsonText;
import java.util.List;

/** Labels and their scores. */
final class Labels {

    private Labels() {}

    /** The best as an object, or all as an array where a number of them was asked for. */
    static void write(JsonText json, List<Classification> labels, boolean several) {
        if (several) {
            json.array(labels, Labels::write);
        } else {
            write(json, labels.getFirst());
        }
    }

    private static void write(JsonText json, Classification label) {
        json.begin()
                .name("label")
                .string(label.label())
                .name("score")
                .number((double) label.score())
                .end();
    }
}
