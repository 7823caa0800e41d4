package io.tesserae.loaders.sentence;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import java.io.IOException;
import java.util.List;

/**
 * What the files say of a model for late interaction.
 *
 * @param transformerFolder the folder of the encoder and its tokenizer; empty where they lie with the others
 * @param projections what is done to each token's hidden state; empty where a layer of the encoder's own file does it, or one beside
 *     the model
 * @param queryPrefix the token behind a query's first; empty: none
 * @param documentPrefix the token behind a document's first; empty: none
 * @param queryLength tokens of a query, to which it is cut, and filled up with masks if {@code queryExpansion}
 * @param documentLength the most tokens of a document
 * @param queryExpansion whether queries are filled up with masks, each with a vector of its own
 * @param attendToExpansion whether those are seen by the other tokens
 * @param skippedWords tokens of a document that get no vector: punctuation
 * @param likeBgeM3 whether it is bge-m3 or a model like it: the layer is in {@code colbert_linear.pt}, the first token gets no vector,
 *     and a score is the mean over a query's vectors, not their sum
 */
public record ColBertConfig(
        String transformerFolder,
        List<SentenceTransformerConfig.Dense> projections,
        String queryPrefix,
        String documentPrefix,
        int queryLength,
        int documentLength,
        boolean queryExpansion,
        boolean attendToExpansion,
        List<String> skippedWords,
        boolean likeBgeM3) {

    /** Python's {@code string.punctuation}. */
    static final List<String> PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
            .chars()
            .mapToObj(Character::toString)
            .toList();

    /** Checks the ranges. */
    public ColBertConfig {
        Arguments.require(transformerFolder, "transformerFolder");
        projections = List.copyOf(Arguments.requireAll(projections, "projections"));
        Arguments.require(queryPrefix, "queryPrefix");
        Arguments.require(documentPrefix, "documentPrefix");
        skippedWords = List.copyOf(Arguments.requireAll(skippedWords, "skippedWords"));
        if (queryLength < 4 || documentLength < 4) {
            throw new IllegalArgumentException("expected room for 4 tokens or more in queries and documents, found "
                    + queryLength + " and " + documentLength);
        }
    }

    /**
     * Reads the files: those of PyLate, in the layout of sentence-transformers, or those of ColBERT's authors, {@code
     * artifact.metadata}, or those of bge-m3.
     *
     * @throws ModelLoadingException if a file is damaged, asks for what is not implemented, or cannot be read
     */
    public static ColBertConfig read(ModelFiles files) {
        try {
            return new ColBertFiles(Arguments.require(files, "files")).read();
        } catch (IOException e) {
            throw new ModelLoadingException(
                    files.describe("modules.json") + ": reading the files for late interaction failed: " + e, e);
        }
    }

    /** Whether files with {@code modules.json} are of a model for late interaction, rather than of a sentence encoder. */
    static boolean isOf(ModelFiles files) throws IOException {
        return ColBertFiles.isOf(files);
    }

    /** What is said where there is no such model. */
    static ModelLoadingException noProjection(ModelFiles files) {
        return ColBertFiles.noProjection(files);
    }
}
