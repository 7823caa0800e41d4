package io.tesserae.cli.model;

import io.tesserae.cli.console.CommandException;
import io.tesserae.loaders.safetensors.DType;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.model.TokenBatch;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Padding;
import io.tesserae.tokenizer.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A batch from a safetensors file: {@code input_ids}, {@code attention_mask} and {@code token_type_ids}, each
 * {@code [batch, length]}, or {@code [batch, choices, length]} where sequences compete; the last two may be absent.
 *
 * @param batch the tokens that the mask leaves
 * @param choices sequences that belong together, one after the other
 * @param length positions of every sequence in the file
 */
record TokenFeed(TokenBatch batch, int choices, int length) {

    private static final Set<String> KNOWN = Set.of("input_ids", "attention_mask", "token_type_ids");

    /**
     * What writes such a file, of sequences by themselves: padded to the longest, as the reference pads.
     *
     * @throws CommandException if there is no sequence, or no token to pad with
     */
    static SafetensorsWriter writer(List<Encoding> encodings, Tokenizer tokenizer) {
        if (encodings.isEmpty()) {
            throw new CommandException("no texts, and so no batch: expected one text at least");
        }
        List<Encoding> rows = padded(encodings, tokenizer);
        SafetensorsWriter writer = new SafetensorsWriter();
        add(writer, "input_ids", rows, Encoding::inputIds);
        add(writer, "attention_mask", rows, Encoding::attentionMask);
        if (tokenizer.returnsTokenTypeIds()) {
            add(writer, "token_type_ids", rows, Encoding::tokenTypeIds);
        }
        return writer;
    }

    private static List<Encoding> padded(List<Encoding> encodings, Tokenizer tokenizer) {
        if (encodings.stream().mapToInt(Encoding::size).distinct().count() == 1) {
            return encodings;
        }
        try {
            return tokenizer.pad(encodings, Padding.LONGEST);
        } catch (IllegalStateException e) {
            throw new CommandException(
                    "texts of different lengths cannot share a batch: " + e.getMessage() + "; write one at a time", e);
        }
    }

    private static void add(
            SafetensorsWriter writer, String name, List<Encoding> rows, Function<Encoding, int[]> values) {
        long[] shape = {rows.size(), rows.getFirst().size()};
        writer.add(name, DType.I64, shape, out -> {
            ByteBuffer row = ByteBuffer.allocate((int) shape[1] * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (Encoding encoding : rows) {
                row.clear();
                for (int value : values.apply(encoding)) {
                    row.putLong(value);
                }
                out.write(row.array());
            }
        });
    }

    /** Sequences by themselves. */
    static TokenFeed read(SafetensorsFile file) {
        return read(file, "[batch, length]", 2);
    }

    /** Sequences that compete for an answer. */
    static TokenFeed readChoices(SafetensorsFile file) {
        return read(file, "[batch, choices, length]", 3);
    }

    private static TokenFeed read(SafetensorsFile file, String expected, int rank) {
        for (String name : file.names()) {
            if (!KNOWN.contains(name)) {
                throw new CommandException(file.describe(name)
                        + ": unknown input; expected input_ids and, if wanted, attention_mask and token_type_ids");
            }
        }
        if (!file.names().contains("input_ids")) {
            throw new CommandException(file + ": has no tensor input_ids");
        }
        TensorEntry inputIds = require(file, "input_ids");
        long[] shape = inputIds.shape();
        if (shape.length != rank || Arrays.stream(shape).anyMatch(dimension -> dimension == 0)) {
            throw new CommandException(
                    file.describe("input_ids") + ": expected the shape " + expected + ", each 1 or more");
        }
        if (inputIds.elementCount() > Integer.MAX_VALUE - 8) {
            throw new CommandException(file.describe("input_ids") + ": more tokens than one batch can have");
        }
        int length = (int) shape[rank - 1];
        int rows = (int) (inputIds.elementCount() / length);
        int[][] ids = rows(file, "input_ids", shape, rows, length);
        int[][] types = file.names().contains("token_type_ids")
                ? rows(file, "token_type_ids", shape, rows, length)
                : new int[rows][length];
        TokenBatch batch = file.names().contains("attention_mask")
                ? TokenBatch.masked(ids, types, rows(file, "attention_mask", shape, rows, length))
                : TokenBatch.of(ids, types);
        return new TokenFeed(batch, rows / (int) shape[0], length);
    }

    /** Whole numbers, a row for each sequence. */
    static int[][] rows(SafetensorsFile file, String name, long[] shape, int count, int length) {
        if (!Arrays.equals(require(file, name).shape(), shape)) {
            throw new CommandException(
                    file.describe(name) + ": expected the shape of input_ids, " + Arrays.toString(shape));
        }
        int[][] rows = new int[count][length];
        for (int row = 0; row < count; row++) {
            file.readInts(name, (long) row * length, rows[row], 0, length);
        }
        return rows;
    }

    /** Whole numbers, as they lie in the file. */
    static TensorEntry require(SafetensorsFile file, String name) {
        TensorEntry entry = file.entry(name);
        if (entry.dtype() != DType.I64 && entry.dtype() != DType.I32) {
            throw new CommandException(file.describe(name) + ": expected the type I64 or I32");
        }
        return entry;
    }
}
