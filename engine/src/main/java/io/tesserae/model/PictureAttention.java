package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Where in the pictures of a prompt the tokens look that are written behind it.
 *
 * @param layers per layer that looks, per picture of the batch, {@code [heads, 1 + written, rows of the picture]}: row, which token looks,
 *     the prompt's last or one that is written; column, at which row of the picture, a resampler's latent where there is one. What is left
 *     to 1 of a row's sum goes to other pictures and to words; a token that does not see a picture gives it nothing
 * @param resampler as in {@link VisionLanguageOutput#imageAttentions}
 */
public record PictureAttention(List<List<Tensor>> layers, List<List<Tensor>> resampler) {

    /** Takes the lists as its own. */
    public PictureAttention {
        layers = List.copyOf(Arguments.requireAll(layers, "layers"));
        resampler = List.copyOf(Arguments.requireAll(resampler, "resampler"));
    }

    /** Of self-attention, at the marks of each picture. */
    static List<List<Tensor>> atMarks(
            List<List<Tensor>> attentions, InterleavedBatch prompts, int[] pictureRows, int mark) {
        int[] places = new int[pictureRows[pictureRows.length - 1]]; // of each picture's rows in its text
        int row = 0;
        for (int text = 0; text < prompts.texts().sequences(); text++) {
            int start = prompts.texts().sequenceStarts()[text];
            for (int token = 0; token < prompts.texts().length(text); token++) {
                if (prompts.texts().inputIds()[start + token] == mark) {
                    places[row++] = token;
                }
            }
        }
        return ofPictures(attentions, prompts, pictureRows, places);
    }

    /** Of cross-attention to the rows of all pictures of a text, one picture's behind another's. */
    static List<List<Tensor>> ofMemory(List<List<Tensor>> attentions, InterleavedBatch prompts, int[] pictureRows) {
        int[] places = new int[pictureRows[pictureRows.length - 1]];
        for (int text = 0; text < prompts.texts().sequences(); text++) {
            int first = pictureRows[prompts.pictureStarts()[text]];
            for (int row = first; row < pictureRows[prompts.pictureStarts()[text + 1]]; row++) {
                places[row] = row - first;
            }
        }
        return ofPictures(attentions, prompts, pictureRows, places);
    }

    /** The columns of each picture, {@code [heads, tokens, rows of the picture]}. */
    private static List<List<Tensor>> ofPictures(
            List<List<Tensor>> attentions, InterleavedBatch prompts, int[] pictureRows, int[] places) {
        List<List<Tensor>> layers = new ArrayList<>();
        for (List<Tensor> layer : attentions) {
            List<Tensor> ofLayer = new ArrayList<>();
            for (int text = 0; text < layer.size(); text++) {
                for (int picture = prompts.pictureStarts()[text];
                        picture < prompts.pictureStarts()[text + 1];
                        picture++) {
                    ofLayer.add(columns(layer.get(text), places, pictureRows[picture], pictureRows[picture + 1]));
                }
            }
            layers.add(List.copyOf(ofLayer));
        }
        return layers;
    }

    private static Tensor columns(Tensor map, int[] places, int from, int to) {
        int length = map.dimension(2);
        Tensor columns = Tensor.zeros(map.dimension(0), map.dimension(1), to - from);
        for (int row = 0, at = 0; row < map.dimension(0) * map.dimension(1); row++) {
            for (int place = from; place < to; place++) {
                columns.data()[at++] = map.data()[row * length + places[place]];
            }
        }
        return columns;
    }
}
