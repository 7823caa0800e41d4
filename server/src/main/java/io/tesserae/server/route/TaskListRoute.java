package io.tesserae.server.route;

import io.tesserae.server.json.JsonText;
import io.tesserae.server.serving.Call;
import io.tesserae.server.serving.Models;
import io.tesserae.server.serving.OpenModel;

/** {@code GET /v1/tasks}: the models, and what each can do. */
record TaskListRoute(Models models) implements Route {

    @Override
    public Reply answer(Query query, Call call) {
        JsonText json = new JsonText().begin().name("models");
        json.array(models.all(), TaskListRoute::write);
        return Reply.json(json.end().toString());
    }

    private static void write(JsonText json, OpenModel open) {
        json.begin()
                .name("model")
                .string(open.model().name())
                .name("model_type")
                .string(open.model().config().modelType())
                .name("tasks")
                .array(open.tasks(), (out, task) -> out.string(task.name()))
                .end();
    }
}
