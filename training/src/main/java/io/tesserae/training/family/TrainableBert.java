package io.tesserae.training.family;

import io.tesserae.family.ConfigSource;
import io.tesserae.family.Head;
import io.tesserae.family.bert.BertConfig;
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
import io.tesserae.training.tape.Parameters;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** BERT: Devlin et al., arXiv 1810.04805; transformers' {@code BertModel} and its heads. */
final class TrainableBert implements TrainableFamily {

    @Override
    public List<String> modelTypes() {
        return List.of("bert");
    }

    @Override
    public String basePrefix() {
        return "bert.";
    }

    @Override
    public Map<Head<?>, Builder> heads() {
        return Map.of(
                Head.ENCODER,
                (config, parameters) -> Encoder.of(config, parameters.at("bert")),
                Head.SEQUENCE_CLASSIFICATION,
                (config, parameters) -> sequenceClassifier(config, parameters, "classifier", config.labelCount()),
                Head.MULTIPLE_CHOICE,
                (config, parameters) -> sequenceClassifier(config, parameters, "classifier", 1),
                Head.NEXT_SENTENCE_PREDICTION,
                (config, parameters) -> sequenceClassifier(config, parameters, "cls.seq_relationship", 2),
                Head.TOKEN_CLASSIFICATION,
                TrainableBert::tokenClassifier,
                Head.QUESTION_ANSWERING,
                TrainableBert::questionAnswerer,
                Head.MASKED_LM,
                TrainableBert::maskedLanguageModel);
    }

    /** The pooler's dense layer is a part of the base model, but a checkpoint of another head may lack it. */
    private static Network sequenceClassifier(ConfigSource config, Parameters parameters, String head, int labels) {
        Encoder encoder = Encoder.of(config, parameters.at("bert"));
        int hidden = encoder.hiddenSize();
        boolean nextSentence = head.startsWith("cls");
        return new FirstTokenClassifier(
                encoder,
                Optional.empty(),
                Linear.of(parameters.head().at("bert.pooler.dense"), hidden, hidden),
                Activation.TANH,
                Dropout.of(parameters, nextSentence ? 0 : classifierDropout(config)),
                Linear.of(parameters.head().at(head), labels, hidden));
    }

    private static Network tokenClassifier(ConfigSource config, Parameters parameters) {
        Encoder encoder = Encoder.of(config, parameters.at("bert"));
        return new EveryTokenClassifier(
                encoder,
                Optional.of(Dropout.of(parameters, classifierDropout(config))),
                Linear.of(parameters.head().at("classifier"), config.labelCount(), encoder.hiddenSize()));
    }

    private static Network questionAnswerer(ConfigSource config, Parameters parameters) {
        Encoder encoder = Encoder.of(config, parameters.at("bert"));
        return new EveryTokenClassifier(
                encoder, Optional.empty(), Linear.of(parameters.head().at("qa_outputs"), 2, encoder.hiddenSize()));
    }

    private static Network maskedLanguageModel(ConfigSource config, Parameters parameters) {
        Encoder encoder = Encoder.of(config, parameters.at("bert"));
        BertConfig sizes = BertConfig.read(config);
        Parameters predictions = parameters.head().at("cls.predictions");
        int hidden = sizes.hiddenSize();
        boolean tied = config.optionalBoolean("tie_word_embeddings", true);
        return new MaskedWords(
                encoder,
                Linear.of(predictions.at("transform.dense"), hidden, hidden),
                sizes.hiddenAct(),
                LayerNorm.of(predictions.at("transform.LayerNorm"), hidden, sizes.layerNormEps()),
                new WordDecoder(tied, encoder.embeddings().words()).withTiedBias(predictions));
    }

    private static double classifierDropout(ConfigSource config) {
        return Dropouts.rate(config, "classifier_dropout", Dropouts.rate(config, "hidden_dropout_prob", 0.1));
    }

    /** Embeddings and blocks. */
    record Encoder(TextEmbeddings embeddings, List<PostNormBlock> blocks, int hiddenSize) implements Network.OfTexts {

        static Encoder of(ConfigSource config, Parameters parameters) {
            BertConfig sizes = BertConfig.read(config);
            double hiddenDropout = Dropouts.rate(config, "hidden_dropout_prob", 0.1);
            TextEmbeddings embeddings = TextEmbeddings.of(
                    parameters.at("embeddings"),
                    new TextEmbeddings.Sizes(sizes.vocabSize(), sizes.typeVocabSize(), sizes.maxPositionEmbeddings()),
                    sizes.hiddenSize(),
                    sizes.layerNormEps(),
                    TextEmbeddings.Padding.ofWord(Dropouts.padding(config, 0, sizes.vocabSize())),
                    hiddenDropout);
            BertBlocks blocks = new BertBlocks(
                    sizes.hiddenSize(),
                    sizes.numAttentionHeads(),
                    sizes.intermediateSize(),
                    sizes.hiddenAct(),
                    sizes.layerNormEps(),
                    hiddenDropout,
                    Dropouts.rate(config, "attention_probs_dropout_prob", 0.1));
            return new Encoder(
                    embeddings, blocks.all(parameters.at("encoder"), sizes.numHiddenLayers()), sizes.hiddenSize());
        }

        @Override
        public Variable hiddenStates(Tape tape, TokenBatch batch, Optional<Rows> wanted) {
            Variable x = embeddings.forward(tape, batch, batch.positionIds()); // [tokens, hidden]
            return TransformerBlock.stack(
                    blocks, tape, x, batch.sequenceStarts(), wanted, SelfAttention.Options.EVERYTHING);
        }
    }
}
