package io.tesserae.cli.model.feed;

import io.tesserae.cli.console.CommandException;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * How much of each row of a feed is there, where rows are padded on the right; and the way back from ragged rows to arrays that are padded as the
 * feed is. Padded positions are zero.
 *
 * @param lengths of each row, what the mask leaves
 * @param length of every row in the file
 */
public record PaddedRows(int[] lengths, int length) {

    private static final String MASK = "attention_mask";

    /**
     * Reads the mask, if there is one.
     *
     * @param least how much of a row there must be
     * @param what it is that is masked, for error messages
     */
    public static PaddedRows read(SafetensorsFile file, int rows, int length, int least, String what) {
        int[] lengths = new int[rows];
        Arrays.fill(lengths, length);
        if (file.names().contains(MASK)) {
            long[] found = TokenFeed.require(file, MASK).shape();
            if (!Arrays.equals(found, new long[] {rows, length})) {
                throw new CommandException(file.describe(MASK) + ": expected the shape [" + rows + ", " + length
                        + "], one for each of the " + what + ", found " + Arrays.toString(found));
            }
            for (int row = 0; row < rows; row++) {
                int[] mask = new int[length];
                file.readInts(MASK, (long) row * length, mask, 0, length);
                lengths[row] = ones(file, row, mask);
                if (lengths[row] < least) {
                    throw new CommandException(file.describe(MASK) + ": row " + row + ": expected 1 for " + least
                            + " or more of the " + what + ", found none");
                }
            }
        }
        return new PaddedRows(lengths, length);
    }

    private static int ones(SafetensorsFile file, int row, int[] mask) {
        int ones = 0;
        while (ones < mask.length && mask[ones] == 1) {
            ones++;
        }
        for (int i = ones; i < mask.length; i++) {
            if (mask[i] != 0) {
                throw new CommandException(file.describe(MASK) + ": row " + row
                        + ": expected 1 from the first on and then 0 to the end, since padding is on the right, found "
                        + mask[i] + " at " + i + (ones < i ? " behind a 0" : ""));
            }
        }
        return ones;
    }

    public int rows() {
        return lengths.length;
    }

    /** The same, each of whose positions is so many, behind so many that are in every row. */
    public PaddedRows widened(int before, int each) {
        return new PaddedRows(
                Arrays.stream(lengths).map(own -> before + each * own).toArray(), before + each * length);
    }

    /** From {@code [rows of all, …]} to {@code [batch, length, …]}. */
    public Tensor pad(Tensor ragged) {
        int[] shape = new int[ragged.rank() + 1];
        shape[0] = rows();
        shape[1] = length;
        System.arraycopy(ragged.shape(), 1, shape, 2, ragged.rank() - 1);
        Tensor padded = Tensor.zeros(shape);
        int width = padded.size() / (rows() * length);
        int from = 0;
        for (int row = 0; row < rows(); row++) {
            System.arraycopy(ragged.data(), from * width, padded.data(), row * length * width, lengths[row] * width);
            from += lengths[row];
        }
        return padded;
    }

    /** From maps {@code [heads, own length, own length]} to {@code [batch, heads, length, length]}. */
    private Tensor padMaps(List<Tensor> maps) {
        int heads = maps.getFirst().dimension(0);
        Tensor padded = Tensor.zeros(rows(), heads, length, length);
        for (int row = 0; row < rows(); row++) {
            int own = lengths[row];
            for (int line = 0; line < heads * own; line++) {
                int to = ((row * heads + line / own) * length + line % own) * length;
                System.arraycopy(maps.get(row).data(), line * own, padded.data(), to, own);
            }
        }
        return padded;
    }

    /** Puts layers under their names, {@code hidden_states.N} and {@code attentions.N}. */
    public void addLayers(Map<String, Tensor> outputs, List<Tensor> hiddenStates, List<List<Tensor>> attentions) {
        for (int layer = 0; layer < hiddenStates.size(); layer++) {
            outputs.put("hidden_states." + layer, pad(hiddenStates.get(layer)));
        }
        for (int layer = 0; layer < attentions.size(); layer++) {
            outputs.put("attentions." + layer, padMaps(attentions.get(layer)));
        }
    }
}
