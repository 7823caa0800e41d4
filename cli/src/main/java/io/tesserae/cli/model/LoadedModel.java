package io.tesserae.cli.model;

import io.tesserae.cli.console.CommandException;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoModelForImageClassification;
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
import java.util.Set;

/** A model with the head that its checkpoint was saved with: how {@code forward} and {@code bench} see it. */
sealed interface LoadedModel extends AutoCloseable permits TextModel, ImageModel {

    /** The classes of transformers whose checkpoints run. */
    List<String> SUPPORTED = List.of(
            "BertModel",
            "BertForSequenceClassification",
            "BertForTokenClassification",
            "BertForQuestionAnswering",
            "BertForMaskedLM",
            "BertForMultipleChoice",
            "BertForNextSentencePrediction",
            "DistilBertModel",
            "DistilBertForSequenceClassification",
            "DistilBertForTokenClassification",
            "DistilBertForQuestionAnswering",
            "DistilBertForMaskedLM",
            "DistilBertForMultipleChoice",
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
        String head = architecture.isPresent() ? headOf(architecture.get()) : headOf(files);
        if (!config.takesPixels()) {
            return TextModel.load(head, files, engine);
        }
        return head.equals("Model")
                ? new ImageModel.Base(AutoVisionModel.fromPretrained(files, engine))
                : new ImageModel.Classifier(AutoModelForImageClassification.fromPretrained(files, engine));
    }

    /** A class's name without its family: {@code Model}, or {@code ForSequenceClassification}. */
    static String headOf(String architecture) {
        int begin = architecture.indexOf("For");
        return begin < 0 ? "Model" : architecture.substring(begin);
    }

    /** What a checkpoint's tensors tell: a classifier of whole texts needs more than one of tokens does. */
    private static String headOf(ModelFiles files) throws IOException {
        try (CheckpointWeights weights = CheckpointWeights.open(files)) {
            Set<String> names = weights.names();
            if (names.contains("qa_outputs.weight")) {
                return "ForQuestionAnswering";
            }
            if (!names.contains("classifier.weight") && !names.contains("cls_classifier.weight")) {
                return "Model";
            }
            boolean wholeText = names.stream()
                    .anyMatch(name -> name.equals("pre_classifier.weight") || name.endsWith("pooler.dense.weight"));
            return wholeText ? "ForSequenceClassification" : "ForTokenClassification";
        }
    }

    /**
     * The first architecture that is supported; empty where the file names none.
     *
     * @throws CommandException if it names some, and none of them is
     */
    static Optional<String> architecture(PretrainedConfig config) {
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
}
