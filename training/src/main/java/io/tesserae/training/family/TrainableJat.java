package io.tesserae.training.family;

import io.tesserae.family.ConfigSource;
import io.tesserae.family.Head;
import io.tesserae.family.jat.EpisodeChecks;
import io.tesserae.family.jat.JatConfig;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Sight;
import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.Episode;
import io.tesserae.model.episode.GeneralistShape;
import io.tesserae.model.episode.Observations;
import io.tesserae.model.episode.PhotoTexts;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.WeightException;
import io.tesserae.training.layer.Attention;
import io.tesserae.training.layer.Dropout;
import io.tesserae.training.layer.FeedForward;
import io.tesserae.training.layer.LayerNorm;
import io.tesserae.training.layer.Linear;
import io.tesserae.training.layer.PreNormBlock;
import io.tesserae.training.layer.Rows;
import io.tesserae.training.layer.ScaledDotProduct;
import io.tesserae.training.layer.SelfAttention;
import io.tesserae.training.layer.TransformerBlock;
import io.tesserae.training.layer.picture.PatchEmbedding;
import io.tesserae.training.network.Network;
import io.tesserae.training.tape.Initialization;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Parameters;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * JAT, which acts, looks and writes: Gallouédec et al., arXiv 2402.09844; {@code JatModel} of {@code jat-project/jat}, whose transformer is
 * transformers' {@code GPTNeoModel}. The encoder and decoder of a game's frames are no part of what is trained.
 */
final class TrainableJat implements TrainableFamily {

    /** The table of words goes by three names; a checkpoint has one of them, or several. */
    private static final List<String> WORDS =
            List.of("transformer.wte.weight", "single_discrete_encoder.weight", "multi_discrete_encoder.0.weight");

    @Override
    public List<String> modelTypes() {
        return List.of("jat");
    }

    @Override
    public String basePrefix() {
        return "";
    }

    @Override
    public List<String> dropoutKeys() {
        return List.of("embed_dropout", "attention_dropout", "resid_dropout");
    }

    @Override
    public Map<Head<?>, Builder> heads() {
        return Map.of(Head.GENERALIST, TrainableJat::generalist);
    }

    private static Network generalist(ConfigSource config, Parameters parameters) {
        JatConfig sizes = JatConfig.read(config);
        int hidden = sizes.hiddenSize();
        Parameters transformer = parameters.at("transformer");
        Parameters discrete = parameters.at("multi_discrete_encoder");
        int joined = Tensor.elementCount(sizes.maxDiscreteValue(), sizes.discreteFeatures());
        JatEmbeddings embeddings = new JatEmbeddings(
                sizes,
                words(sizes, parameters),
                transformer.require("wpe.weight", Initialization.NORMAL, sizes.maxPositionEmbeddings(), hidden),
                Linear.of(parameters.at("continuous_encoder"), hidden, sizes.maxContinuousSize()),
                Linear.of(discrete.at("1"), sizes.discreteFeatures(), hidden),
                Linear.of(discrete.at("4"), hidden - 1, joined),
                PatchEmbedding.of(
                        parameters.at("vit_encoder.projection"),
                        hidden,
                        sizes.numChannels(),
                        sizes.patchSize(),
                        sizes.patchSize()));
        Dropout dropout = Dropout.of(transformer, Dropouts.rate(config, "embed_dropout", 0));
        List<PreNormBlock> blocks = new ArrayList<>();
        for (int layer = 0; layer < sizes.layers(); layer++) {
            blocks.add(block(config, sizes, transformer.at("h", layer)));
        }
        return new Generalist(
                sizes,
                embeddings,
                dropout,
                blocks,
                LayerNorm.of(transformer.at("ln_f"), hidden, sizes.layerNormEpsilon()),
                Linear.of(parameters.at("continuous_decoder"), sizes.maxContinuousSize(), hidden),
                Linear.withoutBias(parameters.at("single_discrete_decoder"), sizes.vocabSize(), hidden));
    }

    /** By whichever name it has; from scratch by the first. */
    private static Parameter words(JatConfig sizes, Parameters parameters) {
        List<String> held = WORDS.stream().filter(parameters::holds).toList();
        Parameter words = parameters.require(
                held.isEmpty() ? WORDS.getFirst() : held.getFirst(),
                Initialization.NORMAL,
                sizes.vocabSize(),
                sizes.hiddenSize());
        for (String other : held) {
            if (!parameters.holdsCopy(other, words)) {
                throw new WeightException("tensors \"" + words.name() + "\" and \"" + other
                        + "\": expected the same values, since they are one table, found others");
            }
        }
        return words;
    }

    /** GPT-Neo's block: scores are not scaled; queries, keys and values have no bias, while the output has one. */
    private static PreNormBlock block(ConfigSource config, JatConfig sizes, Parameters parameters) {
        int hidden = sizes.hiddenSize();
        int headSize = hidden / sizes.numHeads();
        Parameters attention = parameters.at("attn.attention");
        double attentionDropout = Dropouts.rate(config, "attention_dropout", 0);
        double residualDropout = Dropouts.rate(config, "resid_dropout", 0);
        return new PreNormBlock(
                LayerNorm.of(parameters.at("ln_1"), hidden, sizes.layerNormEpsilon()),
                new Attention(
                        Linear.withoutBias(attention.at("q_proj"), hidden, hidden),
                        Linear.withoutBias(attention.at("k_proj"), hidden, hidden),
                        Linear.withoutBias(attention.at("v_proj"), hidden, hidden),
                        new ScaledDotProduct(
                                new AttentionShape(sizes.numHeads(), sizes.numHeads(), headSize, headSize, 1f),
                                Dropout.of(parameters, attentionDropout)),
                        Linear.of(attention.at("out_proj"), hidden, hidden)),
                Dropout.of(parameters, residualDropout),
                Optional.empty(),
                LayerNorm.of(parameters.at("ln_2"), hidden, sizes.layerNormEpsilon()),
                new FeedForward(
                        Linear.of(parameters.at("mlp.c_fc"), sizes.intermediateSize(), hidden),
                        sizes.activationFunction(),
                        Linear.of(parameters.at("mlp.c_proj"), hidden, sizes.intermediateSize())),
                Dropout.of(parameters, residualDropout),
                Optional.empty());
    }

    /**
     * Embeddings of every kind, one transformer, two heads.
     *
     * @param numbers {@code [M, hidden]}
     * @param words {@code [vocabulary, hidden]}
     */
    private record Generalist(
            JatConfig sizes,
            JatEmbeddings embeddings,
            Dropout dropout,
            List<PreNormBlock> blocks,
            LayerNorm norm,
            Linear numbers,
            Linear words)
            implements Network.OfEpisodes {

        @Override
        public int[] starts(List<Episode> episodes, List<PhotoTexts> texts) {
            IntStream.Builder starts = IntStream.builder();
            int next = 0;
            starts.add(next);
            for (Episode episode : episodes) {
                next += 2 * episode.steps();
                starts.add(next);
            }
            for (PhotoTexts some : texts) {
                int photo = some.photos().isPresent() ? shape().photoTokens() : 0;
                for (int[] text : some.inputIds()) {
                    next += photo + text.length;
                    starts.add(next);
                }
            }
            return starts.build().toArray();
        }

        @Override
        public Scores scores(Tape tape, List<Episode> episodes, List<PhotoTexts> texts, Asked asked) {
            int[] starts = starts(episodes, texts);
            Variable x = dropout.forward(tape, embeddings.forward(tape, episodes, texts, starts)); // [tokens, hidden]
            int[] rows = IntStream.concat(IntStream.of(asked.numbers()), IntStream.of(asked.words()))
                    .sorted()
                    .distinct()
                    .toArray();
            Rows wanted = Rows.of(rows, starts);
            Variable last = TransformerBlock.stack(blocks, tape, x, starts, Optional.of(wanted), options());
            Variable hidden = norm.forward(tape, last); // [rows, hidden]
            return new Scores(
                    predicted(tape, numbers, hidden, rows, asked.numbers()),
                    predicted(tape, words, hidden, rows, asked.words()));
        }

        private List<SelfAttention.Options> options() {
            return sizes.attentionLayers().stream()
                    .map(layer -> layer.equals(JatConfig.LOCAL)
                            ? new SelfAttention.Options(Sight.Window.causal(sizes.windowSize()), Optional.empty())
                            : SelfAttention.Options.CAUSAL)
                    .toList();
        }

        private static Optional<Variable> predicted(
                Tape tape, Linear head, Variable hidden, int[] computed, int[] asked) {
            if (asked.length == 0) {
                return Optional.empty();
            }
            if (asked.length == computed.length) {
                return Optional.of(head.forward(tape, hidden));
            }
            int[] places = IntStream.of(asked)
                    .map(row -> Arrays.binarySearch(computed, row))
                    .toArray();
            Rows rows = Rows.of(places, new int[] {0, computed.length});
            return Optional.of(head.forward(tape, rows.gather(tape, hidden)));
        }

        @Override
        public void require(String where, Episode episode) {
            if (episode.observations() instanceof Observations.Frames) {
                throw new IllegalArgumentException(where + "expected numbers for observations, found a game's frames,"
                        + " whose encoder cannot be trained");
            }
            if (2L * episode.steps() > sizes.maxPositionEmbeddings()) {
                throw new IllegalArgumentException(where + "expected at most " + sizes.maxPositionEmbeddings() / 2
                        + " steps, since each is two tokens and max_position_embeddings in config.json is "
                        + sizes.maxPositionEmbeddings() + ", found " + episode.steps());
            }
            EpisodeChecks.require(sizes, shape(), where, episode.observations());
            requireActions(where, episode.actions());
            if (!Tensor.of(episode.rewards(), episode.steps()).isFinite()) {
                throw new IllegalArgumentException(where + "expected finite rewards, found NaN or infinity");
            }
        }

        @Override
        public void requireActions(String where, Actions actions) {
            EpisodeChecks.require(sizes, where, actions);
        }

        @Override
        public void require(String where, PhotoTexts texts) {
            int[] expected = {sizes.numChannels(), sizes.imageSize(), sizes.imageSize()};
            for (int text = 0; text < texts.texts(); text++) {
                int photo = 0;
                if (texts.photos().isPresent()) {
                    Tensor pixels = texts.photos().get().pixelValues(text);
                    photo = shape().photoTokens();
                    if (!Arrays.equals(pixels.shape(), expected) || !pixels.isFinite()) {
                        throw new IllegalArgumentException(where + "expected finite pixel values "
                                + Arrays.toString(expected) + " (num_channels and image_size in config.json), found "
                                + Arrays.toString(pixels.shape()));
                    }
                }
                requireWords(where, texts.inputIds()[text], photo);
            }
        }

        private void requireWords(String where, int[] ids, int photo) {
            if (photo + ids.length > sizes.maxPositionEmbeddings()) {
                throw new IllegalArgumentException(where + "expected at most " + sizes.maxPositionEmbeddings()
                        + " tokens (max_position_embeddings in config.json), found " + ids.length
                        + (photo > 0 ? " behind the " + photo + " of a photo" : ""));
            }
            for (int id : ids) {
                if (id < 0 || id >= sizes.vocabSize()) {
                    throw new IllegalArgumentException(where + "expected tokens from 0 to " + (sizes.vocabSize() - 1)
                            + " (vocab_size in config.json), found " + id);
                }
            }
        }

        @Override
        public GeneralistShape shape() {
            return sizes.shape(false);
        }

        @Override
        public LossCoefficients coefficients() {
            return new LossCoefficients(sizes.observationLossCoef(), sizes.actionLossCoef());
        }
    }
}
