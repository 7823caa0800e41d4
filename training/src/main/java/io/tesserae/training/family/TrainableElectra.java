package io.tesserae.training.family;

import io.tesserae.family.ConfigSource;
import io.tesserae.family.Head;
import io.tesserae.family.electra.ElectraConfig;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Activation;
import io.tesserae.training.layer.Dropout;
import io.tesserae.training.layer.LayerNorm;
import io.tesserae.training.layer.Linear;
import io.tesserae.training.layer.PostNormBlock;
import io.tesserae.training.layer.Rows;
import io.tesserae.training.layer.SelfAttention;
import io.tesserae.training.layer.TransformerBlock;
import io.tesserae.training.network.EveryTokenClassifier;
import io.tesserae.training.network.FirstTokenClassifier;
import io.tesserae.training.network.MaskedWords;
import io.tesserae.training.network.Network;
import io.tesserae.training.tape.Initialization;
import io.tesserae.training.tape.Parameters;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** ELECTRA: Clark et al., arXiv 2003.10555; transformers' {@code ElectraModel} and its heads. */
final class TrainableElectra implements TrainableFamily {

    @Override
    public List<String> modelTypes() {
        return List.of("electra");
    }

    @Override
    public String basePrefix() {
        return "electra.";
    }

    @Override
    public Map<Head<?>, Builder> heads() {
        return Map.of(
                Head.ENCODER,
                TrainableElectra::encoder,
                Head.SEQUENCE_CLASSIFICATION,
                TrainableElectra::sequenceClassifier,
                Head.MULTIPLE_CHOICE,
                TrainableElectra::multipleChoice,
                Head.TOKEN_CLASSIFICATION,
                TrainableElectra::tokenClassifier,
                Head.QUESTION_ANSWERING,
                TrainableElectra::questionAnswerer,
                Head.MASKED_LM,
                TrainableElectra::maskedLanguageModel);
    }

    private static Encoder encoder(ConfigSource config, Parameters parameters) {
        return Encoder.of(config, parameters.at("electra"));
    }

    /** Behind a linear layer and GELU, whatever {@code hidden_act} says; values are left out before each of the two layers. */
    private static Network sequenceClassifier(ConfigSource config, Parameters parameters) {
        Encoder encoder = encoder(config, parameters);
        Parameters head = parameters.head().at("classifier");
        int hidden = encoder.hiddenSize();
        return new FirstTokenClassifier(
                encoder,
                Optional.of(Dropout.of(parameters, classifierDropout(config))),
                Linear.of(head.at("dense"), hidden, hidden),
                Activation.GELU,
                Dropout.of(parameters, classifierDropout(config)),
                Linear.of(head.at("out_proj"), config.labelCount(), hidden));
    }

    /** A score for a choice, on the summary of its first token: transformers' {@code ElectraSequenceSummary}. */
    private static Network multipleChoice(ConfigSource config, Parameters parameters) {
        Encoder encoder = encoder(config, parameters);
        int hidden = encoder.hiddenSize();
        return new FirstTokenClassifier(
                encoder,
                Optional.of(Dropout.of(parameters, Dropouts.rate(config, "summary_first_dropout", 0))),
                Linear.of(parameters.head().at("sequence_summary.summary"), hidden, hidden),
                ElectraConfig.summaryActivation(config),
                Dropout.of(parameters, Dropouts.rate(config, "summary_last_dropout", 0.1)),
                Linear.of(parameters.head().at("classifier"), 1, hidden));
    }

    private static Network tokenClassifier(ConfigSource config, Parameters parameters) {
        Encoder encoder = encoder(config, parameters);
        return new EveryTokenClassifier(
                encoder,
                Optional.of(Dropout.of(parameters, classifierDropout(config))),
                Linear.of(parameters.head().at("classifier"), config.labelCount(), encoder.hiddenSize()));
    }

    private static Network questionAnswerer(ConfigSource config, Parameters parameters) {
        Encoder encoder = encoder(config, parameters);
        return new EveryTokenClassifier(
                encoder, Optional.empty(), Linear.of(parameters.head().at("qa_outputs"), 2, encoder.hiddenSize()));
    }

    /** The generator: it goes back to the width of the embeddings. Its activation is GELU, whatever {@code hidden_act} says. */
    private static Network maskedLanguageModel(ConfigSource config, Parameters parameters) {
        Encoder encoder = encoder(config, parameters);
        ElectraConfig sizes = ElectraConfig.read(config);
        Parameters predictions = parameters.head().at("generator_predictions");
        Parameters decoder = parameters.head().at("generator_lm_head");
        int embedding = sizes.embeddingSize();
        boolean tied = config.optionalBoolean("tie_word_embeddings", true);
        return new MaskedWords(
                encoder,
                Linear.of(predictions.at("dense"), embedding, sizes.hiddenSize()),
                Activation.GELU,
                LayerNorm.of(predictions.at("LayerNorm"), embedding, sizes.layerNormEps()),
                new WordDecoder(tied, encoder.embeddings().words())
                        .of(decoder, "weight", decoder.require("bias", Initialization.ZEROS, sizes.vocabSize())));
    }

    private static double classifierDropout(ConfigSource config) {
        return Dropouts.rate(config, "classifier_dropout", Dropouts.rate(config, "hidden_dropout_prob", 0.1));
    }

    /**
     * Embeddings and blocks.
     *
     * @param projection from the width of the embeddings to that of the blocks; empty where they are one
     */
    private record Encoder(
            TextEmbeddings embeddings, Optional<Linear> projection, List<PostNormBlock> blocks, int hiddenSize)
            implements Network.OfTexts {

        static Encoder of(ConfigSource config, Parameters parameters) {
            ElectraConfig sizes = ElectraConfig.read(config);
            int embedding = sizes.embeddingSize();
            int hidden = sizes.hiddenSize();
            double hiddenDropout = Dropouts.rate(config, "hidden_dropout_prob", 0.1);
            TextEmbeddings embeddings = TextEmbeddings.of(
                    parameters.at("embeddings"),
                    new TextEmbeddings.Sizes(sizes.vocabSize(), sizes.typeVocabSize(), sizes.maxPositionEmbeddings()),
                    embedding,
                    sizes.layerNormEps(),
                    TextEmbeddings.Padding.ofWord(Dropouts.padding(config, 0, sizes.vocabSize())),
                    hiddenDropout);
            Optional<Linear> projection = embedding == hidden
                    ? Optional.empty()
                    : Optional.of(Linear.of(parameters.at("embeddings_project"), hidden, embedding));
            BertBlocks blocks = new BertBlocks(
                    hidden,
                    sizes.numAttentionHeads(),
                    sizes.intermediateSize(),
                    sizes.hiddenAct(),
                    sizes.layerNormEps(),
                    hiddenDropout,
                    Dropouts.rate(config, "attention_probs_dropout_prob", 0.1));
            return new Encoder(
                    embeddings, projection, blocks.all(parameters.at("encoder"), sizes.numHiddenLayers()), hidden);
        }

        @Override
        public Variable hiddenStates(Tape tape, TokenBatch batch, Optional<Rows> wanted) {
            Variable narrow = embeddings.forward(tape, batch, batch.positionIds()); // [tokens, embedding]
            Variable x =
                    projection.map(projected -> projected.forward(tape, narrow)).orElse(narrow); // [tokens, hidden]
            return TransformerBlock.stack(
                    blocks, tape, x, batch.sequenceStarts(), wanted, SelfAttention.Options.EVERYTHING);
        }
    }
}
