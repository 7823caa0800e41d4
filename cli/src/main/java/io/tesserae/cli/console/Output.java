package io.tesserae.cli.console;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Where answers go, standard output or a file: lines of UTF-8, buffered until they are flushed. */
public final class Output {

    private final String name;
    private final OutputStream stream;
    private final boolean keepsWhatIsThere;
    private boolean failed;

    public Output(OutputStream stream) {
        this("standard output", stream, true);
    }

    /**
     * Likewise to a file, which messages call by its name.
     *
     * @param keepsWhatIsThere whether lines stay where a run ends too soon
     */
    public Output(String name, OutputStream stream, boolean keepsWhatIsThere) {
        this.name = name;
        this.keepsWhatIsThere = keepsWhatIsThere;
        this.stream = new BufferedOutputStream(stream, 1 << 16);
    }

    /**
     * Writes a line.
     *
     * @throws OutputException if it cannot be written
     */
    public void line(CharSequence line) {
        bytes(out -> {
            out.write(line.toString().getBytes(StandardCharsets.UTF_8));
            out.write('\n');
        });
    }

    /** Something that writes bytes. */
    @FunctionalInterface
    public interface Body {
        void writeTo(OutputStream stream) throws IOException;
    }

    /**
     * Writes bytes.
     *
     * @throws OutputException if they cannot be written
     */
    public void bytes(Body body) {
        try {
            body.writeTo(stream);
        } catch (IOException e) {
            failed = true;
            throw new OutputException(name, e);
        }
    }

    /**
     * Hands on what is buffered.
     *
     * @throws OutputException if it cannot be written
     */
    public void flush() {
        if (failed) {
            return; // has been said
        }
        try {
            stream.flush();
        } catch (IOException e) {
            failed = true;
            throw new OutputException(name, e);
        }
    }

    /** Whether what has been written stays where a run ends too soon. */
    public boolean keepsWhatIsThere() {
        return keepsWhatIsThere;
    }

    OutputStream asStream() {
        return stream;
    }
}
