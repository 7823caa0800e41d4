package io.tesserae.spark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The driver of a cluster, a JVM of its own. It prints a line for what it found: {@code name: true}, or {@code name: false}, and what took
 * how long.
 */
final class ClusterProgram {

    private static final int PARTITIONS = 8;

    private ClusterProgram() {}

    /**
     * Works, side by side with commas between, a folder, and how many rows: {@code answers}, {@code routes}, {@code save}, {@code
     * scaling}, {@code large} and {@code kill} on one cluster, or {@code load} in this JVM.
     */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        int count = Integer.parseInt(arguments[2]);
        if (arguments[0].equals("load")) {
            load(folder, count);
            return;
        }
        String cache = System.getenv("HF_HUB_CACHE");
        Path archive = folder.resolve("sentiment.zip");
        ModelRoutes.archive(LocalSpark.SENTIMENT, archive);
        try (StandaloneCluster cluster = new StandaloneCluster(folder, 2, "4g");
                SparkSession session = cluster.session("3g")
                        .config("spark.archives", archive + "#mood")
                        .config(
                                "spark.locality.wait",
                                "0") // or an executor stays idle beside rows that the other one has cached
                        .config("spark.executorEnv.HF_HUB_CACHE", cache)
                        .getOrCreate()) {
            for (String work : arguments[0].split(",")) {
                work(cluster, session, work, folder, count);
            }
        }
    }

    private static void work(StandaloneCluster cluster, SparkSession session, String work, Path folder, int count)
            throws Exception {
        switch (work) {
            case "answers" -> answers(session, count);
            case "routes" -> routes(session, count);
            case "save" -> save(session, folder, count);
            case "scaling" -> scaling(session, Math.min(count, 20_000));
            case "large" -> large(session, folder, count);
            case "kill" -> kill(cluster, session, count);
            default -> throw new IllegalArgumentException(work);
        }
    }

    private static void answers(SparkSession session, int count) {
        List<Row> texts = LocalSpark.sentences(count).stream()
                .map(text -> RowFactory.create(text))
                .toList();
        StructType text = new StructType().add("text", DataTypes.StringType);
        compare(session, new TextClassifier(), LocalSpark.SENTIMENT, texts, text);
        compare(session, new TokenClassifier().setAggregation("simple"), LocalSpark.fixture("bert-ner"), texts, text);
        compare(session, new SentenceEmbedder(), LocalSpark.fixture("sentence-embedding"), texts, text);
        String[] labels = {"film", "story"};
        compare(
                session,
                new ZeroShotClassifier().setCandidateLabels(labels),
                LocalSpark.fixture("distilbert-mnli"),
                texts,
                text);
        compare(
                session,
                new TextRanker().setTextsCol("texts"),
                LocalSpark.fixture("distilbert-regression"),
                queries(count),
                new StructType()
                        .add("text", DataTypes.StringType)
                        .add("texts", DataTypes.createArrayType(DataTypes.StringType)));
        compare(
                session,
                new ImageClassifier(),
                LocalSpark.fixture("vit-classify"),
                pictures(count / 10),
                new StructType().add("text", DataTypes.BinaryType));
    }

    private static void compare(
            SparkSession session, PipelineTransformer<?> transformer, Path model, List<Row> rows, StructType schema) {
        transformer.setInputCol("text").setModelPath(model.toString());
        Dataset<Row> data = data(session, rows, schema);
        long start = System.nanoTime();
        List<Row> answers = transformer.transform(data).collectAsList();
        String name = transformer.getClass().getSimpleName();
        print(name + " " + rows.size() + " rows", start);
        System.out.println("  " + transformer.metrics());
        String expected = Digests.inProcess(transformer.task(schema), model, rows);
        print(name, expected.equals(Digests.of(answers, schema.size())));
    }

    private static void kill(StandaloneCluster cluster, SparkSession session, int count) throws Exception {
        List<Row> texts = LocalSpark.sentences(count).stream()
                .map(text -> RowFactory.create(text))
                .toList();
        StructType schema = new StructType().add("text", DataTypes.StringType);
        TextClassifier classifier =
                new TextClassifier().setInputCol("text").setModelPath(LocalSpark.SENTIMENT.toString());
        Dataset<Row> answers = classifier.transform(
                session.createDataset(texts, rows(schema)).repartition(1).repartition(40));
        Thread killer = Thread.startVirtualThread(() -> killOnceBegun(cluster, classifier));
        List<Row> found = answers.collectAsList();
        killer.join();
        List<Row> asked =
                found.stream().map(row -> RowFactory.create(row.get(0))).toList();
        print("killed", classifier.metrics().rows() > 0);
        print("all rows", found.size() == count);
        String expected = Digests.inProcess(classifier.task(schema), LocalSpark.SENTIMENT, asked);
        print("answers", expected.equals(Digests.of(found, 1)));
    }

    private static void killOnceBegun(StandaloneCluster cluster, TextClassifier classifier) {
        try {
            while (classifier.metrics().rows() == 0) {
                Thread.sleep(20);
            }
            System.out.println("  killed after " + classifier.metrics().rows() + " rows");
            cluster.kill(0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void save(SparkSession session, Path folder, int count) throws Exception {
        PipelineStage[] stages = {
            new TextClassifier().setInputCol("text").setModelPath(LocalSpark.SENTIMENT.toString()),
            new SentenceEmbedder()
                    .setInputCol("text")
                    .setModelPath(LocalSpark.fixture("sentence-embedding").toString())
        };
        Dataset<Row> texts = texts(session, count);
        PipelineModel model = new Pipeline().setStages(stages).fit(texts);
        model.write().save(folder.resolve("saved").toString());
        digests(model, texts);
    }

    /** In a JVM that knows nothing of the one that saved. */
    private static void load(Path folder, int count) throws Exception {
        try (SparkSession session = LocalSpark.session()) {
            digests(PipelineModel.load(folder.resolve("saved").toString()), texts(session, count));
        }
    }

    private static void digests(PipelineModel model, Dataset<Row> texts) {
        List<Row> rows = model.transform(texts).collectAsList();
        System.out.println("label " + Digests.of(rows, 1));
        System.out.println("vector " + Digests.of(rows, 2));
    }

    private static void large(SparkSession session, Path folder, int count) throws Exception {
        Path model = Files.createDirectories(folder.resolve("large"));
        long bytes = LargeModel.write(LocalSpark.fixture("distilbert-sst2"), model);
        print("500 MB", bytes > 500_000_000);
        StructType schema = new StructType().add("text", DataTypes.StringType);
        List<Row> texts = LocalSpark.sentences(Math.min(count, 40)).stream()
                .map(text -> RowFactory.create(text))
                .toList();
        String expected = Digests.inProcess(new TextClassifier.Task(0, 1, false, 0), model, texts);
        for (long limit : new long[] {0, 1L << 30}) {
            TextClassifier classifier = new TextClassifier()
                    .setInputCol("text")
                    .setBroadcastLimit(limit)
                    .setModelPath(model.toString());
            long start = System.nanoTime();
            List<Row> answers =
                    classifier.transform(data(session, texts, schema)).collectAsList();
            String way = limit == 0 ? "by path" : "by broadcast";
            print(way + " of " + bytes + " bytes, " + texts.size() + " rows", start);
            print(way, expected.equals(Digests.of(answers, 1)));
        }
    }

    /** The model's ways that are none of the driver's folders; the hub's cache is where the environment says. */
    private static void routes(SparkSession session, int count) throws Exception {
        Path cache = Path.of(System.getenv("HF_HUB_CACHE"));
        ModelRoutes.cache(LocalSpark.SENTIMENT, cache, "sentiment");
        StructType schema = new StructType().add("text", DataTypes.StringType);
        List<Row> texts = LocalSpark.sentences(count).stream()
                .map(text -> RowFactory.create(text))
                .toList();
        String expected = Digests.inProcess(new TextClassifier.Task(0, 1, false, 0), LocalSpark.SENTIMENT, texts);
        String uri = LocalSpark.SENTIMENT.toRealPath().toUri().toString();
        for (String path : new String[] {"hub:tests/sentiment", "sparkfiles:mood", uri}) {
            for (long limit : new long[] {0, 1L << 30}) {
                List<Row> answers = new TextClassifier()
                        .setInputCol("text")
                        .setBroadcastLimit(limit)
                        .setModelPath(path)
                        .transform(data(session, texts, schema))
                        .collectAsList();
                print(path + " up to " + limit, expected.equals(Digests.of(answers, 1)));
            }
        }
    }

    /**
     * The same rows as one task and as many: one executor of one core works, or both. By turns, since other programs may want the machine
     * too. Rows that cost as much as those of real models need one: {@code -Dspark.cluster.model}.
     */
    private static void scaling(SparkSession session, int count) {
        String model = System.getProperty("spark.cluster.model", LocalSpark.SENTIMENT.toString());
        TextClassifier classifier =
                new TextClassifier().setInputCol("text").setModelPath(model).setBroadcastLimit(0);
        Dataset<Row> texts = texts(session, count);
        Dataset<Row> one = texts.coalesce(1).cache();
        Dataset<Row> both = texts.repartition(PARTITIONS).cache();
        one.count();
        both.count();
        for (int round = 0; round < 5; round++) {
            seconds(classifier, one, "1 executor, round " + round);
            seconds(classifier, both, "2 executors, round " + round);
        }
    }

    private static void seconds(TextClassifier classifier, Dataset<Row> texts, String name) {
        Dataset<Row> answers = classifier.transform(texts);
        double before = classifier.metrics().seconds();
        long start = System.nanoTime();
        answers.write().format("noop").mode("overwrite").save(); // executors have none of this program's classes
        print(name, start);
        double inside = classifier.metrics().seconds() - before;
        System.out.println("  in the pipeline: " + String.format(Locale.ROOT, "%.2f s", inside));
    }

    private static Dataset<Row> texts(SparkSession session, int count) {
        return data(
                session,
                LocalSpark.sentences(count).stream()
                        .map(text -> RowFactory.create(text))
                        .toList(),
                new StructType().add("text", DataTypes.StringType));
    }

    /** Rows in several partitions, in their order. */
    private static Dataset<Row> data(SparkSession session, List<Row> rows, StructType schema) {
        var context = JavaSparkContext.fromSparkContext(session.sparkContext());
        return session.createDataFrame(context.parallelize(rows, PARTITIONS), schema);
    }

    private static Encoder<Row> rows(StructType schema) {
        return Encoders.row(schema);
    }

    private static List<Row> queries(int pairs) {
        List<String> sentences = LocalSpark.sentences(pairs);
        List<Row> queries = new ArrayList<>();
        for (int first = 0; first + 10 <= pairs; first += 10) {
            queries.add(RowFactory.create(
                    "a great film",
                    CollectionConverters.asScala(sentences.subList(first, first + 10))
                            .toSeq()));
        }
        return queries;
    }

    private static List<Row> pictures(int count) {
        byte[][] files = {LocalSpark.picture("shapes.png"), LocalSpark.picture("shapes.jpg")};
        List<Row> pictures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pictures.add(RowFactory.create((Object) files[i % files.length]));
        }
        return pictures;
    }

    private static void print(String name, boolean well) {
        System.out.println(name + ": " + well);
    }

    private static void print(String name, long start) {
        System.out.println("  " + name + String.format(Locale.ROOT, " in %.2f s", (System.nanoTime() - start) * 1e-9));
    }
}
