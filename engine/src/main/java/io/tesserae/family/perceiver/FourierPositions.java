package io.tesserae.family.perceiver;

import io.tesserae.kernel.Frame;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;

/**
 * Positions in a grid of any number of axes as sines and cosines of many frequencies: Jaegle et al., arXiv 2103.03206, section 3.2;
 * transformers' {@code PerceiverFourierPositionEncoding}. A place's features are its coordinates, each from -1 to 1, then the sines of every
 * axis and frequency, then the cosines.
 *
 * <p>What a coordinate contributes depends on its axis alone, so a grid of 224 x 224 places takes the sines of 2 · 224 coordinates. They
 * are {@link StrictMath}'s, the same on every machine, of an argument that is rounded to float32 where the reference rounds it.
 */
final class FourierPositions {

    private static final float PI = (float) Math.PI;

    private final int bands;
    private final float[][] frequencies; // [axes][bands]

    /**
     * Frequencies from 1 to the highest that a grid can tell, in equal steps: up to half of its resolution.
     *
     * @param bands frequencies of an axis
     * @param maxResolution places along each axis of the finest grid; not of the grid at hand
     */
    FourierPositions(int bands, int... maxResolution) {
        this.bands = bands;
        this.frequencies = new float[maxResolution.length][];
        Arrays.setAll(frequencies, axis -> linspace(1f, (float) (maxResolution[axis] / 2.0), bands));
    }

    /** How many axes a place has. */
    int axes() {
        return frequencies.length;
    }

    /** Numbers of a place. */
    int channels() {
        return axes() * (1 + 2 * bands);
    }

    /**
     * What the places of an axis contribute to the features.
     *
     * @param coordinates {@code [places]}
     * @param sines {@code [places · bands]}
     * @param cosines {@code [places · bands]}
     */
    private record Axis(float[] coordinates, float[] sines, float[] cosines) {}

    /** A grid whose places can be looked up. Immutable. */
    final class Grid {

        private final Axis[] axes;

        private Grid(Axis[] axes) {
            this.axes = axes;
        }

        /** How many places there are. */
        int places() {
            int places = 1;
            for (Axis axis : axes) {
                places = Math.multiplyExact(places, axis.coordinates().length);
            }
            return places;
        }

        /** Whether the grid has so many places along each axis. */
        boolean isOf(int... sizes) {
            for (int axis = 0; axis < axes.length; axis++) {
                if (axes[axis].coordinates().length != sizes[axis]) {
                    return false;
                }
            }
            return true;
        }

        /**
         * Writes the features of all places in reading order.
         *
         * @param rows {@code [rows, width]}
         * @param firstRow the first place's
         * @param column where the features begin
         */
        void fill(Frame frame, Tensor rows, int firstRow, int column) {
            int runs = axes[0].coordinates().length;
            int run = places() / runs;
            frame.workspace().machine().workers().run(runs, (index, thread) -> {
                for (int place = index * run; place < (index + 1) * run; place++) {
                    copy(place, rows.data(), (firstRow + place) * rows.dimension(1) + column);
                }
            });
        }

        /**
         * Writes the features of one place.
         *
         * @param place its index in reading order
         */
        void copy(int place, float[] out, int offset) {
            int left = place;
            for (int axis = axes.length - 1; axis >= 0; axis--) {
                int size = axes[axis].coordinates().length;
                int at = left % size;
                left /= size;
                out[offset + axis] = axes[axis].coordinates()[at];
                int sines = offset + axes.length + axis * bands;
                System.arraycopy(axes[axis].sines(), at * bands, out, sines, bands);
                System.arraycopy(axes[axis].cosines(), at * bands, out, sines + axes.length * bands, bands);
            }
        }
    }

    /** A grid from -1 to 1 along every axis. */
    Grid grid(int... sizes) {
        Axis[] axes = new Axis[sizes.length];
        for (int axis = 0; axis < sizes.length; axis++) {
            axes[axis] = axis(axis, linspace(-1f, 1f, sizes[axis]));
        }
        return new Grid(axes);
    }

    /**
     * A grid whose last place is one step before 1: so the reference counts the places that outputs are asked for, and not those of inputs.
     */
    Grid gridOfOutputs(int... sizes) {
        Axis[] axes = new Axis[sizes.length];
        for (int axis = 0; axis < sizes.length; axis++) {
            float[] coordinates = new float[sizes[axis]];
            for (int i = 0; i < coordinates.length; i++) {
                coordinates[i] = coordinateOfOutput(i, sizes[axis]);
            }
            axes[axis] = axis(axis, coordinates);
        }
        return new Grid(axes);
    }

    /** Where a place of such a grid is along an axis that has so many. */
    static float coordinateOfOutput(int place, int size) {
        return -1f + 2f * place / size;
    }

    /** Writes the features of a place of one axis that is in no grid: for long axes, of which a table would be large. */
    void write(float coordinate, float[] out, int offset) {
        out[offset] = coordinate;
        waves(0, coordinate, out, offset + 1, out, offset + 1 + bands);
    }

    private Axis axis(int axis, float[] coordinates) {
        float[] sines = new float[Math.multiplyExact(coordinates.length, bands)];
        float[] cosines = new float[sines.length];
        for (int place = 0; place < coordinates.length; place++) {
            waves(axis, coordinates[place], sines, place * bands, cosines, place * bands);
        }
        return new Axis(coordinates, sines, cosines);
    }

    private void waves(int axis, float coordinate, float[] sines, int sineOffset, float[] cosines, int cosineOffset) {
        for (int band = 0; band < bands; band++) {
            float phase = coordinate * frequencies[axis][band];
            float angle = PI * phase;
            sines[sineOffset + band] = (float) StrictMath.sin(angle);
            cosines[cosineOffset + band] = (float) StrictMath.cos(angle);
        }
    }

    /** Numbers in equal steps, rounded as {@code torch.linspace} rounds them: the second half counts from the end. */
    static float[] linspace(float start, float end, int count) {
        float[] numbers = new float[count];
        if (count == 1) {
            numbers[0] = start;
            return numbers;
        }
        float step = (end - start) / (count - 1);
        for (int i = 0; i < count; i++) {
            numbers[i] =
                    i < count / 2 ? Math.fma(step, (float) i, start) : Math.fma(-step, (float) (count - 1 - i), end);
        }
        return numbers;
    }
}
