package io.tesserae.loaders.sentence;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.SparseEncoder;
import io.tesserae.model.SparseWeighing;
import io.tesserae.tokenizer.Tokenizer;
import java.nio.file.Path;

/**
 * A sparse encoder and its tokenizer, in the layout of sentence-transformers: that library's {@code SparseEncoder} with {@code
 * MLMTransformer} and {@code SpladePooling}. A checkpoint without {@code modules.json} is a masked language model, of whose words the
 * greatest weight counts. One with {@code sparse_linear.pt} and {@code colbert_linear.pt} is bge-m3, whose layer weighs the text's own
 * tokens: see {@link BgeM3}.
 *
 * <p>Immutable and thread-safe. Open, it keeps the checkpoint's embedding table mapped.
 */
public final class SparseTransformer implements AutoCloseable {

    private final SparseEncoder encoder;
    private final Tokenizer tokenizer;
    private final SparseTransformerConfig config;
    private final PretrainedConfig encoderConfig;

    private SparseTransformer(
            SparseEncoder encoder,
            Tokenizer tokenizer,
            SparseTransformerConfig config,
            PretrainedConfig encoderConfig) {
        this.encoder = encoder;
        this.tokenizer = tokenizer;
        this.config = config;
        this.encoderConfig = encoderConfig;
    }

    /** Loads the checkpoint in a folder, with the process's {@linkplain Engine#shared() shared engine}. */
    public static SparseTransformer fromPretrained(Path directory) {
        try (Checkpoint checkpoint = Checkpoint.open(ModelFiles.directory(directory))) {
            return fromPretrained(checkpoint, Engine.shared());
        }
    }

    /**
     * Loads a checkpoint whose config.json somebody has looked at: it is not read again.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static SparseTransformer fromPretrained(Checkpoint checkpoint, Engine engine) {
        ModelFiles files = Arguments.require(checkpoint, "checkpoint").files();
        Arguments.require(engine, "engine");
        SparseTransformerConfig config = SparseTransformerConfig.read(files);
        if (config.transformerFolder().isEmpty()) {
            return load(files, config, checkpoint, engine);
        }
        try (Checkpoint encoder = Checkpoint.open(files.folder(config.transformerFolder()))) {
            return load(files, config, encoder, engine);
        }
    }

    private static SparseTransformer load(
            ModelFiles files, SparseTransformerConfig config, Checkpoint checkpoint, Engine engine) {
        Tokenizer own = AutoTokenizer.fromPretrained(checkpoint);
        Tokenizer tokenizer = config.doLowerCase() ? own.loweringCaseFirst() : own;
        SparseEncoder encoder = config.pooling().isPresent()
                ? checkpoint.load(
                        Head.MASKED_LM,
                        engine,
                        model -> new SparseEncoder(new SparseWeighing.VocabularyScores(
                                model, config.pooling().get())))
                : checkpoint.load(
                        Head.ENCODER,
                        engine,
                        model -> new SparseEncoder(VectorHeads.sparse(files, engine, model, tokenizer)));
        return new SparseTransformer(encoder, tokenizer, config, checkpoint.config());
    }

    /** The model. */
    public SparseEncoder encoder() {
        return encoder;
    }

    /** The tokenizer. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** The longest encoding of a text, in tokens, special tokens included. */
    public int maxLength() {
        int limit = config.maxSeqLength().orElse(tokenizer.modelMaxLength());
        return Math.min(limit, encoder.backbone().maxLength());
    }

    /** What the files of sentence-transformers say. */
    public SparseTransformerConfig config() {
        return config;
    }

    /** What config.json says of the encoder. */
    public PretrainedConfig encoderConfig() {
        return encoderConfig;
    }

    /** What it is: model type, file and sizes, in a line. */
    @Override
    public String toString() {
        return "SparseTransformer of " + encoderConfig.modelType() + " (" + encoderConfig + "): " + encoder;
    }

    /** Lets go of the checkpoint's files; calls that come later fail. */
    @Override
    public void close() {
        encoder.close();
    }
}
