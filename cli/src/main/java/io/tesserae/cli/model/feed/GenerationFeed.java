package io.tesserae.cli.model.feed;

import io.tesserae.cli.console.CommandException;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.ImageBatch;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a model is to generate from, from a safetensors file: {@code pixel_values [batch, channels, height, width]}, {@code input_ids} and
 * {@code attention_mask [batch, length]}, {@code decoder_input_ids [batch, length]}.
 */
public record GenerationFeed(SafetensorsFile file) {

    /** Refuses tensors that the model does not take. */
    public GenerationFeed requireOnly(String... names) {
        for (String name : file.names()) {
            if (!List.of(names).contains(name)) {
                throw new CommandException(
                        file.describe(name) + ": unknown input; this model generates from " + String.join(", ", names));
            }
        }
        return this;
    }

    public boolean has(String name) {
        return file.names().contains(name);
    }

    /** Pictures. */
    public ImageBatch pictures() {
        if (!has("pixel_values")) {
            throw new CommandException(file + ": has no tensor pixel_values");
        }
        return PixelFeed.readPixels(file);
    }

    /**
     * Ids, padding and all.
     *
     * @param sequences how many there must be; 0 for any number
     */
    public int[][] ids(String name, int sequences) {
        if (!has(name)) {
            throw new CommandException(file + ": has no tensor " + name);
        }
        long[] shape = TokenFeed.require(file, name).shape();
        if (shape.length != 2
                || shape[0] == 0
                || shape[1] == 0
                || shape[0] * shape[1] > Integer.MAX_VALUE - 8
                || sequences > 0 && shape[0] != sequences) {
            throw new CommandException(file.describe(name) + ": expected the shape "
                    + (sequences > 0 ? "[" + sequences + ", length]" : "[batch, length]") + ", each 1 or more, found "
                    + Arrays.toString(shape));
        }
        return TokenFeed.rows(file, name, shape, (int) shape[0], (int) shape[1]);
    }

    /** The ids that the mask leaves, where there is one; padding may be on either side. */
    public int[][] unpadded(int[][] ids) {
        int[][] left = masked(ids, 1);
        for (int row = 0; row < left.length; row++) {
            if (left[row].length == 0) {
                throw new CommandException(
                        file.describe("attention_mask") + ": expected a token at least in row " + row + ", found none");
            }
        }
        return left;
    }

    /** The ids that the mask leaves out. */
    public int[][] padding(int[][] ids) {
        return masked(ids, 0);
    }

    /** The ids whose mask is so; without a mask it is 1. */
    private int[][] masked(int[][] ids, int value) {
        int[][] mask = new int[ids.length][ids[0].length];
        if (has("attention_mask")) {
            long[] shape = {ids.length, ids[0].length};
            mask = TokenFeed.rows(file, "attention_mask", shape, ids.length, ids[0].length);
            Arrays.stream(mask).forEach(this::requireMask);
        } else {
            Arrays.stream(mask).forEach(row -> Arrays.fill(row, 1));
        }
        int[][] chosen = new int[ids.length][];
        for (int row = 0; row < ids.length; row++) {
            int[] all = ids[row];
            int[] seen = mask[row];
            chosen[row] = IntStream.range(0, all.length)
                    .filter(i -> (seen[i] != 0) == (value != 0))
                    .map(i -> all[i])
                    .toArray();
        }
        return chosen;
    }

    private void requireMask(int[] row) {
        for (int value : row) {
            if (value != 0 && value != 1) {
                throw new CommandException(file.describe("attention_mask") + ": expected 0 or 1, found " + value);
            }
        }
    }

    /** Ids as prompts, if there are any. */
    public Optional<int[][]> prompts(String name, int sequences) {
        return has(name) ? Optional.of(unpadded(ids(name, sequences))) : Optional.empty();
    }
}
