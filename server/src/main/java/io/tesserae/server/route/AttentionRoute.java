package io.tesserae.server.route;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tesserae.pipelines.attention.ImageAttentionPipeline;
import io.tesserae.pipelines.attention.TextAttentionOptions;
import io.tesserae.pipelines.attention.TextAttentionPipeline;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.json.JsonText;
import io.tesserae.server.json.Members;
import io.tesserae.server.page.AttentionDrawings;
import io.tesserae.server.page.AttentionPages;
import io.tesserae.server.serving.AttentionTask;
import io.tesserae.server.serving.Call;
import io.tesserae.server.serving.Models;
import io.tesserae.server.serving.OpenModel;
import io.tesserae.server.task.Inputs;
import java.util.Optional;

/**
 * {@code POST /v1/attention}: where a model looks, drawn: in a picture, a PNG file; in a text, a page that is kept for some minutes.
 *
 * @param truncation whether a text that is too long is cut
 */
record AttentionRoute(Models models, AttentionPages pages, boolean truncation) implements Route {

    @Override
    public Reply answer(Query query, Call call) {
        Members members = query.members();
        members.requireOnly("model", "inputs");
        Optional<String> model = Embedder.model(members);
        JsonElement input = one(members.require("inputs"));
        if (isPicture(model, input)) {
            AttentionTask<ImageAttentionPipeline> task =
                    models.choose(model, OpenModel::imageAttention, "shows where it looks in pictures");
            ImageInput picture = Inputs.image(input, "inputs");
            byte[] sheet =
                    task.draw(pipeline -> AttentionDrawings.sheet(pipeline.attend(picture), task.modelName()), call);
            return Reply.of("image/png", sheet);
        }
        AttentionTask<TextAttentionPipeline> task =
                models.choose(model, OpenModel::textAttention, "shows where it looks in texts");
        return page(task, Inputs.pair(input, "inputs"), call);
    }

    /** A string is a picture only where the model that is named takes nothing else. */
    private boolean isPicture(Optional<String> model, JsonElement input) {
        return input instanceof JsonObject object && object.has("image")
                || Members.isString(input)
                        && model.isPresent()
                        && models.named(model.get()).imageAttention().isPresent();
    }

    private Reply page(AttentionTask<TextAttentionPipeline> task, TextInput text, Call call) {
        TextAttentionOptions options = TextAttentionOptions.DEFAULT.withTruncation(truncation);
        String title = text.textPair().map(pair -> text.text() + " | " + pair).orElse(text.text());
        byte[] page = task.draw(pipeline -> AttentionDrawings.page(pipeline.attend(text, options), title), call);
        return Reply.json(new JsonText()
                .begin()
                .name("page")
                .string("/v1/attention/" + pages.keep(page))
                .end()
                .toString());
    }

    /** The one input, or the array of it. */
    private static JsonElement one(JsonElement inputs) {
        if (!(inputs instanceof JsonArray array)) {
            return inputs;
        }
        if (array.isEmpty()) {
            throw RequestException.empty("`inputs` cannot be empty");
        }
        if (array.size() > 1) {
            throw RequestException.validation("inputs: expected one, found " + array.size());
        }
        return array.get(0);
    }
}
