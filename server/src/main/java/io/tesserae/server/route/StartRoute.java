package io.tesserae.server.route;

import io.tesserae.server.serving.Call;
import java.util.Map;

/** {@code /}: the page for a browser; for programs the health, as in text-embeddings-inference. */
record StartRoute(Route page, Route health) implements Route {

    private static final Map<String, String> VARY = Map.of("Vary", "Accept");

    @Override
    public Reply answer(Query query, Call call) {
        return (query.wantsHtml() ? page : health).answer(query, call).with(VARY);
    }
}
