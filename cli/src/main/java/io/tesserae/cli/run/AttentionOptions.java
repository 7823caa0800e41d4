package io.tesserae.cli.run;

import io.tesserae.cli.model.GenerationConfigOption;
import io.tesserae.cli.option.Converters;
import io.tesserae.cli.run.writing.MixedPromptOptions;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.pipelines.attention.CaptionAttentionOptions;
import io.tesserae.pipelines.attention.latents.LatentDrawingOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of {@code run attention-map}. */
final class AttentionOptions {

    private static final int ALL_LAYERS = 0;

    @Option(
            names = "--output-dir",
            paramLabel = "DIR",
            description = "Where to put the pictures or the page; made if it is not there.")
    private Path outputDirectory;

    @Option(
            names = "--image-size",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Show the model the picture at N x N pixels; larger gives finer maps.")
    private Integer imageSize;

    @Option(
            names = "--layer",
            paramLabel = "N|all",
            converter = Layer.class,
            description =
                    "The layer that is drawn, from 1; by default the last. Of captions also all, for the mean of all"
                            + " layers, and that by default.")
    private Integer layer;

    @Option(
            names = "--mass",
            paramLabel = "M",
            converter = Converters.Share.class,
            description = "How much of a head's attention its mask keeps, up to 1; by default 0.6.")
    private double mass = 0.6;

    @Option(
            names = "--latents",
            paramLabel = "N",
            converter = Latents.class,
            description = "How many latents are drawn together, the most concentrated; by default 64.")
    private int latents = LatentDrawingOptions.DEFAULT.most();

    @Option(
            names = "--latent",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Draw this latent by itself, from 1, of a model that reads with latents; may be repeated.")
    private List<Integer> latent = List.of();

    @Option(
            names = "--captions",
            description =
                    "Describe each picture, and draw where the words come from, with the model that comes along; a"
                            + " model that writes captions does so without being told.")
    private boolean captions;

    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            description =
                    "How each caption begins, with a model that takes a beginning; a line may bring its own as prompt.")
    private String prompt;

    @Mixin
    private MixedPromptOptions mixed;

    @Mixin
    private GenerationConfigOption generation;

    /** A layer, or all of them. */
    static final class Layer implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return value.equals("all")
                    ? (Integer) ALL_LAYERS
                    : Converters.parse(value, 1, Integer.MAX_VALUE, "a whole number, 1 or more, or all");
        }
    }

    /** So many latents as a page holds. */
    static final class Latents implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return Converters.parse(
                    value, 1, LatentDrawingOptions.LIMIT, "a whole number from 1 to " + LatentDrawingOptions.LIMIT);
        }
    }

    Path outputDirectory(TaskRun run) {
        if (outputDirectory == null) {
            throw run.usage("attention-map draws into a folder: give --output-dir DIR");
        }
        return outputDirectory;
    }

    OptionalInt imageSize() {
        return TaskRun.optional(imageSize);
    }

    /** The one layer that is asked for, counted from 1. */
    OptionalInt layer() {
        return isAllLayers() ? OptionalInt.empty() : TaskRun.optional(layer);
    }

    /** Whether all layers are asked for. */
    boolean isAllLayers() {
        return layer != null && layer == ALL_LAYERS;
    }

    /** Whether captions are asked for. */
    boolean captions() {
        return captions;
    }

    /** How captions are to be written. */
    CaptionAttentionOptions writing() {
        CaptionAttentionOptions options =
                CaptionAttentionOptions.DEFAULT.withConfig(generation.config()).withSeed(generation.seed());
        return prompt == null ? options : options.withPrompt(prompt);
    }

    /** What belongs to prompts of words and pictures. */
    MixedPromptOptions mixed() {
        return mixed;
    }

    /** How many latents are drawn together. */
    int mostLatents() {
        return latents;
    }

    /** The latents that are drawn by themselves, counted from 1. */
    List<Integer> latents() {
        return latent;
    }

    double mass() {
        return mass;
    }
}
