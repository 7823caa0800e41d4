package io.tesserae.spark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
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

    /** Work of a kind: {@code answers}, {@code kill}, {@code save}, {@code load}, {@code large} or {@code scaling}. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        int count = Integer.parseInt(arguments[2]);
        switch (arguments[0]) {
            case "answers" -> answers(folder, count);
            case "kill" -> kill(folder, count);
            case "save" -> save(folder, count);
            case "load" -> load(folder, count);
            case "large" -> large(folder, count);
            case "scaling" -> scaling(folder, count);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void answers(Path folder, int count) throws Exception {
        try (StandaloneCluster cluster = new StandaloneCluster(folder, 2, "1g");
                SparkSession session = cluster.session("1g").getOrCreate()) {
            List<Row> texts = LocalSpark.sentences(count).stream()
                    .map(text -> RowFactory.create(text))
                    .toList();
            StructType text = new StructType().add("text", DataTypes.StringType);
            compare(session, new TextClassifier(), LocalSpark.SENTIMENT, texts, text);
            compare(
                    session,
                    new TokenClassifier().setAggregation("simple"),
                    LocalSpark.fixture("bert-ner"),
                    texts,
                    text);
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

    private static void kill(Path folder, int count) throws Exception {
        try (StandaloneCluster cluster = new StandaloneCluster(folder, 2, "1g");
                SparkSession session = cluster.session("1g").getOrCreate()) {
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

    private static void save(Path folder, int count) throws Exception {
        try (StandaloneCluster cluster = new StandaloneCluster(folder, 2, "1g");
                SparkSession session = cluster.session("1g").getOrCreate()) {
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

    private static void large(Path folder, int count) throws Exception {
        Path model = Files.createDirectories(folder.resolve("large"));
        long bytes = LargeModel.write(LocalSpark.fixture("distilbert-sst2"), model);
        print("500 MB", bytes > 500_000_000);
        StructType schema = new StructType().add("text", DataTypes.StringType);
        try (StandaloneCluster cluster = new StandaloneCluster(folder, 2, "4g");
                SparkSession session = cluster.session("3g").getOrCreate()) {
            List<Row> texts = LocalSpark.sentences(count).stream()
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
                print(way + " of " + bytes + " bytes, " + count + " rows", start);
                print(way, expected.equals(Digests.of(answers, 1)));
            }
        }
    }

    private static void scaling(Path folder, int count) throws Exception {
        for (int executors = 1; executors <= 2; executors++) {
            Path home = Files.createDirectories(folder.resolve("cluster-" + executors));
            try (StandaloneCluster cluster = new StandaloneCluster(home, executors, "1g");
                    SparkSession session = cluster.session("1g").getOrCreate()) {
                TextClassifier classifier =
                        new TextClassifier().setInputCol("text").setModelPath(LocalSpark.SENTIMENT.toString());
                Dataset<Row> texts = texts(session, count).cache();
                texts.count();
                for (int round = 0; round < 3; round++) {
                    double before = round == 0 ? 0 : classifier.metrics().seconds();
                    long start = System.nanoTime();
                    classifier.transform(texts).foreachPartition(new Exhaust());
                    print(executors + " executors, round " + round, start);
                    System.out.println(
                            "  in the pipeline: " + (classifier.metrics().seconds() - before) + " s");
                }
            }
        }
    }

    /** Reads rows and does nothing with them. */
    private record Exhaust() implements ForeachPartitionFunction<Row> {

        @Override
        public void call(Iterator<Row> rows) {
            rows.forEachRemaining(_ -> {});
        }
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
