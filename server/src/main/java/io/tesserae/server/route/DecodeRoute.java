package io.tesserae.server.route;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.json.JsonText;
import io.tesserae.server.json.Members;
import io.tesserae.server.json.RequestJson;
import io.tesserae.server.serving.Call;
import io.tesserae.server.serving.Models;
import io.tesserae.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/** {@code /decode}: texts of tokens. */
record DecodeRoute(Models models, int maxClientBatchSize) implements Route {

    @Override
    public Reply answer(Query query, Call call) {
        Members members = query.members();
        Tokenizer tokenizer = Tokenizers.choose(models, members);
        boolean skip = members.bool("skip_special_tokens", true);
        List<String> texts = new ArrayList<>();
        for (int[] ids : read(members.require("ids"))) {
            texts.add(tokenizer.decode(ids, skip));
        }
        Tokenizers.requireBatch(texts.size(), maxClientBatchSize);
        return Reply.json(new JsonText().array(texts, JsonText::string).toString());
    }

    /** The ids of one text, or of several. */
    private static List<int[]> read(JsonElement value) {
        if (!(value instanceof JsonArray array)) {
            throw RequestException.validation("ids: expected an array, found " + RequestJson.describe(value));
        }
        if (array.isEmpty()) {
            throw RequestException.empty("`ids` cannot be empty");
        }
        if (!(array.get(0) instanceof JsonArray)) {
            return List.of(Members.integers(array, "ids"));
        }
        List<int[]> all = new ArrayList<>();
        for (JsonElement element : array) {
            String place = "ids[" + all.size() + "]";
            if (!(element instanceof JsonArray ids)) {
                throw RequestException.validation(
                        place + ": expected an array, found " + RequestJson.describe(element));
            }
            all.add(Members.integers(ids, place));
        }
        return all;
    }
}
