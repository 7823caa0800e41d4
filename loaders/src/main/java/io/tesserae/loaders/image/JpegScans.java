package io.tesserae.loaders.image;

import java.util.Arrays;

/**
 * The scans of a JPEG, found without decoding them: how many there are, and what is known of the picture after the last.
 *
 * <p>A progressive picture comes in scans that refine each other. Where scans are missing, libjpeg guesses at what they would have
 * brought: the JDK's old one from the 3 x 3 blocks around, libjpeg-turbo, as it is in Pillow, from 5 x 5. Only where nothing
 * is left to guess do the two give the same pixels.
 *
 * <p>Source: ITU-T T.81, annex G; {@code start_pass_phuff_decoder} in {@code jdphuff.c} and {@code smoothing_ok} in {@code
 * jdcoefct.c} of libjpeg-turbo.
 */
final class JpegScans {

    /**
     * Each scan goes over the whole picture, and 15 bytes may be one: a file of 38 KB took the decoder 20 seconds. Usual are 10;
     * libjpeg-turbo has its {@code TJPARAM_SCANLIMIT} for this.
     */
    private static final int MOST_SCANS = 100;

    private static final int COEFFICIENTS = 64;

    /** How many coefficients, the mean of the block and those after it in zigzag order, libjpeg-turbo guesses from blocks around. */
    private static final int GUESSED = 10;

    private static final int UNKNOWN = -1;

    private final ImageBytes file;
    private final JpegHeader header;
    /** {@code [component][coefficient in zigzag order]}: how many low bits are missing; {@link #UNKNOWN} if all. */
    private final int[][] missingBits;

    private int count;

    private JpegScans(ImageBytes file, JpegHeader header) {
        this.file = file;
        this.header = header;
        this.missingBits = new int[header.components().length][COEFFICIENTS];
        for (int[] ofComponent : missingBits) {
            Arrays.fill(ofComponent, UNKNOWN);
        }
    }

    /**
     * Refuses a picture in too many scans, and one with too few for all decoders to agree on.
     *
     * @param at the length of the first scan's header
     */
    static void require(ImageBytes file, JpegHeader header, long at) {
        JpegScans scans = new JpegScans(file, header);
        scans.read(at);
        if (!header.sequential() && scans.leaveRoomForGuesses()) {
            throw file.refusal(
                    "a progressive JPEG whose last scans are missing (" + scans.count + " found): decoders guess what"
                            + " they would have brought, each in its own way. Fetch it again, or open it and save it as a"
                            + " complete JPEG or as PNG");
        }
    }

    private void read(long at) {
        addScan(at);
        long next = at + file.shortBigEndian(at);
        while (next + 1 < file.length()) {
            int first = file.unsignedByte(next++);
            int marker = file.unsignedByte(next);
            if (first != 0xFF || marker == 0xFF || marker <= 1 || marker >= 0xD0 && marker <= 0xD7) {
                continue; // coded data, and markers that stand alone
            }
            if (marker == JpegHeader.END_OF_IMAGE) {
                return;
            }
            if (!mayFollowAScan(marker)) {
                throw file.refusal(
                        "the file is damaged: the marker FF %02X at byte %d, among the picture's data, is none that may be there. Fetch it again"
                                .formatted(marker, next - 1));
            }
            next++;
            if (next + 1 >= file.length()) {
                return;
            }
            if (marker == JpegHeader.START_OF_SCAN) {
                addScan(next);
            }
            next += Math.max(2, file.shortBigEndian(next));
        }
    }

    /**
     * Whether the picture goes on behind the marker: with tables, another scan, what an application left, the number of lines.
     * At any other, a byte gone wrong, decoders fill up the rest of the scan with grey. The reference then refuses the
     * picture; the JDK's plug-in never looks.
     */
    private static boolean mayFollowAScan(int marker) {
        return switch (marker) {
            case 0xC4, 0xCC, 0xDA, 0xDB, 0xDC, 0xDD, 0xFE -> true;
            default -> marker >= 0xE0 && marker <= 0xEF;
        };
    }

    /** @param at the length of the scan's header; a header that is none the decoder refuses */
    private void addScan(long at) {
        if (++count > MOST_SCANS) {
            throw file.refusal("its picture comes in more than " + MOST_SCANS
                    + " scans, which is how a decompression bomb looks. Save it again");
        }
        int length = file.shortBigEndian(at);
        if (length < 3 || length > file.length() - at) {
            return;
        }
        int components = file.unsignedByte(at + 2);
        if (length != 6 + 2 * components) {
            return;
        }
        long band = at + 3 + 2L * components;
        int from = file.unsignedByte(band);
        int to = Math.min(file.unsignedByte(band + 1), COEFFICIENTS - 1);
        int bits = file.unsignedByte(band + 2) & 15;
        for (int i = 0; i < components; i++) {
            int id = file.unsignedByte(at + 3 + 2L * i);
            for (int component = 0; component < missingBits.length; component++) {
                if (header.components()[component].id() == id && from <= to) {
                    Arrays.fill(missingBits[component], from, to + 1, bits);
                }
            }
        }
    }

    /** Whether all components can be seen, and one of them not as well as a decoder would like. */
    private boolean leaveRoomForGuesses() {
        boolean vague = false;
        for (int[] ofComponent : missingBits) {
            if (ofComponent[0] == UNKNOWN) {
                return false; // without a component's means no decoder guesses anything
            }
            for (int coefficient = 1; coefficient < GUESSED; coefficient++) {
                vague |= ofComponent[coefficient] != 0;
            }
        }
        return vague;
    }
}
