package io.tesserae.cli.model.feed;

import io.tesserae.cli.console.CommandException;
import io.tesserae.loaders.safetensors.DType;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The texts of a feed that has pictures too: ids and a mask, each {@code [batch, length]}, of which the mask may be absent; and the way back
 * to arrays that are padded as the feed is. Padded positions are zero.
 *
 * @param batch the tokens that the mask leaves
 * @param length positions of every text in the file
 */
public record PaddedTexts(TokenBatch batch, int length) {

    private static final String IDS = "input_ids";
    private static final String MASK = "attention_mask";

    /**
     * Refuses a feed with anything beside pictures and texts.
     *
     * @param prefixes what the names of the ids and masks of each kind of text begin with
     */
    public static void requireKnown(SafetensorsFile file, List<String> prefixes) {
        for (String name : file.names()) {
            boolean isKnown = name.equals("pixel_values")
                    || prefixes.stream()
                            .anyMatch(prefix ->
                                    Set.of(prefix + IDS, prefix + MASK).contains(name));
            if (!isKnown) {
                throw new CommandException(file.describe(name) + ": unknown input; expected pixel_values, "
                        + String.join(
                                ", ",
                                prefixes.stream().map(prefix -> prefix + IDS).toList())
                        + " and, if wanted, "
                        + String.join(
                                ", ",
                                prefixes.stream().map(prefix -> prefix + MASK).toList()));
            }
        }
    }

    /** Reads the ids and the mask whose names begin so. */
    public static PaddedTexts read(SafetensorsFile file, String prefix) {
        String ids = prefix + IDS;
        String mask = prefix + MASK;
        if (!file.names().contains(ids)) {
            throw new CommandException(file + ": has no tensor " + ids);
        }
        long[] shape = file.entry(ids).shape();
        if (shape.length != 2 || shape[0] == 0 || shape[1] == 0) {
            throw new CommandException(file.describe(ids) + ": expected the shape [batch, length], each 1 or more");
        }
        int[][] tokens = rows(file, ids, shape);
        int[][] types = new int[tokens.length][tokens[0].length];
        TokenBatch batch = file.names().contains(mask)
                ? TokenBatch.masked(tokens, types, rows(file, mask, shape))
                : TokenBatch.of(tokens);
        return new PaddedTexts(batch, tokens[0].length);
    }

    private static int[][] rows(SafetensorsFile file, String name, long[] shape) {
        TensorEntry entry = file.entry(name);
        if (entry.dtype() != DType.I64 && entry.dtype() != DType.I32) {
            throw new CommandException(file.describe(name) + ": expected the type I64 or I32");
        }
        if (!Arrays.equals(entry.shape(), shape)) {
            throw new CommandException(
                    file.describe(name) + ": expected the shape of its ids, " + Arrays.toString(shape));
        }
        if (entry.elementCount() > Integer.MAX_VALUE - 8) {
            throw new CommandException(file.describe(name) + ": more tokens than one batch can have");
        }
        int[][] rows = new int[(int) shape[0]][(int) shape[1]];
        for (int row = 0; row < rows.length; row++) {
            file.readInts(name, row * shape[1], rows[row], 0, rows[row].length);
        }
        return rows;
    }

    /** From {@code [tokens, features]} to {@code [batch, length, features]}. */
    public Tensor rows(Tensor rows) {
        return batch.pad(rows, length);
    }

    /** Puts layers under their names, {@code hidden_states.N} and {@code attentions.N}. */
    public void addLayers(
            Map<String, Tensor> outputs, String prefix, List<Tensor> hiddenStates, List<List<Tensor>> attentions) {
        for (int layer = 0; layer < hiddenStates.size(); layer++) {
            outputs.put(prefix + "hidden_states." + layer, rows(hiddenStates.get(layer)));
        }
        for (int layer = 0; layer < attentions.size(); layer++) {
            outputs.put(prefix + "attentions." + layer, batch.padAttentions(attentions.get(layer), length));
        }
    }

    /** Puts maps of attention to pictures of one size under a name: {@code [batch, heads, length, patches]}. */
    public void addLooks(Map<String, Tensor> outputs, String name, List<List<Tensor>> crossAttentions) {
        for (int layer = 0; layer < crossAttentions.size(); layer++) {
            List<Tensor> maps = crossAttentions.get(layer);
            int patches = maps.getFirst().dimension(2);
            int[] columns = new int[patches];
            Arrays.setAll(columns, column -> column);
            int[][] each = new int[maps.size()][];
            Arrays.fill(each, columns);
            outputs.put(name + "." + layer, padded(maps, each, patches));
        }
    }

    /** Puts maps of attention to other texts under a name: {@code [batch, heads, length, length of those]}. */
    public void addLooks(
            Map<String, Tensor> outputs, String name, List<List<Tensor>> crossAttentions, PaddedTexts memory) {
        int[] starts = memory.batch.sequenceStarts();
        int[][] columns = new int[memory.batch.sequences()][];
        Arrays.setAll(columns, s -> Arrays.copyOfRange(memory.batch.positionIds(), starts[s], starts[s + 1]));
        for (int layer = 0; layer < crossAttentions.size(); layer++) {
            outputs.put(name + "." + layer, padded(crossAttentions.get(layer), columns, memory.length));
        }
    }

    /** From maps {@code [heads, tokens, keys]} to {@code [batch, heads, length, width]}; each key has a column. */
    private Tensor padded(List<Tensor> maps, int[][] columns, int width) {
        int heads = maps.getFirst().dimension(0);
        Tensor padded = Tensor.zeros(maps.size(), heads, length, width);
        for (int s = 0; s < maps.size(); s++) {
            float[] map = maps.get(s).data();
            int tokens = batch.length(s);
            int keys = columns[s].length;
            for (int row = 0; row < heads * tokens; row++) {
                int position = batch.positionIds()[batch.sequenceStarts()[s] + row % tokens];
                int to = ((s * heads + row / tokens) * length + position) * width;
                for (int key = 0; key < keys; key++) {
                    padded.data()[to + columns[s][key]] = map[row * keys + key];
                }
            }
        }
        return padded;
    }
}
