package io.tesserae.cli.model.feed;

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
import java.util.function.Function;

/**
 * A batch from a safetensors file: {@code input_ids}, {@code attention_mask}, {@code token_type_ids} and, for models that let the caller
 * count, {@code position_ids}; each {@code [batch, length]}, or {@code [batch, choices, length]} where sequences compete; all but the first
 * may be absent.
 *
 * @param batch the tokens that the mask leaves; the position of each is its column
 * @param positioned the same tokens with the positions that the file gives, or else with those
 * @param choices sequences that belong together, one after the other
 * @param length positions of every sequence in the file
 */
public record TokenFeed(TokenBatch batch, TokenBatch positioned, int choices, int length) {

    private static final String POSITIONS = "position_ids";

    private static final List<String> KNOWN = List.of("input_ids", "attention_mask", "token_type_ids");

    private static final List<String> KNOWN_WITH_POSITIONS =
            List.of("input_ids", "attention_mask", "token_type_ids", POSITIONS);

    /**
     * What writes such a file, of sequences by themselves: padded to the longest, as the reference pads.
     *
     * @throws CommandException if there is no sequence, or no token to pad with
     */
    public static SafetensorsWriter writer(List<Encoding> encodings, Tokenizer tokenizer) {
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
    public static TokenFeed read(SafetensorsFile file) {
        return read(file, "[batch, length]", 2, KNOWN);
    }

    /** Sequences by themselves, whose positions may be given. */
    public static TokenFeed readWithPositions(SafetensorsFile file) {
        return read(file, "[batch, length]", 2, KNOWN_WITH_POSITIONS);
    }

    /** Sequences that compete for an answer. */
    public static TokenFeed readChoices(SafetensorsFile file) {
        return read(file, "[batch, choices, length]", 3, KNOWN);
    }

    private static TokenFeed read(SafetensorsFile file, String expected, int rank, List<String> known) {
        requireKnown(file, known);
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
        TokenBatch positioned = file.names().contains(POSITIONS)
                ? positioned(batch, rows(file, POSITIONS, shape, rows, length))
                : batch;
        return new TokenFeed(batch, positioned, rows / (int) shape[0], length);
    }

    private static void requireKnown(SafetensorsFile file, List<String> known) {
        for (String name : file.names()) {
            if (!known.contains(name)) {
                throw new CommandException(file.describe(name) + ": unknown input; expected input_ids and, if wanted, "
                        + String.join(", ", known.subList(1, known.size() - 1)) + " and " + known.getLast());
            }
        }
    }

    /** The same tokens; positions that are masked are dropped with theirs. */
    private static TokenBatch positioned(TokenBatch columns, int[][] positionIds) {
        int[] given = new int[columns.tokens()];
        for (int sequence = 0; sequence < columns.sequences(); sequence++) {
            for (int token = columns.sequenceStarts()[sequence];
                    token < columns.sequenceStarts()[sequence + 1];
                    token++) {
                given[token] = positionIds[sequence][columns.positionIds()[token]];
            }
        }
        return new TokenBatch(columns.inputIds(), given, columns.tokenTypeIds(), columns.sequenceStarts());
    }

    /** Whole numbers, a row for each sequence. */
    static int[][] rows(SafetensorsFile file, String name, long[] shape, int count, int length) {
        long[] found = require(file, name).shape();
        if (!Arrays.equals(found, shape)) {
            throw new CommandException(file.describe(name) + ": expected the shape " + Arrays.toString(shape)
                    + ", as its ids or pixels have it, found " + Arrays.toString(found));
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
