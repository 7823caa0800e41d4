package io.tesserae.cli.output;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Output;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;

/**
 * A file of answers that is there when it is complete, and not before: until then they go into one beside it. What is no
 * plain file, a pipe or a device, cannot be replaced and is written as it is.
 */
public final class AnswerFile implements AutoCloseable {

    private final Path file;
    private final Path written;
    private final OutputStream stream;
    private final Output output;

    private AnswerFile(Path file, Path written, OutputStream stream) {
        this.file = file;
        this.written = written;
        this.stream = stream;
        this.output = new Output(file.toString(), stream, written.equals(file));
    }

    /**
     * Begins a file.
     *
     * @throws CommandException if it cannot be written
     */
    public static AnswerFile open(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new CommandException(file + ": is a folder; expected a file to write answers to");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            return new AnswerFile(file, file, Files.newOutputStream(file, StandardOpenOption.WRITE));
        }
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath(); // a link to a file stays one
        if (!Files.isDirectory(target.getParent())) {
            throw new CommandException(file + ": there is no folder " + target.getParent());
        }
        Path beside = target.resolveSibling(
                "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        OutputStream stream;
        try {
            Files.deleteIfExists(beside); // of a process that had this number, and is gone
            stream = Files.newOutputStream(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileSystemException e) {
            throw new CommandException(
                    e.getReason() != null
                            ? file + ": " + e.getReason()
                            : file + ": expected a folder that exists and may be written in, found "
                                    + target.getParent());
        }
        beside.toFile().deleteOnExit(); // where the process is told to end
        keepPermissions(target, beside);
        return new AnswerFile(target, beside, stream);
    }

    /** Who could not read the answers before, cannot read those that replace them. */
    private static void keepPermissions(Path target, Path beside) throws IOException {
        var before = Files.getFileAttributeView(target, PosixFileAttributeView.class);
        if (before != null && Files.exists(target)) {
            Files.setPosixFilePermissions(beside, before.readAttributes().permissions());
        }
    }

    /** What is written here is in the file once it is complete. */
    public Output output() {
        return output;
    }

    /** Puts the file into its place. */
    public void complete() throws IOException {
        output.flush();
        stream.close();
        if (!written.equals(file)) {
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Leaves nothing behind of what is not complete. */
    @Override
    public void close() throws IOException {
        stream.close();
        if (!written.equals(file)) {
            Files.deleteIfExists(written);
        }
    }
}
