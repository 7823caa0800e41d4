package io.tesserae.loaders.sentence;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.CheckpointFiles;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.ModulesJson;
import io.tesserae.model.EmbeddingStep;
import io.tesserae.model.LateInteractionEncoder;
import io.tesserae.model.MultiFunctionEncoder;
import io.tesserae.model.MultiFunctionOutput;
import io.tesserae.model.SparseVector;
import io.tesserae.model.TokenBatch;
import io.tesserae.model.TokenVectors;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * BAAI's bge-m3, or a model like it, and its tokenizer: a sentence encoder in the layout of sentence-transformers and two layers beside
 * it, {@code colbert_linear.pt} and {@code sparse_linear.pt}; FlagEmbedding's {@code BGEM3FlagModel}. One forward pass gives a text's
 * dense vector, the weights of its words, and a vector for each of its tokens. Queries and documents are read alike.
 *
 * <p>Who needs one of the three alone takes {@link SentenceTransformer}, {@link SparseTransformer} or {@link ColBert}, with the same
 * answers. Immutable and thread-safe. Open, it keeps the checkpoint's embedding table mapped.
 */
public final class BgeM3 implements AutoCloseable {

    /**
     * What a text becomes.
     *
     * @param dense {@code [dimensions]}
     * @param sparse the weights of its words
     * @param multiVector of all tokens but the first
     */
    public record Vectors(float[] dense, SparseVector sparse, TokenVectors multiVector) {

        /** Checks that nothing is missing. */
        public Vectors {
            Arguments.require(dense, "dense");
            Arguments.require(sparse, "sparse");
            Arguments.require(multiVector, "multiVector");
        }
    }

    private final MultiFunctionEncoder encoder;
    private final Tokenizer tokenizer;
    private final SentenceTransformerConfig config;
    private final PretrainedConfig encoderConfig;

    private BgeM3(
            MultiFunctionEncoder encoder,
            Tokenizer tokenizer,
            SentenceTransformerConfig config,
            PretrainedConfig encoderConfig) {
        this.encoder = encoder;
        this.tokenizer = tokenizer;
        this.config = config;
        this.encoderConfig = encoderConfig;
    }

    /** Loads the checkpoint in a folder, with the process's {@linkplain Engine#shared() shared engine}. */
    public static BgeM3 fromPretrained(Path directory) {
        try (Checkpoint checkpoint = Checkpoint.open(ModelFiles.directory(directory))) {
            return fromPretrained(checkpoint, Engine.shared());
        }
    }

    /**
     * Loads a checkpoint whose config.json somebody has looked at: it is not read again.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static BgeM3 fromPretrained(Checkpoint checkpoint, Engine engine) {
        ModelFiles files = Arguments.require(checkpoint, "checkpoint").files();
        Arguments.require(engine, "engine");
        if (!VectorHeads.areIn(files) || !files.exists(ModulesJson.FILE)) {
            throw new ModelLoadingException(files.describe(ModulesJson.FILE) + ": expected this file, and beside it "
                    + String.join(" and ", CheckpointFiles.VECTOR_HEADS) + ", as bge-m3 has them; one is missing");
        }
        return SentenceTransformer.loadInto(
                checkpoint,
                engine,
                (dense, tokenizer, config, encoderConfig) -> new BgeM3(
                        new MultiFunctionEncoder(
                                dense,
                                VectorHeads.sparse(files, engine, dense.encoder(), tokenizer),
                                new LateInteractionEncoder(
                                        dense.encoder(),
                                        List.of(
                                                VectorHeads.multiVector(files, engine, dense.encoder()),
                                                new EmbeddingStep.Normalize()))),
                        tokenizer,
                        config,
                        encoderConfig));
    }

    /** Whether a checkpoint is such a model: whether it has the two layers. First of all it is a sentence encoder all the same. */
    public static boolean isOf(Checkpoint checkpoint) {
        return VectorHeads.areIn(Arguments.require(checkpoint, "checkpoint").files());
    }

    /**
     * The vectors of a batch's texts, of one forward pass.
     *
     * @throws IllegalArgumentException as {@link io.tesserae.model.Encoder#forward} does
     */
    public List<Vectors> forward(TokenBatch batch) {
        MultiFunctionOutput output = encoder.forward(Arguments.require(batch, "batch"));
        int dimensions = output.dense().dimension(1);
        List<Vectors> vectors = new ArrayList<>(batch.sequences());
        for (int s = 0; s < batch.sequences(); s++) {
            float[] dense = Arrays.copyOfRange(output.dense().data(), s * dimensions, (s + 1) * dimensions);
            vectors.add(new Vectors(dense, output.sparse().get(s), multiVector(output.multiVector(), batch, s)));
        }
        return vectors;
    }

    /** Of all tokens but the first. */
    private static TokenVectors multiVector(Tensor rows, TokenBatch batch, int sequence) {
        int dimensions = rows.dimension(1);
        int end = batch.sequenceStarts()[sequence + 1];
        int begin = Math.min(end, batch.sequenceStarts()[sequence] + 1);
        return new TokenVectors(Arrays.copyOfRange(rows.data(), begin * dimensions, end * dimensions), dimensions);
    }

    /** The model. */
    public MultiFunctionEncoder encoder() {
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
        return "BgeM3 of " + encoderConfig.modelType() + " (" + encoderConfig + "): " + encoder;
    }

    /** Lets go of the checkpoint's files; calls that come later fail. */
    @Override
    public void close() {
        encoder.close();
    }
}
