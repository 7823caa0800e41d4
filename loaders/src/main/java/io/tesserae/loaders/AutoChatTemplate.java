package io.tesserae.loaders;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.chat.ChatTemplate;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.loaders.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Loads a checkpoint's chat template: the {@code chat_template} of transformers' tokenizer, or of its processor, where a checkpoint has one.
 *
 * <p>The first of these that is there counts: the key {@code chat_template} of processor_config.json, chat_template.json,
 * chat_template.jinja, the key {@code chat_template} of tokenizer_config.json. The last may be a list of templates with names, of which the
 * one named {@code default} is meant. The special tokens that a template may speak of are the tokenizer's.
 */
public final class AutoChatTemplate {

    private static final String KEY = "chat_template";
    private static final String DEFAULT = "default";
    private static final String PROCESSOR_CONFIG = "processor_config.json";
    private static final String TEMPLATE_JSON = "chat_template.json";
    private static final String TEMPLATE_FILE = "chat_template.jinja";

    /** Of a file with a template. */
    private static final long LIMIT = 16L << 20;

    private AutoChatTemplate() {}

    /** What a template was found in, and its text. */
    private record Found(String where, String template) {}

    /**
     * The template of the checkpoint in a folder.
     *
     * @throws ModelLoadingException if there is none, a file is damaged, or the template has something that is not supported
     */
    public static ChatTemplate fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /**
     * The template among a checkpoint's files.
     *
     * @throws ModelLoadingException if there is none, a file is damaged, or the template has something that is not supported
     */
    public static ChatTemplate fromPretrained(ModelFiles files) {
        try (Checkpoint checkpoint = Checkpoint.open(Arguments.require(files, "files"))) {
            return fromPretrained(checkpoint);
        }
    }

    /**
     * The template of a checkpoint of which other parts are loaded too.
     *
     * @throws ModelLoadingException if there is none, a file is damaged, or the template has something that is not supported
     */
    public static ChatTemplate fromPretrained(Checkpoint checkpoint) {
        ModelFiles files = Arguments.require(checkpoint, "checkpoint").files();
        return find(checkpoint)
                .orElseThrow(() -> new ModelLoadingException(files.describe(TokenizerFiles.CONFIG)
                        + ": expected a chat template, in the key chat_template or in a file chat_template.jinja, found"
                        + " none; this model was not trained for conversations: give it a prompt as plain text, or put a"
                        + " template into chat_template.jinja"));
    }

    /**
     * The template of a checkpoint; empty if it has none.
     *
     * @throws ModelLoadingException if a file is damaged, or the template has something that is not supported
     */
    public static Optional<ChatTemplate> find(Checkpoint checkpoint) {
        ModelFiles files = Arguments.require(checkpoint, "checkpoint").files();
        try {
            Optional<Found> found = find(files);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            Map<String, String> tokens = checkpoint.tokenizerFiles().specialTokens();
            return Optional.of(
                    ChatTemplate.parse(found.get().where(), found.get().template(), tokens));
        } catch (IOException e) {
            throw new ModelLoadingException(
                    files.describe(TokenizerFiles.CONFIG) + ": reading the chat template failed: " + e, e);
        }
    }

    private static Optional<Found> find(ModelFiles files) throws IOException {
        JsonObjectReader processor = JsonObjectReader.ofFileIfPresent(files, PROCESSOR_CONFIG, LIMIT);
        if (processor.has(KEY)) {
            return Optional.of(new Found(processor.where(), template(processor)));
        }
        if (files.exists(TEMPLATE_JSON)) {
            JsonObjectReader json = JsonObjectReader.ofFile(files, TEMPLATE_JSON, LIMIT);
            return Optional.of(new Found(json.where(), json.requireString(KEY)));
        }
        if (files.exists(TEMPLATE_FILE)) {
            return Optional.of(new Found(files.describe(TEMPLATE_FILE), files.readText(TEMPLATE_FILE, LIMIT)));
        }
        JsonObjectReader tokenizer = JsonObjectReader.ofFileIfPresent(files, TokenizerFiles.CONFIG, LIMIT);
        return tokenizer.has(KEY) ? Optional.of(new Found(tokenizer.where(), template(tokenizer))) : Optional.empty();
    }

    /** One template, or of several with names the default one. */
    private static String template(JsonObjectReader json) {
        JsonElement value = json.value(KEY).orElseThrow();
        if (value instanceof JsonArray) {
            List<String> names = new ArrayList<>();
            Optional<String> found = Optional.empty();
            for (JsonObjectReader named : json.objects(KEY)) {
                names.add(named.requireString("name"));
                if (names.getLast().equals(DEFAULT)) {
                    found = named.string("template"); // the last of a name counts, as in the reference
                }
            }
            return found.orElseThrow(() -> json.wrong(KEY + ": names " + names, "one named default", value));
        }
        if (value.isJsonObject()) {
            return json.asObject(KEY, value).requireString(DEFAULT);
        }
        return json.asString(KEY, value);
    }
}
