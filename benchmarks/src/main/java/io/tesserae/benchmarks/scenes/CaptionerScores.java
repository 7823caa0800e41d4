package io.tesserae.benchmarks.scenes;

import io.tesserae.engine.Engine;
import io.tesserae.pipelines.attention.CaptionAttentionPipeline;
import io.tesserae.scenes.Scores;
import io.tesserae.scenes.Sentence;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * How good a captioner is on scenes that it has not learned from: the tables that the page of the bundled model quotes.
 *
 * <pre>{@code
 * java --add-modules jdk.incubator.vector -cp benchmarks/target/benchmarks.jar \
 *     io.tesserae.benchmarks.scenes.CaptionerScores cli/src/main/resources/io/tesserae/cli/models/captions 2000
 * }</pre>
 *
 * <p>First how many sentences and facts are right, and how often a word points at its thing in the mean of all layers; then how often it does
 * in each layer.
 */
public final class CaptionerScores {

    /** Of the scenes that nobody learns from, nor chooses a model by. */
    static final long HELD_OUT = 3;

    private static final int SCENES = 2000;

    private CaptionerScores() {}

    /** Prints the tables. Arguments: the folder of the model; how many scenes, by default {@value #SCENES}; of which seed, by default 3. */
    public static void main(String[] arguments) {
        if (arguments.length < 1 || arguments.length > 3) {
            System.err.println(
                    "CaptionerScores: expected MODEL [SCENES [SEED]], found " + arguments.length + " arguments");
            System.exit(2);
        }
        int scenes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : SCENES;
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : HELD_OUT;
        try (CaptionAttentionPipeline pipeline =
                CaptionAttentionPipeline.TASK.open(Path.of(arguments[0]), Engine.shared())) {
            System.out.print(tables(SceneCaptions.of(pipeline, seed, scenes)));
        }
    }

    static String tables(SceneCaptions captions) {
        StringBuilder tables = new StringBuilder(
                        captions.scores(OptionalInt.empty()).table())
                .append("\n| maps of | word for a colour looks at its thing | word for a shape |\n|---|--:|--:|\n");
        row("the mean of all layers", captions.scores(OptionalInt.empty()), tables);
        for (int layer = 0; layer < captions.layers(); layer++) {
            row("layer " + (layer + 1), captions.scores(OptionalInt.of(layer)), tables);
        }
        return tables.toString();
    }

    private static void row(String maps, Scores scores, StringBuilder tables) {
        tables.append(String.format(
                Locale.ROOT,
                "| %s | %.1f %% | %.1f %% |\n",
                maps,
                100 * scores.pointing(Sentence.Fact.COLOUR),
                100 * scores.pointing(Sentence.Fact.SHAPE)));
    }
}
