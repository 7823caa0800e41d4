package io.tesserae.loaders;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.system.MemoryLimit;
import io.tesserae.loaders.tokenizer.TokenizerFiles;
import io.tesserae.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Loads a checkpoint's tokenizer the way transformers 5 does.
 *
 * <p>{@code tokenizer_config.json} names the class (else {@code config.json} does, or its model type). For BERT's and
 * its kin's own classes only the vocabulary and the added tokens come from {@code tokenizer.json}, or from {@code
 * vocab.txt} where there is no such file; how the text is normalized comes from {@code tokenizer_config.json},
 * whatever {@code tokenizer.json} says. For the class {@code PreTrainedTokenizerFast}, or if none is named, {@code
 * tokenizer.json} is taken by the letter. So it is for {@code GPT2Tokenizer}, {@code RobertaTokenizer} and {@code LlamaTokenizer}, as
 * version 4 does it, and for the classes with a vocabulary of SentencePiece, which may have its model file instead; what version 5 does
 * with these and with LLaMA's is {@link Reading#CLASS}.
 */
public final class AutoTokenizer {

    private AutoTokenizer() {}

    /**
     * Who decides where {@code tokenizer.json} and the class say different things: {@code LlamaTokenizer}, {@code XLMRobertaTokenizer},
     * {@code CamembertTokenizer}, {@code AlbertTokenizer} or {@code DebertaV2Tokenizer}. For all other classes there is one reading,
     * whatever is asked for.
     */
    public enum Reading {
        /** The file, by the letter. */
        FILE,

        /**
         * The class, as version 5 of transformers reads it. LLaMA's has no normalizer, the pre-tokenizer Metaspace with the mark {@code \u2581}, which
         * is put before the text alone (before each stretch behind an added token where {@code tokenizer_config.json} has {@code legacy}
         * true, nowhere where it has {@code add_prefix_space} false), its own decoder, and no unknown token. Texts come out otherwise around
         * special tokens and where they begin with a space. The classes with a vocabulary of SentencePiece take the pieces and the normalizer's
         * map from the file, and have all stages of their own.
         */
        CLASS
    }

    /**
     * Loads the tokenizer in a folder.
     *
     * @throws ModelLoadingException if there is none, it is damaged, or of a kind that is not supported
     */
    public static Tokenizer fromPretrained(String directory) {
        try {
            return fromPretrained(Path.of(Arguments.require(directory, "directory")));
        } catch (InvalidPathException e) {
            throw new ModelLoadingException(
                    "directory: expected a folder's path, found what is none: " + e.getReason(), e);
        }
    }

    /**
     * Loads the tokenizer in a folder.
     *
     * @throws ModelLoadingException if there is none, it is damaged, or of a kind that is not supported
     */
    public static Tokenizer fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /**
     * Loads the tokenizer among a checkpoint's files.
     *
     * @throws ModelLoadingException if there is none, it is damaged, or of a kind that is not supported
     */
    public static Tokenizer fromPretrained(ModelFiles files) {
        try (Checkpoint checkpoint = Checkpoint.open(files)) {
            return fromPretrained(checkpoint);
        }
    }

    /**
     * Loads the tokenizer among a checkpoint's files.
     *
     * @param reading who decides where file and class differ; {@link Reading#FILE} unless said otherwise
     * @throws ModelLoadingException if there is none, it is damaged, or of a kind that is not supported
     */
    public static Tokenizer fromPretrained(ModelFiles files, Reading reading) {
        try (Checkpoint checkpoint = Checkpoint.open(files)) {
            return fromPretrained(checkpoint, reading);
        }
    }

    /**
     * Loads the tokenizer of a checkpoint of which other parts are loaded too, as its model: config.json is read once for all.
     *
     * @throws ModelLoadingException if there is none, it is damaged, or of a kind that is not supported
     */
    public static Tokenizer fromPretrained(Checkpoint checkpoint) {
        return fromPretrained(checkpoint, Reading.FILE);
    }

    private static Tokenizer fromPretrained(Checkpoint checkpoint, Reading reading) {
        ModelFiles files = Arguments.require(checkpoint, "checkpoint").files();
        boolean asClass = Arguments.require(reading, "reading") == Reading.CLASS;
        try {
            return checkpoint.tokenizerFiles().tokenizer(asClass);
        } catch (IOException e) {
            throw new ModelLoadingException(
                    files.describe(TokenizerFiles.CONFIG) + ": reading the tokenizer failed: " + e, e);
        } catch (OutOfMemoryError e) {
            throw new ModelLoadingException(
                    files.describe(TokenizerFiles.CONFIG) + ": not enough memory for the tokenizer; "
                            + MemoryLimit.advice(e),
                    e);
        }
    }
}
