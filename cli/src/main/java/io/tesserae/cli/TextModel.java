package io.tesserae.cli;

import io.tesserae.kernel.Engine;
import io.tesserae.loaders.AutoModel;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.CheckpointWeights;
import io.tesserae.loaders.ModelFiles;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.model.Encoder;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model with the head that its checkpoint was saved with: how {@code forward} and {@code bench} see it. */
sealed interface TextModel extends AutoCloseable {

    /** The classes of transformers whose checkpoints run. */
    List<String> SUPPORTED = List.of("DistilBertModel", "DistilBertForSequenceClassification");

    /** The model's outputs by their names in transformers, in padded arrays of so many positions. */
    Map<String, Tensor> forward(TokenBatch batch, OutputOptions options, int paddedLength);

    /** Computes the result and lets go of it. */
    void forward(TokenBatch batch);

    /** The model below the head. */
    Encoder encoder();

    @Override
    void close();

    /**
     * Loads a checkpoint as what {@code architectures} says it is; where it says nothing, as what its tensors are.
     *
     * @throws CommandException if that is no class that is supported
     */
    static TextModel load(ModelFiles files, Engine engine) throws IOException {
        PretrainedConfig config = PretrainedConfig.read(files);
        boolean classifies = architecture(config)
                .map(name -> name.endsWith("ForSequenceClassification"))
                .orElseGet(() -> hasClassifier(files));
        return classifies
                ? new Classifier(AutoModelForSequenceClassification.fromPretrained(files, engine))
                : new Base(AutoModel.fromPretrained(files, engine));
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
                        + " is not supported; supported are " + String.join(" and ", SUPPORTED))));
    }

    private static boolean hasClassifier(ModelFiles files) {
        try (CheckpointWeights weights = CheckpointWeights.open(files)) {
            return weights.names().contains("classifier.weight");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** With a classification head. */
    record Classifier(AutoModelForSequenceClassification model) implements TextModel {
        @Override
        public Map<String, Tensor> forward(TokenBatch batch, OutputOptions options, int paddedLength) {
            var output = model.forward(batch, options);
            return named(batch, "logits", output.logits(), output.hiddenStates(), output.attentions(), paddedLength);
        }

        @Override
        public void forward(TokenBatch batch) {
            model.forward(batch);
        }

        @Override
        public Encoder encoder() {
            return model.classifier().encoder();
        }

        @Override
        public void close() {
            model.close();
        }
    }

    /** Without a head. */
    record Base(AutoModel model) implements TextModel {
        @Override
        public Map<String, Tensor> forward(TokenBatch batch, OutputOptions options, int paddedLength) {
            var output = model.forward(batch, options);
            Tensor lastHiddenState = batch.pad(output.lastHiddenState(), paddedLength);
            return named(
                    batch,
                    "last_hidden_state",
                    lastHiddenState,
                    output.hiddenStates(),
                    output.attentions(),
                    paddedLength);
        }

        @Override
        public void forward(TokenBatch batch) {
            model.forward(batch);
        }

        @Override
        public Encoder encoder() {
            return model.encoder();
        }

        @Override
        public void close() {
            model.close();
        }
    }

    private static Map<String, Tensor> named(
            TokenBatch batch,
            String resultName,
            Tensor result,
            List<Tensor> hiddenStates,
            List<List<Tensor>> attentions,
            int paddedLength) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put(resultName, result);
        for (int layer = 0; layer < hiddenStates.size(); layer++) {
            outputs.put("hidden_states." + layer, batch.pad(hiddenStates.get(layer), paddedLength));
        }
        for (int layer = 0; layer < attentions.size(); layer++) {
            outputs.put("attentions." + layer, batch.padAttentions(attentions.get(layer), paddedLength));
        }
        return outputs;
    }
}
