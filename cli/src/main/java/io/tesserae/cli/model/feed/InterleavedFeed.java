package io.tesserae.cli.model.feed;

import io.tesserae.cli.console.CommandException;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageExtent;
import io.tesserae.model.InterleavedBatch;
import io.tesserae.model.PictureSight;
import io.tesserae.model.TokenBatch;
import io.tesserae.model.VisionLanguageModel;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Texts with pictures among them, from a safetensors file: {@code input_ids} and {@code attention_mask [batch, length]}, {@code
 * pixel_values [batch, pictures, channels, height, width]}, and {@code image_attention_mask [batch, length, pictures]} or {@code
 * pixel_attention_mask [batch, pictures, height, width]}, whichever the model takes.
 *
 * @param texts the tokens that the mask leaves
 * @param batch the same with the pictures
 * @param pictureSlots pictures that every text of the file has room for
 */
public record InterleavedFeed(PaddedTexts texts, InterleavedBatch batch, int pictureSlots) {

    private static final String PIXELS = "pixel_values";
    private static final String SIGHT = "image_attention_mask";
    private static final String EXTENTS = "pixel_attention_mask";

    /**
     * Reads what a model takes.
     *
     * @param keepsUnseen whether pictures count that no token sees, which pad a text's pictures to the most of any text: where their
     *     rows are wanted. A model that does not ask which are seen takes those for padding that are zero all over
     */
    public static InterleavedFeed read(SafetensorsFile file, VisionLanguageModel model, boolean keepsUnseen) {
        String mask = model.needsSight() ? SIGHT : EXTENTS;
        Set<String> known = Set.of("input_ids", "attention_mask", PIXELS, mask);
        for (String name : file.names()) {
            if (!known.contains(name)) {
                throw new CommandException(file.describe(name) + ": unknown input; expected input_ids, " + PIXELS
                        + " and, if wanted, attention_mask and " + mask);
            }
        }
        PaddedTexts texts = PaddedTexts.read(file, "");
        if (!file.names().contains(PIXELS)) {
            Optional<PictureSight> blind = model.needsSight() ? Optional.of(blind(texts.batch())) : Optional.empty();
            int[] none = new int[texts.batch().sequences() + 1];
            return new InterleavedFeed(texts, InterleavedBatch.of(texts.batch(), Optional.empty(), none, blind), 0);
        }
        Tensor pixels = FloatFeed.read(file, PIXELS, "[batch, pictures, channels, height, width]", 5);
        if (pixels.dimension(0) != texts.batch().sequences()) {
            throw new CommandException(file.describe(PIXELS) + ": expected pictures of "
                    + texts.batch().sequences() + " texts, found those of " + pixels.dimension(0));
        }
        return new InterleavedFeed(
                texts,
                new Reader(file, texts.batch(), pixels).batch(model.needsSight(), keepsUnseen),
                pixels.dimension(1));
    }

    /** No token sees a picture. */
    private static PictureSight blind(TokenBatch texts) {
        int[][] zeros = new int[texts.sequences()][];
        Arrays.setAll(zeros, text -> new int[texts.length(text)]);
        return new PictureSight(zeros, zeros);
    }

    /**
     * Takes the pictures one by one.
     *
     * @param pixels {@code [batch, pictures, channels, height, width]}
     */
    private record Reader(SafetensorsFile file, TokenBatch texts, Tensor pixels) {

        InterleavedBatch batch(boolean needsSight, boolean keepsUnseen) {
            int slots = pixels.dimension(1);
            int size = pixels.size() / (pixels.dimension(0) * slots);
            Optional<PictureSight> sight = needsSight ? Optional.of(sight(slots)) : Optional.empty();
            int[][] extents = !needsSight && file.names().contains(EXTENTS) ? extents() : new int[0][];
            List<Tensor> pictures = new ArrayList<>();
            List<ImageExtent> kept = new ArrayList<>();
            int[] starts = new int[texts.sequences() + 1];
            for (int text = 0; text < texts.sequences(); text++) {
                int wanted = needsSight && !keepsUnseen ? seen(sight.orElseThrow(), text) : slots;
                for (int slot = 0; slot < wanted; slot++) {
                    int index = text * slots + slot;
                    float[] data = Arrays.copyOfRange(pixels.data(), index * size, (index + 1) * size);
                    if (needsSight || !isEmpty(data)) {
                        pictures.add(Tensor.of(data, pixels.dimension(2), pixels.dimension(3), pixels.dimension(4)));
                        kept.add(
                                extents.length == 0
                                        ? new ImageExtent(pixels.dimension(3), pixels.dimension(4))
                                        : extent(index, extents[index]));
                    }
                }
                starts[text + 1] = pictures.size();
            }
            Optional<ImageBatch> images = pictures.isEmpty() ? Optional.empty() : Optional.of(ImageBatch.of(pictures));
            return new InterleavedBatch(texts, images, starts, kept, sight);
        }

        /** How many pictures of a text there must be for its tokens to see what they see. */
        private static int seen(PictureSight sight, int text) {
            return Arrays.stream(sight.endPictures()[text]).max().orElse(0);
        }

        private ImageExtent extent(int picture, int[] size) {
            if (size[0] == 0 || size[1] == 0) {
                throw new CommandException(file.describe(EXTENTS) + ": picture " + picture
                        + " is not zero all over, as padding is, but its mask is; expected 1 where it has pixels");
            }
            return new ImageExtent(size[0], size[1]);
        }

        private static boolean isEmpty(float[] data) {
            for (float value : data) {
                if (value != 0) {
                    return false;
                }
            }
            return true;
        }

        /** {@code [batch · pictures][height, width]} of what is not padding: a rectangle in the upper left corner. */
        private int[][] extents() {
            int height = pixels.dimension(3);
            int width = pixels.dimension(4);
            int pictures = pixels.dimension(0) * pixels.dimension(1);
            long[] shape = {pixels.dimension(0), pixels.dimension(1), height, width};
            int[][] mask = TokenFeed.rows(file, EXTENTS, shape, pictures, height * width);
            int[][] extents = new int[pictures][];
            for (int picture = 0; picture < pictures; picture++) {
                int columns = 0;
                while (columns < width && mask[picture][columns] != 0) {
                    columns++;
                }
                int rows = 0;
                while (rows < height && mask[picture][rows * width] != 0) {
                    rows++;
                }
                requireRectangle(picture, mask[picture], rows, columns);
                extents[picture] = new int[] {rows, columns};
            }
            return extents;
        }

        private void requireRectangle(int picture, int[] mask, int rows, int columns) {
            int width = pixels.dimension(4);
            for (int pixel = 0; pixel < mask.length; pixel++) {
                boolean inside = pixel / width < rows && pixel % width < columns;
                if (mask[pixel] != (inside ? 1 : 0)) {
                    throw new CommandException(file.describe(EXTENTS) + ": picture " + picture
                            + ": expected 1 in a rectangle in the upper left corner and 0 elsewhere, found "
                            + mask[pixel] + " at row " + pixel / width + ", column " + pixel % width);
                }
            }
        }

        /** Of each token, which pictures it sees: those must follow each other. */
        private PictureSight sight(int slots) {
            if (!file.names().contains(SIGHT)) {
                throw new CommandException(file + ": has no tensor " + SIGHT
                        + " [batch, length, pictures]; the model needs to know which pictures a token sees");
            }
            int length = Math.toIntExact(file.entry("input_ids").shape()[1]);
            long[] shape = {texts.sequences(), length, slots};
            int[][] mask = TokenFeed.rows(file, SIGHT, shape, texts.sequences() * length, slots);
            int[][] first = new int[texts.sequences()][];
            int[][] end = new int[texts.sequences()][];
            for (int text = 0; text < texts.sequences(); text++) {
                first[text] = new int[texts.length(text)];
                end[text] = new int[texts.length(text)];
                for (int token = 0; token < first[text].length; token++) {
                    int column = texts.positionIds()[texts.sequenceStarts()[text] + token];
                    int[] seen = mask[text * length + column];
                    int from = 0;
                    while (from < slots && seen[from] == 0) {
                        from++;
                    }
                    int to = from;
                    while (to < slots && seen[to] == 1) {
                        to++;
                    }
                    requireNoneBehind(text, column, seen, to);
                    first[text][token] = from < to ? from : 0;
                    end[text][token] = from < to ? to : 0;
                }
            }
            return new PictureSight(first, end);
        }

        private void requireNoneBehind(int text, int column, int[] seen, int end) {
            for (int picture = end; picture < seen.length; picture++) {
                if (seen[picture] != 0) {
                    throw new CommandException(file.describe(SIGHT) + ": text " + text + ", token " + column
                            + ": expected 1 for pictures that follow each other and 0 for others, found "
                            + Arrays.toString(seen));
                }
            }
        }
    }
}
