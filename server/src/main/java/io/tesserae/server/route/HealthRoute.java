package io.tesserae.server.route;

import io.tesserae.server.failure.ErrorType;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.serving.Call;
import java.util.function.BooleanSupplier;

/** {@code /health}: whether every model is loaded and has answered once. */
record HealthRoute(BooleanSupplier ready) implements Route {

    @Override
    public Reply answer(Query query, Call call) {
        if (!ready.getAsBoolean()) {
            throw new RequestException(ErrorType.UNHEALTHY, "unhealthy");
        }
        return Reply.json("{\"status\":\"ok\"}");
    }
}
