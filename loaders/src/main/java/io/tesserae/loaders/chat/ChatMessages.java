package io.tesserae.loaders.chat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.chat.ContentPart.Image;
import io.tesserae.loaders.chat.ContentPart.Image.Source;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.loaders.json.StrictJson;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Messages as JSON, as transformers takes them: {@code [{"role": "user", "content": "…"}]}, where the content may also be a list of
 * {@code {"type": "text", "text": "…"}} and {@code {"type": "image", "url": "…"}} ({@code path} or {@code image} instead of {@code url},
 * or none of them; {@code {"type": "image_url", "image_url": {"url": "…"}}} is the same as with {@code url}).
 */
public final class ChatMessages {

    private static final int LIMIT = 100_000;

    private ChatMessages() {}

    /**
     * Reads a conversation.
     *
     * @param json a list of messages
     * @param where what to call the text in messages of errors
     * @throws ModelLoadingException if it is anything else, or has a key that is not known
     */
    public static List<ChatMessage> parse(String json, String where) {
        JsonElement value = StrictJson.parse(Arguments.require(json, "json"), Arguments.require(where, "where"));
        if (!(value instanceof JsonArray array) || array.size() > LIMIT) {
            throw new ModelLoadingException(
                    where + ": expected a list of at most " + LIMIT + " messages, found " + StrictJson.describe(value));
        }
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonElement element : array) {
            messages.add(message(object(element, where, "[" + messages.size() + "]")));
        }
        return List.copyOf(messages);
    }

    private static JsonObjectReader object(JsonElement element, String where, String path) {
        if (!element.isJsonObject()) {
            throw new ModelLoadingException(
                    where + ": " + path + ": expected an object, found " + StrictJson.describe(element));
        }
        return new JsonObjectReader(element.getAsJsonObject(), where, path + ".");
    }

    private static ChatMessage message(JsonObjectReader json) {
        requireKnown(json, Set.of("role", "content"));
        String role = json.requireString("role");
        if (role.isEmpty()) {
            throw json.wrong(
                    "role", "who speaks, as user or assistant", json.object().get("role"));
        }
        JsonElement content = json.value("content").orElse(null);
        if (!(content instanceof JsonArray array)) {
            if (content == null || !content.isJsonPrimitive()) {
                throw json.wrong("content", "a string or a list of parts", content);
            }
            return ChatMessage.of(role, json.asString("content", content));
        }
        List<ContentPart> parts = new ArrayList<>();
        for (JsonElement element : array) {
            parts.add(part(json.asObject("content[" + parts.size() + "]", element)));
        }
        return ChatMessage.of(role, parts);
    }

    private static ContentPart part(JsonObjectReader json) {
        switch (json.requireString("type")) {
            case "text" -> {
                requireKnown(json, Set.of("type", "text"));
                return new ContentPart.Text(json.requireString("text"));
            }
            case "image" -> {
                requireKnown(json, Set.of("type", "url", "path", "image"));
                return image(json);
            }
            case "image_url" -> {
                requireKnown(json, Set.of("type", "image_url"));
                JsonElement url = json.value("image_url").orElse(null);
                boolean isObject = url != null && url.isJsonObject();
                JsonObjectReader holder = isObject ? json.asObject("image_url", url) : json;
                return new Image(Source.URL, reference(holder, isObject ? "url" : "image_url"));
            }
            default ->
                throw json.wrong(
                        "type", "text, image or image_url", json.object().get("type"));
        }
    }

    private static Image image(JsonObjectReader json) {
        Image image = Image.place();
        for (Source source : List.of(Source.URL, Source.PATH, Source.IMAGE)) {
            String key = key(source);
            if (json.has(key)) {
                if (image.source() != Source.NONE) {
                    throw json.wrong(
                            key,
                            "one reference to the picture, not two",
                            json.object().get(key));
                }
                image = new Image(source, reference(json, key));
            }
        }
        return image;
    }

    private static String reference(JsonObjectReader json, String key) {
        String reference = json.requireString(key);
        if (reference.isEmpty()) {
            throw json.wrong(key, "a picture's address or path", json.object().get(key));
        }
        return reference;
    }

    private static void requireKnown(JsonObjectReader json, Set<String> known) {
        for (String key : json.keys()) {
            if (!known.contains(key)) {
                throw new ModelLoadingException(json.where() + ": " + json.path() + key
                        + ": the key is not supported here; leave it out, or ask with the text that it stands for");
            }
        }
    }

    private static String key(Source source) {
        return source.name().toLowerCase(Locale.ROOT);
    }

    // --- What templates see

    /** Messages as templates know them: dictionaries. */
    static List<Object> forTemplate(List<ChatMessage> messages) {
        List<Object> values = new ArrayList<>();
        for (ChatMessage message : messages) {
            Object content = switch (message.content()) {
                case MessageContent.Plain(String text) -> text;
                case MessageContent.Parts(List<ContentPart> parts) ->
                    parts.stream().<Object>map(ChatMessages::forTemplate).toList();
            };
            values.add(ordered("role", message.role(), "content", content));
        }
        return Collections.unmodifiableList(values);
    }

    private static Map<String, Object> forTemplate(ContentPart part) {
        return switch (part) {
            case ContentPart.Text(String text) -> ordered("type", "text", "text", text);
            case Image(Source source, String reference) ->
                source == Source.NONE ? Map.of("type", "image") : ordered("type", "image", key(source), reference);
        };
    }

    private static Map<String, Object> ordered(String key, Object value, String secondKey, Object secondValue) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(key, value);
        map.put(secondKey, secondValue);
        return Collections.unmodifiableMap(map);
    }
}
