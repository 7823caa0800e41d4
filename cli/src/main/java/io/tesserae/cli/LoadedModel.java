package io.tesserae.cli;

import io.tesserae.kernel.Engine;
import io.tesserae.loaders.AutoModel;
import io.tesserae.loaders.AutoModelForImageClassification;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.AutoVisionModel;
import io.tesserae.loaders.CheckpointWeights;
import io.tesserae.loaders.ModelFiles;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.OutputOptions;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model with the head that its checkpoint was saved with: how {@code forward} and {@code bench} see it. */
sealed interface LoadedModel extends AutoCloseable permits TextModel, ImageModel {

    /** The classes of transformers whose checkpoints run. */
    List<String> SUPPORTED = List.of(
            "DistilBertModel",
            "DistilBertForSequenceClassification",
            "ViTModel",
            "ViTForImageClassification",
            "DeiTModel",
            "DeiTForImageClassification",
            "DeiTForImageClassificationWithTeacher",
            "Dinov2Model",
            "Dinov2ForImageClassification",
            "Dinov2WithRegistersModel",
            "Dinov2WithRegistersForImageClassification");

    /**
     * The outputs for a file of inputs, by their names in transformers, in arrays as it has them.
     *
     * @throws CommandException if the file does not hold what the model takes
     */
    Map<String, Tensor> forward(SafetensorsFile feed, OutputOptions options);

    @Override
    void close();

    /**
     * Loads a checkpoint as what {@code architectures} says it is; where it says nothing, as what its tensors are.
     *
     * @throws CommandException if that is no class that is supported
     */
    static LoadedModel load(ModelFiles files, Engine engine) throws IOException {
        PretrainedConfig config = PretrainedConfig.read(files);
        Optional<String> architecture = architecture(config);
        boolean classifies = architecture.isPresent() ? !architecture.get().endsWith("Model") : hasClassifier(files);
        if (config.takesPixels()) {
            return classifies
                    ? new ImageModel.Classifier(AutoModelForImageClassification.fromPretrained(files, engine))
                    : new ImageModel.Base(AutoVisionModel.fromPretrained(files, engine));
        }
        return classifies
                ? new TextModel.Classifier(AutoModelForSequenceClassification.fromPretrained(files, engine))
                : new TextModel.Base(AutoModel.fromPretrained(files, engine));
    }

    /** Whether a checkpoint's family runs at all. */
    static boolean runs(PretrainedConfig config) {
        return config.modelType().equals("distilbert") || config.takesPixels();
    }

    /** The first architecture that is supported; empty where the file names none. */
    private static Optional<String> architecture(PretrainedConfig config) {
        List<String> architectures = config.architectures();
        if (architectures.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(architectures.stream()
                .filter(SUPPORTED::contains)
                .findFirst()
                .orElseThrow(() -> new CommandException(config + ": architectures: " + String.join(", ", architectures)
                        + " is not supported; supported are " + String.join(", ", SUPPORTED))));
    }

    private static boolean hasClassifier(ModelFiles files) throws IOException {
        try (CheckpointWeights weights = CheckpointWeights.open(files)) {
            return weights.names().contains("classifier.weight")
                    || weights.names().contains("cls_classifier.weight");
        }
    }
}
