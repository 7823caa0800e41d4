package io.tesserae.loaders.sentence;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.EmbeddingStep;
import io.tesserae.model.Encoder;
import io.tesserae.model.SentenceEncoder;
import io.tesserae.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A sentence encoder and its tokenizer, in the layout of sentence-transformers: that library's {@code
 * SentenceTransformer}. A checkpoint without {@code modules.json} is one that averages its hidden states.
 *
 * <p>Immutable and thread-safe. Open, it keeps the checkpoint's embedding table mapped.
 */
public final class SentenceTransformer implements AutoCloseable {

    private final SentenceEncoder encoder;
    private final Tokenizer tokenizer;
    private final SentenceTransformerConfig config;
    private final PretrainedConfig encoderConfig;

    private SentenceTransformer(
            SentenceEncoder encoder,
            Tokenizer tokenizer,
            SentenceTransformerConfig config,
            PretrainedConfig encoderConfig) {
        this.encoder = encoder;
        this.tokenizer = tokenizer;
        this.config = config;
        this.encoderConfig = encoderConfig;
    }

    /** Loads the checkpoint in a folder, with the process's {@linkplain Engine#shared() shared engine}. */
    public static SentenceTransformer fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static SentenceTransformer fromPretrained(ModelFiles files) {
        return fromPretrained(files, Engine.shared());
    }

    /**
     * Loads a checkpoint.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static SentenceTransformer fromPretrained(ModelFiles files, Engine engine) {
        try (Checkpoint checkpoint = Checkpoint.open(files)) {
            return fromPretrained(checkpoint, engine);
        }
    }

    /**
     * Loads a checkpoint whose config.json somebody has looked at: it is not read again.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static SentenceTransformer fromPretrained(Checkpoint checkpoint, Engine engine) {
        return loadInto(checkpoint, engine, SentenceTransformer::new);
    }

    /** What is made of the parts of a sentence encoder. */
    @FunctionalInterface
    interface Making<R> {
        R of(
                SentenceEncoder encoder,
                Tokenizer tokenizer,
                SentenceTransformerConfig config,
                PretrainedConfig encoderConfig);
    }

    /** Loads a checkpoint, and makes something of its parts; if that cannot be made, the model is refused, as a damaged one is. */
    static <R> R loadInto(Checkpoint checkpoint, Engine engine, Making<R> making) {
        ModelFiles files = Arguments.require(checkpoint, "checkpoint").files();
        Arguments.require(engine, "engine");
        // What is small first: what is wrong with it shows before the weights are read.
        SentenceTransformerConfig config = SentenceTransformerConfig.read(files);
        if (config.transformerFolder().isEmpty()) {
            return load(files, config, checkpoint, engine, making);
        }
        try (Checkpoint encoder = Checkpoint.open(files.folder(config.transformerFolder()))) {
            return load(files, config, encoder, engine, making);
        }
    }

    private static <R> R load(
            ModelFiles files,
            SentenceTransformerConfig config,
            Checkpoint checkpoint,
            Engine engine,
            Making<R> making) {
        Tokenizer own = AutoTokenizer.fromPretrained(checkpoint);
        Tokenizer tokenizer = config.doLowerCase() ? own.loweringCaseFirst() : own;
        requireRoom(files, config, tokenizer);
        return checkpoint.load(
                Head.ENCODER,
                engine,
                encoder -> making.of(assemble(files, engine, config, encoder), tokenizer, config, checkpoint.config()));
    }

    private static void requireRoom(ModelFiles files, SentenceTransformerConfig config, Tokenizer tokenizer) {
        int specialTokens = tokenizer.specialTokensAround(false);
        if (config.maxSeqLength().orElse(Integer.MAX_VALUE) < specialTokens) {
            throw new ModelLoadingException(files.describe("sentence_bert_config.json") + ": max_seq_length: expected "
                    + specialTokens + " or more, the tokens that the tokenizer puts around a text, found "
                    + config.maxSeqLength().getAsInt());
        }
    }

    private static SentenceEncoder assemble(
            ModelFiles files, Engine engine, SentenceTransformerConfig config, Encoder encoder) {
        int hiddenSize = encoder.config().hiddenSize();
        if (config.embeddingDimension().orElse(hiddenSize) != hiddenSize) {
            throw new ModelLoadingException(files.describe("modules.json") + ": the pooling expects hidden states of "
                    + config.embeddingDimension().getAsInt() + " numbers (embedding_dimension), but those of the"
                    + " encoder have " + hiddenSize + "; the files belong to different models");
        }
        List<EmbeddingStep> steps = new ArrayList<>();
        for (SentenceTransformerConfig.Module module : config.modules()) {
            steps.add(
                    switch (module) {
                        case SentenceTransformerConfig.Normalize() -> new EmbeddingStep.Normalize();
                        case SentenceTransformerConfig.Dense dense -> DenseWeights.load(files, engine, dense);
                    });
        }
        try {
            return new SentenceEncoder(encoder, config.poolingModes(), steps);
        } catch (IllegalArgumentException e) {
            throw new ModelLoadingException(files.describe("modules.json") + ": a Dense module " + e.getMessage()
                    + "; the files belong to different models");
        }
    }

    /** The model. */
    public SentenceEncoder encoder() {
        return encoder;
    }

    /** The tokenizer. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** The longest encoding of a text, in tokens, special tokens included. */
    public int maxLength() {
        int limit = config.maxSeqLength().orElse(tokenizer.modelMaxLength());
        return Math.min(limit, encoder.encoder().maxLength());
    }

    /** How many numbers an embedding has, where nobody asks for fewer. */
    public int dimensions() {
        return Math.min(config.truncateDim().orElse(Integer.MAX_VALUE), encoder.dimensions());
    }

    /** What the files of sentence-transformers say. */
    public SentenceTransformerConfig config() {
        return config;
    }

    /** What config.json says of the encoder. */
    public PretrainedConfig encoderConfig() {
        return encoderConfig;
    }

    /** What it is: model type, file and sizes, in a line. */
    @Override
    public String toString() {
        return "SentenceTransformer of " + encoderConfig.modelType() + " (" + encoderConfig + "): " + encoder;
    }

    /** Lets go of the checkpoint's files; calls that come later fail. */
    @Override
    public void close() {
        encoder.close();
    }
}
