package io.tesserae.cli.run;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.console.ProgressLine;

/** How far a picture is that goes through a model in tiles: a bar where a person watches standard error, and a line for who asks for lines. */
final class TileProgress implements AutoCloseable {

    private final Console console;
    private Progress bar = Progress.NONE;

    TileProgress(Console console) {
        this.console = console;
    }

    /** So many tiles are done. */
    void reached(int tiles, int of) {
        console.detail("tile %d of %d", tiles, of);
        if (tiles == 1 && of > 1 && console.terminals().err() && !console.isQuiet()) {
            bar = ProgressLine.ofCount("tiles", of, console.err());
        }
        bar.reached(tiles);
    }

    @Override
    public void close() {
        bar.close();
    }
}
