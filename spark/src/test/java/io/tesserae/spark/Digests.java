package io.tesserae.spark;

import io.tesserae.pipelines.task.Pipeline;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.spark.sql.Row;
import scala.jdk.javaapi.CollectionConverters;

/** Answers to many rows as one text that is another one if a bit of them is. */
final class Digests {

    private Digests() {}

    /** Of a column of rows from Spark. */
    static String of(List<Row> rows, int column) {
        return digest(rows.stream().map(row -> row.get(column)).toList());
    }

    /** Of what the pipeline answers to these rows in this JVM, all at once. */
    static <I, O, A> String inProcess(RowTask<I, O, A> task, Path model, List<Row> rows) {
        try (Pipeline<I, O, A> pipeline = task.pipelineTask().open(model)) {
            List<I> inputs = new ArrayList<>();
            rows.forEach(row -> inputs.addAll(task.inputs(row)));
            List<A> answers = pipeline.answer(inputs, task.options());
            List<Object> columns = new ArrayList<>();
            int begin = 0;
            for (Row row : rows) {
                int end = begin + task.inputs(row).size();
                columns.add(task.column(answers.subList(begin, end)));
                begin = end;
            }
            return digest(columns);
        }
    }

    private static String digest(List<?> values) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Object value : values) {
                digest.update(plain(value).toString().getBytes(StandardCharsets.UTF_8));
            }
            return values.size() + " " + HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Spark's sequences and Java's arrays alike; a float's digits are another float's only if it is the same. */
    private static Object plain(Object value) {
        return switch (value) {
            case Row row -> plain(row.toSeq());
            case scala.collection.Seq<?> sequence ->
                CollectionConverters.asJava(sequence).stream()
                        .map(Digests::plain)
                        .toList();
            case float[] floats -> {
                List<Float> list = new ArrayList<>();
                for (float number : floats) {
                    list.add(number);
                }
                yield list;
            }
            case Object[] array -> Arrays.stream(array).map(Digests::plain).toList();
            default -> value;
        };
    }
}
