package io.tesserae.training.family;

import io.tesserae.family.ConfigSource;
import io.tesserae.family.Head;
import io.tesserae.family.mpnet.AbsolutePositions;
import io.tesserae.family.mpnet.MpnetConfig;
import io.tesserae.family.mpnet.RelativePositions;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Sight;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Activation;
import io.tesserae.training.layer.Attention;
import io.tesserae.training.layer.DistanceBiases;
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

/** MPNet: Song et al., arXiv 2004.09297; transformers' {@code MPNetModel} and its heads. */
final class TrainableMpnet implements TrainableFamily {

    @Override
    public List<String> modelTypes() {
        return List.of("mpnet");
    }

    @Override
    public String basePrefix() {
        return "mpnet.";
    }

    /** Positions count from the row behind that of padding. */
    @Override
    public int longestText(ConfigSource config) {
        return MpnetConfig.read(config).maxPositionEmbeddings() - AbsolutePositions.PADDING - 1;
    }

    @Override
    public Map<Head<?>, Builder> heads() {
        return Map.of(
                Head.ENCODER,
                TrainableMpnet::encoder,
                Head.SEQUENCE_CLASSIFICATION,
                TrainableMpnet::sequenceClassifier,
                Head.MULTIPLE_CHOICE,
                TrainableMpnet::multipleChoice,
                Head.TOKEN_CLASSIFICATION,
                TrainableMpnet::tokenClassifier,
                Head.QUESTION_ANSWERING,
                TrainableMpnet::questionAnswerer,
                Head.MASKED_LM,
                TrainableMpnet::maskedLanguageModel);
    }

    private static Encoder encoder(ConfigSource config, Parameters parameters) {
        return Encoder.of(config, parameters.at("mpnet"));
    }

    /** Behind a linear layer and tanh that are not the pooler's; values are left out before each of the two layers. */
    private static Network sequenceClassifier(ConfigSource config, Parameters parameters) {
        Encoder encoder = encoder(config, parameters);
        Parameters head = parameters.head().at("classifier");
        int hidden = encoder.hiddenSize();
        return new FirstTokenClassifier(
                encoder,
                Optional.of(Dropout.of(parameters, hiddenDropout(config))),
                Linear.of(head.at("dense"), hidden, hidden),
                Activation.TANH,
                Dropout.of(parameters, hiddenDropout(config)),
                Linear.of(head.at("out_proj"), config.labelCount(), hidden));
    }

    /** The pooler's dense layer is a part of the base model, but a checkpoint of another head may lack it. */
    private static Network multipleChoice(ConfigSource config, Parameters parameters) {
        Encoder encoder = encoder(config, parameters);
        int hidden = encoder.hiddenSize();
        return new FirstTokenClassifier(
                encoder,
                Optional.empty(),
                Linear.of(parameters.head().at("mpnet.pooler.dense"), hidden, hidden),
                Activation.TANH,
                Dropout.of(parameters, hiddenDropout(config)),
                Linear.of(parameters.head().at("classifier"), 1, hidden));
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
                encoder, Optional.empty(), Linear.of(parameters.head().at("qa_outputs"), 2, encoder.hiddenSize()));
    }

    /** The activation is GELU, whatever {@code hidden_act} says. */
    private static Network maskedLanguageModel(ConfigSource config, Parameters parameters) {
        Encoder encoder = encoder(config, parameters);
        Parameters head = parameters.head().at("lm_head");
        int hidden = encoder.hiddenSize();
        boolean tied = config.optionalBoolean("tie_word_embeddings", true);
        return new MaskedWords(
                encoder,
                Linear.of(head.at("dense"), hidden, hidden),
                Activation.GELU,
                LayerNorm.of(
                        head.at("layer_norm"), hidden, MpnetConfig.read(config).layerNormEps()),
                new WordDecoder(tied, encoder.embeddings().words()).withTiedBias(head));
    }

    private static double hiddenDropout(ConfigSource config) {
        return Dropouts.rate(config, "hidden_dropout_prob", 0.1);
    }

    /** Embeddings, blocks, and the biases by distance that all blocks share. */
    private record Encoder(
            TextEmbeddings embeddings, DistanceBiases distances, List<PostNormBlock> blocks, int hiddenSize)
            implements Network.OfTexts {

        static Encoder of(ConfigSource config, Parameters parameters) {
            MpnetConfig sizes = MpnetConfig.read(config);
            int padding = AbsolutePositions.PADDING;
            TextEmbeddings embeddings = TextEmbeddings.of(
                    parameters.at("embeddings"),
                    new TextEmbeddings.Sizes(sizes.vocabSize(), 0, sizes.maxPositionEmbeddings()),
                    sizes.hiddenSize(),
                    sizes.layerNormEps(),
                    new TextEmbeddings.Padding(padding, padding),
                    hiddenDropout(config));
            DistanceBiases distances = new DistanceBiases(
                    parameters.require(
                            "encoder.relative_attention_bias.weight",
                            Initialization.NORMAL,
                            sizes.relativeAttentionNumBuckets(),
                            sizes.numAttentionHeads()),
                    RelativePositions::bucket);
            List<PostNormBlock> blocks = new ArrayList<>();
            for (int layer = 0; layer < sizes.numHiddenLayers(); layer++) {
                blocks.add(block(config, sizes, parameters.at("encoder.layer", layer)));
            }
            return new Encoder(embeddings, distances, blocks, sizes.hiddenSize());
        }

        @Override
        public Variable hiddenStates(Tape tape, TokenBatch batch, Optional<Rows> wanted) {
            Variable x = embeddings.forward(tape, batch, AbsolutePositions.of(batch)); // [tokens, hidden]
            SelfAttention.Options options =
                    new SelfAttention.Options(Sight.EVERYTHING, Optional.of(distances.forward(tape, longest(batch))));
            return TransformerBlock.stack(blocks, tape, x, batch.sequenceStarts(), wanted, options);
        }

        private static int longest(TokenBatch batch) {
            int longest = 0;
            for (int sequence = 0; sequence < batch.sequences(); sequence++) {
                longest = Math.max(longest, batch.length(sequence));
            }
            return longest;
        }
    }

    private static PostNormBlock block(ConfigSource config, MpnetConfig sizes, Parameters parameters) {
        Parameters attention = parameters.at("attention.attn");
        int hidden = sizes.hiddenSize();
        int heads = sizes.numAttentionHeads();
        return new PostNormBlock(
                new Attention(
                        Linear.of(attention.at("q"), hidden, hidden),
                        Linear.of(attention.at("k"), hidden, hidden),
                        Linear.of(attention.at("v"), hidden, hidden),
                        new ScaledDotProduct(
                                AttentionShape.of(heads, hidden / heads),
                                Dropout.of(parameters, Dropouts.rate(config, "attention_probs_dropout_prob", 0.1))),
                        Linear.of(attention.at("o"), hidden, hidden)),
                Dropout.of(parameters, hiddenDropout(config)),
                LayerNorm.of(parameters.at("attention.LayerNorm"), hidden, sizes.layerNormEps()),
                new FeedForward(
                        Linear.of(parameters.at("intermediate.dense"), sizes.intermediateSize(), hidden),
                        sizes.hiddenAct(),
                        Linear.of(parameters.at("output.dense"), hidden, sizes.intermediateSize())),
                Dropout.of(parameters, hiddenDropout(config)),
                LayerNorm.of(parameters.at("output.LayerNorm"), hidden, sizes.layerNormEps()));
    }
}
