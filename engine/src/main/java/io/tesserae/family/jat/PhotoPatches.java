package io.tesserae.family.jat;

import io.tesserae.engine.Engine;
import io.tesserae.model.ImageBackbone;
import io.tesserae.model.ImageBatch;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;

/** What JAT takes of photos: patches of one size, which its decoder reads before the words. */
final class PhotoPatches extends ImageBackbone {

    private final JatConfig config;

    PhotoPatches(Engine engine, JatConfig config) {
        super(engine);
        this.config = config;
    }

    @Override
    protected int[] sequenceStarts(ImageBatch batch, boolean interpolatePositions) {
        int[] starts = new int[batch.images() + 1];
        for (int i = 0; i < batch.images(); i++) {
            Tensor photo = batch.pixelValues(i);
            if (photo.dimension(1) != config.imageSize() || photo.dimension(2) != config.imageSize()) {
                throw new IllegalArgumentException("photo " + i + ": expected " + config.imageSize() + " x "
                        + config.imageSize() + " pixels (image_size in config.json), found pixel values "
                        + Arrays.toString(photo.shape()));
            }
            starts[i + 1] = Math.addExact(starts[i], tokens());
        }
        return starts;
    }

    @Override
    public int imageHeight() {
        return config.imageSize();
    }

    @Override
    public int imageWidth() {
        return config.imageSize();
    }

    @Override
    public int channels() {
        return config.numChannels();
    }

    @Override
    public int tokens() {
        return config.shape(false).photoTokens();
    }

    @Override
    public Optional<String> excess(int height, int width) {
        int size = config.imageSize();
        return height == size && width == size
                ? Optional.empty()
                : Optional.of(
                        "but the model takes photos of " + size + " x " + size + " alone (image_size in config.json)");
    }

    @Override
    public int heads() {
        return config.numHeads();
    }

    @Override
    public int layers() {
        return config.layers();
    }

    @Override
    public int hiddenSize() {
        return config.hiddenSize();
    }

    /** What a photo becomes. */
    @Override
    public String toString() {
        return config.imageSize() + " x " + config.imageSize() + " pixels, " + tokens() + " patches before the words";
    }
}
