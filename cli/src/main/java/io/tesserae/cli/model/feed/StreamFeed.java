package io.tesserae.cli.model.feed;

import io.tesserae.cli.console.CommandException;
import io.tesserae.loaders.safetensors.DType;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.PicturePatches;
import io.tesserae.model.StreamBatch;
import io.tesserae.model.StreamModel;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Streams from a safetensors file, each {@code [batch, length]}: {@code input_ids}, and, if wanted, {@code input_types} (0 an id, 1 a
 * patch, -1 padding), {@code patches [batch, length, channels, size, size]} with {@code patch_positions [batch, length, 2, 2]}, {@code
 * local_positions}, {@code loss_mask} and {@code attention_mask}.
 *
 * @param batch the elements that are no padding; the position of each is its column
 * @param counts {@code [elements]}, which of them are to be foretold
 * @param length positions of every stream in the file
 */
public record StreamFeed(StreamBatch batch, boolean[] counts, int length) {

    private static final String IDS = "input_ids";
    private static final String TYPES = "input_types";
    private static final String MASK = "attention_mask";
    private static final String PLACES = "local_positions";
    private static final String LOSS_MASK = "loss_mask";
    private static final String PATCHES = "patches";
    private static final String PATCH_POSITIONS = "patch_positions";

    private static final List<String> KNOWN = List.of(IDS, TYPES, MASK, PLACES, LOSS_MASK, PATCHES, PATCH_POSITIONS);

    private static final int PADDING = -1;
    private static final int PATCH = 1;

    /**
     * Reads what a model takes.
     *
     * @throws CommandException if the file does not hold it
     */
    public static StreamFeed read(SafetensorsFile file, StreamModel model) {
        for (String name : file.names()) {
            if (!KNOWN.contains(name)) {
                throw new CommandException(file.describe(name) + ": unknown input; expected " + IDS
                        + " and, if wanted, " + String.join(", ", KNOWN.subList(1, KNOWN.size())));
            }
        }
        if (!file.names().contains(IDS)) {
            throw new CommandException(file + ": has no tensor " + IDS + " [batch, length]");
        }
        long[] shape = TokenFeed.require(file, IDS).shape();
        if (shape.length != 2 || shape[0] == 0 || shape[1] == 0) {
            throw new CommandException(file.describe(IDS) + ": expected the shape [batch, length], each 1 or more");
        }
        if (file.entry(IDS).elementCount() > Integer.MAX_VALUE - 8) {
            throw new CommandException(file.describe(IDS) + ": more elements than one batch can have");
        }
        return new Reader(file, (int) shape[0], (int) shape[1]).read(model);
    }

    /** Reads streams of one shape. */
    private record Reader(SafetensorsFile file, int streams, int length) {

        StreamFeed read(StreamModel model) {
            int[][] types = column(TYPES, 0, -1, 1);
            int[][] mask = column(MASK, 1, 0, 1);
            for (int s = 0; s < streams; s++) {
                for (int i = 0; i < length; i++) {
                    mask[s][i] &= types[s][i] == PADDING ? 0 : 1;
                }
            }
            TokenBatch elements = TokenBatch.masked(
                    column(IDS, 0, Integer.MIN_VALUE, Integer.MAX_VALUE), new int[streams][length], mask);
            int[] kinds = unpadded(types, mask);
            int[] patchOf = new int[kinds.length];
            int patches = 0;
            for (int element = 0; element < kinds.length; element++) {
                patchOf[element] = kinds[element] == PATCH ? patches++ : StreamBatch.ID;
            }
            int[] counting = unpadded(column(LOSS_MASK, 1, 0, 1), mask);
            boolean[] counts = new boolean[counting.length];
            for (int element = 0; element < counts.length; element++) {
                counts[element] = counting[element] == 1;
            }
            int[][] places = column(PLACES, StreamBatch.NO_PLACE, StreamBatch.NO_PLACE, Integer.MAX_VALUE);
            return new StreamFeed(
                    new StreamBatch(elements, patchOf, patches(model, elements, patchOf), unpadded(places, mask)),
                    counts,
                    length);
        }

        /** {@code [streams][length]} of whole numbers, all of them in a range; where the file has none, all the same. */
        private int[][] column(String name, int absent, int least, int most) {
            if (!file.names().contains(name)) {
                int[][] same = new int[streams][length];
                Arrays.stream(same).forEach(row -> Arrays.fill(row, absent));
                return same;
            }
            int[][] rows = TokenFeed.rows(file, name, new long[] {streams, length}, streams, length);
            for (int[] row : rows) {
                for (int value : row) {
                    if (value < least || value > most) {
                        throw new CommandException(file.describe(name) + ": expected numbers from " + least + " to "
                                + most + ", found " + value);
                    }
                }
            }
            return rows;
        }

        private int[] unpadded(int[][] rows, int[][] mask) {
            return IntStream.range(0, streams)
                    .flatMap(s -> IntStream.range(0, length)
                            .filter(i -> mask[s][i] == 1)
                            .map(i -> rows[s][i]))
                    .toArray();
        }

        /** The patches of the elements that are some, in their order. */
        private PicturePatches patches(StreamModel model, TokenBatch elements, int[] patchOf) {
            int channels = model.patchChannels();
            int size = model.patchSize();
            if (file.names().contains(PATCHES)) {
                requireShape(PATCHES, DType.U8, streams, length, channels, size, size);
                requireShape(PATCH_POSITIONS, DType.F32, streams, length, 2, 2);
            }
            if (Arrays.stream(patchOf).allMatch(patch -> patch == StreamBatch.ID)) {
                return PicturePatches.NONE;
            }
            if (!file.names().contains(PATCHES)) {
                throw new CommandException(file.describe(TYPES) + ": some elements are patches, but the file has no "
                        + "tensor " + PATCHES + " [batch, length, " + channels + ", " + size + ", " + size + "]");
            }
            Tensor allPositions = FloatFeed.read(file, PATCH_POSITIONS, "[batch, length, 2, 2]", 4);
            int values = channels * size * size;
            int numbers = PicturePatches.POSITION_VALUES;
            int[] patch = new int[values];
            ByteArrayOutputStream pixels = new ByteArrayOutputStream();
            float[] positions = new float[numbers * patchOf.length];
            int count = 0;
            for (int s = 0; s < streams; s++) {
                for (int e = elements.sequenceStarts()[s]; e < elements.sequenceStarts()[s + 1]; e++) {
                    if (patchOf[e] != StreamBatch.ID) {
                        int row = s * length + elements.positionIds()[e];
                        file.readInts(PATCHES, (long) row * values, patch, 0, values);
                        Arrays.stream(patch).forEach(pixels::write);
                        System.arraycopy(allPositions.data(), numbers * row, positions, numbers * count++, numbers);
                    }
                }
            }
            return new PicturePatches(pixels.toByteArray(), Arrays.copyOf(positions, numbers * count), channels, size);
        }

        private void requireShape(String name, DType type, long... shape) {
            if (!file.names().contains(name)) {
                throw new CommandException(file + ": has no tensor " + name + " " + Arrays.toString(shape));
            }
            if (file.entry(name).dtype() != type
                    || !Arrays.equals(file.entry(name).shape(), shape)) {
                throw new CommandException(file.describe(name) + ": expected the type " + type + " and the shape "
                        + Arrays.toString(shape) + ", as the model and " + IDS + " have it");
            }
        }
    }
}
