package io.tesserae.training.task;

import io.tesserae.family.Head;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.sentence.SentenceTransformerConfig;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.training.TrainingTask;
import io.tesserae.training.data.Dataset;
import io.tesserae.training.data.EncodedText;
import io.tesserae.training.data.ScoredPair;
import io.tesserae.training.data.SentenceGroup;
import io.tesserae.training.data.SentencePairReader;
import io.tesserae.training.data.TextEncoder;
import io.tesserae.training.data.table.Table;
import io.tesserae.training.data.table.TableFile;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.layer.Rows;
import io.tesserae.training.loss.CosineSimilarityLoss;
import io.tesserae.training.loss.InBatchNegatives;
import io.tesserae.training.metric.TaskMetrics;
import io.tesserae.training.network.Network;
import io.tesserae.training.saving.ConfigChanges;
import io.tesserae.training.saving.ModelFolder;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/**
 * Brings embeddings of texts near to each other, or apart, as sentence-transformers' trainer does. Rows of an anchor and a positive, and
 * perhaps a negative, are learned against all other rows of the batch; rows of two texts and a score by their cosine.
 */
public final class SentenceEmbeddingTask implements TrainingTask {

    private final TrainedNetwork<Network.OfTexts> trained;
    private final SentencePooling pooling;
    private final Texts train;
    private final Optional<Texts> eval;
    private final Options options;
    private final SentenceFiles files;

    private SentenceEmbeddingTask(
            TrainedNetwork<Network.OfTexts> trained,
            SentencePooling pooling,
            Texts train,
            Optional<Texts> eval,
            Options options,
            SentenceFiles files) {
        this.trained = trained;
        this.pooling = pooling;
        this.train = train;
        this.eval = eval;
        this.options = options;
        this.files = files;
    }

    /**
     * How embeddings are compared.
     *
     * @param negatives how an anchor finds its positive among all; rows with scores have no use for it
     */
    public record Options(InBatchNegatives negatives) {

        /** As sentence-transformers does it: cosines times 20. */
        public static final Options DEFAULTS = new Options(InBatchNegatives.DEFAULT);
    }

    /** Whether the checkpoint has the files of sentence-transformers, and the most tokens of a text. */
    private record SentenceFiles(boolean present, int maxLength) {}

    /** A row's texts, the anchor first, and its score if it has one. */
    private record TextRow(List<EncodedText> texts, OptionalDouble score) {}

    /** A table's rows. */
    private record Texts(Table table, Dataset<TextRow> rows, boolean scored) {

        static Texts read(SentencePairReader reader, Table table, boolean scored) {
            List<TextRow> rows = new ArrayList<>();
            if (scored) {
                Dataset<ScoredPair> pairs = reader.scoredPairs(table);
                for (int i = 0; i < pairs.size(); i++) {
                    ScoredPair pair = pairs.get(i);
                    if (!(Math.abs(pair.score()) <= 1)) {
                        throw table.rows()
                                .get(i)
                                .origin()
                                .refusal("score: expected a cosine, from -1 to 1, found " + pair.score()
                                        + "; divide scores by the greatest there may be");
                    }
                    rows.add(new TextRow(List.of(pair.first(), pair.second()), OptionalDouble.of(pair.score())));
                }
            } else {
                Dataset<SentenceGroup> groups = reader.groups(table);
                for (int i = 0; i < groups.size(); i++) {
                    SentenceGroup group = groups.get(i);
                    List<EncodedText> texts = new ArrayList<>(List.of(group.anchor(), group.positive()));
                    group.negative().ifPresent(texts::add);
                    rows.add(new TextRow(texts, OptionalDouble.empty()));
                }
            }
            return new Texts(table, Dataset.of(rows), scored);
        }

        void requireKnown(TextLimits limits) {
            for (int i = 0; i < rows.size(); i++) {
                for (EncodedText text : rows.get(i).texts()) {
                    limits.require(text, table.rows().get(i).origin());
                }
            }
        }

        /** All anchors, then all positives, then all negatives: one ragged batch, and one pass. */
        List<EncodedText> texts(int[] examples) {
            List<TextRow> chosen = rows.get(examples);
            return IntStream.range(0, chosen.getFirst().texts().size())
                    .boxed()
                    .flatMap(column -> chosen.stream().map(row -> row.texts().get(column)))
                    .toList();
        }

        float[] scores(int[] examples) {
            float[] scores = new float[examples.length];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = (float) rows.get(examples[i]).score().orElseThrow();
            }
            return scores;
        }
    }

    /**
     * Reads model and data. A checkpoint with another head gives its encoder alone.
     *
     * @throws TrainingException if a row is no good, or the model cannot be trained so
     * @throws io.tesserae.loaders.files.ModelLoadingException if the checkpoint cannot be read
     */
    public static SentenceEmbeddingTask open(
            NetworkSource source, NetworkOptions networkOptions, TextData data, Options options) {
        ModelFiles files = source.files();
        SentenceTransformerConfig config = SentenceTransformerConfig.read(files);
        SentencePooling pooling = SentencePooling.of(files, config);
        TextEncoder encoder = encoder(source, data, config);
        SentencePairReader reader = new SentencePairReader(encoder, data.columns());
        Table trainTable = TableFile.read(data.train());
        Optional<Table> evalTable = data.eval().map(TableFile::read);
        boolean scored = reader.hasScores(trainTable);
        Texts train = Texts.read(reader, trainTable, scored);
        Optional<Texts> eval = evalTable.map(table -> Texts.read(reader, table, scored));
        TrainedNetwork<Network.OfTexts> trained =
                source.open(Head.ENCODER, Network.OfTexts.class, ConfigChanges.NONE, networkOptions);
        int hiddenSize = trained.network().hiddenSize();
        if (config.embeddingDimension().orElse(hiddenSize) != hiddenSize) {
            throw new TrainingException(files.describe("modules.json") + ": expected hidden states of "
                    + config.embeddingDimension().getAsInt() + " numbers, as the pooling does, found " + hiddenSize
                    + " in " + source.where());
        }
        train.requireKnown(trained.textLimits());
        eval.ifPresent(texts -> texts.requireKnown(trained.textLimits()));
        SentenceFiles sentenceFiles = new SentenceFiles(files.exists("modules.json"), encoder.maxLength());
        return new SentenceEmbeddingTask(trained, pooling, train, eval, options, sentenceFiles);
    }

    /** Reads model and data from files whose columns have names that are recognised. */
    public static SentenceEmbeddingTask open(Path checkpoint, Path train, Path eval) {
        return open(
                NetworkSource.pretrained(checkpoint),
                NetworkOptions.DEFAULTS,
                TextData.of(train, eval),
                Options.DEFAULTS);
    }

    private static TextEncoder encoder(NetworkSource source, TextData data, SentenceTransformerConfig config) {
        Tokenizer own = source.tokenizer();
        Tokenizer tokenizer = config.doLowerCase() ? own.loweringCaseFirst() : own;
        TextEncoder encoder = data.encoder(tokenizer, source.config());
        int most = config.maxSeqLength().orElse(Integer.MAX_VALUE);
        return data.maxLength().isPresent() || most >= encoder.maxLength() ? encoder : encoder.withMaxLength(most);
    }

    @Override
    public String description() {
        return "sentence-embedding of " + trained.config().modelType() + ", " + trainExamples() + " examples";
    }

    @Override
    public List<Parameter> parameters() {
        return trained.parameters().all();
    }

    @Override
    public int trainExamples() {
        return train.rows().size();
    }

    @Override
    public int evalExamples() {
        return eval.map(texts -> texts.rows().size()).orElse(0);
    }

    @Override
    public List<String> notices() {
        List<String> notices = new ArrayList<>(trained.notices());
        if (!files.present()) {
            notices.add("embeddings are the means of hidden states: the checkpoint has no modules.json that says"
                    + " otherwise");
        }
        return List.copyOf(notices);
    }

    @Override
    public Variable loss(Tape tape, int[] examples, long epoch) {
        return loss(tape, embeddings(tape, train, examples), train, examples);
    }

    /** The vectors of a batch: {@code [anchors + candidates, hidden]}, or {@code [first + second texts, hidden]}. */
    private Variable embeddings(Tape tape, Texts texts, int[] examples) {
        return pooling.forward(tape, trained.network(), EncodedText.batch(texts.texts(examples)));
    }

    private Variable loss(Tape tape, Variable embeddings, Texts texts, int[] examples) {
        int n = examples.length;
        Variable anchors = rows(tape, embeddings, 0, n);
        Variable candidates = rows(tape, embeddings, n, embeddings.rows());
        return texts.scored()
                ? CosineSimilarityLoss.of(tape, anchors, candidates, texts.scores(examples))
                : options.negatives().of(tape, anchors, candidates);
    }

    private static Variable rows(Tape tape, Variable x, int from, int to) {
        return Rows.of(IntStream.range(from, to).toArray(), new int[] {0, x.rows()})
                .gather(tape, x);
    }

    @Override
    public Map<String, Double> evaluate(Tape.Setting setting, int batchSize) {
        Texts texts = eval.orElseThrow();
        int size = texts.rows().size();
        float[][] anchors = new float[size][];
        float[][] partners = new float[size][];
        EvaluationBatches batches = new EvaluationBatches();
        EvaluationBatches.forEach(size, batchSize, examples -> {
            try (Tape tape = Tape.evaluating(setting)) {
                Variable embeddings = embeddings(tape, texts, examples);
                batches.addLoss(loss(tape, embeddings, texts, examples).value().data()[0], examples.length);
                float[][] rows = EvaluationBatches.rowsOf(embeddings.value());
                System.arraycopy(rows, 0, anchors, examples[0], examples.length);
                System.arraycopy(rows, examples.length, partners, examples[0], examples.length);
            }
        });
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("loss", batches.meanLoss());
        metrics.putAll(
                texts.scored()
                        ? TaskMetrics.similarity(anchors, partners, texts.scores(EvaluationBatches.all(size)))
                        : TaskMetrics.retrieval(anchors, partners));
        return metrics;
    }

    @Override
    public String origin(int example) {
        return train.table().rows().get(example).origin().toString();
    }

    @Override
    public ModelFolder model(SequencedMap<String, Tensor> weights) {
        ModelFolder model = trained.model(weights);
        return files.present()
                ? model
                : SentencePooling.describe(model, trained.network().hiddenSize(), files.maxLength());
    }

    @Override
    public void close() {}
}
