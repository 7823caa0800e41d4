package io.tesserae.server.task;

import io.tesserae.server.json.JsonText;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * One input of a request: what the model is asked for it, and how its answers are written. Most ask the model once; texts to rank ask it
 * once for each text.
 *
 * @param inputs of the pipeline
 * @param writer writes the answers to all of them as one JSON value
 */
public record Asked<I, A>(List<I> inputs, BiConsumer<JsonText, List<A>> writer) {

    /** Asks once. */
    static <I, A> Asked<I, A> once(I input, BiConsumer<JsonText, A> writer) {
        return new Asked<>(List.of(input), (json, answers) -> writer.accept(json, answers.getFirst()));
    }
}
