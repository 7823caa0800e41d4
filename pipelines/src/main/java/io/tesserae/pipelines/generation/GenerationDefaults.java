package io.tesserae.pipelines.generation;

import static io.tesserae.generation.GenerationOption.MAX_LENGTH;
import static io.tesserae.generation.GenerationOption.MAX_NEW_TOKENS;
import static io.tesserae.generation.GenerationOption.PAD_TOKEN_ID;

import io.tesserae.generation.GenerationConfig;
import io.tesserae.tokenizer.Tokenizer;

/**
 * How a task generates where nobody says: the settings of transformers' {@code Pipeline.__init__}, in its order.
 *
 * @param config what holds unless somebody asks for something else
 * @param hasTasksLength whether its length is the task's own, which neither the checkpoint nor anybody has asked for
 */
record GenerationDefaults(GenerationConfig config, boolean hasTasksLength) {

    /** New tokens of an answer, in all tasks that have a length of their own. */
    static final int NEW_TOKENS = 256;

    /** What stands in files for no length at all. */
    private static final int NO_LENGTH = 20;

    /**
     * The settings of a pipeline.
     *
     * @param checkpoint what the checkpoint's files say
     * @param task what the task has where they are silent
     * @param taskSpecific what config.json's {@code task_specific_params} has for the task, which goes before both
     */
    static GenerationDefaults of(
            GenerationConfig checkpoint, GenerationConfig task, GenerationConfig taskSpecific, Tokenizer tokenizer) {
        GenerationConfig config = checkpoint.over(task);
        boolean hasNewTokens =
                config.find(MAX_NEW_TOKENS).filter(count -> count == NEW_TOKENS).isPresent();
        if (hasNewTokens && config.get(MAX_LENGTH) != NO_LENGTH) {
            config = config.without(MAX_NEW_TOKENS);
        }
        boolean hasTasksLength = !checkpoint.isSet(MAX_NEW_TOKENS)
                && !taskSpecific.isSet(MAX_NEW_TOKENS)
                && config.isSet(MAX_NEW_TOKENS);
        config = taskSpecific.over(config);
        if (!config.isSet(PAD_TOKEN_ID) && tokenizer.specialTokens().pad() != null) {
            config = config.with(PAD_TOKEN_ID, tokenizer.padTokenId());
        }
        return new GenerationDefaults(config, hasTasksLength);
    }

    /**
     * The same with what somebody asks for. A {@code max_length} is one: transformers lets the task's own {@code max_new_tokens} win over
     * it, which nobody asked for.
     */
    GenerationDefaults with(GenerationConfig asked) {
        boolean asksForLength = asked.isSet(MAX_LENGTH) || asked.isSet(MAX_NEW_TOKENS);
        GenerationConfig silent =
                hasTasksLength && asksForLength ? config.without(MAX_NEW_TOKENS).without(MAX_LENGTH) : config;
        return new GenerationDefaults(asked.over(silent), hasTasksLength && !asksForLength);
    }
}
