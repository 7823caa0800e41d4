package io.tesserae.spark;

import io.tesserae.packed.Packed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Spark in the test's own JVM, with two threads; and what tests ask it. */
final class LocalSpark {

    /** The sentiment classifier that comes with the command line. */
    static final Path SENTIMENT = Path.of("../cli/src/main/resources/io/tesserae/cli/models/sentiment");

    private LocalSpark() {}

    /** The one session of all tests of a JVM. */
    static SparkSession session() {
        return SparkSession.builder()
                .master("local[2]")
                .appName("tests")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", "2")
                .config(
                        "spark.sql.warehouse.dir",
                        Path.of("target/spark-warehouse").toAbsolutePath().toString())
                .getOrCreate();
    }

    static Path fixture(String name) {
        return Packed.checkpoint(Path.of("../testdata/fixtures", name));
    }

    /** A column {@code text}, in several partitions. */
    static Dataset<Row> texts(List<String> texts) {
        return session().createDataset(texts, Encoders.STRING()).toDF("text");
    }

    /** Sentences of many lengths, of words that the fixtures' vocabulary may know or not. */
    static List<String> sentences(int count) {
        String[] words = {"the", "film", "was", "a", "great", "and", "very", "bad", "story", "of", "two", "friends", "!"
        };
        return IntStream.range(0, count)
                .mapToObj(number -> {
                    StringBuilder text = new StringBuilder("number " + number);
                    for (int word = 0; word < number * 7 % 23; word++) {
                        text.append(' ').append(words[(number * 31 + word * 17) % words.length]);
                    }
                    return text.toString();
                })
                .toList();
    }

    static byte[] picture(String name) {
        try {
            return Files.readAllBytes(Path.of("../testdata/fixtures/images", name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
