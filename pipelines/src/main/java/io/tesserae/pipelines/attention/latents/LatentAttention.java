package io.tesserae.pipelines.attention.latents;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * How latents divide their attention among the rows that they read: the pixels of a picture, the bytes of a text. It is that of the one
 * layer in which they read; what they then tell each other is not in it. Immutable.
 *
 * @see <a href="https://arxiv.org/abs/2107.14795">Jaegle et al. 2021, Perceiver IO, section 3.1</a>
 */
public final class LatentAttention {

    /** A row of a map is a softmax in float32; a sum that is further from 1 than this is no attention. */
    private static final double SUM_TOLERANCE = 1e-3;

    private final Tensor maps; // [heads, latents, rows]
    private final float[] total; // [rows]
    private final double[] effectiveRows; // [latents]

    /**
     * Checks the maps, and finds what all latents have in common.
     *
     * @param maps {@code [heads, latents, rows]}: for each head and latent shares of 0 or more that sum to 1; not copied, since they may
     *     be hundreds of megabytes, so whoever hands them over stops writing to them
     * @throws IllegalArgumentException if they are no such shares
     */
    public LatentAttention(Tensor maps) {
        Arguments.require(maps, "maps");
        if (maps.rank() != 3 || maps.size() == 0) {
            throw new IllegalArgumentException(
                    "maps: expected [heads, latents, rows] with one or more of each, found " + maps);
        }
        this.maps = maps;
        this.effectiveRows = new double[latents()];
        double[] sum = new double[rows()];
        for (int latent = 0; latent < latents(); latent++) {
            checkSums(latent);
            float[] shares = shares(latent);
            effectiveRows[latent] = effectiveNumber(shares);
            for (int row = 0; row < sum.length; row++) {
                sum[row] += shares[row];
            }
        }
        this.total = new float[rows()];
        for (int row = 0; row < sum.length; row++) {
            total[row] = (float) (sum[row] / latents());
        }
    }

    private void checkSums(int latent) {
        for (int head = 0; head < heads(); head++) {
            double sum = 0;
            boolean valid = true;
            int start = start(head, latent);
            for (int i = start; i < start + rows(); i++) {
                valid &= maps.data()[i] >= 0; // false for NaN as well
                sum += maps.data()[i];
            }
            if (!valid || !(Math.abs(sum - 1) <= SUM_TOLERANCE)) {
                throw new IllegalArgumentException("maps, head " + head + ", latent " + latent
                        + ": expected shares of attention, 0 or more each and 1 together, found "
                        + (valid ? "a sum of " + sum : "a negative value or no number"));
            }
        }
    }

    private static double effectiveNumber(float[] shares) {
        double sum = 0;
        for (float share : shares) {
            sum += share;
        }
        double entropy = 0; // in nats
        for (float share : shares) {
            if (share > 0) {
                double part = share / sum;
                entropy -= part * StrictMath.log(part); // the same on every machine, and so is the order of the latents
            }
        }
        return StrictMath.exp(entropy);
    }

    private int start(int head, int latent) {
        return (Objects.checkIndex(head, heads()) * latents() + Objects.checkIndex(latent, latents())) * rows();
    }

    /** Heads of the layer. */
    public int heads() {
        return maps.dimension(0);
    }

    /** How many latents read. */
    public int latents() {
        return maps.dimension(1);
    }

    /** How many rows they read: pixels, bytes. */
    public int rows() {
        return maps.dimension(2);
    }

    /**
     * How one head of a latent divides its attention.
     *
     * @param head counted from 0
     * @param latent counted from 0
     * @return {@code [rows]}, 0 or more each and 1 together; the caller's own
     */
    public float[] shares(int head, int latent) {
        int start = start(head, latent);
        return Arrays.copyOfRange(maps.data(), start, start + rows());
    }

    /**
     * How a latent divides its attention: the mean of its heads.
     *
     * @param latent counted from 0
     * @return {@code [rows]}, 0 or more each and 1 together; the caller's own
     */
    public float[] shares(int latent) {
        double[] sum = new double[rows()];
        for (int head = 0; head < heads(); head++) {
            int start = start(head, latent);
            for (int row = 0; row < sum.length; row++) {
                sum[row] += maps.data()[start + row];
            }
        }
        float[] mean = new float[sum.length];
        for (int row = 0; row < sum.length; row++) {
            mean[row] = (float) (sum[row] / heads());
        }
        return mean;
    }

    /**
     * How much each row is read at all: the mean of all latents.
     *
     * @return {@code [rows]}, 0 or more each and 1 together; the caller's own
     */
    public float[] total() {
        return total.clone();
    }

    /**
     * How many rows a latent reads in effect: {@code exp(-Σ p ln p)} of its {@linkplain #shares(int) shares} p, the exponential of their
     * entropy. A latent that reads one row has 1; one that reads n rows alike, and no other, has n; one that reads all alike has as many
     * as there are. The fewer, the more concentrated it is.
     *
     * @param latent counted from 0
     * @return 1 to {@link #rows()}, up to rounding
     */
    public double effectiveRows(int latent) {
        return effectiveRows[Objects.checkIndex(latent, latents())];
    }

    /**
     * The latents that read the fewest rows {@linkplain #effectiveRows in effect}, the most concentrated first; of equals the one that
     * comes first.
     *
     * @param most how many, at most; 0 or more
     */
    public List<Integer> mostConcentrated(int most) {
        if (most < 0) {
            throw new IllegalArgumentException("most: expected 0 or more, found " + most);
        }
        return IntStream.range(0, latents())
                .boxed()
                .sorted(Comparator.comparingDouble(this::effectiveRows))
                .limit(most)
                .toList();
    }

    /** Refuses maps that would not fit into memory, before there are any. */
    static void requireMemory(int heads, int latents, long rows, String advice) {
        double values = (double) heads * latents * rows;
        long memory = Runtime.getRuntime().maxMemory();
        if (values * Float.BYTES > memory / 2.0 || values > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "the attention maps of %d latents over %d rows in %d heads take %,.0f MB, and the JVM has %,d MB for"
                            + " all, of at most 8,589 MB each; %s",
                    latents,
                    rows,
                    heads,
                    values * Float.BYTES / 1e6,
                    memory / 1_000_000,
                    advice));
        }
    }
}
