package io.tesserae.family.idefics3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.zip.CRC32;
import net.jqwik.api.Example;

/** The numbers are those that transformers 5.18 with PyTorch 2.13 gives; it gives the same with and without AVX2 and AVX-512. */
class PatchPositionsTest {

    @Example
    void whereRoundingDecidesItDecidesAsInTheReference() {
        assertArrayEquals(new int[] {0}, PatchPositions.ofSide(1).of(1));
        assertArrayEquals(new int[] {0, 0, 0}, PatchPositions.ofSide(1).of(3));
        assertArrayEquals(new int[] {0, 1, 3}, PatchPositions.ofSide(5).of(3));
        int[] shifted = PatchPositions.ofSide(19).of(19);
        for (int patch = 0; patch < 19; patch++) {
            assertEquals(patch == 12 ? 11 : patch, shifted[patch]);
        }
    }

    /** All sides that a model can have, and as many patches. */
    @Example
    void allSidesAreTheReferences() {
        CRC32 crc = new CRC32();
        for (int side = 1; side <= 128; side++) {
            PatchPositions positions = PatchPositions.ofSide(side);
            for (int patches = 1; patches <= 128; patches++) {
                for (int position : positions.of(patches)) {
                    crc.update(position);
                }
            }
        }
        assertEquals(0x88a8e200L, crc.getValue());
    }
}
