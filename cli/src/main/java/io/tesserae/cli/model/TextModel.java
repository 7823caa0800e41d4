package io.tesserae.cli.model;

import io.tesserae.cli.model.feed.TokenFeed;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.AutoModelForMultipleChoice;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.Encoder;
import io.tesserae.model.MaskedLanguageModel;
import io.tesserae.model.Model;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.QuestionAnswerer;
import io.tesserae.model.SequenceClassifier;
import io.tesserae.model.TokenBackbone;
import io.tesserae.model.TokenBatch;
import io.tesserae.model.TokenClassifier;
import io.tesserae.model.TokenScorer;
import io.tesserae.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model that takes token ids; what it returns is padded to the length of its feed.
 *
 * @param backbone what lies below the head
 * @param outputs what it computes of a feed
 * @param work computes the result of a batch and lets go of it
 */
record TextModel(TokenBackbone backbone, Outputs outputs, Work work) implements LoadedModel {

    /** From a feed to the outputs that it is to have, by their names in transformers. */
    @FunctionalInterface
    interface Outputs {
        Map<String, Tensor> forward(SafetensorsFile file, OutputOptions options);
    }

    /** From a batch to nothing: for timing. */
    @FunctionalInterface
    interface Work {
        void forward(TokenBatch batch);
    }

    /** Loads a checkpoint with a head. */
    static TextModel load(Head<?> head, Checkpoint checkpoint, Engine engine) {
        return switch (checkpoint.load(head, engine)) {
            case Encoder encoder -> base(encoder);
            case SequenceClassifier choices when head.equals(Head.MULTIPLE_CHOICE) -> multipleChoice(choices);
            case SequenceClassifier classifier -> classifier(classifier);
            case TokenClassifier classifier -> tokenClassifier(classifier);
            case QuestionAnswerer answerer -> answerer(answerer);
            case MaskedLanguageModel languageModel -> languageModel(languageModel);
            case TokenScorer scorer -> tokenScorer(scorer);
            case Model other -> {
                other.close();
                throw new IllegalArgumentException(head.suffix());
            }
        };
    }

    private static TextModel base(Encoder encoder) {
        Outputs outputs = (file, options) -> {
            TokenFeed feed = TokenFeed.read(file);
            var output = encoder.forward(feed.batch(), options);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put("last_hidden_state", feed.batch().pad(output.lastHiddenState(), feed.length()));
            output.poolerOutput().ifPresent(pooled -> tensors.put("pooler_output", pooled));
            return with(tensors, feed, output.hiddenStates(), output.attentions());
        };
        return new TextModel(encoder, outputs, batch -> encoder.forward(batch, OutputOptions.RESULT_ONLY));
    }

    private static TextModel classifier(SequenceClassifier model) {
        Outputs outputs = (file, options) -> {
            TokenFeed feed = TokenFeed.read(file);
            var output = model.forward(feed.batch(), options);
            Map<String, Tensor> tensors = logits(output.logits());
            if (model.backbone().latents().isEmpty()) {
                return with(tensors, feed, output.hiddenStates(), output.attentions());
            }
            var crossAttentions = padded(output.crossAttentions(), feed);
            int sequences = feed.batch().sequences();
            LatentTensors.add(tensors, sequences, output.hiddenStates(), output.attentions(), crossAttentions);
            return tensors;
        };
        return new TextModel(model.backbone(), outputs, batch -> model.forward(batch, OutputOptions.RESULT_ONLY));
    }

    private static TextModel multipleChoice(SequenceClassifier model) {
        Outputs outputs = (file, options) -> {
            TokenFeed feed = TokenFeed.readChoices(file);
            var output = model.forward(feed.batch(), options);
            Tensor logits = AutoModelForMultipleChoice.logits(output, feed.choices());
            return with(logits(logits), feed, output.hiddenStates(), output.attentions());
        };
        return new TextModel(model.backbone(), outputs, batch -> model.forward(batch, OutputOptions.RESULT_ONLY));
    }

    private static TextModel tokenClassifier(TokenClassifier model) {
        Outputs outputs = (file, options) -> {
            TokenFeed feed = TokenFeed.read(file);
            var output = model.forward(feed.batch(), options);
            Tensor logits = feed.batch().pad(output.logits(), feed.length());
            return with(logits(logits), feed, output.hiddenStates(), output.attentions());
        };
        return new TextModel(model.encoder(), outputs, batch -> model.forward(batch, OutputOptions.RESULT_ONLY));
    }

    private static TextModel languageModel(MaskedLanguageModel model) {
        Outputs outputs = (file, options) -> {
            TokenFeed feed = TokenFeed.read(file);
            if (model.backbone().latents().isPresent()) {
                return everyPosition(model, feed, options);
            }
            var output = model.forward(feed.batch(), options);
            Tensor logits = feed.batch().pad(output.logits(), feed.length());
            return with(logits(logits), feed, output.hiddenStates(), output.attentions());
        };
        return new TextModel(model.backbone(), outputs, batch -> model.forward(batch, OutputOptions.RESULT_ONLY));
    }

    /** Scores of all positions that the model has, as transformers' {@code PerceiverForMaskedLM} returns them. */
    private static Map<String, Tensor> everyPosition(MaskedLanguageModel model, TokenFeed feed, OutputOptions options) {
        var output = model.forwardPositions(feed.batch(), options).orElseThrow();
        int sequences = feed.batch().sequences();
        Map<String, Tensor> tensors = logits(LatentTensors.bySequence(output.logits(), sequences));
        var crossAttentions = padded(output.crossAttentions(), feed);
        LatentTensors.add(tensors, sequences, output.hiddenStates(), output.attentions(), crossAttentions);
        return tensors;
    }

    private static TextModel tokenScorer(TokenScorer model) {
        Outputs outputs = (file, options) -> {
            TokenFeed feed = TokenFeed.read(file);
            var output = model.forward(feed.batch(), options);
            return with(logits(padScores(feed, output.logits())), feed, output.hiddenStates(), output.attentions());
        };
        return new TextModel(model.encoder(), outputs, batch -> model.forward(batch, OutputOptions.RESULT_ONLY));
    }

    private static TextModel answerer(QuestionAnswerer model) {
        Outputs outputs = (file, options) -> {
            TokenFeed feed = TokenFeed.read(file);
            var output = model.forward(feed.batch(), options);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put("start_logits", padScores(feed, output.startLogits()));
            tensors.put("end_logits", padScores(feed, output.endLogits()));
            return with(tensors, feed, output.hiddenStates(), output.attentions());
        };
        return new TextModel(model.encoder(), outputs, batch -> model.forward(batch, OutputOptions.RESULT_ONLY));
    }

    @Override
    public Map<String, Tensor> forward(SafetensorsFile feed, OutputOptions options) {
        return outputs.forward(feed, options);
    }

    /** Computes the result and lets go of it. */
    void forward(TokenBatch batch) {
        work.forward(batch);
    }

    @Override
    public void close() {
        backbone.close();
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

    private static List<List<Tensor>> padded(List<List<Tensor>> crossAttentions, TokenFeed feed) {
        TokenBatch batch = feed.batch();
        return LatentTensors.padded(crossAttentions, batch.sequenceStarts(), batch.positionIds(), feed.length());
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
