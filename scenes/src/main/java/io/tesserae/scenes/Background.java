package io.tesserae.scenes;

import java.util.Locale;

/** What lies behind the things. */
public enum Background {
    PLAIN,
    SHADED,
    STRIPED,
    CHECKED,
    SPECKLED;

    /** The word for it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Paints the whole canvas, in tones between the two. */
    void paint(Canvas canvas, Tone dark, double contrast, Randomness random) {
        switch (this) {
            case PLAIN -> canvas.fill((x, y) -> dark);
            case SHADED -> {
                boolean across = random.chance(0.5);
                boolean back = random.chance(0.5);
                canvas.fill((x, y) -> {
                    double share = (across ? x : y) / Canvas.SIDE;
                    return dark.brighter(contrast * (back ? 1 - share : share));
                });
            }
            case STRIPED -> {
                int way = random.below(4);
                double period = random.between(7, 12);
                double start = random.between(0, period);
                canvas.fill((x, y) -> odd(start + along(way, x, y), period) ? dark : dark.brighter(contrast));
            }
            case CHECKED -> {
                double period = random.between(10, 16);
                double start = random.between(0, period);
                canvas.fill(
                        (x, y) -> odd(start + x, period) == odd(start + y, period) ? dark : dark.brighter(contrast));
            }
            case SPECKLED -> {
                canvas.fill((x, y) -> dark.brighter(contrast / 2));
                int dots = 150 + random.below(100);
                for (int dot = 0; dot < dots; dot++) {
                    canvas.dot(dark.brighter(random.chance(0.5) ? 0 : contrast), random.between(0.8, 1.4), random);
                }
            }
        }
    }

    /** Stripes are upright, level, or slanted one way or the other. */
    private static double along(int way, double x, double y) {
        return switch (way) {
            case 0 -> x;
            case 1 -> y;
            case 2 -> (x + y) * 0.7;
            default -> (x - y + Canvas.SIDE) * 0.7;
        };
    }

    private static boolean odd(double at, double period) {
        return (int) (at / (period / 2)) % 2 == 1;
    }
}
