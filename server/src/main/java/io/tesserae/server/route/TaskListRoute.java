package io.tesserae.server.route;

import io.tesserae.server.json.JsonText;
import io.tesserae.server.serving.AttentionTask;
import io.tesserae.server.serving.Call;
import io.tesserae.server.serving.Models;
import io.tesserae.server.serving.OpenModel;
import io.tesserae.tokenizer.Tokenizer;
import java.util.Optional;

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
                .array(open.tasks(), (out, task) -> out.string(task.name()));
        attention(open).ifPresent(name -> json.name("attention").string(name));
        maskToken(open).ifPresent(token -> json.name("mask_token").string(token));
        json.end();
    }

    /** What {@code /v1/attention} draws of it. */
    private static Optional<String> attention(OpenModel open) {
        return open.textAttention()
                .map(AttentionTask::name)
                .or(() -> open.imageAttention().map(AttentionTask::name));
    }

    /** What stands for the gap in a text; a model that fills gaps is loaded already. */
    private static Optional<String> maskToken(OpenModel open) {
        if (open.task("fill-mask").isEmpty()) {
            return Optional.empty();
        }
        return Tokenizers.of(open).map((Tokenizer tokenizer) -> tokenizer.idToToken(tokenizer.maskTokenId()));
    }
}
