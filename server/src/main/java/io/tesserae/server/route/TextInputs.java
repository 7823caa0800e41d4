package io.tesserae.server.route;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.server.failure.ErrorType;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.json.Members;
import io.tesserae.server.json.RequestJson;
import io.tesserae.tokenizer.EncodingOptions;
import io.tesserae.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Texts as the routes of text-embeddings-inference and OpenAI take them: one text, the ids of its tokens, or a list of either.
 *
 * @param autoTruncate whether a text that is too long is cut where a request does not say
 */
record TextInputs(boolean autoTruncate) {

    /** The texts of a member, which must be there. */
    List<String> read(Members members, String member, Tokenizer tokenizer) {
        JsonElement value = members.require(member);
        if (!(value instanceof JsonArray array)) {
            return List.of(one(value, member, tokenizer));
        }
        if (array.isEmpty()) {
            throw RequestException.empty("`" + member + "` cannot be empty");
        }
        if (array.get(0) instanceof JsonPrimitive first && first.isNumber()) {
            return List.of(one(array, member, tokenizer));
        }
        List<String> texts = new ArrayList<>(array.size());
        for (JsonElement element : array) {
            texts.add(one(element, member + "[" + texts.size() + "]", tokenizer));
        }
        return texts;
    }

    private static String one(JsonElement value, String place, Tokenizer tokenizer) {
        String text;
        if (Members.isString(value)) {
            text = value.getAsString();
        } else if (value instanceof JsonArray ids) {
            text = textOf(Members.integers(ids, place), place, tokenizer);
        } else {
            throw RequestException.validation(
                    place + ": expected a text or the ids of its tokens, found " + RequestJson.describe(value));
        }
        return requireText(text, place);
    }

    static String requireText(String text, String place) {
        if (text.isEmpty()) {
            throw RequestException.empty("`" + place + "` cannot be empty");
        }
        return text;
    }

    /** The models take texts; ids that no text has are refused, since the model would read others. */
    private static String textOf(int[] ids, String place, Tokenizer tokenizer) {
        String text = tokenizer.decode(ids, true);
        boolean same = Arrays.equals(tokenizer.encode(text).inputIds(), ids)
                || Arrays.equals(
                        tokenizer
                                .encode(text, EncodingOptions.DEFAULT.withAddSpecialTokens(false))
                                .inputIds(),
                        ids);
        if (!same && ids.length > 0) {
            throw new RequestException(
                    ErrorType.TOKENIZER,
                    place + ": these ids are not those of a text: \"" + excerpt(text)
                            + "\" has others. Send the text itself");
        }
        return text;
    }

    private static String excerpt(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }

    /**
     * Refuses texts that are too long, where they are not to be cut; and a cut at the left, which no pipeline does.
     *
     * @param maxLength of the model
     */
    void requireFitting(List<TextInput> inputs, Members members, Tokenizer tokenizer, int maxLength) {
        boolean truncate = members.bool("truncate", autoTruncate);
        String direction = members.string("truncation_direction").orElse("right");
        if (!direction.equalsIgnoreCase("right") && !direction.equalsIgnoreCase("left")) {
            throw RequestException.validation("truncation_direction: expected Left or Right");
        }
        boolean left = direction.equalsIgnoreCase("left");
        if (truncate && !left) {
            return;
        }
        for (TextInput input : inputs) {
            int tokens = tokenizer
                    .encode(input.text(), input.textPair().orElse(null))
                    .size();
            if (tokens > maxLength) {
                throw RequestException.validation(
                        truncate
                                ? "truncation_direction: texts are cut at the right only; cut it yourself, or send Right"
                                : "`inputs` must have less than " + maxLength + " tokens. Given: " + tokens);
            }
        }
    }
}
