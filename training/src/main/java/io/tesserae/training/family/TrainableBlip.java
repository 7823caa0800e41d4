package io.tesserae.training.family;

import io.tesserae.family.ConfigSource;
import io.tesserae.family.Head;
import io.tesserae.family.blip.BlipConfig;
import io.tesserae.family.blip.BlipTextConfig;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Activation;
import io.tesserae.training.layer.Activate;
import io.tesserae.training.layer.Attention;
import io.tesserae.training.layer.Dropout;
import io.tesserae.training.layer.FeedForward;
import io.tesserae.training.layer.LayerNorm;
import io.tesserae.training.layer.Linear;
import io.tesserae.training.layer.PostNormDecoderBlock;
import io.tesserae.training.layer.PostNormDecoderBlock.Joining;
import io.tesserae.training.layer.PostNormDecoderBlock.Seen;
import io.tesserae.training.layer.ScaledDotProduct;
import io.tesserae.training.network.Network;
import io.tesserae.training.tape.Parameters;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * BLIP, which writes about pictures: Li et al., arXiv 2201.12086; transformers' {@code BlipForConditionalGeneration}.
 */
final class TrainableBlip implements TrainableFamily {

    @Override
    public List<String> modelTypes() {
        return List.of("blip");
    }

    @Override
    public String basePrefix() {
        return "blip.";
    }

    @Override
    public Map<Head<?>, Builder> heads() {
        return Map.of(Head.IMAGE_CAPTIONING, TrainableBlip::captioner);
    }

    private static Network captioner(ConfigSource config, Parameters parameters) {
        BlipConfig sizes = BlipConfig.read(config);
        Optional<? extends ConfigSource> vision = config.child("vision_config");
        Optional<? extends ConfigSource> text = config.child("text_config");
        PictureEncoder encoder = TrainableBlipVision.encoder(
                sizes.visionConfig(), parameters.at("vision_model"), rate(vision, "attention_dropout"));
        Decoder decoder = new Decoder(
                sizes.textConfig(),
                sizes.visionConfig().hiddenSize(),
                rate(text, "hidden_dropout_prob"),
                rate(text, "attention_probs_dropout_prob"));
        return decoder.under(encoder, sizes.tieWordEmbeddings(), parameters.at("text_decoder"));
    }

    private static double rate(Optional<? extends ConfigSource> config, String key) {
        return config.map(part -> Dropouts.rate(part, key, 0)).orElse(0.0);
    }

    /**
     * How the text side is built.
     *
     * @param sizes of the text side
     * @param memoryWidth width of the rows that are looked at
     * @param hiddenDropout of what joins the residual stream
     * @param attentionDropout of the probabilities of attention
     */
    private record Decoder(BlipTextConfig sizes, int memoryWidth, double hiddenDropout, double attentionDropout) {

        Captioner under(PictureEncoder encoder, boolean tied, Parameters parameters) {
            int hidden = sizes.hiddenSize();
            Parameters base = parameters.at("bert");
            TextEmbeddings embeddings = TextEmbeddings.of(
                    base.at("embeddings"),
                    new TextEmbeddings.Sizes(sizes.vocabSize(), 0, sizes.maxPositionEmbeddings()),
                    hidden,
                    sizes.layerNormEps(),
                    TextEmbeddings.Padding.ofWord(sizes.padTokenId()),
                    hiddenDropout);
            List<PostNormDecoderBlock> blocks = new ArrayList<>();
            for (int layer = 0; layer < sizes.numHiddenLayers(); layer++) {
                blocks.add(block(base.at("encoder.layer", layer)));
            }
            Parameters predictions = parameters.at("cls.predictions");
            return new Captioner(
                    encoder,
                    embeddings,
                    blocks,
                    Linear.of(predictions.at("transform.dense"), hidden, hidden),
                    sizes.hiddenAct(),
                    LayerNorm.of(predictions.at("transform.LayerNorm"), hidden, sizes.layerNormEps()),
                    new WordDecoder(tied, embeddings.words()).withTiedBias(predictions));
        }

        private PostNormDecoderBlock block(Parameters parameters) {
            int hidden = sizes.hiddenSize();
            return new PostNormDecoderBlock(
                    attention(parameters.at("attention"), hidden),
                    joining(parameters.at("attention.output")),
                    attention(parameters.at("crossattention"), memoryWidth),
                    joining(parameters.at("crossattention.output")),
                    new FeedForward(
                            Linear.of(parameters.at("intermediate.dense"), sizes.intermediateSize(), hidden),
                            sizes.hiddenAct(),
                            Linear.of(parameters.at("output.dense"), hidden, sizes.intermediateSize())),
                    joining(parameters.at("output")));
        }

        private Attention attention(Parameters parameters, int width) {
            int hidden = sizes.hiddenSize();
            AttentionShape shape = AttentionShape.of(sizes.numAttentionHeads(), hidden / sizes.numAttentionHeads());
            return new Attention(
                    Linear.of(parameters.at("self.query"), hidden, hidden),
                    Linear.of(parameters.at("self.key"), hidden, width),
                    Linear.of(parameters.at("self.value"), hidden, width),
                    new ScaledDotProduct(shape, Dropout.of(parameters, attentionDropout)),
                    Linear.of(parameters.at("output.dense"), hidden, hidden));
        }

        private Joining joining(Parameters parameters) {
            return new Joining(
                    Dropout.of(parameters, hiddenDropout),
                    LayerNorm.of(parameters.at("LayerNorm"), sizes.hiddenSize(), sizes.layerNormEps()));
        }
    }

    /** The vision tower, a decoder that looks at all its hidden states, and scores of words. */
    private record Captioner(
            PictureEncoder encoder,
            TextEmbeddings embeddings,
            List<PostNormDecoderBlock> blocks,
            Linear dense,
            Activation activation,
            LayerNorm norm,
            Linear decoder)
            implements Network.OfCaptions {

        @Override
        public Variable logits(Tape tape, ImageBatch pictures, TokenBatch captions) {
            if (pictures.images() != captions.sequences()) {
                throw new IllegalArgumentException("captions: expected one for each of the " + pictures.images()
                        + " pictures, found " + captions.sequences());
            }
            Variable states = encoder.hiddenStates(tape, pictures, Optional.empty()); // [rows, vision's hidden]
            Seen seen = new Seen(states, encoder.starts(pictures));
            Variable hidden = embeddings.forward(tape, captions, captions.positionIds()); // [tokens, hidden]
            for (PostNormDecoderBlock block : blocks) {
                hidden = tape.block(hidden, (inner, x) -> block.forward(inner, x, captions.sequenceStarts(), seen));
            }
            Variable transformed = norm.forward(tape, Activate.forward(tape, activation, dense.forward(tape, hidden)));
            return decoder.forward(tape, transformed); // [tokens, vocabulary]
        }
    }
}
