package io.tesserae.loaders.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads text that comes from outside: no longer than allowed, and UTF-8 without repair. */
final class StrictText {

    private StrictText() {}

    static String read(InputStream in, long byteLimit, String where) throws IOException {
        int most = (int) Math.min(byteLimit, Integer.MAX_VALUE - 16);
        byte[] bytes = in.readNBytes(most + 1);
        if (bytes.length > most) {
            throw new ModelLoadingException(where + ": longer than the " + byteLimit + " bytes that are allowed");
        }
        return decode(ByteBuffer.wrap(bytes), where);
    }

    static String decode(ByteBuffer bytes, String where) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new ModelLoadingException(where + ": not valid UTF-8", e);
        }
    }
}
