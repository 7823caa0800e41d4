package io.tesserae.training.saving;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** Where new files are written: what closes without an exception is on the disk. Tests have one that is full. */
@FunctionalInterface
interface Disk {

    /** The machine's own. A stream of it goes on when its thread is interrupted: a run that is stopped saves what it has. */
    Disk OWN = file -> new BufferedOutputStream(new Forced(new FileOutputStream(file.toFile())), 1 << 16);

    /** Creates a file; its folder is there. */
    OutputStream create(Path file) throws IOException;

    /** A file that reaches the disk before it is closed: a rename must not get there before what it renames. */
    final class Forced extends OutputStream {

        private final FileOutputStream out;

        Forced(FileOutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int value) throws IOException {
            out.write(value);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            try (out) {
                out.getFD().sync();
            }
        }
    }
}
