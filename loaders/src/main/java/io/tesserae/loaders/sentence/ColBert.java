package io.tesserae.loaders.sentence;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.ModulesJson;
import io.tesserae.model.EmbeddingStep;
import io.tesserae.model.Encoder;
import io.tesserae.model.LateInteractionEncoder;
import io.tesserae.model.TokenBatch;
import io.tesserae.model.TokenVectors;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import io.tesserae.tensor.WeightException;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.EncodingOptions;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.tokenizer.TruncationStrategy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * A model for late interaction and its tokenizer: PyLate's {@code ColBERT}, in its layout or in that of ColBERT's authors (Khattab and
 * Zaharia, arXiv 2004.12832). Queries and documents are read differently: each has a token of its own behind the first, queries are
 * filled up with masks, and a document's punctuation gets no vector. Or bge-m3, which reads both alike: see {@link BgeM3}.
 *
 * <p>Immutable and thread-safe. Open, it keeps the checkpoint's embedding table mapped.
 */
public final class ColBert implements AutoCloseable {

    private static final String AUTHORS_CLASS = "HF_ColBERT";

    /**
     * A text as the model reads it.
     *
     * @param inputIds {@code [tokens]}
     * @param tokenTypeIds {@code [tokens]}
     * @param seen how many of the tokens the others see: all but the masks behind them
     * @param query whether it is a query
     * @param truncatedTokens how many were cut off
     */
    public record Sequence(int[] inputIds, int[] tokenTypeIds, int seen, boolean query, int truncatedTokens) {

        /** Checks that the arrays fit together. */
        public Sequence {
            Arguments.require(inputIds, "inputIds");
            Arguments.require(tokenTypeIds, "tokenTypeIds");
            if (tokenTypeIds.length != inputIds.length || seen < 0 || seen > inputIds.length) {
                throw new IllegalArgumentException("a text of " + inputIds.length + " input ids has "
                        + tokenTypeIds.length + " token type ids, and " + seen + " tokens that are seen");
            }
        }
    }

    private final LateInteractionEncoder encoder;
    private final Tokenizer tokenizer;
    private final ColBertConfig config;
    private final PretrainedConfig encoderConfig;
    private final OptionalInt queryPrefix;
    private final OptionalInt documentPrefix;
    private final Set<Integer> skipped = new TreeSet<>();

    private ColBert(
            LateInteractionEncoder encoder, Tokenizer tokenizer, ColBertConfig config, PretrainedConfig encoderConfig) {
        this.encoder = encoder;
        this.tokenizer = tokenizer;
        this.config = config;
        this.encoderConfig = encoderConfig;
        this.queryPrefix = prefix("query_prefix", config.queryPrefix());
        this.documentPrefix = prefix("document_prefix", config.documentPrefix());
        String unknown = tokenizer.specialTokens().unk();
        for (String word : config.skippedWords()) {
            // As in PyLate: a word that is not there is the unknown one.
            OptionalInt id = tokenizer.tokenToId(word);
            (id.isPresent() || unknown == null ? id : tokenizer.tokenToId(unknown)).ifPresent(skipped::add);
        }
    }

    private OptionalInt prefix(String key, String token) {
        if (token.isEmpty()) {
            return OptionalInt.empty();
        }
        OptionalInt id = tokenizer.tokenToId(token);
        if (id.isEmpty()) {
            throw new ModelLoadingException(
                    encoderConfig + ": " + key + ": expected a token of the vocabulary, found \"" + token
                            + "\"; the tokenizer is another model's");
        }
        return id;
    }

    /** Loads the checkpoint in a folder, with the process's {@linkplain Engine#shared() shared engine}. */
    public static ColBert fromPretrained(Path directory) {
        try (Checkpoint checkpoint = Checkpoint.open(ModelFiles.directory(directory))) {
            return fromPretrained(checkpoint, Engine.shared());
        }
    }

    /**
     * Loads a checkpoint whose config.json somebody has looked at: it is not read again.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static ColBert fromPretrained(Checkpoint checkpoint, Engine engine) {
        ModelFiles files = Arguments.require(checkpoint, "checkpoint").files();
        Arguments.require(engine, "engine");
        if (!isLoadable(checkpoint)) {
            throw ColBertConfig.noProjection(files);
        }
        ColBertConfig config = ColBertConfig.read(files);
        if (config.transformerFolder().isEmpty()) {
            return load(files, config, checkpoint, engine);
        }
        try (Checkpoint encoder = Checkpoint.open(files.folder(config.transformerFolder()))) {
            return load(files, config, encoder, engine);
        }
    }

    /**
     * Whether a checkpoint is a model for late interaction.
     *
     * @throws ModelLoadingException if its files cannot be read
     */
    public static boolean isOf(Checkpoint checkpoint) {
        ModelFiles files = Arguments.require(checkpoint, "checkpoint").files();
        try {
            return files.exists(ModulesJson.FILE)
                    ? ColBertConfig.isOf(files)
                    : checkpoint.config().architectures().contains(AUTHORS_CLASS);
        } catch (IOException e) {
            throw new ModelLoadingException(files.describe(ModulesJson.FILE) + ": reading it failed: " + e, e);
        }
    }

    /**
     * Whether a checkpoint can be loaded here: whether it {@linkplain #isOf is} a model for late interaction, or has the layer for it
     * besides, as {@link BgeM3} has.
     *
     * @throws ModelLoadingException if its files cannot be read
     */
    public static boolean isLoadable(Checkpoint checkpoint) {
        return isOf(checkpoint) || BgeM3.isOf(checkpoint);
    }

    private static ColBert load(ModelFiles files, ColBertConfig config, Checkpoint checkpoint, Engine engine) {
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(checkpoint);
        boolean own = config.projections().isEmpty() && !config.likeBgeM3();
        String ownLayer = own ? "linear." : "";
        return checkpoint.loadBeside(Head.ENCODER, engine, ownLayer, (encoder, others) -> {
            List<EmbeddingStep> steps = new ArrayList<>();
            if (own) {
                steps.add(ownProjection(engine, encoder, others));
            } else if (config.likeBgeM3()) {
                steps.add(VectorHeads.multiVector(files, engine, encoder));
            }
            for (SentenceTransformerConfig.Dense dense : config.projections()) {
                steps.add(DenseWeights.load(files, engine, dense));
            }
            steps.add(new EmbeddingStep.Normalize());
            try {
                return new ColBert(new LateInteractionEncoder(encoder, steps), tokenizer, config, checkpoint.config());
            } catch (IllegalArgumentException e) {
                throw new ModelLoadingException(files.describe(ModulesJson.FILE) + ": a Dense module " + e.getMessage()
                        + "; the files belong to different models");
            }
        });
    }

    /** {@code linear.weight}, {@code [dimensions, hidden]}, which the authors store beside the encoder's tensors. */
    private static EmbeddingStep ownProjection(Engine engine, Encoder encoder, TensorSource others) {
        int hidden = encoder.config().hiddenSize();
        String name = "linear.weight";
        if (!others.names().contains(name)) {
            throw new WeightException("tensor " + name + ": missing; expected it in a checkpoint of " + AUTHORS_CLASS);
        }
        int dimensions = Math.toIntExact(others.shape(name)[0]);
        return EmbeddingStep.Dense.load(engine, others, hidden, dimensions, false, Activation.LINEAR);
    }

    /** A query as the model reads it. */
    public Sequence query(String text) {
        Sequence sequence = sequence(encode(text, config.queryLength(), queryPrefix), queryPrefix, true);
        int length = sequence.inputIds().length;
        int full = Math.min(config.queryLength(), encoder.encoder().maxLength());
        if (!config.queryExpansion() || length >= full) {
            return sequence;
        }
        int[] ids = Arrays.copyOf(sequence.inputIds(), full);
        Arrays.fill(ids, length, full, tokenizer.maskTokenId());
        return new Sequence(
                ids,
                Arrays.copyOf(sequence.tokenTypeIds(), full),
                config.attendToExpansion() ? full : length,
                true,
                sequence.truncatedTokens());
    }

    /** A document as the model reads it. */
    public Sequence document(String text) {
        return sequence(encode(text, config.documentLength(), documentPrefix), documentPrefix, false);
    }

    private Encoding encode(String text, int length, OptionalInt prefix) {
        int most = Math.min(length, encoder.encoder().maxLength()) - (prefix.isPresent() ? 1 : 0);
        return tokenizer.encode(
                Arguments.require(text, "text"),
                EncodingOptions.DEFAULT
                        .withTruncation(TruncationStrategy.LONGEST_FIRST)
                        .withMaxLength(most));
    }

    /** A text's tokens with its kind's token behind the first. */
    private static Sequence sequence(Encoding encoding, OptionalInt prefix, boolean query) {
        int[] ids = encoding.inputIds();
        int[] types = encoding.tokenTypeIds();
        if (prefix.isPresent()) {
            ids = inserted(ids, prefix.getAsInt());
            types = inserted(types, 0);
        }
        return new Sequence(ids, types, ids.length, query, encoding.truncatedTokens());
    }

    private static int[] inserted(int[] values, int value) {
        int[] more = new int[values.length + 1];
        int first = Math.min(1, values.length);
        System.arraycopy(values, 0, more, 0, first);
        more[first] = value;
        System.arraycopy(values, first, more, first + 1, values.length - first);
        return more;
    }

    /**
     * The vectors of texts: of a query those of all its tokens, masks included, of a document those of all but its punctuation. In a model
     * like bge-m3 the first token has none.
     *
     * @throws IllegalArgumentException as {@link LateInteractionEncoder#forward} does
     */
    public List<TokenVectors> forward(List<Sequence> sequences) {
        Arguments.requireAll(sequences, "sequences");
        int[][] ids = sequences.stream().map(Sequence::inputIds).toArray(int[][]::new);
        int[] seen = sequences.stream().mapToInt(Sequence::seen).toArray();
        TokenBatch batch = tokenizer.returnsTokenTypeIds()
                ? TokenBatch.of(
                        ids, sequences.stream().map(Sequence::tokenTypeIds).toArray(int[][]::new))
                : TokenBatch.of(ids);
        boolean all = sequences.stream().allMatch(sequence -> sequence.seen() == sequence.inputIds().length);
        Tensor rows = all ? encoder.forward(batch) : encoder.forward(batch, seen); // [tokens, dimensions]
        List<TokenVectors> vectors = new ArrayList<>(sequences.size());
        for (int s = 0; s < sequences.size(); s++) {
            vectors.add(vectors(sequences.get(s), rows, batch.sequenceStarts()[s]));
        }
        return vectors;
    }

    private TokenVectors vectors(Sequence sequence, Tensor rows, int start) {
        int dimensions = encoder.dimensions();
        int[] ids = sequence.inputIds();
        float[] kept = new float[ids.length * dimensions];
        int count = 0;
        for (int token = config.likeBgeM3() ? 1 : 0; token < ids.length; token++) {
            if (sequence.query() || !skipped.contains(ids[token])) {
                System.arraycopy(rows.data(), (start + token) * dimensions, kept, count++ * dimensions, dimensions);
            }
        }
        return new TokenVectors(Arrays.copyOf(kept, count * dimensions), dimensions);
    }

    /**
     * How well a document fits a query: {@link TokenVectors#maxSim}; in a model like bge-m3 divided by the number of the query's vectors.
     *
     * @return 0 if there is no vector on one side
     * @throws IllegalArgumentException if the vectors of the two are of different lengths
     */
    public float score(TokenVectors query, TokenVectors document) {
        float sum = Arguments.require(query, "query").maxSim(document);
        return config.likeBgeM3() && query.count() > 0 ? sum / query.count() : sum;
    }

    /** The model. */
    public LateInteractionEncoder encoder() {
        return encoder;
    }

    /** The tokenizer. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** What the files say. */
    public ColBertConfig config() {
        return config;
    }

    /** What config.json says of the encoder. */
    public PretrainedConfig encoderConfig() {
        return encoderConfig;
    }

    /** What it is: model type, file and sizes, in a line. */
    @Override
    public String toString() {
        return "ColBERT of " + encoderConfig.modelType() + " (" + encoderConfig + "): " + encoder;
    }

    /** Lets go of the checkpoint's files; calls that come later fail. */
    @Override
    public void close() {
        encoder.close();
    }
}
