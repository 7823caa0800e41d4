package io.tesserae.server.route;

import io.tesserae.server.serving.Call;

/** Answers requests. */
@FunctionalInterface
public interface Route {

    /**
     * Answers one.
     *
     * @throws io.tesserae.server.failure.RequestException if it cannot be answered
     */
    Reply answer(Query query, Call call);
}
