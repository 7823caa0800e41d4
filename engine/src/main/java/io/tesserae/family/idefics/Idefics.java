package io.tesserae.family.idefics;

import io.tesserae.engine.Engine;
import io.tesserae.family.ConfigSource;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.decoder.CrossMemory;
import io.tesserae.layer.decoder.DecoderContext;
import io.tesserae.layer.decoder.MemorySight;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageExtent;
import io.tesserae.model.InterleavedBatch;
import io.tesserae.model.PictureRows;
import io.tesserae.model.PictureSight;
import io.tesserae.model.SeenPictures;
import io.tesserae.model.VisionLanguageModel;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * IDEFICS: Laurençon et al., arXiv 2306.16527, section 4, after Alayrac et al., arXiv 2204.14198; transformers' {@code
 * IdeficsForVisionText2Text}.
 *
 * <p>A vision tower looks at each picture by itself; a resampler, in most checkpoints, makes a few rows of what it sees. A language
 * model reads the text, where a mark stands for each picture, and before some of its layers every token looks at the rows of the
 * pictures that it is to see. The marks themselves are words like others.
 */
final class Idefics extends VisionLanguageModel {

    /** Rows of the vision tower that are there at a time, so that many pictures take no more memory than a few. */
    private static final int ROWS_AT_A_TIME = 4096;

    private final IdeficsConfig config;
    private final IdeficsDecoder decoder;
    private final IdeficsVision vision;
    private final Optional<IdeficsResampler> resampler;

    private Idefics(
            Engine engine,
            IdeficsConfig config,
            IdeficsDecoder decoder,
            IdeficsVision vision,
            Optional<IdeficsResampler> resampler,
            TensorSource source) {
        super(engine, decoder, config.tokens(), source);
        this.config = config;
        this.decoder = decoder;
        this.vision = vision;
        this.resampler = resampler;
    }

    static Idefics load(Engine engine, ConfigSource file, TensorSource source) {
        IdeficsConfig config = IdeficsConfig.read(file);
        StateDict weights = StateDict.ofOpen(source, "model.");
        StateDict base = weights.at("model");
        IdeficsDecoder decoder = IdeficsDecoder.load(engine, config, weights);
        IdeficsVision vision = IdeficsVision.load(engine, config.vision(), base.at("vision_model"));
        int width = config.vision().embedDim();
        Optional<IdeficsResampler> resampler = config.resampler()
                .map(sizes -> IdeficsResampler.load(engine, sizes, width, base.at("perceiver_resampler")));
        weights.requireAllUsed(Idefics::isIgnored);
        return new Idefics(engine, config, decoder, vision, resampler, source);
    }

    /** Buffers that old files hold, and a norm that the vision tower has for its pooled output, which nothing reads. */
    private static boolean isIgnored(String name) {
        return name.endsWith("rotary_emb.inv_freq")
                || name.matches("(model\\.)?vision_model\\.(embeddings\\.position_ids|post_layernorm\\.(weight|bias))");
    }

    @Override
    protected void requireTaken(InterleavedBatch batch) {
        if (batch.pictures().isEmpty()) {
            return;
        }
        if (batch.sight().isEmpty()) {
            throw new IllegalArgumentException("sight: expected which pictures each token sees, since there are some:"
                    + " image_attention_mask, or PictureSight.latest");
        }
        ImageBatch pictures = batch.pictures().get();
        for (int picture = 0; picture < pictures.images(); picture++) {
            requireTaken(
                    picture,
                    pictures.pixelValues(picture).shape(),
                    batch.extents().get(picture));
        }
    }

    private void requireTaken(int picture, int[] shape, ImageExtent extent) {
        int channels = config.vision().numChannels();
        int size = imageSize();
        if (shape[0] != channels || shape[1] != size || shape[2] != size) {
            throw new IllegalArgumentException("picture " + picture + " of the batch has " + shape[0] + " channels of "
                    + shape[1] + " x " + shape[2] + " pixels (height x width), but the model takes " + channels
                    + " channels of " + size + " x " + size + ": resize it");
        }
        if (extent.height() != size || extent.width() != size) {
            throw new IllegalArgumentException("picture " + picture + " of the batch has padding beyond "
                    + extent.height() + " x " + extent.width() + " pixels (height x width), but the model takes all "
                    + size + " x " + size + ": resize it, and do not pad it");
        }
    }

    @Override
    protected SeenPictures see(Frame frame, InterleavedBatch batch, boolean keepAttentions) {
        ImageBatch pictures = batch.pictures().orElseThrow();
        int[] starts = Ragged.starts(pictures.images(), config.rowsOfPicture());
        int width = config.vision().embedDim();
        Tensor seen = frame.tensor(starts[pictures.images()], width); // [rows of all pictures, embedDim]
        ResamplerMaps maps = new ResamplerMaps(keepAttentions);
        int atATime = Math.max(1, ROWS_AT_A_TIME / config.vision().tokens());
        for (int from = 0, to; from < pictures.images(); from = to) {
            to = Math.min(pictures.images(), from + atATime);
            try (Frame inside = frame.workspace().frame()) {
                Tensor rows = see(inside, pictures, from, to, maps);
                System.arraycopy(rows.data(), 0, seen.data(), starts[from] * width, rows.size());
            }
        }
        return new SeenPictures(new Ragged(seen, starts), maps.ofBlocks());
    }

    /** Some of the pictures: {@code [their rows, embedDim]}. */
    private Tensor see(Frame frame, ImageBatch pictures, int from, int to, ResamplerMaps maps) {
        List<Tensor> some = new ArrayList<>();
        for (int picture = from; picture < to; picture++) {
            some.add(pictures.pixelValues(picture));
        }
        Ragged states = vision.forward(frame, ImageBatch.of(some));
        return resampler.isPresent() ? resampler.get().forward(frame, states, maps) : states.rows();
    }

    @Override
    protected DecoderContext context(Workspace workspace, Ragged seen, InterleavedBatch batch) {
        int width = config.vision().embedDim();
        // Without pictures, rows of no width in particular are given
        Tensor rows = batch.pictures().isPresent() ? seen.rows() : Tensor.zeros(0, width);
        int[] starts = new int[batch.texts().sequences() + 1];
        for (int text = 0; text < starts.length; text++) {
            starts[text] = Math.multiplyExact(batch.pictureStarts()[text], config.rowsOfPicture());
        }
        CrossMemory memory = decoder.layers().remember(workspace, new Ragged(rows, starts));
        return DecoderContext.of(memory.seenThrough(rowsSeen(batch)));
    }

    /** Which rows each token sees: those of its pictures, which follow each other. */
    private MemorySight rowsSeen(InterleavedBatch batch) {
        int texts = batch.texts().sequences();
        int rows = config.rowsOfPicture();
        int[][] firstRows = new int[texts][];
        int[][] endRows = new int[texts][];
        for (int text = 0; text < texts; text++) {
            int tokens = batch.texts().length(text);
            firstRows[text] = new int[Math.max(1, tokens)];
            endRows[text] = new int[Math.max(1, tokens)];
            if (batch.pictures(text) > 0) {
                PictureSight sight = batch.sight().orElseThrow();
                for (int token = 0; token < tokens; token++) {
                    int first = sight.firstPictures()[text][token];
                    int end = sight.endPictures()[text][token];
                    firstRows[text][token] = first < end ? first * rows : 0;
                    endRows[text][token] = first < end ? end * rows : 0;
                }
            }
        }
        return new MemorySight(firstRows, endRows);
    }

    /** The tokenizer's {@code <image>}: no configuration says which. */
    @Override
    public OptionalInt imageToken() {
        return OptionalInt.empty();
    }

    @Override
    public int tokensOfPicture() {
        return 1;
    }

    /** The class token's row stands before those of the patches; of a resampler these are what its latents read. */
    @Override
    public PictureRows pictureRows() {
        int gated = config.text().layers() / config.crossLayerInterval();
        return PictureRows.memory(
                gated,
                1,
                config.vision().grid().gridHeight(),
                config.vision().grid().gridWidth());
    }

    @Override
    public boolean needsSight() {
        return true;
    }

    @Override
    public int imageSize() {
        return config.vision().grid().imageHeight();
    }
}
