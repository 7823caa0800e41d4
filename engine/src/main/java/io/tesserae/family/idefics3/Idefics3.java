package io.tesserae.family.idefics3;

import io.tesserae.engine.Engine;
import io.tesserae.family.llama.LlamaDecoder;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.decoder.DecoderContext;
import io.tesserae.layer.decoder.InsertedRows;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageExtent;
import io.tesserae.model.ImageGrid;
import io.tesserae.model.InterleavedBatch;
import io.tesserae.model.PictureRows;
import io.tesserae.model.SeenPictures;
import io.tesserae.model.VisionLanguageModel;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Idefics3: Laurençon et al., arXiv 2408.12637; transformers' {@code Idefics3ForConditionalGeneration} and {@code
 * SmolVLMForConditionalGeneration}. What a vision tower makes of a picture is read by a LLaMA in the place of marks in the text, and is
 * from then on like words. A photo comes as several pictures: tiles of it, and all of it made small.
 */
final class Idefics3 extends VisionLanguageModel {

    /**
     * Patches that are looked at in one go, if one tile has not more by itself: four tiles of 512 x 512 pixels. They give all threads
     * work, and a prompt of many photos needs no more memory than one of few.
     */
    private static final int PATCHES_AT_ONCE = 4096;

    private final Idefics3Config config;
    private final Idefics3Vision vision;
    private final Idefics3Connector connector;

    private Idefics3(
            Engine engine,
            Idefics3Config config,
            Idefics3Vision vision,
            Idefics3Connector connector,
            LlamaDecoder decoder,
            TensorSource source) {
        super(engine, decoder, config.tokens(), source);
        this.config = config;
        this.vision = vision;
        this.connector = connector;
    }

    /** Loads the model. */
    static Idefics3 load(Engine engine, Idefics3Config config, TensorSource source) {
        StateDict weights = StateDict.ofOpen(source, "model.");
        StateDict model = weights.at("model");
        Idefics3Connector connector = Idefics3Connector.load(engine, config, model.at("connector"));
        LlamaDecoder decoder = LlamaDecoder.load(
                engine, config.textConfig(), config.tieWordEmbeddings(), weights, model.at("text_model"));
        Idefics3Vision vision = Idefics3Vision.load(engine, config.visionConfig(), model.at("vision_model"));
        weights.requireAllUsed(name -> name.endsWith("rotary_emb.inv_freq")); // which old files hold as buffers
        return new Idefics3(engine, config, vision, connector, decoder, source);
    }

    @Override
    protected void requireTaken(InterleavedBatch batch) {
        if (batch.sight().isPresent()) {
            throw new IllegalArgumentException(
                    "sight: expected none, since every word sees all that comes before it, pictures too");
        }
        for (int picture = 0; picture < batch.extents().size(); picture++) {
            requireTaken(picture, tile(batch, picture), batch.extents().get(picture));
        }
        for (int text = 0; text < batch.texts().sequences(); text++) {
            requireMarks(batch, text);
        }
    }

    private void requireTaken(int picture, Tensor tile, ImageExtent extent) {
        ImageGrid patches = config.visionConfig().grid();
        int height = tile.dimension(1);
        int width = tile.dimension(2);
        String found = "picture " + picture + " of the batch has " + tile.dimension(0) + " channels of " + height
                + " x " + width + " pixels (height x width), but ";
        int channels = config.visionConfig().numChannels();
        if (tile.dimension(0) != channels) {
            throw new IllegalArgumentException(found + "the model takes " + channels + " channels");
        }
        if (extent.height() > height || extent.width() > width) {
            throw new IllegalArgumentException(
                    found + extent.height() + " x " + extent.width() + " of them are said to be no padding");
        }
        long count = patches.patchesIn(height, width);
        if (count > ImageGrid.PATCH_LIMIT) {
            throw new IllegalArgumentException(found + "that is " + count + " patches of " + patches.patchHeight()
                    + " x " + patches.patchWidth() + ", and at most " + ImageGrid.PATCH_LIMIT
                    + " are taken, since the work grows with their square: split it, or make it smaller");
        }
        if (count == 0 || !connector.takes(TileGrid.of(patches, tile, extent))) {
            throw new IllegalArgumentException(found + "the model takes " + imageSize() + " x " + imageSize()
                    + ", or another square of a multiple of " + config.scaleFactor() + " patches of "
                    + patches.patchHeight() + " x " + patches.patchWidth() + ": resize it, or pad it");
        }
    }

    private void requireMarks(InterleavedBatch batch, int text) {
        int expected = 0;
        for (int picture = batch.pictureStarts()[text]; picture < batch.pictureStarts()[text + 1]; picture++) {
            expected = Math.addExact(expected, rows(batch, picture));
        }
        int marks = 0;
        for (int token = batch.texts().sequenceStarts()[text];
                token < batch.texts().sequenceStarts()[text + 1];
                token++) {
            marks += isMark(batch.texts().inputIds()[token]) ? 1 : 0;
        }
        if (marks != expected) {
            int pictures = batch.pictures(text);
            throw new IllegalArgumentException("text " + text + " of the batch has " + marks
                    + " image marks (token " + config.imageTokenId() + "), and " + pictures
                    + (pictures == 1 ? " picture" : " pictures") + ", which need " + expected + " ("
                    + tokensOfPicture() + " for one of " + imageSize() + " x " + imageSize()
                    + " pixels): give as many pictures as the prompt has places for");
        }
    }

    private boolean isMark(int token) {
        return token == config.imageTokenId();
    }

    private static Tensor tile(InterleavedBatch batch, int picture) {
        return batch.pictures().orElseThrow().pixelValues(picture);
    }

    private TileGrid grid(InterleavedBatch batch, int picture) {
        return TileGrid.of(
                config.visionConfig().grid(),
                tile(batch, picture),
                batch.extents().get(picture));
    }

    private int rows(InterleavedBatch batch, int picture) {
        return config.rows(grid(batch, picture).patches());
    }

    @Override
    protected SeenPictures see(Frame frame, InterleavedBatch batch, boolean keepAttentions) {
        ImageBatch pictures = batch.pictures().orElseThrow();
        int[] starts = new int[pictures.images() + 1];
        for (int picture = 0; picture < pictures.images(); picture++) {
            starts[picture + 1] = Math.addExact(starts[picture], rows(batch, picture));
        }
        Tensor rows =
                frame.tensor(starts[pictures.images()], config.textConfig().hiddenSize()); // [rows of all, text hidden]
        for (int from = 0, to; from < pictures.images(); from = to) {
            List<Tensor> tiles = new ArrayList<>();
            List<TileGrid> grids = new ArrayList<>();
            int patches = 0;
            for (to = from; to < pictures.images(); to++) {
                TileGrid grid = grid(batch, to);
                if (to > from && patches + grid.patches() > PATCHES_AT_ONCE) {
                    break;
                }
                patches += grid.patches();
                tiles.add(pictures.pixelValues(to));
                grids.add(grid);
            }
            see(frame.workspace(), tiles, grids, rows, starts[from]);
        }
        return SeenPictures.of(new Ragged(rows, starts));
    }

    private void see(Workspace workspace, List<Tensor> tiles, List<TileGrid> grids, Tensor rows, int firstRow) {
        try (Frame inside = workspace.frame()) {
            Tensor patches = vision.forward(inside, tiles, grids); // [patches of all, vision hidden]
            connector.forward(workspace, patches, grids, rows, firstRow);
        }
    }

    @Override
    protected DecoderContext context(Workspace workspace, Ragged seen, InterleavedBatch batch) {
        if (seen.rows().dimension(0) == 0) {
            return DecoderContext.NONE;
        }
        int texts = batch.texts().sequences();
        int[][] rowAt = new int[texts][];
        int next = 0; // marks and rows are in one order
        for (int text = 0; text < texts; text++) {
            rowAt[text] = new int[batch.texts().length(text)];
            for (int token = 0; token < rowAt[text].length; token++) {
                int id = batch.texts().inputIds()[batch.texts().sequenceStarts()[text] + token];
                rowAt[text][token] = isMark(id) ? next++ : InsertedRows.WORD;
            }
        }
        int[] textOf = new int[texts];
        Arrays.setAll(textOf, text -> text);
        return DecoderContext.of(new InsertedRows(seen.rows().copy(), rowAt, textOf));
    }

    @Override
    public OptionalInt imageToken() {
        return OptionalInt.of(config.imageTokenId());
    }

    @Override
    public int tokensOfPicture() {
        int side = config.visionConfig().side();
        return config.rows(side * side);
    }

    @Override
    public PictureRows pictureRows() {
        int side = config.visionConfig().side() / config.scaleFactor();
        return PictureRows.tokens(config.textConfig().layers(), side, side);
    }

    @Override
    public boolean needsSight() {
        return false;
    }

    @Override
    public int imageSize() {
        return config.visionConfig().grid().imageHeight();
    }
}
