package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A batch of pictures, as pixel values that an image processor has resized and normalised. Sizes may differ from picture to
 * picture: each is a sequence of its own patches, and none is padded.
 */
public final class ImageBatch {

    private final List<Tensor> pixelValues; // each [channels, height, width]

    private ImageBatch(List<Tensor> pixelValues) {
        this.pixelValues = pixelValues;
    }

    /**
     * Pictures of one size, or one picture, as an image processor gives it.
     *
     * @param pixelValues {@code [images, channels, height, width]}, copied, or {@code [channels, height, width]}, not copied; every
     *     dimension 1 or more
     */
    public static ImageBatch of(Tensor pixelValues) {
        Arguments.require(pixelValues, "pixelValues");
        if (pixelValues.rank() == 3) {
            return of(List.of(pixelValues));
        }
        if (pixelValues.rank() != 4) {
            throw new IllegalArgumentException("pixel values: expected the shape [images, channels, height, width] or"
                    + " [channels, height, width], found " + pixelValues);
        }
        int[] shape = Arrays.copyOfRange(pixelValues.shape(), 1, 4);
        int size = Tensor.elementCount(shape);
        List<Tensor> images = new ArrayList<>();
        for (int from = 0; images.size() < pixelValues.dimension(0); from += size) {
            images.add(Tensor.of(Arrays.copyOfRange(pixelValues.data(), from, from + size), shape));
        }
        return of(images);
    }

    /**
     * Pictures of any sizes.
     *
     * @param pixelValues each {@code [channels, height, width]}, every dimension 1 or more; not copied
     */
    public static ImageBatch of(List<Tensor> pixelValues) {
        Arguments.require(pixelValues, "pixelValues");
        if (pixelValues.isEmpty()) {
            throw new IllegalArgumentException("a batch needs a picture at least");
        }
        for (Tensor image : pixelValues) {
            Arguments.require(image, "pixelValues: an element");
            if (image.rank() != 3 || image.size() == 0) {
                throw new IllegalArgumentException(
                        "pixel values: expected the shape [channels, height, width], each 1 or more, found " + image);
            }
        }
        return new ImageBatch(List.copyOf(pixelValues));
    }

    /** How many pictures there are. */
    public int images() {
        return pixelValues.size();
    }

    /** One picture, {@code [channels, height, width]}. */
    public Tensor pixelValues(int image) {
        return pixelValues.get(image);
    }

    /** How many pictures, and the first one's shape. */
    @Override
    public String toString() {
        return "ImageBatch of " + images() + (images() == 1 ? " picture " : " pictures, the first ")
                + Arrays.toString(pixelValues(0).shape());
    }
}
