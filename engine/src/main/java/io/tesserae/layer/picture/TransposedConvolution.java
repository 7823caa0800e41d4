package io.tesserae.layer.picture;

import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.MatrixProducts;
import io.tesserae.kernel.MatrixProducts.Operand;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/**
 * Doubles the sides of pictures: {@code torch.nn.ConvTranspose2d} of size 3, stride 2, padding 1 and output padding 1. A pixel at row
 * r, column c is multiplied by the nine weights of its kernel, which are added to rows 2r−1 to 2r+1, columns 2c−1 to 2c+1 of the result.
 *
 * <p>The products of all pixels are one matrix product, {@code [outChannels · 9, channels] · [channels, pixels]}. A pixel of the result then
 * begins with the bias, to which one, two or four sums are added, in the order of the kernel: row by row, each from left to right.
 */
public final class TransposedConvolution {

    private static final int SIZE = 3;

    private final Tensor weight; // [channels, outChannels · 9]
    private final float[] bias; // [outChannels]

    private TransposedConvolution(Tensor weight, float[] bias) {
        this.weight = weight;
        this.bias = bias;
    }

    /** Loads {@code weight [channels, outChannels, 3, 3]}, the other way round than a convolution's, and {@code bias [outChannels]}. */
    public static TransposedConvolution load(StateDict weights, int outChannels, int channels) {
        return new TransposedConvolution(
                weights.read("weight", channels, outChannels, SIZE, SIZE).reshape(channels, outChannels * SIZE * SIZE),
                weights.read("bias", outChannels).data());
    }

    /**
     * Computes the transposed convolution of every picture.
     *
     * @param pictures {@code [pictures, channels, height, width]}
     * @param out {@code [pictures, outChannels, 2 · height, 2 · width]}; not {@code pictures}
     */
    public void forward(Workspace workspace, Tensor pictures, Tensor out) {
        int count = pictures.dimension(0);
        int channels = weight.dimension(0);
        int products = weight.dimension(1);
        int height = pictures.dimension(2);
        int width = pictures.dimension(3);
        PictureShapes.require(pictures, count, channels, height, width);
        PictureShapes.require(out, count, bias.length, 2 * height, 2 * width);
        int pixels = height * width;
        if (pixels == 0) {
            return;
        }
        Operand kernels = Operand.transposed(weight.data(), products);
        MatrixProducts.Size size = new MatrixProducts.Size(products, channels, pixels);
        try (Frame frame = workspace.frame()) {
            Tensor planes = frame.tensor(products, pixels); // [outChannels · 9, height · width]
            for (int picture = 0; picture < count; picture++) {
                MatrixView x = new MatrixView(pictures.data(), picture * channels * pixels, pixels);
                MatrixView sums = new MatrixView(planes.data(), 0, pixels);
                MatrixProducts.multiply(workspace, kernels, new Operand(x, false), size, null, Epilogue.NONE, sums);
                int first = picture * bias.length;
                workspace.machine().workers().run(bias.length, (channel, thread) -> {
                    for (int row = 0; row < 2 * height; row++) {
                        gather(planes.data(), channel, row, height, width, out.data(), first + channel);
                    }
                });
            }
        }
    }

    /**
     * One row of one channel of the result. An even row has what the kernel's middle row makes of one row of pixels; an odd one lies
     * between two, and has the first kernel row of the lower, where there is one, then the last of the upper.
     *
     * @param plane of all channels of all pictures
     */
    private void gather(float[] planes, int channel, int row, int height, int width, float[] out, int plane) {
        int pixels = height * width;
        int first = channel * SIZE; // the first of the channel's rows of the kernel
        int to = (plane * 2 * height + row) * 2 * width;
        for (int column = 0; column < 2 * width; column++) {
            out[to + column] = bias[channel];
        }
        if (row % 2 == 0) {
            addRow(planes, (first + 1) * SIZE * pixels + row / 2 * width, pixels, width, out, to);
            return;
        }
        if (row + 1 < 2 * height) {
            addRow(planes, first * SIZE * pixels + (row / 2 + 1) * width, pixels, width, out, to);
        }
        addRow(planes, (first + 2) * SIZE * pixels + row / 2 * width, pixels, width, out, to);
    }

    /**
     * Adds what one row of the kernel makes of one row of pixels.
     *
     * @param left where the products of that row of pixels with the first of that row's weights begin; those with the next weight are
     *     {@code pixels} further
     */
    private static void addRow(float[] planes, int left, int pixels, int width, float[] out, int to) {
        int middle = left + pixels;
        int right = middle + pixels;
        for (int column = 0; column < width; column++) {
            int even = to + 2 * column;
            out[even] += planes[middle + column];
            out[even + 1] = (column + 1 < width ? out[even + 1] + planes[left + column + 1] : out[even + 1])
                    + planes[right + column];
        }
    }
}
