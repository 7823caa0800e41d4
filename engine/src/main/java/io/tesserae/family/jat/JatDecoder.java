package io.tesserae.family.jat;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.GptNeoShape;
import io.tesserae.family.common.GptNeoTransformer;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Sight;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Embedding;
import io.tesserae.layer.Linear;
import io.tesserae.layer.PatchEmbedding;
import io.tesserae.layer.Rows;
import io.tesserae.layer.decoder.DecoderContext;
import io.tesserae.layer.decoder.DecoderPass;
import io.tesserae.layer.decoder.DecoderStack;
import io.tesserae.layer.decoder.InsertedRows;
import io.tesserae.model.Decoder;
import io.tesserae.model.DecoderState;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.TokenBatch;
import io.tesserae.model.episode.PhotoTexts;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** JAT as what reads and writes texts, each perhaps behind a photo: the patches of the photo are the first tokens of the sequence. */
final class JatDecoder extends Decoder {

    private final JatConfig config;
    private final Embedding wordEmbeddings;
    private final PatchEmbedding patches;
    private final GptNeoTransformer transformer;
    private final Linear words; // single_discrete_decoder, [vocabulary, hidden]

    private JatDecoder(
            Engine engine,
            JatConfig config,
            Embedding wordEmbeddings,
            PatchEmbedding patches,
            GptNeoTransformer transformer,
            Linear words) {
        super(engine);
        this.config = config;
        this.wordEmbeddings = wordEmbeddings;
        this.patches = patches;
        this.transformer = transformer;
        this.words = words;
    }

    static JatDecoder load(Engine engine, JatConfig config, Embedding wordEmbeddings, Linear words, StateDict weights) {
        List<Sight> sights = config.attentionLayers().stream()
                .map(layer -> layer.equals(JatConfig.LOCAL) ? Sight.Window.causal(config.windowSize()) : Sight.CAUSAL)
                .toList();
        GptNeoShape shape = new GptNeoShape(
                config.maxPositionEmbeddings(),
                config.hiddenSize(),
                config.numHeads(),
                config.intermediateSize(),
                config.activationFunction(),
                config.layerNormEpsilon(),
                sights);
        PatchEmbedding patches = PatchEmbedding.load(
                engine,
                weights.at("vit_encoder.projection"),
                config.hiddenSize(),
                config.numChannels(),
                config.patchSize(),
                config.patchSize());
        GptNeoTransformer transformer = GptNeoTransformer.load(engine, shape, weights.at("transformer"));
        return new JatDecoder(engine, config, wordEmbeddings, patches, transformer, words);
    }

    GptNeoTransformer transformer() {
        return transformer;
    }

    /** Refuses what the model does not take, before anything is computed. */
    void require(PhotoTexts texts) {
        int size = config.imageSize();
        int photo = 0;
        if (texts.photos().isPresent()) {
            ImageBatch photos = texts.photos().get();
            for (int i = 0; i < photos.images(); i++) {
                int[] expected = {config.numChannels(), size, size};
                if (!Arrays.equals(photos.pixelValues(i).shape(), expected)) {
                    throw new IllegalArgumentException("photo " + i + ": expected pixel values "
                            + Arrays.toString(expected) + " (num_channels and image_size in config.json), found "
                            + Arrays.toString(photos.pixelValues(i).shape()));
                }
                if (!photos.pixelValues(i).isFinite()) {
                    throw new IllegalArgumentException("photo " + i + ": expected finite pixel values, found others");
                }
            }
            photo = photoTokens();
        }
        for (int text = 0; text < texts.texts(); text++) {
            int[] ids = texts.inputIds()[text];
            if (photo + ids.length > config.maxPositionEmbeddings()) {
                throw new IllegalArgumentException("text " + text + ": expected at most "
                        + config.maxPositionEmbeddings() + " tokens (max_position_embeddings in config.json), found "
                        + ids.length + (photo > 0 ? " behind the " + photo + " of a photo" : ""));
            }
            for (int id : ids) {
                if (id < 0 || id >= config.vocabSize()) {
                    throw new IllegalArgumentException("text " + text + ": input id " + id
                            + " is outside the model's vocabulary of " + config.vocabSize() + " tokens");
                }
            }
        }
    }

    private int photoTokens() {
        return config.shape(false).photoTokens(); // frames are no matter of photos
    }

    /** How many tokens the photo of each text has. */
    int[] photoTokens(PhotoTexts texts) {
        int[] tokens = new int[texts.texts()];
        Arrays.fill(tokens, texts.photos().isPresent() ? photoTokens() : 0);
        return tokens;
    }

    /**
     * Patches of photos, in reading order.
     *
     * @param firstRows where each photo's tokens begin; more may follow
     * @param x {@code [tokens, hidden]}; what it holds besides means nothing afterwards
     */
    void embedPhotos(Workspace workspace, PhotoTexts texts, int[] firstRows, Tensor x) {
        if (texts.photos().isPresent()) {
            ImageBatch photos = texts.photos().get();
            List<Tensor> pictures = new ArrayList<>();
            for (int i = 0; i < photos.images(); i++) {
                pictures.add(photos.pixelValues(i));
            }
            patches.forward(workspace, pictures, firstRows, x);
        }
    }

    /** Looks at photos of texts that have not begun. */
    DecoderState newState(ImageBatch photos) {
        return newState(new PhotoTexts(Optional.of(photos), new int[photos.images()][0]));
    }

    /** Looks at photos; a sequence for each, which begins with its patches. */
    DecoderState newState(PhotoTexts texts) {
        require(texts);
        int count = texts.texts();
        if (texts.photos().isEmpty()) {
            return newState(count, DecoderContext.NONE);
        }
        int[] sequences = IntStream.range(0, count).toArray();
        int[] firstRows =
                IntStream.rangeClosed(0, count).map(i -> i * photoTokens()).toArray();
        Tensor rows = Tensor.zeros(count * photoTokens(), config.hiddenSize()); // [patches of all, hidden]
        try (Workspace workspace = engine().machine().workspace()) {
            embedPhotos(workspace, texts, firstRows, rows);
        }
        int[][] rowAt = IntStream.range(0, count)
                .mapToObj(i -> IntStream.range(firstRows[i], firstRows[i + 1]).toArray())
                .toArray(int[][]::new);
        DecoderState state = newState(count, DecoderContext.of(new InsertedRows(rows, rowAt, sequences)));
        state.advance(new int[count][photoTokens()]); // any words: the patches stand in their places
        return state;
    }

    @Override
    protected Tensor decode(Frame frame, TokenBatch batch, DecoderPass pass, Rows wanted) {
        Tensor x = frame.tensor(batch.tokens(), config.hiddenSize()); // [tokens, hidden]
        for (int token = 0; token < batch.tokens(); token++) {
            wordEmbeddings.lookUp(batch.inputIds()[token], x.data(), token * config.hiddenSize());
        }
        pass.insert(x);
        return transformer.forward(frame, x, batch.positionIds(), pass, wanted);
    }

    @Override
    protected void score(Workspace workspace, Tensor hiddenStates, Tensor logits) {
        words.forward(workspace, hiddenStates, Epilogue.NONE, logits);
    }

    @Override
    protected AttentionShape attentionShape() {
        return transformer.shape().attention();
    }

    @Override
    protected DecoderStack layers() {
        return transformer.h();
    }

    @Override
    public JatConfig config() {
        return config;
    }
}
