package io.tesserae.training.data.table;

import io.tesserae.training.failure.TrainingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A data file's text: UTF-8 without repair, a byte order mark at its beginning left out.
 *
 * @param file where it comes from
 * @param text all of it
 */
record FileText(Path file, String text) {

    private static final int BYTE_LIMIT = 1 << 30;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /**
     * Reads a file.
     *
     * @throws TrainingException if there is none, or it is empty, too long, or not UTF-8
     */
    static FileText read(Path file) {
        if (!Files.exists(file)) {
            throw new TrainingException(file + ": there is no such file");
        }
        if (Files.isDirectory(file)) {
            throw new TrainingException(file + ": expected a data file, found a folder");
        }
        byte[] bytes;
        try (InputStream stream = Files.newInputStream(file)) {
            bytes = stream.readNBytes(BYTE_LIMIT + 1);
        } catch (IOException e) {
            throw new TrainingException(file + ": cannot be read: " + e, e);
        } catch (OutOfMemoryError e) {
            throw new TrainingException(file + ": too little memory to read it. Give the JVM more with -Xmx", e);
        }
        if (bytes.length > BYTE_LIMIT) {
            throw new TrainingException(file + ": longer than the " + BYTE_LIMIT + " bytes that are read; split it");
        }
        FileText text = new FileText(file, decode(bytes, file));
        if (text.text.isBlank()) {
            throw new TrainingException(file + ": expected rows, found an empty file");
        }
        return text;
    }

    private static String decode(byte[] bytes, Path file) {
        CharBuffer chars = CharBuffer.allocate(bytes.length);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, chars, true);
        if (result.isError()) {
            long line = 1;
            for (int i = 0; i < in.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            throw new Origin(file, line).refusal("not valid UTF-8; save the file in this encoding");
        }
        chars.flip();
        boolean marked = chars.hasRemaining() && chars.get(0) == BYTE_ORDER_MARK;
        return chars.subSequence(marked ? 1 : 0, chars.length()).toString();
    }

    /** Its lines, which end with LF or CRLF; empty ones at the end are left out. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (int from = 0; from < text.length(); ) {
            int found = text.indexOf('\n', from);
            int end = found < 0 ? text.length() : found;
            boolean returned = end > from && text.charAt(end - 1) == '\r';
            lines.add(text.substring(from, returned ? end - 1 : end));
            from = end + 1;
        }
        while (!lines.isEmpty() && lines.getLast().isEmpty()) {
            lines.removeLast();
        }
        return Collections.unmodifiableList(lines);
    }

    /** Its text without the line ends behind the last row. */
    String withoutLastLineEnds() {
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        return text.substring(0, end);
    }

    Origin at(long line) {
        return new Origin(file, line);
    }
}
