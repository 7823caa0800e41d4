package io.tesserae.training.log;

import io.tesserae.training.failure.TrainingException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of JSON lines that grows with the training, a line for each logged step: each is written whole and at once, so
 * that whoever looks on reads what has happened so far. Steps never decrease.
 *
 * <p>Not for several threads.
 */
public final class TrainingLog implements AutoCloseable {

    /** Some 20 million lines: what is longer is no log of ours. */
    private static final long BYTE_LIMIT = 1L << 31;

    private final Path file;
    private final RandomAccessFile open; // a channel would close when the thread is interrupted
    private long lastStep;

    private TrainingLog(Path file, RandomAccessFile open, long lastStep) {
        this.file = file;
        this.open = open;
        this.lastStep = lastStep;
    }

    /**
     * Begins an empty log, in place of what the file may hold.
     *
     * @throws TrainingException if the file cannot be written
     */
    public static TrainingLog create(Path file) {
        try {
            return new TrainingLog(file, cut(file, 0), 0);
        } catch (IOException e) {
            throw failed(file, "written", e);
        }
    }

    /**
     * Goes on with a log where a checkpoint left it: what was logged after that step is cut off, and so is a last line
     * that was never finished.
     *
     * @param step the checkpoint's step; what was logged at this step stays
     * @throws TrainingException if the file cannot be read or written, or a line up to that step is none of a log
     */
    public static TrainingLog resume(Path file, long step) {
        try {
            byte[] bytes = bytes(file);
            int kept = 0;
            long lastStep = 0;
            int number = 1;
            for (int end = lineEnd(bytes, 0); end >= 0; end = lineEnd(bytes, kept)) {
                LogEntry entry = entry(bytes, kept, end, file, number++);
                requireOrder(entry, lastStep, file, number - 1);
                if (entry.step() > step) {
                    break;
                }
                lastStep = entry.step();
                kept = end + 1;
            }
            return new TrainingLog(file, cut(file, kept), lastStep);
        } catch (IOException e) {
            throw failed(file, "resumed", e);
        }
    }

    /** The file, opened and cut off here, to be written from here on. */
    private static RandomAccessFile cut(Path file, long length) throws IOException {
        RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw");
        open.setLength(length);
        open.seek(length);
        return open;
    }

    /**
     * The entries of a log.
     *
     * @throws TrainingException if the file cannot be read, or a line is none of a log: the message names it
     */
    public static List<LogEntry> read(Path file) {
        try {
            byte[] bytes = bytes(file);
            List<LogEntry> entries = new ArrayList<>();
            long lastStep = 0;
            int begin = 0;
            while (begin < bytes.length) {
                int end = lineEnd(bytes, begin);
                int stop = end < 0 ? bytes.length : end;
                LogEntry entry = entry(bytes, begin, stop, file, entries.size() + 1);
                requireOrder(entry, lastStep, file, entries.size() + 1);
                lastStep = entry.step();
                entries.add(entry);
                begin = stop + 1;
            }
            return List.copyOf(entries);
        } catch (IOException e) {
            throw failed(file, "read", e);
        }
    }

    /**
     * Writes a line.
     *
     * @throws TrainingException if the file cannot be written
     * @throws IllegalArgumentException if the step is before the last one
     */
    public void append(LogEntry entry) {
        if (entry.step() < lastStep) {
            throw new IllegalArgumentException(
                    "expected a step of " + lastStep + " or more to log, found " + entry.step());
        }
        try {
            open.write((entry.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw failed(file, "written", e);
        }
        lastStep = entry.step();
    }

    /** @throws TrainingException if the file cannot be closed */
    @Override
    public void close() {
        try {
            open.close();
        } catch (IOException e) {
            throw failed(file, "written", e);
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        long size = Files.size(file);
        if (size >= BYTE_LIMIT) {
            throw new TrainingException(
                    file + ": expected a training log of less than " + BYTE_LIMIT + " bytes, found one of " + size);
        }
        return Files.readAllBytes(file);
    }

    /** Where the line that begins here ends; −1 if it does not. */
    private static int lineEnd(byte[] bytes, int begin) {
        for (int i = begin; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static LogEntry entry(byte[] bytes, int begin, int end, Path file, int number) {
        String place = file + ", line " + number;
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, begin, end - begin))
                    .toString();
            return new LogLine(text, place).entry();
        } catch (CharacterCodingException e) {
            throw new TrainingException(place + ": expected UTF-8, found other bytes", e);
        }
    }

    private static void requireOrder(LogEntry entry, long lastStep, Path file, int number) {
        if (entry.step() < lastStep) {
            throw new TrainingException(file + ", line " + number + ": expected a step of " + lastStep
                    + " or more, as in the line before, found " + entry.step());
        }
    }

    private static TrainingException failed(Path file, String what, IOException cause) {
        String reason = cause instanceof NoSuchFileException
                ? "there is no such file"
                : cause.getClass().getSimpleName() + ": " + cause.getMessage();
        return new TrainingException(file + ": the training log could not be " + what + ": " + reason, cause);
    }
}
