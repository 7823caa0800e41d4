package io.tesserae.cli.train;

import io.tesserae.cli.option.Converters;
import io.tesserae.training.data.table.Columns;
import io.tesserae.training.task.TextData;
import java.util.OptionalInt;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** How files of texts are read. */
final class TextDataOptions {

    @Option(
            names = "--columns",
            paramLabel = "COLUMN=HEADER[,...]",
            converter = Mapping.class,
            description =
                    "Which header of the files is what, as text=sentence_A,label=judgment; by default they are recognised by"
                            + " their names.")
    private Columns columns = Columns.RECOGNISED;

    @Option(
            names = "--max-length",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "The most tokens of an example, which is cut there; by default as many as the model takes.")
    private Integer maxLength;

    /** The files of a run. */
    TextData data(TrainPlan plan) {
        return new TextData(
                plan.train(),
                plan.eval(),
                columns,
                maxLength == null ? OptionalInt.empty() : OptionalInt.of(maxLength));
    }

    /** From the command line. */
    static final class Mapping implements ITypeConverter<Columns> {
        @Override
        public Columns convert(String value) {
            return Converters.valid(() -> Columns.parse(value));
        }
    }
}
