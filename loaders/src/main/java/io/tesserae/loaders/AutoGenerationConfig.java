package io.tesserae.loaders;

import io.tesserae.arguments.Arguments;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.GenerationOption;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.GenerationConfigJson;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.loaders.json.StrictJson;
import io.tesserae.model.GenerationTokens;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a checkpoint says to generate: transformers' {@code GenerationConfig.from_pretrained}, which reads generation_config.json, or the
 * generation keys of config.json where there is no such file.
 */
public final class AutoGenerationConfig {

    private AutoGenerationConfig() {}

    /** What the checkpoint in a folder says. */
    public static GenerationConfig fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /**
     * What a checkpoint says; nothing is set where it says nothing.
     *
     * @throws ModelLoadingException if a file is damaged, or a value is not as it should be
     */
    public static GenerationConfig fromPretrained(ModelFiles files) {
        return GenerationConfigJson.read(Arguments.require(files, "files"));
    }

    /** What a checkpoint says of which other parts are loaded too. */
    public static GenerationConfig fromPretrained(Checkpoint checkpoint) {
        return fromPretrained(Arguments.require(checkpoint, "checkpoint").files());
    }

    /**
     * The tokens that a model's own configuration has, as settings. Some models, BLIP among them, hand them to their decoder whatever the
     * files say.
     */
    public static GenerationConfig of(GenerationTokens tokens) {
        GenerationConfig config = GenerationConfig.DEFAULTS.with(
                GenerationOption.EOS_TOKEN_ID,
                Arguments.require(tokens, "tokens").ends());
        return tokens.padding().isPresent()
                ? config.with(GenerationOption.PAD_TOKEN_ID, tokens.padding().getAsInt())
                : config;
    }

    /**
     * What config.json says for one task, its {@code task_specific_params}; nothing is set where it says nothing.
     *
     * @throws ModelLoadingException if a value is not as it should be, or it has a {@code prefix}, which is not put before texts here
     */
    public static GenerationConfig ofTask(Checkpoint checkpoint, String task) {
        Optional<JsonObjectReader> json = Arguments.require(checkpoint, "checkpoint")
                .json()
                .child("task_specific_params")
                .flatMap(tasks -> tasks.child(Arguments.require(task, "task")));
        if (json.flatMap(keys -> keys.string("prefix"))
                .filter(prefix -> !prefix.isEmpty())
                .isPresent()) {
            throw json.get()
                    .wrong(
                            "prefix",
                            "no text: none is put before prompts",
                            json.get().value("prefix").get());
        }
        return json.map(GenerationConfigJson::parse).orElse(GenerationConfig.DEFAULTS);
    }

    /**
     * Settings that somebody writes as JSON, with the keys of generation_config.json.
     *
     * @param where what to call the text in messages
     * @throws ModelLoadingException if it is no JSON object, or has a key that is unknown, or a value that is not as it should be
     */
    public static GenerationConfig parse(String text, String where) {
        JsonObjectReader json = new JsonObjectReader(
                StrictJson.parseObject(Arguments.require(text, "text"), Arguments.require(where, "where")), where, "");
        List<String> unknown = GenerationConfigJson.unknownKeys(json);
        if (!unknown.isEmpty()) {
            throw new ModelLoadingException(where + ": unknown key " + unknown.getFirst()
                    + "; expected those of generation_config.json: max_new_tokens, num_beams, …");
        }
        return GenerationConfigJson.parse(json);
    }
}
