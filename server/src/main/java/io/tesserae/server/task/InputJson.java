package io.tesserae.server.task;

import com.google.gson.JsonElement;

/** What one input of a request looks like. */
@FunctionalInterface
public interface InputJson<I, A> {

    /**
     * Reads it.
     *
     * @param value a string or an object
     * @param place what messages call it: {@code inputs[2]}
     * @throws io.tesserae.server.failure.RequestException if it is no such input
     */
    Asked<I, A> read(JsonElement value, String place);
}
