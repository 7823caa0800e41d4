package io.tesserae.layer.picture;

import io.tesserae.tensor.Tensor;
import java.util.Arrays;

/** Refuses tensors of other shapes than a layer's, before anything is written to them. */
final class PictureShapes {

    private PictureShapes() {}

    static void require(Tensor tensor, int... shape) {
        if (!Arrays.equals(tensor.shape(), shape)) {
            throw new IllegalArgumentException(
                    "expected pictures of shape " + Arrays.toString(shape) + ", found " + tensor);
        }
    }
}
