package io.tesserae.cli.model;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoModel;
import io.tesserae.loaders.AutoModelForMaskedLM;
import io.tesserae.loaders.AutoModelForMultipleChoice;
import io.tesserae.loaders.AutoModelForNextSentencePrediction;
import io.tesserae.loaders.AutoModelForQuestionAnswering;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.AutoModelForTokenClassification;
import io.tesserae.loaders.ModelFiles;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.Encoder;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model that takes token ids; what it returns is padded to the length of its feed.
 *
 * @param encoder the model below the head
 * @param head what it computes of a feed
 * @param work computes the result of a batch and lets go of it
 */
record TextModel(Encoder encoder, Head head, Work work) implements LoadedModel {

    /** From a feed to the outputs that it is to have, by their names in transformers. */
    @FunctionalInterface
    interface Head {
        Map<String, Tensor> forward(SafetensorsFile file, OutputOptions options);
    }

    /** From a batch to nothing: for timing. */
    @FunctionalInterface
    interface Work {
        void forward(TokenBatch batch);
    }

    /** Loads a checkpoint with the head of a class of transformers, which is named without its family. */
    static TextModel load(String head, ModelFiles files, Engine engine) {
        return switch (head) {
            case "Model" -> base(AutoModel.fromPretrained(files, engine));
            case "ForSequenceClassification" ->
                classifier(AutoModelForSequenceClassification.fromPretrained(files, engine));
            case "ForTokenClassification" ->
                tokenClassifier(AutoModelForTokenClassification.fromPretrained(files, engine));
            case "ForQuestionAnswering" -> answerer(AutoModelForQuestionAnswering.fromPretrained(files, engine));
            case "ForMaskedLM" -> languageModel(AutoModelForMaskedLM.fromPretrained(files, engine));
            case "ForMultipleChoice" -> multipleChoice(AutoModelForMultipleChoice.fromPretrained(files, engine));
            case "ForNextSentencePrediction" ->
                nextSentence(AutoModelForNextSentencePrediction.fromPretrained(files, engine));
            default -> throw new IllegalArgumentException(head);
        };
    }

    private static TextModel base(AutoModel model) {
        Head head = (file, options) -> {
            TokenFeed feed = TokenFeed.read(file);
            var output = model.forward(feed.batch(), options);
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            outputs.put("last_hidden_state", feed.batch().pad(output.lastHiddenState(), feed.length()));
            output.poolerOutput().ifPresent(pooled -> outputs.put("pooler_output", pooled));
            return with(outputs, feed, output.hiddenStates(), output.attentions());
        };
        return new TextModel(model.encoder(), head, model::forward);
    }

    private static TextModel classifier(AutoModelForSequenceClassification model) {
        Head head = (file, options) -> {
            TokenFeed feed = TokenFeed.read(file);
            var output = model.forward(feed.batch(), options);
            return with(logits(output.logits()), feed, output.hiddenStates(), output.attentions());
        };
        return new TextModel(model.classifier().encoder(), head, model::forward);
    }

    private static TextModel nextSentence(AutoModelForNextSentencePrediction model) {
        Head head = (file, options) -> {
            TokenFeed feed = TokenFeed.read(file);
            var output = model.forward(feed.batch(), options);
            return with(logits(output.logits()), feed, output.hiddenStates(), output.attentions());
        };
        return new TextModel(model.classifier().encoder(), head, model::forward);
    }

    private static TextModel multipleChoice(AutoModelForMultipleChoice model) {
        Head head = (file, options) -> {
            TokenFeed feed = TokenFeed.readChoices(file);
            var output = model.forward(feed.batch(), feed.choices(), options);
            Tensor logits = AutoModelForMultipleChoice.logits(output, feed.choices());
            return with(logits(logits), feed, output.hiddenStates(), output.attentions());
        };
        return new TextModel(model.classifier().encoder(), head, batch -> model.forward(batch, 1));
    }

    private static TextModel tokenClassifier(AutoModelForTokenClassification model) {
        Head head = (file, options) -> {
            TokenFeed feed = TokenFeed.read(file);
            var output = model.forward(feed.batch(), options);
            Tensor logits = feed.batch().pad(output.logits(), feed.length());
            return with(logits(logits), feed, output.hiddenStates(), output.attentions());
        };
        return new TextModel(model.classifier().encoder(), head, model::forward);
    }

    private static TextModel languageModel(AutoModelForMaskedLM model) {
        Head head = (file, options) -> {
            TokenFeed feed = TokenFeed.read(file);
            var output = model.forward(feed.batch(), options);
            Tensor logits = feed.batch().pad(output.logits(), feed.length());
            return with(logits(logits), feed, output.hiddenStates(), output.attentions());
        };
        return new TextModel(model.languageModel().encoder(), head, model::forward);
    }

    private static TextModel answerer(AutoModelForQuestionAnswering model) {
        Head head = (file, options) -> {
            TokenFeed feed = TokenFeed.read(file);
            var output = model.forward(feed.batch(), options);
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            outputs.put("start_logits", padScores(feed, output.startLogits()));
            outputs.put("end_logits", padScores(feed, output.endLogits()));
            return with(outputs, feed, output.hiddenStates(), output.attentions());
        };
        return new TextModel(model.answerer().encoder(), head, model::forward);
    }

    @Override
    public Map<String, Tensor> forward(SafetensorsFile feed, OutputOptions options) {
        return head.forward(feed, options);
    }

    /** Computes the result and lets go of it. */
    void forward(TokenBatch batch) {
        work.forward(batch);
    }

    @Override
    public void close() {
        encoder.close();
    }

    private static Map<String, Tensor> logits(Tensor logits) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("logits", logits);
        return outputs;
    }

    private static Tensor padScores(TokenFeed feed, Tensor scores) {
        Tensor rows = feed.batch().pad(scores.reshape(scores.size(), 1), feed.length());
        return rows.reshape(feed.batch().sequences(), feed.length());
    }

    private static Map<String, Tensor> with(
            Map<String, Tensor> outputs, TokenFeed feed, List<Tensor> hiddenStates, List<List<Tensor>> attentions) {
        TokenBatch batch = feed.batch();
        for (int layer = 0; layer < hiddenStates.size(); layer++) {
            outputs.put("hidden_states." + layer, batch.pad(hiddenStates.get(layer), feed.length()));
        }
        for (int layer = 0; layer < attentions.size(); layer++) {
            outputs.put("attentions." + layer, batch.padAttentions(attentions.get(layer), feed.length()));
        }
        return outputs;
    }
}
