package io.tesserae.spark;

import io.tesserae.pipelines.sentence.PairScore;
import io.tesserae.pipelines.sentence.RankedText;
import io.tesserae.pipelines.sentence.TextRankingOptions;
import io.tesserae.pipelines.sentence.TextRankingPipeline;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.task.TextInput;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Texts by how well they fit a query: {@link TextRankingPipeline}, a cross-encoder. It reads two columns: {@link #inputCol} has the
 * query, {@link #textsCol} its texts, {@code array<string>}. The answer is {@code array<struct<index: int, score: float>>}, the best
 * first; {@code index} is a text's place in its array, from 0. A query without texts has an empty answer.
 */
public final class TextRanker extends BestAnswersTransformer<TextRanker> {

    private static final long serialVersionUID = 1;

    private static final StructType PLACE =
            new StructType().add("index", DataTypes.IntegerType, false).add("score", DataTypes.FloatType, false);

    private final Param<String> textsCol =
            new Param<>(this, "textsCol", "the column of the texts that are ranked, array<string>");

    /** With a name of its own. */
    public TextRanker() {
        this(Identifiable$.MODULE$.randomUID("textRanker"));
    }

    /** With this name. */
    public TextRanker(String uid) {
        super(uid, "texts", TextRankingOptions.DEFAULT.topK());
    }

    /** The column of the texts that are ranked. */
    public Param<String> textsCol() {
        return textsCol;
    }

    /** The value of {@link #textsCol}. */
    public String getTextsCol() {
        return required(textsCol);
    }

    /** Sets {@link #textsCol}. */
    public TextRanker setTextsCol(String value) {
        return with(textsCol, value);
    }

    @Override
    StructType inputs() {
        return super.inputs().add(getTextsCol(), DataTypes.createArrayType(DataTypes.StringType));
    }

    @Override
    DataType outputType() {
        return Columns.arrayOf(PLACE);
    }

    @Override
    RowTask<?, ?, ?> task(StructType schema) {
        return new Task(schema.fieldIndex(getInputCol()), schema.fieldIndex(getTextsCol()), getTopK(), getBatchSize());
    }

    /** What executors do. */
    record Task(int query, int texts, int topK, int batchSize)
            implements RowTask<TextInput, TextRankingOptions, PairScore> {

        @Override
        public PipelineTask<TextRankingPipeline> pipelineTask() {
            return TextRankingPipeline.TASK;
        }

        @Override
        public TextRankingOptions options() {
            return TextRankingOptions.DEFAULT.withBatchSize(batchSize);
        }

        @Override
        public List<TextInput> inputs(Row row) {
            if (row.isNullAt(query) || row.isNullAt(texts)) {
                return null;
            }
            List<TextInput> pairs = new ArrayList<>();
            for (String text : row.<String>getList(texts)) {
                if (text == null) {
                    throw new IllegalArgumentException("text " + pairs.size() + " of a query is null");
                }
                pairs.add(TextInput.of(row.getString(query), text));
            }
            return pairs;
        }

        @Override
        public Object column(List<PairScore> scores) {
            List<RankedText> ranked = new ArrayList<>();
            for (int index = 0; index < scores.size(); index++) {
                ranked.add(new RankedText(index, "", scores.get(index).score()));
            }
            return ranked.stream()
                    .sorted(RankedText.BEST_FIRST)
                    .limit(topK)
                    .map(place -> RowFactory.create(place.index(), place.score()))
                    .toArray(Row[]::new);
        }

        @Override
        public long truncatedTokens(PairScore score) {
            return score.truncatedTokens();
        }
    }

    /** Reads what {@code write()} wrote. */
    public static MLReader<TextRanker> read() {
        return new DefaultParamsReader<>();
    }

    /** What was saved at a path. */
    public static TextRanker load(String path) {
        return read().load(path);
    }
}
