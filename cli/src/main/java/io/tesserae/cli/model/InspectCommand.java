package io.tesserae.cli.model;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Table;
import io.tesserae.cli.hub.HubOptions;
import io.tesserae.cli.hub.ModelName;
import io.tesserae.cli.option.HelpOption;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.CheckpointFiles;
import io.tesserae.loaders.CheckpointWeights;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.processor.CenterCrop;
import io.tesserae.loaders.processor.ImageProcessorConfig;
import io.tesserae.loaders.processor.ImageSize;
import io.tesserae.loaders.processor.ResampleFilter;
import io.tesserae.loaders.processor.TargetSize;
import io.tesserae.loaders.processor.TiledImageProcessorConfig;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.loaders.torch.TorchFile;
import io.tesserae.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tesserae inspect}: what a checkpoint is, from its headers alone. */
@Command(
        sortOptions = false,
        name = "inspect",
        header = {"Say what a model is, or what is in a file of weights.", ""},
        synopsisHeading = "@|bold Usage|@  ",
        customSynopsis = "tesserae inspect NAME|DIR|FILE",
        parameterListHeading = "%n@|bold Arguments|@%n",
        optionListHeading = "%n@|bold Options|@%n",
        footerHeading = "%n",
        footer = {
            "A model is loaded on trial, as run and forward would load it, so that what is said of it is what",
            "they would say. Of the weights little more than the headers is read: the largest checkpoint takes",
            "hardly longer than the smallest."
        })
public final class InspectCommand implements Callable<Integer> {

    private static final int NAME_LIMIT = 100;
    private static final int LABELS_SHOWN = 12;

    private static final List<String> TORCH_ENDINGS = List.of(".bin", ".pt", ".pth");

    /** The keys of config.json that say how large a model is, in any family. */
    private static final List<String> SIZES = List.of(
            "n_layers",
            "n_layer",
            "num_layers",
            "num_hidden_layers",
            "dim",
            "hidden_size",
            "n_embd",
            "n_heads",
            "n_head",
            "num_layers",
            "num_heads",
            "num_attention_heads",
            "hidden_dim",
            "intermediate_size",
            "n_inner",
            "mlp_ratio",
            "num_latents",
            "d_latents",
            "num_blocks",
            "num_self_attends_per_block",
            "num_self_attention_heads",
            "num_cross_attention_heads",
            "max_position_embeddings",
            "n_positions",
            "seq_len",
            "vocab_size",
            "image_size",
            "patch_size",
            "num_channels");

    /** Where a model of pictures and texts has the sizes of its parts. */
    private static final List<String> PARTS = List.of("vision_config", "encoder", "text_config", "decoder");

    @Parameters(
            paramLabel = "NAME|DIR|FILE",
            converter = ModelName.Converter.class,
            description = "A model on the hub, a checkpoint's folder, or a file of safetensors or torch.save.")
    private ModelName model;

    @Mixin
    private HubOptions hubOptions;

    @Mixin
    private HelpOption help;

    private final Console console;

    public InspectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        ModelName named = hubOptions.applyTo(model);
        if (named instanceof ModelName.Folder(String _, Optional<Path> path)
                && path.filter(Files::isRegularFile).isPresent()) {
            inspectFile(path.get());
        } else if (named instanceof ModelName.Folder(String text, Optional<Path> path)
                && path.isEmpty()
                && (text.endsWith(".safetensors") || isOfTorch(text))) {
            throw new CommandException(text + ": no such file");
        } else {
            inspectFolder(named.open(console));
        }
        return 0;
    }

    // --- A file

    private void inspectFile(Path path) throws IOException {
        if (isOfTorch(path.toString())) {
            Path parent = path.getParent();
            ModelFiles folder = ModelFiles.directory(parent == null ? Path.of("") : parent);
            try (TorchFile file = TorchFile.open(folder, path.getFileName().toString())) {
                printTensors(file.entries());
            }
            return;
        }
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            file.metadata()
                    .forEach((key, value) -> console.out()
                            .line(Printable.excerpt(key, NAME_LIMIT) + ": " + Printable.excerpt(value, NAME_LIMIT)));
            if (!file.metadata().isEmpty()) {
                console.out().line("");
            }
            printTensors(file.entries());
        }
    }

    /** Files of {@code torch.save} by the names that people give them; whatever else there is may be safetensors. */
    private static boolean isOfTorch(String name) {
        return TORCH_ENDINGS.stream().anyMatch(name::endsWith);
    }

    private void printTensors(Collection<TensorEntry> entries) {
        Table table = new Table("tensor", "type", "shape", ">bytes");
        for (TensorEntry entry : entries) {
            table.row(
                    Printable.excerpt(entry.name(), NAME_LIMIT),
                    entry.dtype().name(),
                    Printable.excerpt(Arrays.toString(entry.shape()), NAME_LIMIT),
                    grouped(entry.byteCount()));
        }
        table.print(console.out());
        console.out().line("");
        console.out().line(totals(entries));
    }

    // --- A folder

    private void inspectFolder(ModelFiles files) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(files)) {
            inspect(checkpoint);
        }
    }

    private void inspect(Checkpoint checkpoint) throws IOException {
        ModelFiles files = checkpoint.files();
        PretrainedConfig config;
        try {
            config = checkpoint.config();
        } catch (ModelLoadingException e) {
            if (!isJson(files)) {
                throw e;
            }
            property("runs here", "no: " + e.getMessage()); // a value that is refused; nothing is known of the others
            return;
        }
        property("model type", config.modelType());
        property(
                "architecture",
                config.architectures().isEmpty() ? "not said" : String.join(", ", config.architectures()));
        property("sizes", orReason(() -> sizes(config)));
        if (!config.takesPixelsAndTokens()
                && !config.takesArrays()
                && !config.takesStreams()
                && !config.takesEpisodes()) { // they write words or numbers, and no labels
            property("labels", orReason(() -> labels(config)));
        }
        property("weights", orReason(() -> weights(files)));
        if (config.takesPixels() || config.takesPixelsAndTokens() || config.takesEpisodes()) {
            property("pictures", orReason(() -> pictures(checkpoint)));
        }
        if (!config.takesPixels() && !config.takesArrays()) {
            property("tokenizer", orReason(() -> tokenizer(checkpoint)));
        }
        property(
                "runs here",
                TrialLoading.refusal(checkpoint).map(reason -> "no: " + reason).orElse("yes"));
        List<String> others = TrialLoading.tasksOfUnsupported(checkpoint);
        if (!others.isEmpty()) {
            property("runs for", String.join(", ", others));
        }
    }

    /** Whether config.json is an object at all. */
    private static boolean isJson(ModelFiles files) throws IOException {
        try {
            return JsonParser.parseString(files.readText(CheckpointFiles.CONFIG, CheckpointFiles.TEXT_BYTE_LIMIT))
                    .isJsonObject();
        } catch (JsonParseException | ModelLoadingException e) {
            return false;
        }
    }

    /** What is said of one part of a checkpoint. */
    @FunctionalInterface
    private interface Part {
        String describe() throws IOException;
    }

    /** What is wrong with one part is said where that part would stand; the others are as good as before. */
    private static String orReason(Part part) throws IOException {
        try {
            return part.describe();
        } catch (ModelLoadingException e) {
            return e.getMessage();
        }
    }

    private void property(String name, String value) {
        console.out().line(String.format(Locale.ROOT, "%-13s %s", name, Printable.line(value)));
    }

    private static String sizes(PretrainedConfig config) {
        if (!config.takesPixelsAndTokens()) {
            return ownSizes(config);
        }
        List<String> sizes = new ArrayList<>();
        for (String part : PARTS) {
            config.child(part).ifPresent(inside -> sizes.add(part + ": " + ownSizes(inside)));
        }
        return String.join("; ", sizes);
    }

    private static String ownSizes(PretrainedConfig config) {
        return SIZES.stream()
                .filter(config::isSet)
                .filter(key -> !isOfOthers(config, key))
                .map(key -> key + " " + size(config, key))
                .collect(Collectors.joining(", "));
    }

    /** Whether a key is there for models of the same family that take something else. */
    private static boolean isOfOthers(PretrainedConfig config, String key) {
        return switch (key) {
            case "max_position_embeddings", "vocab_size" -> config.takesPixels() || config.takesArrays();
            case "image_size" -> config.takesTokens() || config.takesArrays();
            default -> false;
        };
    }

    /** A number, or two: height and width. */
    private static String size(PretrainedConfig config, String key) {
        return switch (key) {
            case "image_size", "patch_size" -> {
                int[] pair = config.optionalPair(key, 0, 0, Integer.MAX_VALUE);
                yield pair[0] == pair[1] ? String.valueOf(pair[0]) : pair[0] + " x " + pair[1];
            }
            case "mlp_ratio" -> {
                double ratio = config.requireDouble(key, 0, Integer.MAX_VALUE);
                yield ratio == Math.rint(ratio) ? String.valueOf((int) ratio) : String.valueOf(ratio);
            }
            default -> String.valueOf(config.requireInt(key, 0, Integer.MAX_VALUE));
        };
    }

    private static String labels(PretrainedConfig config) {
        Collection<String> labels = config.labels().byId().values();
        String shown = labels.stream().limit(LABELS_SHOWN).collect(Collectors.joining(separator(labels)));
        return labels.size() + ": " + shown + (labels.size() > LABELS_SHOWN ? separator(labels) + "…" : "")
                + config.problemType()
                        .map(type -> " (" + type.configName() + ")")
                        .orElse("");
    }

    /** ImageNet's labels have commas of their own: {@code tench, Tinca tinca}. */
    private static String separator(Collection<String> labels) {
        return labels.stream().anyMatch(label -> label.contains(",")) ? "; " : ", ";
    }

    private static String weights(ModelFiles files) throws IOException {
        try (CheckpointWeights weights = CheckpointWeights.open(files)) {
            return totals(weights.entries());
        }
    }

    private static String pictures(Checkpoint checkpoint) {
        return AutoImageProcessor.isTiled(checkpoint) ? tiles(checkpoint) : wholePictures(checkpoint);
    }

    private static String tiles(Checkpoint checkpoint) {
        TiledImageProcessorConfig config =
                AutoImageProcessor.tiled(checkpoint, Engine.shared()).config();
        return resized(config.resize(), config.resample()) + ", "
                + (config.splitting() ? "cut into tiles of " : "brought to one tile of ") + config.tileSide() + " x "
                + config.tileSide();
    }

    private static String resized(Optional<TargetSize> resize, ResampleFilter filter) {
        return resize.map(size ->
                        "resized to " + describe(size) + ", " + filter.name().toLowerCase(Locale.ROOT))
                .orElse("not resized");
    }

    private static String wholePictures(Checkpoint checkpoint) {
        ImageProcessorConfig config =
                AutoImageProcessor.fromPretrained(checkpoint, Engine.shared()).config();
        String resized = resized(config.resize(), config.resample());
        return switch (config.centerCrop().orElse(null)) {
            case null -> resized;
            case CenterCrop.AfterResize(ImageSize size) -> resized + ", cropped to " + size;
            case CenterCrop.BeforeResize(double across, double down) ->
                String.format(
                        Locale.ROOT, "cropped to %.4g x %.4g of the shorter side, then %s", across, down, resized);
        };
    }

    private static String describe(TargetSize size) {
        return switch (size) {
            case TargetSize.Exactly(int width, int height) -> width + " x " + height;
            case TargetSize.ShortestEdge(int length) -> length + " at the shorter side";
            case TargetSize.EdgesUpTo(int shortest, int longest) ->
                shortest + " at the shorter side, at most " + longest + " at the longer";
            case TargetSize.LongestEdge(int length) -> length + " at the longer side";
            case TargetSize.Within(int width, int height) -> "fit into " + width + " x " + height;
        };
    }

    private static String tokenizer(Checkpoint checkpoint) {
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(checkpoint);
        return grouped(tokenizer.vocabularySize()) + " tokens, "
                + (tokenizer.modelMaxLength() == Tokenizer.UNLIMITED
                        ? "no maximum length"
                        : "at most " + grouped(tokenizer.modelMaxLength()) + " in a text");
    }

    private static String totals(Collection<TensorEntry> entries) {
        Map<String, Long> elementsByType = new TreeMap<>();
        long elements = 0;
        long bytes = 0;
        for (TensorEntry entry : entries) {
            elementsByType.merge(entry.dtype().name(), entry.elementCount(), Long::sum);
            elements += entry.elementCount();
            bytes += entry.byteCount();
        }
        return grouped(elements) + " parameters (" + String.join(", ", elementsByType.keySet()) + ") in "
                + grouped(entries.size()) + " tensors, " + grouped(bytes) + " bytes";
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
