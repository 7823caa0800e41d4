package io.tesserae.cli.model;

import io.tesserae.cli.console.CommandException;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.episode.PhotoTexts;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Texts, each perhaps behind a photo, from a safetensors file: {@code input_ids} and {@code attention_mask [batch, length]}, {@code
 * pixel_values [batch, channels, height, width]}. Either of texts and photos may be absent.
 *
 * @param texts the tokens that the mask leaves
 * @param padding of the texts alone
 */
record PhotoTextFeed(PhotoTexts texts, PaddedRows padding) {

    static final String IDS = "input_ids";
    static final String PIXELS = "pixel_values";

    private static final List<String> KNOWN = List.of(IDS, "attention_mask", PIXELS);

    /** Whether a file is of texts and photos. */
    static boolean isOne(SafetensorsFile file) {
        return file.names().contains(IDS) || file.names().contains(PIXELS);
    }

    /** Reads it. */
    static PhotoTextFeed read(SafetensorsFile file) {
        for (String name : file.names()) {
            if (!KNOWN.contains(name)) {
                throw new CommandException(file.describe(name)
                        + ": unknown input beside texts and photos; expected input_ids, pixel_values or both and, if"
                        + " wanted, attention_mask, or an episode without these two");
            }
        }
        Optional<ImageBatch> photos =
                file.names().contains(PIXELS) ? Optional.of(PixelFeed.readPixels(file)) : Optional.empty();
        if (!file.names().contains(IDS)) {
            if (file.names().contains("attention_mask")) {
                throw new CommandException(file + ": has no tensor input_ids, of which attention_mask is the mask");
            }
            int[][] none = new int[photos.orElseThrow().images()][0];
            return new PhotoTextFeed(new PhotoTexts(photos, none), new PaddedRows(new int[none.length], 0));
        }
        int[][] ids =
                new GenerationFeed(file).ids(IDS, photos.map(ImageBatch::images).orElse(0));
        PaddedRows padding = PaddedRows.read(file, ids.length, ids[0].length, photos.isPresent() ? 0 : 1, "tokens");
        for (int text = 0; text < ids.length; text++) {
            ids[text] = Arrays.copyOf(ids[text], padding.lengths()[text]);
        }
        return new PhotoTextFeed(new PhotoTexts(photos, ids), padding);
    }
}
