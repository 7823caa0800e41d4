package io.tesserae.pipelines.generation;

import static io.tesserae.generation.GenerationOption.MAX_LENGTH;
import static io.tesserae.generation.GenerationOption.MAX_NEW_TOKENS;
import static io.tesserae.generation.GenerationOption.NUM_BEAMS;
import static io.tesserae.generation.GenerationOption.NUM_RETURN_SEQUENCES;

import io.tesserae.generation.Generated;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.Generator;
import io.tesserae.generation.StopSignal;
import io.tesserae.generation.TokenListener;
import io.tesserae.model.DecoderState;
import io.tesserae.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * One call's way to write: what all tasks that write have in common.
 *
 * @param defaults the settings, in which the caller's stand before the others
 * @param seed of sampling
 * @param stopSignal the caller's
 */
record Writing(GenerationDefaults defaults, long seed, StopSignal stopSignal, Tokenizer tokenizer) {

    /** Refuses settings that cannot be together, before anything is read. */
    Writing {
        defaults.config().requireConsistent();
    }

    GenerationConfig config() {
        return defaults.config();
    }

    /** Writes, and closes the state. */
    Generated write(DecoderState state, int[][] prompts, TokenListener listener) {
        Generator generator = new Generator(config())
                .withListener(listener)
                .withStopSignal(stopSignal)
                .withDecoder(ids -> tokenizer.decode(ids, false));
        try (state) {
            return (defaults.hasTasksLength() ? generator.withinPositions() : generator).generate(state, prompts, seed);
        }
    }

    /** The texts of each prompt. */
    List<List<GeneratedText>> texts(Generated generated, List<WrittenPrompt> prompts) {
        int answers = generated.sequences().length / prompts.size();
        List<List<GeneratedText>> texts = new ArrayList<>(prompts.size());
        for (int i = 0; i < prompts.size(); i++) {
            List<GeneratedText> ofPrompt = new ArrayList<>(answers);
            for (int row = i * answers; row < (i + 1) * answers; row++) {
                ofPrompt.add(new GeneratedText(
                        prompts.get(i).text(tokenizer, generated.newTokens(row)),
                        generated.finishReasons().get(row)));
            }
            texts.add(List.copyOf(ofPrompt));
        }
        return List.copyOf(texts);
    }

    /** How much of a batch an answer fills, in tokens: all that the model has to keep of it. */
    int size(int prompt) {
        int length = config().find(MAX_NEW_TOKENS)
                .map(tokens -> prompt + tokens)
                .orElseGet(() -> Math.max(prompt, config().get(MAX_LENGTH)));
        int rows = Math.max(config().get(NUM_BEAMS), config().get(NUM_RETURN_SEQUENCES));
        return (int) Math.min(Integer.MAX_VALUE / 2, (long) length * rows);
    }

    /** Pieces of several answers would run into one another. */
    Writing requireOneAnswer() {
        if (config().get(NUM_RETURN_SEQUENCES) > 1) {
            throw new IllegalArgumentException(
                    "num_return_sequences: an answer that is handed on as it is written is one; expected 1," + " found "
                            + config().get(NUM_RETURN_SEQUENCES));
        }
        return this;
    }
}
