package io.tesserae.server.route;

import io.tesserae.server.serving.Call;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** A file that comes along. */
record DocumentRoute(String name, String contentType) implements Route {

    @Override
    public Reply answer(Query query, Call call) {
        try (InputStream in = DocumentRoute.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no file " + name);
            }
            return Reply.of(contentType, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
