package io.tesserae.cli.input;

import io.tesserae.cli.console.CommandException;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Lines of UTF-8, one after the other, in the memory of the longest; knows whether the next is there already, so that
 * nobody who types waits for an answer.
 */
public final class InputLines implements Closeable {

    /** A longer line is no text but a mistake: a binary file, say. */
    public static final int BYTE_LIMIT = 64 << 20;

    private final String name;
    private final InputStream stream;
    private final byte[] buffer = new byte[1 << 16];
    private int begin;
    private int end;
    private boolean atEnd;
    private boolean inLineTooLong;
    private long lineNumber;
    private long bytesRead;

    InputLines(String name, InputStream stream) {
        this.name = name;
        this.stream = stream;
    }

    /**
     * The next line, without its end ({@code \n} or {@code \r\n}); empty at the end of the input.
     *
     * @throws CommandException if it is not UTF-8, or too long
     */
    Optional<String> next() throws IOException {
        skipLineTooLong();
        ByteArrayOutputStream parts = null;
        while (true) {
            int newline = newlineInBuffer();
            int to = newline < 0 ? end : newline;
            if (newline >= 0 && parts == null) {
                int from = begin;
                begin = newline + 1; // a line that cannot be decoded is behind us too
                return Optional.of(decode(buffer, from, to - from));
            }
            parts = parts == null ? new ByteArrayOutputStream() : parts;
            parts.write(buffer, begin, to - begin);
            begin = newline < 0 ? end : newline + 1;
            if (parts.size() > BYTE_LIMIT) {
                lineNumber++;
                inLineTooLong = newline < 0;
                throw new CommandException(lastLine().name() + " is longer than the 64 MiB that are allowed");
            }
            if (newline >= 0 || !fill()) {
                return newline < 0 && parts.size() == 0
                        ? Optional.empty()
                        : Optional.of(decode(parts.toByteArray(), 0, parts.size()));
            }
        }
    }

    /** What is left of a line that was refused: not read before the next is asked for, since it may have no end. */
    private void skipLineTooLong() throws IOException {
        while (inLineTooLong) {
            int newline = newlineInBuffer();
            begin = newline < 0 ? end : newline + 1;
            inLineTooLong = newline < 0 && fill();
        }
    }

    /** Whether {@link #next()} returns without waiting for anybody. */
    boolean isReady() throws IOException {
        if (inLineTooLong) {
            return false;
        }
        if (newlineInBuffer() >= 0 || atEnd) {
            return true;
        }
        if (end == buffer.length && begin > 0) {
            System.arraycopy(buffer, begin, buffer, 0, end - begin);
            end -= begin;
            begin = 0;
        }
        int available = Math.min(stream.available(), buffer.length - end);
        if (available > 0) {
            int count = stream.read(buffer, end, available);
            end += Math.max(count, 0);
            bytesRead += Math.max(count, 0);
        }
        return newlineInBuffer() >= 0;
    }

    /** Where the last line stands. */
    Place lastLine() {
        return Place.line(name, lineNumber);
    }

    /** How far the reading is, in bytes. */
    long bytesRead() {
        return bytesRead;
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }

    private int newlineInBuffer() {
        for (int i = begin; i < end; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private boolean fill() throws IOException {
        begin = 0;
        end = Math.max(stream.read(buffer), 0);
        bytesRead += end;
        atEnd = end == 0;
        return end > 0;
    }

    private String decode(byte[] bytes, int offset, int length) {
        lineNumber++;
        int from = lineNumber == 1 && startsWithByteOrderMark(bytes, offset, length) ? 3 : 0;
        int carriageReturn = length > from && bytes[offset + length - 1] == '\r' ? 1 : 0;
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, offset + from, length - from - carriageReturn))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CommandException(lastLine().name() + " is not valid UTF-8");
        }
    }

    private static boolean startsWithByteOrderMark(byte[] bytes, int offset, int length) {
        return length >= 3
                && bytes[offset] == (byte) 0xEF
                && bytes[offset + 1] == (byte) 0xBB
                && bytes[offset + 2] == (byte) 0xBF;
    }
}
