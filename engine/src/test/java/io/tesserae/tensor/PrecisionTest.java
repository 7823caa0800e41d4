package io.tesserae.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrecisionTest {

    /** What {@code torch.tensor(value).to(torch.float16).float()} gives, bit by bit; likewise bfloat16. */
    @ParameterizedTest
    @CsvSource({
        // value, float16, bfloat16
        "3dcccccd, 3dccc000, 3dcd0000", // 0.1
        "3f803000, 3f804000, 3f800000", // between two of float16: to the even one
        "3f805000, 3f804000, 3f800000",
        "3f808000, 3f808000, 3f800000", // between two of bfloat16
        "3f818000, 3f818000, 3f820000",
        "33000000, 00000000, 33000000", // 2^-25: half of float16's smallest
        "33000001, 33800000, 33000000",
        "b3c00000, b4000000, b3c00000", // -1.5 * 2^-24
        "477fefff, 477fe000, 47800000", // just less than 65520
        "477ff000, 7f800000, 47800000",
        "7f7fffff, 7f800000, 7f800000",
        "80000001, 80000000, 80000000",
        "ff800000, ff800000, ff800000"
    })
    void roundsToTheNearestAndThenToEven(String value, String half, String brainFloat) {
        assertEquals(half, hex(Precision.FLOAT16.round(float32(value))));
        assertEquals(brainFloat, hex(Precision.BFLOAT16.round(float32(value))));
        assertEquals(value, hex(Precision.FLOAT32.round(float32(value))));
    }

    @Property
    void whatIsRoundedStays(@ForAll Precision precision, @ForAll int bits) {
        Assume.that(precision != Precision.INT8);
        float rounded = precision.round(Float.intBitsToFloat(bits));
        assertEquals(Float.floatToIntBits(rounded), Float.floatToIntBits(precision.round(rounded)));
    }

    @Test
    void whatIsNoNumberIsNone() {
        for (Precision precision : List.of(Precision.FLOAT32, Precision.FLOAT16, Precision.BFLOAT16)) {
            for (int bits : new int[] {0x7F800001, 0x7FFFFFFF, 0xFFC00000}) {
                assertTrue(Float.isNaN(precision.round(Float.intBitsToFloat(bits))));
            }
        }
    }

    /** Rows are rounded, each by a scale of its own. */
    @Test
    void aValueAloneHasNoEightBits() {
        assertThrows(UnsupportedOperationException.class, () -> Precision.INT8.round(1f));
    }

    private static float float32(String bits) {
        return Float.intBitsToFloat(Integer.parseUnsignedInt(bits, 16));
    }

    private static String hex(float value) {
        return String.format("%08x", Float.floatToRawIntBits(value));
    }
}
