package io.tesserae.loaders.stream;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.PretrainedConfig;

/**
 * Which id a number has: Reed et al., arXiv 2205.06175, section 2.1. Real numbers are brought to [-1, 1], small ones far apart and
 * large ones close together, as telephones did with loudness, and fall into one of the bins that [-1, 1] is cut into.
 *
 * <pre>
 * ids 0 to words - 1            words
 *     words to words + bins - 1 real numbers, by their bin
 *     words + bins              the separator between what is observed and what is done
 * </pre>
 *
 * @param words how many ids words have
 * @param bins into how many [-1, 1] is cut
 * @param mu how strongly large numbers are brought together; the paper's is 100
 * @param m the largest number that is told from larger ones; the paper's is 256
 */
public record GatoNumbers(int words, int bins, double mu, double m) {

    /** The paper's. */
    public static final GatoNumbers PAPER = new GatoNumbers(32_000, 1024, 100, 256);

    private static final int MOST_IDS = 1 << 24;

    /** Checks the ranges. */
    public GatoNumbers {
        if (words < 1 || words > MOST_IDS || bins < 1 || bins > MOST_IDS) {
            throw new IllegalArgumentException(
                    "expected 1 to " + MOST_IDS + " words and as many bins, found " + words + " and " + bins);
        }
        if (!(mu > 0 && m > 0 && Double.isFinite(mu * m))) {
            throw new IllegalArgumentException("mu and M: expected positive numbers, found " + mu + " and " + m);
        }
    }

    /** Those of a checkpoint: {@code text_vocab_size}, {@code nb_bins}, {@code mu} and {@code M}. */
    public static GatoNumbers of(PretrainedConfig config) {
        Arguments.require(config, "config");
        return new GatoNumbers(
                config.optionalInt("text_vocab_size", 30_000, 1, MOST_IDS),
                config.optionalInt("nb_bins", PAPER.bins, 1, MOST_IDS),
                config.optionalDouble("mu", PAPER.mu, 1e-9, 1e9),
                config.optionalDouble("M", PAPER.m, 1e-9, 1e9));
    }

    /** The id between what is observed and what is done. */
    public int separator() {
        return words + bins;
    }

    /** Brings numbers up to {@link #m} to [-1, 1]: {@code sgn(x) · ln(|x| mu + 1) / ln(M mu + 1)}. */
    public double compand(double x) {
        return Math.copySign(StrictMath.log(Math.abs(x) * mu + 1) / StrictMath.log(m * mu + 1), x);
    }

    /** The way back from {@link #compand}. */
    public double expand(double y) {
        return Math.copySign((StrictMath.exp(Math.abs(y) * StrictMath.log(m * mu + 1)) - 1) / mu, y);
    }

    /** The id of a number in [-1, 1]; what is outside counts as the nearest end. */
    public int idOfUnit(double y) {
        if (Double.isNaN(y)) {
            throw new IllegalArgumentException("expected a number, found NaN");
        }
        int bin = (int) Math.floor((Math.clamp(y, -1.0, 1.0) + 1) / 2 * bins);
        return words + Math.min(bin, bins - 1); // 1 itself falls into the last
    }

    /** The id of any number. */
    public int id(double x) {
        return idOfUnit(compand(x));
    }

    /** The middle of the bin of an id, in [-1, 1]. A word counts as the first bin; the separator is one bin too many. */
    public double unit(int id) {
        return (2.0 * Math.max(0, id - words) + 1) / bins - 1;
    }

    /** The number that an id stands for. */
    public double number(int id) {
        return expand(unit(id));
    }
}
