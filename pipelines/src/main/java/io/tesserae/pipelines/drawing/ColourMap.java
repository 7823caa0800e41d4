package io.tesserae.pipelines.drawing;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Colours for values from 0 to 1: dark violet, magenta, orange, pale yellow.
 *
 * <p>Made to be read like inferno and its relatives: the lightness that the eye perceives rises evenly from end to end, so
 * equal steps of the value look alike, the order of two colours needs no legend, and it survives a grey print and colour
 * blindness. The stops are lightness, chroma and hue in Oklab; between two of them colours are mixed in Oklab as well.
 *
 * @see <a href="https://bottosson.github.io/posts/oklab/">Oklab</a>
 */
public final class ColourMap {

    /** Lightness 0 to 1, chroma, hue in degrees; at equal distances. */
    private static final double[][] STOPS = {
        {0.17, 0.060, 282},
        {0.27, 0.125, 292},
        {0.37, 0.165, 310},
        {0.47, 0.185, 335},
        {0.57, 0.195, 3},
        {0.67, 0.190, 28},
        {0.77, 0.160, 55},
        {0.87, 0.150, 82},
        {0.97, 0.100, 105},
    };

    private static final int STEPS = 1024;
    private static final int[] TABLE = new int[STEPS + 1];

    static {
        for (int step = 0; step <= STEPS; step++) {
            TABLE[step] = compute((double) step / STEPS);
        }
    }

    private ColourMap() {}

    /** The colour of a value, as {@code 0xRRGGBB}; values outside 0 to 1 have the colour of the nearer end. */
    public static int rgb(double value) {
        return TABLE[(int) Math.round(Math.clamp(value, 0.0, 1.0) * STEPS)];
    }

    /** So many of the colours, at equal distances from the first to the last, as a JSON array of six hexadecimal digits each. */
    public static String json(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"%06x\"".formatted(rgb(i / (count - 1.0))))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static int compute(double value) {
        double position = value * (STOPS.length - 1);
        int stop = Math.min((int) position, STOPS.length - 2);
        double t = position - stop;
        double[] from = oklab(STOPS[stop]);
        double[] to = oklab(STOPS[stop + 1]);
        return srgb(mix(from[0], to[0], t), mix(from[1], to[1], t), mix(from[2], to[2], t));
    }

    private static double[] oklab(double[] stop) {
        double hue = Math.toRadians(stop[2]);
        return new double[] {stop[0], stop[1] * Math.cos(hue), stop[1] * Math.sin(hue)};
    }

    private static double mix(double from, double to, double t) {
        return from + (to - from) * t;
    }

    /** From Oklab over the cone responses and linear sRGB; the matrices are Ottosson's. */
    private static int srgb(double lightness, double a, double b) {
        double l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
        double m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
        double s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
        return channel(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s) << 16
                | channel(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s) << 8
                | channel(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
    }

    private static double cube(double x) {
        return x * x * x;
    }

    private static int channel(double linear) {
        double clamped = Math.clamp(linear, 0.0, 1.0);
        double encoded = clamped <= 0.0031308 ? 12.92 * clamped : 1.055 * StrictMath.pow(clamped, 1 / 2.4) - 0.055;
        return (int) Math.round(255 * encoded);
    }
}
