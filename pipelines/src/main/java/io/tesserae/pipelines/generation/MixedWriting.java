package io.tesserae.pipelines.generation;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.Region;
import io.tesserae.loaders.processor.TileGrid;
import io.tesserae.model.InterleavedBatch;
import java.util.Arrays;
import java.util.List;

/**
 * What a model has written behind prompts of words and pictures, as it reads them.
 *
 * @param prompts the prompts' tokens and pixel values
 * @param written {@code [prompts][tokens]}, the tokens behind each
 * @param texts {@code [prompts]}, what these say, without special tokens
 * @param pictures {@code [prompts]}, each prompt's in its order; one may be several in the batch, its tiles
 */
public record MixedWriting(InterleavedBatch prompts, int[][] written, List<String> texts, List<List<Seen>> pictures) {

    /**
     * A picture, and what is read of it.
     *
     * @param name as it was given
     * @param image as it was before the model's preprocessing
     * @param region that is read, in pixels of the picture
     * @param tiles into how many that region is cut
     */
    public record Seen(String name, RgbImage image, Region region, TileGrid tiles) {

        /** Checks that there are all. */
        public Seen {
            Arguments.require(name, "name");
            Arguments.require(image, "image");
            Arguments.require(region, "region");
            Arguments.require(tiles, "tiles");
        }
    }

    /** Checks that there is as much of each, and copies the lists. */
    public MixedWriting {
        Arguments.require(prompts, "prompts");
        Arguments.requireAll(Arrays.asList(Arguments.require(written, "written")), "written");
        texts = List.copyOf(Arguments.requireAll(texts, "texts"));
        pictures = List.copyOf(Arguments.requireAll(pictures, "pictures"));
        int count = prompts.texts().sequences();
        if (written.length != count || texts.size() != count || pictures.size() != count) {
            throw new IllegalArgumentException("expected all of " + count + " prompts, found " + written.length
                    + " of written, " + texts.size() + " of texts and " + pictures.size() + " of pictures");
        }
    }
}
