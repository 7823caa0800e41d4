package io.tesserae.loaders.sentence;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.model.PoolingMode;
import io.tesserae.model.SimilarityFunction;
import io.tesserae.tensor.Activation;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the files of sentence-transformers say of a sentence encoder: {@code modules.json} and what it names, {@code
 * sentence_bert_config.json}, {@code config_sentence_transformers.json}.
 *
 * @param transformerFolder the folder of the encoder and its tokenizer; empty where they lie with {@code modules.json}
 * @param maxSeqLength the longest encoding, in tokens, special tokens included; empty: as the tokenizer says. Never more
 *     than the encoder has positions for.
 * @param doLowerCase whether the case is lowered whatever the tokenizer does about it
 * @param poolingModes how the hidden states of a sequence become one vector; one or more
 * @param embeddingDimension the width that the pooling expects of a hidden state; empty where no file says it
 * @param includePrompt whether the tokens of a prompt are pooled with the text's
 * @param modules what is done to the pooled vectors, in this order
 * @param prompts what may be put before a text, by name; {@code query} and {@code document} are always there, and empty
 *     unless the model says otherwise
 * @param defaultPromptName the prompt that is used where nobody names one
 * @param similarityFunction how embeddings of this model are compared
 * @param truncateDim how many numbers of an embedding are kept; empty: all
 */
public record SentenceTransformerConfig(
        String transformerFolder,
        OptionalInt maxSeqLength,
        boolean doLowerCase,
        List<PoolingMode> poolingModes,
        OptionalInt embeddingDimension,
        boolean includePrompt,
        List<Module> modules,
        Map<String, String> prompts,
        Optional<String> defaultPromptName,
        SimilarityFunction similarityFunction,
        OptionalInt truncateDim) {

    /** A module after the pooling. */
    public sealed interface Module {}

    /**
     * A linear layer and an activation.
     *
     * @param folder where its weights lie
     */
    public record Dense(String folder, int inFeatures, int outFeatures, boolean bias, Activation activation)
            implements Module {

        /** Reads what the module's configuration says. */
        static Dense read(JsonObjectReader config, String folder) {
            return DenseJson.read(config, folder);
        }
    }

    /** A division by the length. */
    public record Normalize() implements Module {}

    /**
     * Reads the files. Where there is no {@code modules.json} the others do not count: the encoder's hidden states are
     * averaged, and that is all.
     *
     * @throws ModelLoadingException if a file is damaged, asks for what is not implemented, or cannot be read
     */
    public static SentenceTransformerConfig read(ModelFiles files) {
        Arguments.require(files, "files");
        try {
            return new SentenceTransformerFiles(files).read();
        } catch (IOException e) {
            throw new ModelLoadingException(
                    files.describe("modules.json") + ": reading the sentence encoder's files failed: " + e, e);
        }
    }
}
