package io.tesserae.training.kernel;

import java.util.Objects;

/**
 * Where random numbers come from: a function of a key and of a number's place, without any state, so that they are the same whatever
 * order and however many threads they are taken in. Threefry-2x32 with 20 rounds: Salmon et al., <i>Parallel random numbers: as easy as
 * 1, 2, 3</i>, SC 2011.
 *
 * <p>Place i of a draw is a word of the block with the counter {@code (i / 32 · 16 + i mod 16, site)}: its first word where {@code i mod
 * 32 < 16}, else its second. So vectors of up to 16 lanes compute neighbouring places at once.
 *
 * @param key0 the key's first word
 * @param key1 the key's second word
 * @param site which of the network's places that draw it is for
 */
public record Draw(int key0, int key1, int site) {

    /** How many places there are in a draw: two words for each counter of 32 bits. */
    public static final long PLACES = 1L << 33;

    static final int PARITY = 0x1BD11BDA;

    /** The draw of a site in one pass of a training run. */
    public static Draw of(long seed, long step, int pass, int site) {
        long key = block((int) seed, (int) (seed >>> 32), (int) step, (int) (step >>> 32));
        long passKey = block((int) key, (int) (key >>> 32), pass, 0);
        return new Draw((int) passKey, (int) (passKey >>> 32), site);
    }

    /**
     * The 32 random bits at a place.
     *
     * @throws IndexOutOfBoundsException unless the place is from 0 to below {@link #PLACES}
     */
    public int bits(long place) {
        Objects.checkIndex(place, PLACES);
        long block = block(key0, key1, (int) (place / 32 * 16 + place % 16), site);
        return place % 32 < 16 ? (int) block : (int) (block >>> 32);
    }

    /** A number from 0 to below 1, of 24 random bits. */
    public float uniform(long place) {
        return (bits(place) >>> 8) * 0x1p-24f;
    }

    /** Both words of a block, the first in the lower half; without an array, since networks begin with a hundred million of them. */
    static long block(int key0, int key1, int counter0, int counter1) {
        int key2 = PARITY ^ key0 ^ key1;
        long x = words(counter0 + key0, counter1 + key1);
        x = keyed(fourRounds(x, 13, 15, 26, 6), key1, key2, 1);
        x = keyed(fourRounds(x, 17, 29, 16, 24), key2, key0, 2);
        x = keyed(fourRounds(x, 13, 15, 26, 6), key0, key1, 3);
        x = keyed(fourRounds(x, 17, 29, 16, 24), key1, key2, 4);
        return keyed(fourRounds(x, 13, 15, 26, 6), key2, key0, 5);
    }

    private static long words(int x0, int x1) {
        return x0 & 0xFFFFFFFFL | (long) x1 << 32;
    }

    private static long fourRounds(long x, int first, int second, int third, int fourth) {
        int x0 = (int) x;
        int x1 = (int) (x >>> 32);
        x0 += x1;
        x1 = Integer.rotateLeft(x1, first) ^ x0;
        x0 += x1;
        x1 = Integer.rotateLeft(x1, second) ^ x0;
        x0 += x1;
        x1 = Integer.rotateLeft(x1, third) ^ x0;
        x0 += x1;
        x1 = Integer.rotateLeft(x1, fourth) ^ x0;
        return words(x0, x1);
    }

    private static long keyed(long x, int key0, int key1, int group) {
        return words((int) x + key0, (int) (x >>> 32) + key1 + group);
    }
}
