package io.tesserae.training.task;

import io.tesserae.training.data.EncodedText;
import io.tesserae.training.data.table.Origin;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.tape.Parameters;
import java.util.OptionalInt;

/**
 * What a network has embeddings for. Networks look rows up without asking, so texts are checked once, when they are read.
 *
 * @param words how many token ids
 * @param tokenTypes how many token types; empty in a family that has none, and reads none
 */
record TextLimits(int words, OptionalInt tokenTypes) {

    static TextLimits of(Parameters parameters) {
        return new TextLimits(
                rows(parameters, ".word_embeddings.weight").orElseThrow(),
                rows(parameters, ".token_type_embeddings.weight"));
    }

    private static OptionalInt rows(Parameters parameters, String name) {
        return parameters.all().stream()
                .filter(parameter -> parameter.name().endsWith(name))
                .mapToInt(parameter -> parameter.value().dimension(0))
                .findFirst();
    }

    /**
     * Checks a text.
     *
     * @throws TrainingException if the network has no embedding for one of its tokens; the message names the row
     */
    void require(EncodedText text, Origin origin) {
        for (int id : text.inputIds()) {
            if (id < 0 || id >= words) {
                throw origin.refusal("expected token ids below " + words + ", as many as the model has words"
                        + " (vocab_size in config.json), found " + id
                        + " from the tokenizer: they belong to different models");
            }
        }
        for (int type : text.tokenTypeIds()) {
            if (tokenTypes.isPresent() && (type < 0 || type >= tokenTypes.getAsInt())) {
                throw origin.refusal(
                        "expected token types below " + tokenTypes.getAsInt() + ", as many as the model has"
                                + " (type_vocab_size in config.json), found " + type
                                + ": the model does not tell two texts apart");
            }
        }
    }
}
