package io.tesserae.loaders.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentRangeTest {

    @Test
    void aPartUpToTheEndHasABeginning() {
        assertEquals(OptionalLong.of(100), ContentRange.first("bytes 100-199/200", 200));
        assertEquals(OptionalLong.of(0), ContentRange.first("bytes 0-199/*", 200));
        assertEquals(OptionalLong.of(3), ContentRange.first("bytes 3-9/10", -1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes 100-199",
                "bytes 100-198/200",
                "bytes 100-199/201",
                "bytes 200-199/200",
                "bytes */200",
                "bytes -1-199/200",
                "items 0-199/200",
                "bytes 99999999999999999999-199/200"
            })
    void anythingElseIsNone(String header) {
        assertEquals(OptionalLong.empty(), ContentRange.first(header, 200));
    }
}
