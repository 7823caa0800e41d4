package io.tesserae.pipelines.attention;

import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.Region;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Sentences of which every word looks at one place, as cross-attention of a decoder and as what is drawn of it. */
final class BlobAttention {

    private static final int LAYERS = 3;
    private static final int HEADS = 2;

    private BlobAttention() {}

    /** Every word a token; word i looks at patch {@code patches[i]}, in every layer. */
    static CaptionAttention of(RgbImage picture, int rows, int columns, String caption, int... patches) {
        String[] words = caption.split(" ");
        PatchGrid grid = new PatchGrid(picture, new Region(0, 0, picture.width(), picture.height()), rows, columns);
        return words(words).attention(grid, 1, layers(grid, patches));
    }

    /** The words as a decoder writes them: a start token, the words, an end token. */
    static CaptionWords words(String... words) {
        List<String> tokens = new ArrayList<>(List.of(""));
        for (int i = 0; i < words.length; i++) {
            tokens.add((i == 0 ? "" : " ") + words[i]);
        }
        tokens.add("");
        int[] ids = IntStream.range(0, tokens.size()).toArray();
        return CaptionWords.of(ids, 1, tokens::get, prefix -> {
            StringBuilder text = new StringBuilder();
            for (int id : prefix) {
                text.append(tokens.get(id));
            }
            return text.toString();
        });
    }

    /** Row t looks at {@code patches[t]}; behind the last one, as behind the last word, a row looks at the class token alone. */
    static List<Tensor> layers(PatchGrid grid, int... patches) {
        Random random = new Random(patches.length);
        int length = 1 + grid.patches();
        int rows = patches.length + 2;
        List<Tensor> layers = new ArrayList<>();
        for (int layer = 0; layer < LAYERS; layer++) {
            Tensor map = Tensor.zeros(HEADS, rows, length);
            for (int row = 0; row < HEADS * rows; row++) {
                int word = row % rows;
                if (word >= patches.length) {
                    map.data()[row * length] = 1;
                } else {
                    blob(map.data(), row * length, grid, patches[word], 0.3 * random.nextDouble());
                }
            }
            layers.add(map);
        }
        return layers;
    }

    /** A bell around a patch, some noise, and a part for the class token. */
    private static void blob(float[] data, int start, PatchGrid grid, int patch, double classToken) {
        double radius = Math.max(0.4, 0.11 * Math.max(grid.rows(), grid.columns()));
        double[] bell = new double[grid.patches()];
        double sum = 0;
        for (int i = 0; i < bell.length; i++) {
            double down = i / grid.columns() - patch / grid.columns();
            double across = i % grid.columns() - patch % grid.columns();
            bell[i] =
                    Math.exp(-(down * down + across * across) / (2 * radius * radius)) + 0.02 * ((i * 7919) % 13) / 13;
            sum += bell[i];
        }
        data[start] = (float) classToken;
        for (int i = 0; i < bell.length; i++) {
            data[start + 1 + i] = (float) ((1 - classToken) * bell[i] / sum);
        }
    }
}
