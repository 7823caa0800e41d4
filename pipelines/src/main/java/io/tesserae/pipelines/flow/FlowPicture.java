package io.tesserae.pipelines.flow;

import io.tesserae.arguments.Arguments;
import io.tesserae.pipelines.drawing.Canvas;
import io.tesserae.pipelines.drawing.WholeFile;
import io.tesserae.pipelines.drawing.WithoutImageIo;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Draws optical flow as papers do: the direction is a hue, what does not move is white, and the furthest movement has the full
 * colour. What is not known is black.
 *
 * @see <a href="https://vision.middlebury.edu/flow/">Baker et al. 2007, A Database and Evaluation Methodology for Optical Flow</a>
 */
public final class FlowPicture {

    /** So that nothing is divided by zero where nothing moves: the usual drawing has it too. */
    private static final double TINY = 1e-5;

    /** The legend's share of the picture's shorter side. */
    private static final double LEGEND_SHARE = 0.2;

    private static final int SMALLEST_LEGEND = 16;
    private static final int LARGEST_LEGEND = 160;

    /** Around the legend, so that it stands out from colours like its own. */
    private static final int RIM = 0x404040;

    private FlowPicture() {}

    /**
     * Writes a PNG file as large as the flow, in place of one that is there already.
     *
     * @param legend whether all colours are shown in the lower right corner, as a disc whose middle does not move; only in
     *     pictures with room for it
     * @throws IOException if the file cannot be written, or the Java runtime lacks what writes PNG files
     */
    public static void write(OpticalFlow flow, Path file, boolean legend) throws IOException {
        Arguments.require(flow, "flow");
        Arguments.require(file, "file");
        try {
            byte[] png = draw(flow, legend).toPng();
            WholeFile.write(file, stream -> stream.write(png));
        } catch (LinkageError e) {
            throw WithoutImageIo.because(e);
        }
    }

    static Canvas draw(OpticalFlow flow, boolean legend) {
        Canvas canvas = new Canvas(flow.width(), flow.height());
        double unit = flow.magnitudes().largest() + TINY;
        for (int y = 0; y < flow.height(); y++) {
            for (int x = 0; x < flow.width(); x++) {
                int colour = flow.isKnown(x, y)
                        ? ColourWheel.rgb(flow.right(x, y) / unit, flow.down(x, y) / unit)
                        : ColourWheel.BLACK;
                canvas.set(x, y, colour);
            }
        }
        if (legend) {
            drawLegend(canvas);
        }
        return canvas;
    }

    private static void drawLegend(Canvas canvas) {
        int shorter = Math.min(canvas.width, canvas.height);
        int size = Math.min(LARGEST_LEGEND, (int) (shorter * LEGEND_SHARE));
        if (size < SMALLEST_LEGEND) {
            return;
        }
        int margin = size / 8;
        double radius = size / 2.0;
        double middleX = canvas.width - margin - radius;
        double middleY = canvas.height - margin - radius;
        for (int y = canvas.height - margin - size - 1; y <= canvas.height - margin; y++) {
            for (int x = canvas.width - margin - size - 1; x <= canvas.width - margin; x++) {
                double right = (x + 0.5 - middleX) / radius;
                double down = (y + 0.5 - middleY) / radius;
                double distance = Math.sqrt(right * right + down * down);
                if (distance <= 1) {
                    canvas.set(x, y, ColourWheel.rgb(right, down));
                } else if (distance <= 1 + 1 / radius) {
                    canvas.set(x, y, RIM);
                }
            }
        }
    }
}
