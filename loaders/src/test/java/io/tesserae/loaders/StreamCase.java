package io.tesserae.loaders;

import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.PicturePatches;
import io.tesserae.model.StreamBatch;
import io.tesserae.model.TokenBatch;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Streams of a file of expected tensors, without their padding.
 *
 * @param counts {@code [elements]}, which elements are to be foretold
 */
record StreamCase(StreamBatch batch, boolean[] counts) {

    private static final int PADDING = -1;
    private static final int PATCH = 1;

    static StreamCase read(SafetensorsFile file, String name) {
        String in = "in." + name + ".";
        int[][] ids = Fixture.rows(file, in + "input_ids");
        int[][] types = Fixture.rows(file, in + "input_types");
        int[][] mask = new int[ids.length][ids[0].length];
        for (int s = 0; s < ids.length; s++) {
            for (int i = 0; i < ids[s].length; i++) {
                mask[s][i] = types[s][i] == PADDING ? 0 : 1;
            }
        }
        TokenBatch elements = TokenBatch.masked(ids, new int[ids.length][ids[0].length], mask);
        int[] kinds = unpadded(types, mask);
        int[] patchOf = new int[kinds.length];
        for (int element = 0, patch = 0; element < kinds.length; element++) {
            patchOf[element] = kinds[element] == PATCH ? patch++ : StreamBatch.ID;
        }
        int[] none = new int[kinds.length];
        Arrays.fill(none, StreamBatch.NO_PLACE);
        int[] places = file.names().contains(in + "local_positions")
                ? unpadded(Fixture.rows(file, in + "local_positions"), mask)
                : none;
        int[] losses = file.names().contains(in + "loss_mask")
                ? unpadded(Fixture.rows(file, in + "loss_mask"), mask)
                : IntStream.generate(() -> 1).limit(kinds.length).toArray();
        boolean[] counts = new boolean[kinds.length];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = losses[i] == 1;
        }
        return new StreamCase(new StreamBatch(elements, patchOf, patches(file, in, types), places), counts);
    }

    private static int[] unpadded(int[][] rows, int[][] mask) {
        return IntStream.range(0, rows.length)
                .flatMap(s -> IntStream.range(0, rows[s].length)
                        .filter(i -> mask[s][i] == 1)
                        .map(i -> rows[s][i]))
                .toArray();
    }

    private static PicturePatches patches(SafetensorsFile file, String in, int[][] types) {
        if (!file.names().contains(in + "patches")) {
            return PicturePatches.NONE;
        }
        long[] shape = file.shape(in + "patches");
        int size = (int) shape[4];
        int values = (int) shape[2] * size * size;
        int[] all = new int[(int) file.entry(in + "patches").elementCount()];
        file.readInts(in + "patches", 0, all, 0, all.length);
        float[] positions = Fixture.tensor(file, in + "patch_positions").data();
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        float[] kept = new float[positions.length];
        int count = 0;
        int length = types[0].length;
        for (int row = 0; row < types.length * length; row++) {
            if (types[row / length][row % length] == PATCH) {
                for (int i = 0; i < values; i++) {
                    pixels.write(all[row * values + i]);
                }
                System.arraycopy(positions, 4 * row, kept, 4 * count++, 4);
            }
        }
        return new PicturePatches(pixels.toByteArray(), Arrays.copyOf(kept, 4 * count), (int) shape[2], size);
    }

    /** Some elements of one of the streams, as they are read when those before have been read. */
    StreamBatch part(int sequence, int from, int to) {
        int start = batch.elements().sequenceStarts()[sequence];
        int[] patchOf = Arrays.copyOfRange(batch.patchOf(), start + from, start + to);
        int values = batch.patches().values();
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        float[] positions = new float[4 * patchOf.length];
        int count = 0;
        for (int i = 0; i < patchOf.length; i++) {
            if (patchOf[i] != StreamBatch.ID) {
                pixels.write(batch.patches().pixels(), patchOf[i] * values, values);
                System.arraycopy(batch.patches().positions(), 4 * patchOf[i], positions, 4 * count, 4);
                patchOf[i] = count++;
            }
        }
        return new StreamBatch(
                TokenBatch.of(Arrays.copyOfRange(batch.elements().inputIds(), start + from, start + to)),
                patchOf,
                new PicturePatches(
                        pixels.toByteArray(),
                        Arrays.copyOf(positions, 4 * count),
                        batch.patches().channels(),
                        batch.patches().size()),
                Arrays.copyOfRange(batch.localPositions(), start + from, start + to));
    }
}
