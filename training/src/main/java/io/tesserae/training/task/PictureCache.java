package io.tesserae.training.task;

import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.loaders.image.RgbImage;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps small pictures once they are decoded: an epoch later they are wanted again, and decoding takes longer than training a small model
 * with them. Large ones are read each time. Used by one thread.
 */
final class PictureCache {

    private static final int LARGEST = 1 << 20;
    private static final int SHARE_OF_MEMORY = 8;

    private final Map<Path, RgbImage> kept = new HashMap<>();
    private long room = Runtime.getRuntime().maxMemory() / SHARE_OF_MEMORY;

    /**
     * A file's picture.
     *
     * @throws io.tesserae.loaders.image.ImageException if it cannot be read
     */
    RgbImage get(Path file) {
        RgbImage known = kept.get(file);
        if (known != null) {
            return known;
        }
        RgbImage read = ImageFiles.read(file);
        int size = read.pixels().length;
        if (size <= LARGEST && size <= room) {
            room -= size;
            kept.put(file, read);
        }
        return read;
    }
}
