package io.tesserae.loaders;

import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.InterleavedBatch;
import io.tesserae.model.PictureSight;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the reference was fed with, without padding: neither tokens nor pictures.
 *
 * @param mask {@code [texts, length]}, 1 for a token
 * @param pictures of each text
 */
record InterleavedFeed(InterleavedBatch batch, int[][] mask, List<List<Tensor>> pictures) {

    /**
     * Reads {@code input_ids}, {@code attention_mask} and {@code image_attention_mask} below a name; pixels are the same for all.
     */
    static InterleavedFeed of(SafetensorsFile file, String prefix) {
        int[][] ids = Fixture.rows(file, prefix + "input_ids");
        int[][] mask = Fixture.rows(file, prefix + "attention_mask");
        int[][] seen = Fixture.rows(file, prefix + "image_attention_mask"); // [texts · length, pictures]
        Tensor pixels = Fixture.tensor(file, "in.pixel_values"); // [texts, pictures, channels, height, width]
        int[] shape = Arrays.copyOfRange(pixels.shape(), 2, 5);
        int size = Tensor.elementCount(shape);
        int length = ids[0].length;
        int[][] kept = new int[ids.length][];
        int[][] first = new int[ids.length][];
        int[][] end = new int[ids.length][];
        List<List<Tensor>> pictures = new ArrayList<>();
        for (int text = 0; text < ids.length; text++) {
            int padded =
                    (int) Arrays.stream(mask[text]).filter(value -> value == 0).count();
            kept[text] = Arrays.copyOfRange(ids[text], padded, length);
            first[text] = new int[length - padded];
            end[text] = new int[length - padded];
            for (int token = 0; token < length - padded; token++) {
                int[] row = seen[text * length + padded + token];
                for (int picture = row.length - 1; picture >= 0; picture--) {
                    if (row[picture] == 1) {
                        end[text][token] = Math.max(end[text][token], picture + 1);
                        first[text][token] = picture;
                    }
                }
            }
            List<Tensor> own = new ArrayList<>();
            for (int picture = 0; picture < Arrays.stream(end[text]).max().orElse(0); picture++) {
                int from = (text * pixels.dimension(1) + picture) * size;
                own.add(Tensor.of(Arrays.copyOfRange(pixels.data(), from, from + size), shape));
            }
            pictures.add(own);
        }
        return new InterleavedFeed(batch(kept, first, end, pictures), mask, pictures);
    }

    private static InterleavedBatch batch(int[][] ids, int[][] first, int[][] end, List<List<Tensor>> pictures) {
        int[] starts = new int[pictures.size() + 1];
        List<Tensor> all = new ArrayList<>();
        for (int text = 0; text < pictures.size(); text++) {
            all.addAll(pictures.get(text));
            starts[text + 1] = all.size();
        }
        return InterleavedBatch.of(
                TokenBatch.of(ids),
                all.isEmpty() ? Optional.empty() : Optional.of(ImageBatch.of(all)),
                starts,
                Optional.of(new PictureSight(first, end)));
    }

    /** One of the texts, with its pictures. */
    InterleavedBatch only(int text) {
        TokenBatch texts = batch.texts();
        PictureSight sight = batch.sight().orElseThrow();
        int start = texts.sequenceStarts()[text];
        return batch(
                new int[][] {Arrays.copyOfRange(texts.inputIds(), start, start + texts.length(text))},
                new int[][] {sight.firstPictures()[text]},
                new int[][] {sight.endPictures()[text]},
                List.of(pictures.get(text)));
    }

    /** Whether a token sees a picture. */
    boolean sees(int text, int token) {
        PictureSight sight = batch.sight().orElseThrow();
        return sight.firstPictures()[text][token] < sight.endPictures()[text][token];
    }

    /** Of {@code [texts, length, width]}, the rows that are not masked. */
    float[] rows(Tensor states) {
        int length = states.dimension(1);
        int width = states.dimension(2);
        float[] real = new float[states.size()];
        int count = 0;
        for (int row = 0; row < states.dimension(0) * length; row++) {
            if (mask[row / length][row % length] == 1) {
                System.arraycopy(states.data(), row * width, real, count, width);
                count += width;
            }
        }
        return Arrays.copyOf(real, count);
    }

    /** Of {@code [texts, heads, length, length]}, what the tokens of one text that are not masked see of each other. */
    float[] map(Tensor maps, int text) {
        int length = maps.dimension(2);
        float[] real = new float[maps.dimension(1) * length * length];
        int count = 0;
        for (int i = 0; i < real.length; i++) {
            if (mask[text][i / length % length] == 1 && mask[text][i % length] == 1) {
                real[count++] = maps.data()[text * real.length + i];
            }
        }
        return Arrays.copyOf(real, count);
    }
}
