package io.tesserae.training.saving;

import com.google.gson.JsonObject;
import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.CheckpointFiles;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.tensor.Precision;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.failure.TrainingException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * A trained model as it is saved: config.json, model.safetensors, and what it takes from the checkpoint it began from. Tesserae and
 * transformers load it.
 *
 * <p>The weights are written when the folder is, as they are then; they must not change meanwhile.
 */
public final class ModelFolder {

    /** The arguments of the run, where transformers has a pickle, {@code training_args.bin}. */
    public static final String TRAINING_ARGUMENTS = "training_args.json";

    /** The model card. */
    public static final String MODEL_CARD = "README.md";

    private final String config;
    private final SequencedMap<String, Tensor> weights;
    private final ModelFiles source;
    private final SequencedMap<String, String> texts;
    private final Precision precision;

    private ModelFolder(
            String config,
            SequencedMap<String, Tensor> weights,
            ModelFiles source,
            SequencedMap<String, String> texts,
            Precision precision) {
        this.config = config;
        this.weights = weights;
        this.source = source;
        this.texts = texts;
        this.precision = precision;
    }

    /**
     * A model.
     *
     * @param config the text of its config.json, as {@link ConfigChanges#applyTo} makes it
     * @param weights by the names of its state dict; tied ones once
     * @param source the checkpoint it began from: tokenizer and processors are copied from there
     * @throws IllegalArgumentException if there are no weights
     */
    public static ModelFolder of(String config, SequencedMap<String, Tensor> weights, ModelFiles source) {
        Arguments.require(config, "config");
        Arguments.require(source, "source");
        if (Arguments.require(weights, "weights").isEmpty()) {
            throw new IllegalArgumentException("weights: expected a model's tensors, found none");
        }
        return new ModelFolder(
                config,
                Collections.unmodifiableSequencedMap(new LinkedHashMap<>(weights)),
                source,
                new LinkedHashMap<>(),
                Precision.FLOAT32);
    }

    /** With the arguments of the run beside it. */
    public ModelFolder withTrainingArguments(JsonObject arguments) {
        return withText(TRAINING_ARGUMENTS, Json.text(Arguments.require(arguments, "arguments")));
    }

    /**
     * With weights of another precision, each the nearest that there is; so config.json says then, too.
     *
     * @throws TrainingException if a weight is too large for it
     */
    public ModelFolder withPrecision(Precision wanted) {
        HalfWeights.requireRoom(weights, Arguments.require(wanted, "wanted"));
        return new ModelFolder(HalfWeights.config(config, wanted), weights, source, texts, wanted);
    }

    /** With a model card. */
    public ModelFolder withModelCard(String markdown) {
        return withText(MODEL_CARD, markdown);
    }

    /**
     * With a further text file, in place of what the source has under this name.
     *
     * @param name relative, {@code 1_Pooling/config.json}
     * @throws IllegalArgumentException if the name leads out of the folder, or is that of config.json or the weights
     */
    public ModelFolder withText(String name, String text) {
        Path path = Path.of(Arguments.require(name, "name"));
        if (name.isEmpty()
                || path.isAbsolute()
                || !path.normalize().equals(path)
                || path.startsWith("..")
                || isOwn(name)) {
            throw new IllegalArgumentException("name: expected that of a further file in the folder, found " + name);
        }
        SequencedMap<String, String> more = new LinkedHashMap<>(texts);
        more.put(name, Arguments.require(text, "text"));
        return new ModelFolder(config, weights, source, more, precision);
    }

    /**
     * Saves the model. A folder that is not there appears when it is complete. In one that is there, the model's files replace those of
     * the model before, once all are written, and other files stay.
     *
     * @throws TrainingException if it cannot be written; what was there before still is, whole
     */
    public void save(Path folder) {
        save(folder, Disk.OWN);
    }

    void save(Path folder, Disk disk) {
        Path whole = Arguments.require(folder, "folder").toAbsolutePath().normalize();
        Uninterrupted.run(() -> {
            try {
                if (Files.isDirectory(whole)) {
                    FolderUpdate.write(whole, disk, ownedNames(), this::writeTo);
                } else if (FolderTree.exists(whole)) {
                    throw new TrainingException(
                            folder + ": expected a folder for the model, found a file; choose another");
                } else {
                    AtomicFolder.write(whole, disk, this::writeTo);
                }
            } catch (SavingFailure e) {
                throw unsaved(folder, e);
            }
        });
    }

    /** Writes all files. */
    void writeTo(NewFolder folder) throws IOException {
        folder.text(CheckpointFiles.CONFIG, config);
        for (String name : CopiedFiles.of(source)) {
            if (!texts.containsKey(name)) {
                try (OutputStream out = folder.create(name)) {
                    CopiedFiles.copy(source, name, out);
                }
            }
        }
        for (Map.Entry<String, String> text : texts.entrySet()) {
            folder.text(text.getKey(), text.getValue());
        }
        writeTensors(folder, CheckpointFiles.WEIGHTS, weights, precision);
    }

    static void writeTensors(NewFolder folder, String name, Map<String, Tensor> tensors) throws IOException {
        writeTensors(folder, name, tensors, Precision.FLOAT32);
    }

    private static void writeTensors(NewFolder folder, String name, Map<String, Tensor> tensors, Precision precision)
            throws IOException {
        // Transformers asks for the format; the weights are named and laid out as PyTorch's.
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
        tensors.forEach((tensor, values) -> HalfWeights.add(writer, tensor, values, precision));
        try (OutputStream out = folder.create(name)) {
            writer.write(out);
        }
    }

    /** What an earlier model may have left in a folder, and would be taken for the new one's. */
    static Set<String> ownedNames() {
        Set<String> names = new LinkedHashSet<>(CopiedFiles.NAMES);
        names.add(CheckpointFiles.WEIGHTS_INDEX);
        return names;
    }

    /** What is said when a folder could not be written. */
    static TrainingException unsaved(Path folder, SavingFailure failure) {
        String file = failure.file().isEmpty() ? "" : " while writing " + failure.file();
        return new TrainingException(
                folder + ": saving failed" + file + ": " + reason(failure.getCause())
                        + ". What was saved before is whole, and nothing half-written is left."
                        + " Free some space there, or see to the folder's permissions; then resume",
                failure);
    }

    private static String reason(Throwable cause) {
        String message = cause.getMessage();
        return cause.getClass() == IOException.class && message != null
                ? message
                : cause.getClass().getSimpleName() + (message == null ? "" : " " + message);
    }

    private static boolean isOwn(String name) {
        return name.equals(CheckpointFiles.CONFIG) || name.equals(CheckpointFiles.WEIGHTS);
    }
}
