package io.tesserae.cli.model.feed;

import io.tesserae.cli.console.CommandException;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.latent.FeatureBatch;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows of numbers from a safetensors file: {@code inputs [batch, rows, width]} as F32, and perhaps {@code attention_mask [batch, rows]}.
 *
 * @param batch the rows that the mask leaves
 * @param starts where each sequence's rows begin, and where the last's end
 * @param positions of all rows that are left, each in its sequence
 * @param paddedLength rows of every sequence in the file
 */
public record RowFeed(FeatureBatch batch, int[] starts, int[] positions, int paddedLength) {

    private static final String INPUTS = "inputs";
    private static final String MASK = "attention_mask";
    private static final String SHAPE = "[batch, rows, width]";

    /**
     * Reads the file.
     *
     * @throws CommandException if it does not hold this, or a sequence has no row that is not masked
     */
    public static RowFeed read(SafetensorsFile feed) {
        for (String name : feed.names()) {
            if (!name.equals(INPUTS) && !name.equals(MASK)) {
                throw new CommandException(feed.describe(name) + ": unknown input; expected " + INPUTS + " " + SHAPE
                        + " and, if wanted, " + MASK + " [batch, rows]");
            }
        }
        Tensor inputs = FloatFeed.read(feed, INPUTS, SHAPE, 3);
        int count = inputs.dimension(0);
        int length = inputs.dimension(1);
        int[][] mask = mask(feed, count, length);
        int[] starts = new int[count + 1];
        IntStream.Builder positions = IntStream.builder();
        List<Tensor> sequences = new ArrayList<>();
        for (int s = 0; s < count; s++) {
            int[] kept = kept(feed, s, mask[s]);
            Arrays.stream(kept).forEach(positions);
            starts[s + 1] = starts[s] + kept.length;
            sequences.add(rows(inputs, s, kept));
        }
        return new RowFeed(
                new FeatureBatch(sequences), starts, positions.build().toArray(), length);
    }

    private static int[][] mask(SafetensorsFile feed, int count, int length) {
        if (feed.names().contains(MASK)) {
            return TokenFeed.rows(feed, MASK, new long[] {count, length}, count, length);
        }
        int[][] everything = new int[count][length];
        for (int[] row : everything) {
            Arrays.fill(row, 1);
        }
        return everything;
    }

    /** The rows that a mask leaves. */
    private static int[] kept(SafetensorsFile feed, int sequence, int[] mask) {
        for (int value : mask) {
            if (value != 0 && value != 1) {
                throw new CommandException(feed.describe(MASK) + ": expected 0 or 1, found " + value);
            }
        }
        int[] kept = IntStream.range(0, mask.length).filter(i -> mask[i] == 1).toArray();
        if (kept.length == 0) {
            throw new CommandException(feed.describe(MASK) + ": sequence " + sequence
                    + " has no row that is not masked, and latents have nothing to read");
        }
        return kept;
    }

    private static Tensor rows(Tensor inputs, int sequence, int[] kept) {
        int length = inputs.dimension(1);
        int width = inputs.dimension(2);
        Tensor rows = Tensor.zeros(kept.length, width);
        for (int i = 0; i < kept.length; i++) {
            System.arraycopy(inputs.data(), (sequence * length + kept[i]) * width, rows.data(), i * width, width);
        }
        return rows;
    }
}
