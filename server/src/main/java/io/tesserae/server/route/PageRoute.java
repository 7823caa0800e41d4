package io.tesserae.server.route;

import io.tesserae.server.page.PageFile;
import io.tesserae.server.serving.Call;

/** A file of the page for people. */
record PageRoute(PageFile file) implements Route {

    PageRoute(String name) {
        this(PageFile.of(name));
    }

    @Override
    public Reply answer(Query query, Call call) {
        return Reply.of(file.contentType(), file.bytes()).with(file.headers());
    }
}
