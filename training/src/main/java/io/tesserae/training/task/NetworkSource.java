package io.tesserae.training.task;

import io.tesserae.arguments.Arguments;
import io.tesserae.families.Families;
import io.tesserae.family.Head;
import io.tesserae.family.ModelType;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.CheckpointWeights;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.tensor.WeightException;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.family.TrainableFamilies;
import io.tesserae.training.family.TrainableFamily;
import io.tesserae.training.network.Network;
import io.tesserae.training.saving.ConfigChanges;
import io.tesserae.training.tape.Parameters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a network that is to be trained comes from: a checkpoint, or a configuration alone, with a checkpoint's tokenizer and processors.
 *
 * @param files the checkpoint
 * @param fromScratch a config.json whose model begins anew; empty to go on from the checkpoint's weights
 */
public record NetworkSource(ModelFiles files, Optional<Path> fromScratch) {

    private static final int CONFIG_BYTE_LIMIT = 16 << 20;

    /** Checks that neither is null. */
    public NetworkSource {
        Arguments.require(files, "files");
        Arguments.require(fromScratch, "fromScratch");
    }

    /** A checkpoint in a folder. */
    public static NetworkSource pretrained(Path directory) {
        return new NetworkSource(ModelFiles.directory(directory), Optional.empty());
    }

    /** The name of the configuration, for messages. */
    String where() {
        return fromScratch.map(Path::toString).orElseGet(() -> files.describe("config.json"));
    }

    /** The text of the configuration. */
    String configText() {
        try {
            if (fromScratch.isEmpty()) {
                return files.readText("config.json", CONFIG_BYTE_LIMIT);
            }
            Path file = fromScratch.get().toAbsolutePath();
            return ModelFiles.directory(file.getParent())
                    .readText(file.getFileName().toString(), CONFIG_BYTE_LIMIT);
        } catch (IOException e) {
            throw new TrainingException(where() + ": reading it failed: " + e.getMessage(), e);
        }
    }

    /** The configuration. */
    PretrainedConfig config() {
        return PretrainedConfig.parse(configText(), where());
    }

    /** The checkpoint's tokenizer. */
    Tokenizer tokenizer() {
        return AutoTokenizer.fromPretrained(files);
    }

    /** Whether the labels of a head are settled: the weights have it already, or the configuration of a model that begins anew names them. */
    boolean hasLabels(Head<?> head) {
        return fromScratch.isPresent() ? config().isSet("id2label") : hasHead(head);
    }

    /** Whether the weights have this head already, so that its labels are known. */
    private boolean hasHead(Head<?> head) {
        return fromScratch.isEmpty()
                && config().architectures().stream()
                        .anyMatch(name -> Families.ALL.headOf(name).equals(Optional.of(head)));
    }

    /**
     * Puts a network together.
     *
     * @param head which one
     * @param type what it is then
     * @param changes of the configuration: labels, for one
     * @throws TrainingException if the model's family cannot be trained, or not with this head, or nothing is left to be trained
     * @throws ModelLoadingException if weights or configuration are no good
     */
    <N extends Network> TrainedNetwork<N> open(
            Head<?> head, Class<N> type, ConfigChanges changes, NetworkOptions options) {
        return open(new Wanted<>(head, type, head.suffix(), false), changes, options);
    }

    /**
     * A network that is wanted.
     *
     * @param head which one
     * @param type what it is then
     * @param suffix of its class in transformers
     * @param newHead whether the head begins anew even where the checkpoint has one
     */
    record Wanted<N extends Network>(Head<?> head, Class<N> type, String suffix, boolean newHead) {}

    /** Likewise. */
    <N extends Network> TrainedNetwork<N> open(Wanted<N> wanted, ConfigChanges changes, NetworkOptions options) {
        TrainableFamily family = family(wanted.head());
        ConfigChanges all = withDropout(family, changes.withArchitecture(className(wanted.suffix())), options);
        String text = all.applyTo(configText(), where());
        PretrainedConfig config = PretrainedConfig.parse(text, where());
        float range = (float) config.optionalDouble("initializer_range", 0.02, 0, 1e3);
        try (CheckpointWeights weights = fromScratch.isPresent() ? null : CheckpointWeights.open(files)) {
            Parameters parameters = weights == null
                    ? Parameters.fromScratch(options.seed(), range)
                    : Parameters.of(weights, family.basePrefix(), options.seed(), range);
            if (wanted.newHead()) {
                parameters.withNewHeads();
            }
            Network network = family.heads().get(wanted.head()).build(config, parameters);
            TrainedNetwork<N> opened =
                    new TrainedNetwork<>(wanted.type().cast(network), parameters, config, text, files);
            opened.freeze(options.frozen());
            return opened;
        } catch (WeightException e) {
            throw new ModelLoadingException(files.describe("model.safetensors") + ": " + e.getMessage(), e);
        }
    }

    private TrainableFamily family(Head<?> head) {
        String modelType = config().modelType();
        return TrainableFamilies.of(modelType)
                .filter(family -> family.heads().containsKey(head))
                .orElseThrow(
                        () -> new TrainingException(where() + ": model_type: expected one that can be trained with "
                                + head.description() + ", " + String.join(", ", TrainableFamilies.modelTypes(head))
                                + ", found " + modelType));
    }

    private static ConfigChanges withDropout(TrainableFamily family, ConfigChanges changes, NetworkOptions options) {
        ConfigChanges changed = changes;
        if (options.dropout().isPresent()) {
            for (String key : family.dropoutKeys()) {
                changed = changed.withNumber(key, options.dropout().getAsDouble());
            }
        }
        return changed;
    }

    /** The class of transformers that the trained model is saved as. */
    private String className(String suffix) {
        String modelType = config().modelType();
        return Families.ALL.of(modelType).orElseThrow().modelTypes().stream()
                        .filter(type -> type.name().equals(modelType))
                        .map(ModelType::classPrefix)
                        .findFirst()
                        .orElseThrow()
                + suffix;
    }
}
