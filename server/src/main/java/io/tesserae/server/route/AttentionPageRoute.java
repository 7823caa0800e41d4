package io.tesserae.server.route;

import io.tesserae.server.failure.ErrorType;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.page.AttentionDrawings;
import io.tesserae.server.page.AttentionPages;
import io.tesserae.server.serving.Call;
import java.util.Map;

/** {@code GET /v1/attention/{page}}: a page that was drawn some minutes ago at most. */
record AttentionPageRoute(AttentionPages pages) implements Route {

    @Override
    public Reply answer(Query query, Call call) {
        byte[] page = pages.find(query.lastSegment())
                .orElseThrow(() -> new RequestException(
                        ErrorType.NOT_FOUND,
                        "there is no such page; one is kept for " + AttentionPages.KEPT.toMinutes()
                                + " minutes: ask for another"));
        return Reply.of("text/html; charset=utf-8", page)
                .with(Map.of(
                        "Content-Security-Policy", AttentionDrawings.policy(page),
                        "Referrer-Policy", "no-referrer",
                        "Cache-Control", "no-store"));
    }
}
