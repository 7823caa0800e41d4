package io.tesserae.training.family;

import io.tesserae.family.ConfigSource;
import io.tesserae.family.Head;
import io.tesserae.family.distilbert.DistilBertConfig;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Activation;
import io.tesserae.training.layer.Attention;
import io.tesserae.training.layer.Dropout;
import io.tesserae.training.layer.FeedForward;
import io.tesserae.training.layer.LayerNorm;
import io.tesserae.training.layer.Linear;
import io.tesserae.training.layer.PostNormBlock;
import io.tesserae.training.layer.Rows;
import io.tesserae.training.layer.ScaledDotProduct;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** DistilBERT: Sanh et al., arXiv 1910.01108; transformers' {@code DistilBertModel} and its heads. */
final class TrainableDistilBert implements TrainableFamily {

    @Override
    public List<String> modelTypes() {
        return List.of("distilbert");
    }

    @Override
    public String basePrefix() {
        return "distilbert.";
    }

    @Override
    public List<String> dropoutKeys() {
        return List.of("dropout", "attention_dropout", "seq_classif_dropout", "qa_dropout");
    }

    @Override
    public Map<Head<?>, Builder> heads() {
        return Map.of(
                Head.ENCODER,
                TrainableDistilBert::encoder,
                Head.SEQUENCE_CLASSIFICATION,
                (config, parameters) -> sequenceClassifier(config, parameters, config.labelCount()),
                Head.MULTIPLE_CHOICE,
                (config, parameters) -> sequenceClassifier(config, parameters, 1),
                Head.TOKEN_CLASSIFICATION,
                TrainableDistilBert::tokenClassifier,
                Head.QUESTION_ANSWERING,
                TrainableDistilBert::questionAnswerer,
                Head.MASKED_LM,
                TrainableDistilBert::maskedLanguageModel);
    }

    private static Encoder encoder(ConfigSource config, Parameters parameters) {
        return Encoder.of(config, parameters.at("distilbert"));
    }

    private static Network sequenceClassifier(ConfigSource config, Parameters parameters, int labels) {
        Encoder encoder = encoder(config, parameters);
        int dim = encoder.hiddenSize();
        return new FirstTokenClassifier(
                encoder,
                Optional.empty(),
                Linear.of(parameters.head().at("pre_classifier"), dim, dim),
                Activation.RELU,
                Dropout.of(parameters, Dropouts.rate(config, "seq_classif_dropout", 0.2)),
                Linear.of(parameters.head().at("classifier"), labels, dim));
    }

    private static Network tokenClassifier(ConfigSource config, Parameters parameters) {
        Encoder encoder = encoder(config, parameters);
        return new EveryTokenClassifier(
                encoder,
                Optional.of(Dropout.of(parameters, hiddenDropout(config))),
                Linear.of(parameters.head().at("classifier"), config.labelCount(), encoder.hiddenSize()));
    }

    private static Network questionAnswerer(ConfigSource config, Parameters parameters) {
        Encoder encoder = encoder(config, parameters);
        return new EveryTokenClassifier(
                encoder,
                Optional.of(Dropout.of(parameters, Dropouts.rate(config, "qa_dropout", 0.1))),
                Linear.of(parameters.head().at("qa_outputs"), 2, encoder.hiddenSize()));
    }

    private static Network maskedLanguageModel(ConfigSource config, Parameters parameters) {
        Encoder encoder = encoder(config, parameters);
        DistilBertConfig sizes = DistilBertConfig.read(config);
        Parameters head = parameters.head();
        boolean tied = config.optionalBoolean("tie_word_embeddings", true);
        return new MaskedWords(
                encoder,
                Linear.of(head.at("vocab_transform"), sizes.dim(), sizes.dim()),
                sizes.activation(),
                LayerNorm.of(head.at("vocab_layer_norm"), sizes.dim(), DistilBertConfig.EPSILON),
                new WordDecoder(tied, encoder.embeddings().words())
                        .of(
                                head,
                                "vocab_projector.weight",
                                head.require("vocab_projector.bias", Initialization.ZEROS, sizes.vocabSize())));
    }

    private static double hiddenDropout(ConfigSource config) {
        return Dropouts.rate(config, "dropout", 0.1);
    }

    /** Embeddings and blocks. */
    private record Encoder(TextEmbeddings embeddings, List<PostNormBlock> blocks, int hiddenSize)
            implements Network.OfTexts {

        static Encoder of(ConfigSource config, Parameters parameters) {
            DistilBertConfig sizes = DistilBertConfig.read(config);
            List<PostNormBlock> blocks = new ArrayList<>();
            TextEmbeddings embeddings = tables(config, sizes, parameters.at("embeddings"));
            for (int layer = 0; layer < sizes.nLayers(); layer++) {
                blocks.add(block(config, sizes, parameters.at("transformer.layer", layer)));
            }
            return new Encoder(embeddings, blocks, sizes.dim());
        }

        @Override
        public Variable hiddenStates(Tape tape, TokenBatch batch, Optional<Rows> wanted) {
            Variable x = embeddings.forward(tape, batch, batch.positionIds()); // [tokens, dim]
            return TransformerBlock.stack(
                    blocks, tape, x, batch.sequenceStarts(), wanted, SelfAttention.Options.EVERYTHING);
        }
    }

    /** Positions that begin as sinusoids ({@code sinusoidal_pos_embds}) are trained like others: so it is in transformers. */
    private static TextEmbeddings tables(ConfigSource config, DistilBertConfig sizes, Parameters parameters) {
        if (config.optionalBoolean("sinusoidal_pos_embds", false)) {
            parameters.require(
                    "position_embeddings.weight", Initialization.SINUSOIDS, sizes.maxPositionEmbeddings(), sizes.dim());
        }
        return TextEmbeddings.of(
                parameters,
                new TextEmbeddings.Sizes(sizes.vocabSize(), 0, sizes.maxPositionEmbeddings()),
                sizes.dim(),
                DistilBertConfig.EPSILON,
                TextEmbeddings.Padding.ofWord(Dropouts.padding(config, 0, sizes.vocabSize())),
                hiddenDropout(config));
    }

    /** Unlike in BERT, nothing of attention's output is left out. */
    private static PostNormBlock block(ConfigSource config, DistilBertConfig sizes, Parameters parameters) {
        Parameters attention = parameters.at("attention");
        Parameters feedForward = parameters.at("ffn");
        int dim = sizes.dim();
        return new PostNormBlock(
                new Attention(
                        Linear.of(attention.at("q_lin"), dim, dim),
                        Linear.of(attention.at("k_lin"), dim, dim),
                        Linear.of(attention.at("v_lin"), dim, dim),
                        new ScaledDotProduct(
                                AttentionShape.of(sizes.nHeads(), dim / sizes.nHeads()),
                                Dropout.of(parameters, Dropouts.rate(config, "attention_dropout", 0.1))),
                        Linear.of(attention.at("out_lin"), dim, dim)),
                Dropout.of(parameters, 0),
                LayerNorm.of(parameters.at("sa_layer_norm"), dim, DistilBertConfig.EPSILON),
                new FeedForward(
                        Linear.of(feedForward.at("lin1"), sizes.hiddenDim(), dim),
                        sizes.activation(),
                        Linear.of(feedForward.at("lin2"), dim, sizes.hiddenDim())),
                Dropout.of(parameters, hiddenDropout(config)),
                LayerNorm.of(parameters.at("output_layer_norm"), dim, DistilBertConfig.EPSILON));
    }
}
